//! `tenor snapshot`: a ledger's state as a file, and a node from such a file.

mod create;
mod restore;
mod verify;

pub(crate) use create::save;

use super::node::RunArgs;
use crate::core::{CliError, CliResult, Report};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use tenor_ledger::genesis_block;
use tenor_primitives::Hash;
use tenor_proof::verify_certificate;
use tenor_service::Genesis;
use tenor_state::snapshot::Manifest;

/// Snapshots.
#[derive(Subcommand, Debug)]
pub(crate) enum SnapshotCommand {
    /// Write the state of a stopped node to a file; a running one does so by itself, see [backup]
    Create(create::CreateArgs),
    /// Check all of a snapshot, without a node
    Verify(verify::VerifyArgs),
    /// Fill the store of a new node from a snapshot
    Restore(restore::RestoreArgs),
}

/// A node's directory.
#[derive(Args, Debug)]
pub(super) struct NodeArgs {
    /// The node's directory, as `tenor node init` makes it
    directory: PathBuf,
}

impl NodeArgs {
    fn run_args(&self) -> RunArgs {
        RunArgs::of(&self.directory)
    }
}

/// Runs the command.
pub(crate) fn run(command: &SnapshotCommand) -> CliResult<Report> {
    match command {
        SnapshotCommand::Create(args) => create::run(args),
        SnapshotCommand::Verify(args) => verify::run(args),
        SnapshotCommand::Restore(args) => restore::run(args),
    }
}

/// Whether a snapshot is of the ledger of `genesis`, by the votes of `validators`: those of the
/// genesis, unless others are known from elsewhere.
fn trust(manifest: &Manifest, genesis: &Genesis, validators: Option<Hash>) -> CliResult<()> {
    let refused = |text: String| Err(CliError::Snapshot(text));
    let expected =
        genesis_block(genesis).map_err(|error| CliError::Node(error.to_string()))?.header.id();
    let got = manifest.genesis.header.id();
    if got != expected {
        return refused(format!(
            "expected a snapshot of the ledger that begins with block {expected}, got one that \
             begins with {got}; check the genesis file"
        ));
    }
    let header = &manifest.block.header;
    let Some(certificate) = &manifest.certificate else {
        // The first block, and that was compared.
        return Ok(());
    };
    let trusted = validators.unwrap_or_else(|| genesis.validators.hash());
    if header.validators_hash != trusted {
        return refused(format!(
            "expected the votes of the validators {trusted}, got those of {}; if the ledger's \
             validators have changed, give their hash with --validators",
            header.validators_hash
        ));
    }
    verify_certificate(header, certificate, &manifest.validators)
        .or_else(|error| refused(format!("the snapshot's block is not voted for: {error}")))
}
