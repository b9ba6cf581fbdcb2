//! A node's store from a snapshot.

use super::verify::{open, report, said};
use super::{NodeArgs, trust};
use crate::commands::node::{NodeFile, genesis};
use crate::core::{CliError, CliResult, Report};
use clap::Args;
use std::path::PathBuf;
use std::time::Instant;
use tenor_primitives::Hash;
use tenor_rocksdb::{OpenError, RocksDatabase};
use tenor_state::snapshot::SnapshotError;

/// What to restore, and where to.
#[derive(Args, Debug)]
pub(crate) struct RestoreArgs {
    /// The snapshot
    file: PathBuf,
    #[command(flatten)]
    node: NodeArgs,
    /// The hash of the validators that voted, known from elsewhere [default: the genesis's]
    #[arg(long)]
    validators: Option<Hash>,
}

/// Why a snapshot is not restored.
enum Failed {
    Cli(CliError),
    Snapshot(SnapshotError),
    Store(OpenError),
}

impl From<SnapshotError> for Failed {
    fn from(error: SnapshotError) -> Self {
        Self::Snapshot(error)
    }
}

impl From<OpenError> for Failed {
    fn from(error: OpenError) -> Self {
        Self::Store(error)
    }
}

/// `tenor snapshot restore`.
pub(super) fn run(args: &RestoreArgs) -> CliResult<Report> {
    let started = Instant::now();
    let run = args.node.run_args();
    let file = NodeFile::load(&run)?;
    let genesis = genesis::load(&NodeFile::at(&run.directory, &file.genesis))?;
    let data = NodeFile::at(&run.directory, &file.data);
    let restored = RocksDatabase::restore(
        &data,
        &genesis.chain_id,
        &file.store_options(),
        open(&args.file)?,
        |manifest| trust(manifest, &genesis, args.validators).map_err(Failed::Cli),
    );
    let verified = restored.map_err(|error| match error {
        Failed::Cli(error) => error,
        Failed::Snapshot(error) => said(&args.file, error),
        Failed::Store(error) => CliError::Node(error.to_string()),
    })?;
    let directory = run.directory.display();
    Ok(report("restored", &verified)
        .line(format!("  in {:.1} s", started.elapsed().as_secs_f64()))
        .next(format!("tenor node sync {directory} --from URL"))
        .next(format!("tenor node run {directory}")))
}
