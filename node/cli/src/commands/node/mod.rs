//! `tenor node`: make, configure and run a node.

mod backup;
mod config;
mod engines;
pub(crate) mod genesis;
mod init;
mod replay;
mod run;
mod sync;

use crate::core::{CliResult, GlobalArgs, Report, counted};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use tenor_primitives::Timestamp;

pub(crate) use config::{LogFormat, NodeFile};
pub(crate) use engines::compiler;
pub(crate) use run::{open, serve};

/// Nodes.
#[derive(Subcommand, Debug)]
pub(crate) enum NodeCommand {
    /// Make a node's directory: genesis file, configuration, validator key
    Init(init::InitArgs),
    /// Run a node until SIGTERM
    Run(RunArgs),
    /// Print the configuration in force, and where each value comes from
    Config(RunArgs),
    /// Run a stopped node's whole history again from genesis and compare every header
    Replay(RunArgs),
    /// Let a stopped node catch up by the blocks of another one
    Sync(sync::SyncArgs),
    /// Where the node stands
    Status,
    /// Move ledger time forward (development ledgers only)
    SetTime {
        /// The new time, such as 2026-01-31T12:00:00Z
        time: Timestamp,
    },
}

/// Which node.
#[derive(Args, Clone, Debug)]
pub(crate) struct RunArgs {
    /// The node's directory, as `tenor node init` makes it
    pub(crate) directory: PathBuf,
    /// Where the API listens
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<std::net::SocketAddr>,
    /// Any setting of `tenor node config`, such as node.api.connections_max=64; repeat it
    #[arg(long, value_name = "SETTING=VALUE")]
    pub(crate) set: Vec<String>,
}

impl RunArgs {
    /// The node in a directory, as its file and the environment say.
    pub(crate) fn of(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into(), listen: None, set: Vec::new() }
    }
}

/// Runs the command.
pub(crate) async fn run(global: &GlobalArgs, command: NodeCommand) -> CliResult<Report> {
    match command {
        NodeCommand::Init(args) => init::run(global, &args),
        NodeCommand::Run(args) => run::run(&args).await,
        NodeCommand::Config(args) => config::show(&args),
        NodeCommand::Replay(args) => replay::run(&args),
        NodeCommand::Sync(args) => sync::run(global, &args).await,
        NodeCommand::Status => status(global).await,
        NodeCommand::SetTime { time } => set_time(global, time).await,
    }
}

async fn status(global: &GlobalArgs) -> CliResult<Report> {
    let context = crate::core::Context::new(global.clone())?;
    let status = context.client.status().await?;
    let time = if status.manual_time { "set by hand" } else { "of the clock" };
    Ok(Report::new()
        .line(format!("{} at height {}, {}", status.chain_id, status.height, status.time))
        .line(format!("  state root {}", status.state_root))
        .line(format!(
            "  time {time}, waiting: {}",
            counted(status.mempool.transactions, "transaction")
        ))
        .line(format!("  node {}", status.node_version))
        .field("status", serde_json::json!(status)))
}

async fn set_time(global: &GlobalArgs, time: Timestamp) -> CliResult<Report> {
    let context = crate::core::Context::new(global.clone())?;
    let answer = context.client.set_time(time).await?;
    Ok(Report::new()
        .line(format!("ledger time is {} from block {}", answer.time, answer.height))
        .field("height", answer.height)
        .field("time", answer.time.to_string()))
}
