//! `tenor doctor`: what works here, what does not, and what to do about it.

use crate::commands::contract::build::{Backend, backend};
use crate::core::{CliResult, Context, Report};
use serde_json::json;

/// One finding.
struct Finding {
    what: &'static str,
    is_good: bool,
    text: String,
}

/// Runs the command. It always succeeds: the findings are the answer.
pub(crate) async fn run(context: Context) -> CliResult<Report> {
    let findings = [compiler(), keys(&context), names(&context), node(&context).await];
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
    Ok(if healthy { report.next("tenor node status") } else { report })
}

fn compiler() -> Finding {
    let (is_good, text) = match backend() {
        Ok(Backend::Rustup) => (true, "the toolchain in use compiles contracts".into()),
        Ok(Backend::Debian { linker }) => {
            (true, format!("/usr/bin/rustc compiles contracts, linked by {}", linker.display()))
        }
        Err(error) => (false, error.to_string()),
    };
    Finding { what: "contracts", is_good, text }
}

fn keys(context: &Context) -> Finding {
    let keystore = context.home.keystore();
    let (is_good, text) = match keystore.list() {
        Ok(keys) if keys.is_empty() => {
            (false, "no keys; make one with: tenor keys new NAME".into())
        }
        Ok(keys) => (true, format!("{} in {}", keys.len(), keystore.directory().display())),
        Err(error) => (false, error.to_string()),
    };
    Finding { what: "keys", is_good, text }
}

fn names(context: &Context) -> Finding {
    let (is_good, text) = match context.sender() {
        Ok(address) => (true, format!("commands act as {address}")),
        Err(_) if context.global.sender.is_none() => {
            (true, "no usual sender; give --as NAME, or set as = \"NAME\" in config.toml".into())
        }
        Err(error) => (false, error.to_string()),
    };
    Finding { what: "sender", is_good, text }
}

async fn node(context: &Context) -> Finding {
    let (is_good, text) = match context.client.status().await {
        Ok(status) => (
            true,
            format!(
                "{} at height {}, {} ({})",
                status.chain_id,
                status.height,
                status.time,
                context.client.url()
            ),
        ),
        Err(error) => (false, format!("{error}; start one with: tenor dev")),
    };
    Finding { what: "node", is_good, text }
}
