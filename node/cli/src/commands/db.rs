//! `tenor db`: a stopped node's store.

use super::node::{NodeFile, RunArgs};
use crate::core::{CliError, CliResult, Report, counted};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use tenor_rocksdb::RocksDatabase;
use tenor_service::Database as _;

/// A stopped node's store.
#[derive(Subcommand, Debug)]
pub(crate) enum DbCommand {
    /// Check all of a stopped node's store: every block, the values, the trie, the kept past
    Verify(DbArgs),
}

/// Whose store.
#[derive(Args, Debug)]
pub(crate) struct DbArgs {
    /// The node's directory
    directory: PathBuf,
}

/// Runs the command.
pub(crate) fn run(command: &DbCommand) -> CliResult<Report> {
    let DbCommand::Verify(args) = command;
    let run = RunArgs::of(&args.directory);
    let (_, database) = open_existing(&run)?;
    let verified = database.verify().map_err(|error| CliError::Node(error.to_string()))?;
    let tip = database.tip().ok_or_else(|| CliError::Node("the node has no block yet".into()))?;
    let oldest = match verified.oldest_state {
        oldest if oldest == tip.height => "no past state is kept".into(),
        oldest => format!("states are kept from height {oldest}, whose root was recomputed too"),
    };
    Ok(Report::new()
        .line(format!(
            "sound: {}, {} and {} of the trie",
            counted(verified.blocks, "block"),
            counted(verified.values, "value"),
            match verified.nodes {
                1 => "1 branch".into(),
                nodes => format!("{nodes} branches"),
            }
        ))
        .line(format!(
            "  the values give the state root {} of block {}",
            tip.state_root, tip.height
        ))
        .line(format!("  {oldest}"))
        .field("height", tip.height)
        .field("state_root", tip.state_root.to_string())
        .field("blocks", verified.blocks)
        .field("values", verified.values)
        .field("nodes", verified.nodes)
        .field("oldest_state", verified.oldest_state))
}

/// The configuration and the store of a stopped node that has run.
pub(crate) fn open_existing(args: &RunArgs) -> CliResult<(NodeFile, RocksDatabase)> {
    let data = NodeFile::at(&args.directory, &NodeFile::load(args)?.data);
    if !data.exists() {
        let reason = "expected a node's store, got none; run the node once, or restore a snapshot";
        return Err(CliError::file(&data, reason));
    }
    open(args)
}

/// The configuration and the store of a stopped node; a new store where there is none.
pub(crate) fn open(args: &RunArgs) -> CliResult<(NodeFile, RocksDatabase)> {
    let file = NodeFile::load(args)?;
    let genesis = super::node::genesis::load(&NodeFile::at(&args.directory, &file.genesis))?;
    let data = NodeFile::at(&args.directory, &file.data);
    let database = RocksDatabase::open(&data, &genesis.chain_id, &file.store_options())
        .map_err(|error| CliError::Node(error.to_string()))?;
    Ok((file, database))
}
