//! `tenor proof`: positions that anyone can check.

mod get;
mod reading;
mod verify;

use crate::core::{CliResult, Context, Report};
use clap::Subcommand;

/// Proofs of positions.
#[derive(Subcommand, Debug)]
pub(crate) enum ProofCommand {
    /// Get a value of the head, or its absence, with its proof
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
