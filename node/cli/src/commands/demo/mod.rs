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

use crate::core::{CliError, CliResult, GlobalArgs, Report};
use clap::Args;
use std::path::{Path, PathBuf};

/// The demo.
#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Keep ledger, keys and proofs in this directory, which must not exist yet
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The compiled contracts [default: target/contracts/wasm of this repository]
    #[arg(long, value_name = "DIR")]
    contracts: Option<PathBuf>,
    /// The term files [default: examples/bonds of this repository]
    #[arg(long, value_name = "DIR")]
    bonds: Option<PathBuf>,
}

/// Runs the demo. Its table is the report; the story goes to standard output, or to standard error
/// when the report is JSON.
pub(crate) async fn run(global: &GlobalArgs, args: DemoArgs) -> CliResult<Report> {
    let contracts = found(
        args.contracts,
        ["target/contracts/wasm", "share/tenor/contracts"],
        "make contracts",
    )?;
    let bonds = found(args.bonds, ["examples/bonds", "share/tenor/bonds"], "give --bonds DIR")?;
    let kept = args.data.is_some();
    let (directory, _temporary) = directory(args.data)?;
    let mut stage = stage::Stage::new(&directory, global.json)?;
    market::open(&mut stage, &contracts).await?;
    let plan = plan::plan(&bonds)?;
    books::draft_all(&mut stage, &plan).await?;
    let proofs = lives::play(&mut stage, &plan).await?;
    let tally = tally::collect(&stage, &plan).await?;
    crash::check(&stage, &[]).await?;
    stage.stop_node().await?;
    let proofs = summary::verify_offline(&mut stage, proofs).await?;
    let report = summary::report(&stage, &plan, &tally, &proofs);
    Ok(if kept {
        report.next(format!("tenor node run {}", stage.node_directory().display()))
    } else {
        report.next("tenor dev")
    })
}

/// A directory given, or one of the repository that this shell or this binary stands in, or one that
/// was installed beside the binary.
fn found(given: Option<PathBuf>, names: [&str; 2], hint: &str) -> CliResult<PathBuf> {
    if let Some(given) = given {
        return Ok(given);
    }
    let here = std::env::current_dir().ok();
    let own = std::env::current_exe().ok();
    let starts = [here.as_deref(), own.as_deref()];
    let ancestors = starts.into_iter().flatten().flat_map(Path::ancestors);
    let mut places = ancestors.flat_map(|directory| names.map(|name| directory.join(name)));
    places.find(|place| place.is_dir()).ok_or_else(|| {
        let reason = "expected this directory here or above, got none";
        CliError::file(names[0], format!("{reason}; {hint}"))
    })
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
