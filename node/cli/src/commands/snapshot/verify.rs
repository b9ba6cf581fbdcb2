//! Checking a snapshot.

use super::trust;
use crate::commands::node::genesis;
use crate::core::{CliError, CliResult, Report, counted};
use clap::Args;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use tenor_primitives::Hash;
use tenor_state::snapshot::{SnapshotError, SnapshotReader, Verified};

/// What to check, and against what.
#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    /// The snapshot
    file: PathBuf,
    /// The ledger's genesis file: names the ledger and its first validators
    #[arg(long)]
    genesis: PathBuf,
    /// The hash of the validators that voted, known from elsewhere [default: the genesis's]
    #[arg(long)]
    validators: Option<Hash>,
}

/// `tenor snapshot verify`.
pub(super) fn run(args: &VerifyArgs) -> CliResult<Report> {
    let genesis = genesis::load(&args.genesis)?;
    let snapshot = SnapshotReader::open(open(&args.file)?).map_err(|e| said(&args.file, e))?;
    trust(snapshot.manifest(), &genesis, args.validators)?;
    let checked = snapshot.finish().map_err(|error| said(&args.file, error))?;
    let file = args.file.display();
    Ok(report("verified", &checked.verified)
        .next(format!("tenor snapshot restore {file} NODE-DIRECTORY")))
}

/// A snapshot's file.
pub(super) fn open(path: &Path) -> CliResult<BufReader<File>> {
    let file = File::open(path).map_err(|error| CliError::file(path, error))?;
    Ok(BufReader::with_capacity(1 << 20, file))
}

/// An error of a snapshot's file.
pub(super) fn said(path: &Path, error: SnapshotError) -> CliError {
    match error {
        SnapshotError::Io(error) => CliError::file(path, error),
        error => CliError::Snapshot(format!("{}: {error}", path.display())),
    }
}

/// What a snapshot was found to be.
pub(super) fn report(done: &str, verified: &Verified) -> Report {
    let header = &verified.manifest.block.header;
    Report::new()
        .line(format!(
            "{done}: the state of {} after block {}, {}",
            header.chain_id,
            header.height,
            counted(verified.entries, "value")
        ))
        .line(format!("  block {}, {}", verified.block_id, header.time))
        .line(format!("  state root {}, which the values give", header.state_root))
        .field("chain_id", header.chain_id.to_string())
        .field("height", header.height)
        .field("block_id", verified.block_id.to_string())
        .field("state_root", header.state_root.to_string())
        .field("entries", verified.entries)
}
