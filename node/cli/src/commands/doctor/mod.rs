//! `tenor doctor`: what works here, what does not, and what to do about it.

mod client;
mod node;

use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// What is looked at.
#[derive(Args, Debug)]
pub(crate) struct DoctorArgs {
    /// Look at the node in this directory too: configuration, keys, disk, limits, clock, store
    #[arg(long, value_name = "DIR")]
    node: Option<PathBuf>,
}

/// One finding.
struct Finding {
    what: &'static str,
    is_good: bool,
    text: String,
}

impl Finding {
    /// A finding, good or bad by a result.
    fn new(what: &'static str, result: Result<String, String>) -> Self {
        let (is_good, text) = match result {
            Ok(text) => (true, text),
            Err(text) => (false, text),
        };
        Self { what, is_good, text }
    }
}

/// Runs the command: the findings are printed, and the exit code says whether all are good.
pub(crate) async fn run(context: Context, args: DoctorArgs) -> CliResult<Report> {
    let (findings, is_running) = match &args.node {
        Some(directory) => node::findings(directory).await,
        None => (client::findings(&context).await, false),
    };
    let mut report = Report::new();
    for finding in &findings {
        let mark = if finding.is_good { "ok " } else { "-- " };
        report = report.line(format!("{mark} {}: {}", finding.what, finding.text));
    }
    let healthy = findings.iter().all(|finding| finding.is_good);
    let all: Vec<_> = findings
        .iter()
        .map(|f| json!({"what": f.what, "good": f.is_good, "text": f.text}))
        .collect();
    let report = report.field("healthy", healthy).field("findings", all);
    Ok(match (healthy, &args.node) {
        (false, _) => report.exit(CliError::Machine(String::new()).exit_code()),
        (true, Some(_)) if is_running => report.next("tenor node status"),
        (true, Some(directory)) => report.next(format!("tenor node run {}", directory.display())),
        (true, None) => report.next("tenor node status"),
    })
}
