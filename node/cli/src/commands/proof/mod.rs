//! `tenor proof`: positions and whole maps that anyone can check.

mod get;
mod reading;
mod verify;

use crate::core::{CliResult, Context, Report};
use clap::Subcommand;

/// Proofs of the state.
#[derive(Subcommand, Debug)]
pub(crate) enum ProofCommand {
    /// Get values, their absence, or all entries of a map, with the proof
    Get(get::GetArgs),
    /// Check a proof file, without a node
    Verify(verify::VerifyArgs),
}

/// Runs the command.
pub(crate) async fn run(context: Context, command: ProofCommand) -> CliResult<Report> {
    match command {
        ProofCommand::Get(args) => get::run(&context, args).await,
        ProofCommand::Verify(args) => verify::run(&context, &args),
    }
}
