//! `tenor node run`: the node's process.

use super::backup::Backups;
use super::config::OperationListen;
use super::engines::NodeEngines;
use super::{NodeFile, RunArgs, genesis};
use crate::core::context::passphrase;
use crate::core::logs;
use crate::core::process::room_for_files;
use crate::core::signals::Signals;
use crate::core::{CliError, CliResult, Report, out};
use std::path::Path;
use std::sync::Arc;
use tenor_client::keystore::Keystore;
use tenor_primitives::SigningKey;
use tenor_rocksdb::RocksDatabase;
use tenor_service::{Database, Genesis, LogControl, Node, NodeHandle};

/// Runs the command: returns after a clean stop.
pub(super) async fn run(args: &RunArgs) -> CliResult<Report> {
    let file = NodeFile::load(args)?;
    let log = logs::start(&file)?;
    let signals = Signals::listen()?;
    let (node, _backups) = open(args, &file, log).await?;
    // On standard output, so that who started the process learns the port.
    let announced = out::line(&format!("ready at {}", node.url()));
    serve(node, announced, signals).await?;
    Ok(Report::new())
}

/// Serves until a signal asks to stop, then drains and stops; at once when it could not be announced.
pub(crate) async fn serve(
    node: NodeHandle,
    announced: CliResult<()>,
    mut signals: Signals,
) -> CliResult<()> {
    if announced.is_ok() {
        tokio::select! {
            error = node.stopped() => {
                return Err(CliError::Node(format!("the node stopped: {error}")));
            }
            stop = signals.next() => tracing::info!("{}: stopping", stop.name()),
        }
    }
    node.shutdown().await.map_err(|error| CliError::Node(error.to_string()))?;
    tracing::info!("stopped");
    announced
}

/// Starts the node that a directory describes, and its backups, which end when they are dropped.
pub(crate) async fn open(
    args: &RunArgs,
    file: &NodeFile,
    log: Arc<dyn LogControl>,
) -> CliResult<(NodeHandle, Option<Backups>)> {
    let directory = &args.directory;
    let genesis = genesis::load(&NodeFile::at(directory, &file.genesis))?;
    let key = validator_key(directory, &file.validator_key)?;
    let (mut node, backups) = start(directory, file, genesis, key).await?;
    if let OperationListen::At(address) = file.operation_listen {
        let opened = node.serve_operation(address, log).await;
        opened.map_err(|error| CliError::Node(format!("operation_listen: {error}")))?;
    }
    Ok((node, backups))
}

async fn start(
    directory: &Path,
    file: &NodeFile,
    genesis: Genesis,
    key: SigningKey,
) -> CliResult<(NodeHandle, Option<Backups>)> {
    let node_error = |error: &dyn std::fmt::Display| CliError::Node(error.to_string());
    let data = NodeFile::at(directory, &file.data);
    let options = file.store_options();
    room_for_files(file.node.api.connections_max, options.open_files_max)?;
    let database = RocksDatabase::open(&data, &genesis.chain_id, &options)
        .map_err(|error| node_error(&error))?;
    let database = Arc::new(database);
    let engines = Arc::new(NodeEngines::new(directory, file)?);
    let store = Arc::clone(&database) as Arc<dyn Database>;
    let mut config = file.node.clone();
    config.tls = config.tls.below(directory);
    let node = Node::start(config, store, engines, genesis, key)
        .await
        .map_err(|error| node_error(&error))?;
    Ok((node, Backups::start(directory, file, database)?))
}

fn validator_key(directory: &Path, name: &str) -> CliResult<SigningKey> {
    let asked = passphrase("Passphrase of the validator key: ")?;
    Ok(Keystore::new(directory.join("keys")).load(name, || asked.or_prompt())?)
}
