//! The commands, one file or folder each.

pub(crate) mod account;
pub(crate) mod bond;
pub(crate) mod cash;
pub(crate) mod compile_worker;
pub(crate) mod contract;
pub(crate) mod db;
pub(crate) mod demo;
pub(crate) mod dev;
pub(crate) mod doctor;
pub(crate) mod keys;
pub(crate) mod node;
pub(crate) mod proof;
pub(crate) mod registry;
pub(crate) mod settle;
pub(crate) mod shell;
pub(crate) mod snapshot;
pub(crate) mod tx;

use crate::cli::{Cli, Command};
use crate::core::progress::shown;
use crate::core::{CliError, CliResult, Context, Report};
use serde_json::{Value, json};
use std::pin::Pin;

/// Runs a command line; its type has a name, so that a command can run command lines.
pub(crate) fn run_boxed(cli: Cli) -> Pin<Box<dyn Future<Output = CliResult<Report>> + Send>> {
    Box::pin(run(cli))
}

/// Runs a command line.
pub(crate) async fn run(cli: Cli) -> CliResult<Report> {
    match cli.command {
        Command::Dev(args) => dev::run(&cli.global, args).await,
        Command::Demo(args) => demo::run(&cli.global, args).await,
        Command::Node(command) => node::run(&cli.global, command).await,
        Command::Snapshot(command) => shown(blocking(move || snapshot::run(&command))).await,
        Command::Db(command) => shown(blocking(move || db::run(&command))).await,
        Command::Completions { shell } => shell::completions(shell),
        Command::Man { directory } => shell::man(&directory),
        command => shown(run_with(Context::new(cli.global)?, command)).await,
    }
}

/// Runs a command that works on files for long.
async fn blocking(
    command: impl FnOnce() -> CliResult<Report> + Send + 'static,
) -> CliResult<Report> {
    let done = tokio::task::spawn_blocking(command).await;
    done.map_err(|error| CliError::Internal(format!("a command did not end: {error}")))?
}

/// Runs a command that talks to a node.
async fn run_with(context: Context, command: Command) -> CliResult<Report> {
    match command {
        Command::Contract(command) => contract::run(context, command).await,
        Command::Registry(command) => registry::run(context, command).await,
        Command::Bond(command) => bond::run(context, command).await,
        Command::Settle(command) => settle::run(context, command).await,
        Command::Cash(command) => cash::run(context, command).await,
        Command::Keys(command) => keys::run(context, command),
        Command::Account(command) => account::run(context, command).await,
        Command::Tx(command) => tx::run(context, command).await,
        Command::Proof(command) => proof::run(context, command).await,
        Command::Doctor(args) => doctor::run(context, args).await,
        Command::Dev(_)
        | Command::Demo(_)
        | Command::Node(_)
        | Command::Snapshot(_)
        | Command::Db(_)
        | Command::Completions { .. }
        | Command::Man { .. }
        | Command::CompileWorker(_) => {
            Err(CliError::Internal("this command runs without a client".into()))
        }
    }
}

/// An error for programs.
pub(crate) fn error_json(error: &CliError) -> Value {
    let details = match error {
        CliError::Failed { details, .. } | CliError::CodeRefused { details, .. } => {
            (**details).clone()
        }
        CliError::Http(error) => error.problem().map_or(Value::Null, |problem| json!(problem)),
        CliError::Codec(error) => {
            json!({"path": error.path, "expected": error.expected, "got": error.got})
        }
        _ => Value::Null,
    };
    json!({"error": {"kind": error.kind(), "exit_code": error.exit_code(),
                     "text": error.to_string(), "details": details}})
}
