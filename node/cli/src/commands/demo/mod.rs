//! `tenor demo`: three bonds from issue to redemption, against a real node in a process of its own.
//!
//! Each step is an ordinary command line: printed, then run by the code that runs it from a shell.
//! The parties share nothing but the node; each signs with its own key.

mod books;
mod cast;
mod crash;
mod lives;
mod market;
mod plan;
mod stage;
mod summary;
mod tally;

use crate::core::signals::Signals;
use crate::core::{CliError, CliResult, GlobalArgs, Report, places};
use clap::Args;
use std::path::PathBuf;

/// The demo.
#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Keep ledger, keys and proofs in this directory, which must not exist yet
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Stop when the first two bonds are issued, and leave the ledger for trades of one's own
    #[arg(long, requires = "data")]
    until_issued: bool,
    /// The compiled contracts [default: target/contracts/wasm of this repository]
    #[arg(long, value_name = "DIR")]
    contracts: Option<PathBuf>,
    /// The term files [default: examples/bonds of this repository]
    #[arg(long, value_name = "DIR")]
    bonds: Option<PathBuf>,
}

/// Runs the demo. Its table is the report; the story goes to standard output, or to standard error
/// when the report is JSON. A signal ends it, and its node and its temporary directory with it.
pub(crate) async fn run(global: &GlobalArgs, args: DemoArgs) -> CliResult<Report> {
    let mut signals = Signals::listen()?;
    tokio::select! {
        report = play(global, args) => report,
        stop = signals.next() => Err(CliError::Interrupted(stop)),
    }
}

async fn play(global: &GlobalArgs, args: DemoArgs) -> CliResult<Report> {
    let modules = market::CONTRACTS.map(|name| format!("{name}.wasm"));
    let modules = modules.each_ref().map(String::as_str);
    let contracts = found(args.contracts, places::CONTRACTS, &modules, "make contracts")?;
    let bonds = found(args.bonds, places::BONDS, &plan::files(), "give --bonds DIR")?;
    let plan = plan::plan(&bonds)?;
    let kept = args.data.is_some();
    let (directory, _temporary) = directory(args.data)?;
    let mut stage = stage::Stage::new(&directory, global.json)?;
    market::open(&mut stage, &contracts).await?;
    books::draft_all(&mut stage, &plan).await?;
    if args.until_issued {
        lives::issue_first(&mut stage, &plan).await?;
        stage.stop_node().await?;
        let node = stage.node_directory().display().to_string();
        let report = Report::new().line("two bonds are issued; nobody has traded them yet");
        return Ok(report.next(format!("tenor node run {node}")));
    }
    let proofs = lives::play(&mut stage, &plan).await?;
    let tally = tally::collect(&stage, &plan).await?;
    crash::check(&stage, &[]).await?;
    stage.stop_node().await?;
    let proofs = summary::verify_offline(&mut stage, proofs).await?;
    let report = summary::report(&stage, &plan, &tally, &proofs);
    let place = directory.display();
    Ok(if kept {
        report.next(format!("tenor node run {}", stage.node_directory().display()))
    } else {
        report
            .line(format!("{place} goes with this process; tenor demo --data DIR keeps its own"))
            .next("tenor dev")
    })
}

/// A directory given, or the one that belongs to this program; with all of `files`.
fn found(
    given: Option<PathBuf>,
    names: [&str; 2],
    files: &[&str],
    hint: &str,
) -> CliResult<PathBuf> {
    let Some(given) = given else {
        return places::find(names, files).ok_or_else(|| {
            let expected = format!("{names:?} with {}", files.join(", "));
            let reason =
                format!("expected {expected} here, above or beside this program, got none");
            CliError::file(names[0], format!("{reason}; {hint}"))
        });
    };
    match files.iter().find(|file| !given.join(file).is_file()) {
        Some(file) => {
            let reason = format!("expected the file {file} in it, got none; {hint}");
            Err(CliError::file(given, reason))
        }
        None => Ok(given),
    }
}

/// The directory asked for, or a temporary one that goes with the process.
fn directory(given: Option<PathBuf>) -> CliResult<(PathBuf, Option<tempfile::TempDir>)> {
    match given {
        Some(directory) if directory.exists() => {
            Err(CliError::file(directory, "expected a directory that does not exist yet"))
        }
        Some(directory) => {
            std::fs::create_dir_all(&directory)
                .map_err(|error| CliError::file(&directory, error))?;
            Ok((directory, None))
        }
        None => {
            let temporary = tempfile::Builder::new().prefix("tenor-demo-").tempdir();
            let temporary =
                temporary.map_err(|error| CliError::file("temporary directory", error))?;
            Ok((temporary.path().to_owned(), Some(temporary)))
        }
    }
}
