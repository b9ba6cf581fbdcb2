//! `tenor node run`: the node's process.

use super::{NodeFile, RunArgs, genesis};
use crate::core::context::passphrase;
use crate::core::{CliError, CliResult, Report};
use std::path::Path;
use std::sync::Arc;
use tenor_client::keystore::Keystore;
use tenor_primitives::SigningKey;
use tenor_rocksdb::{RocksDatabase, StoreOptions};
use tenor_service::{Genesis, Node, NodeHandle};
use tenor_vm::{VmConfig, WasmVm};
use tokio::signal::unix::{SignalKind, signal};

/// Runs the command: returns after a clean stop.
pub(super) async fn run(args: &RunArgs) -> CliResult<Report> {
    let file = NodeFile::load(args)?;
    start_logging(&file.log)?;
    let node = open(args, &file).await?;
    // On standard output, so that who started the process learns the port.
    println!("ready at {}", node.url());
    serve(node).await?;
    Ok(Report::new())
}

/// Serves until SIGTERM or SIGINT, then drains and stops.
pub(crate) async fn serve(node: NodeHandle) -> CliResult<()> {
    let failed = |error: std::io::Error| CliError::Node(format!("no signal handler: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    tokio::select! {
        error = node.stopped() => return Err(CliError::Node(format!("the node stopped: {error}"))),
        _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
        _ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
    }
    node.shutdown().await.map_err(|error| CliError::Node(error.to_string()))?;
    tracing::info!("stopped");
    Ok(())
}

/// Starts the node that a directory describes.
pub(crate) async fn open(args: &RunArgs, file: &NodeFile) -> CliResult<NodeHandle> {
    let directory = &args.directory;
    let genesis = genesis::load(&NodeFile::at(directory, &file.genesis))?;
    let key = validator_key(directory, &file.validator_key)?;
    start(directory, file, genesis, key).await
}

async fn start(
    directory: &Path,
    file: &NodeFile,
    genesis: Genesis,
    key: SigningKey,
) -> CliResult<NodeHandle> {
    let node_error = |error: &dyn std::fmt::Display| CliError::Node(error.to_string());
    let options = StoreOptions {
        memory_bytes_max: file.database_memory_bytes_max,
        ..StoreOptions::default()
    };
    let data = NodeFile::at(directory, &file.data);
    let database = RocksDatabase::open(&data, &genesis.chain_id, &options)
        .map_err(|error| node_error(&error))?;
    let config = VmConfig {
        artifact_directory: Some(NodeFile::at(directory, &file.modules)),
        ..VmConfig::default()
    };
    let vm = WasmVm::new(config).map_err(|error| node_error(&error))?;
    Node::start(file.node.clone(), Arc::new(database), Arc::new(vm), genesis, key)
        .await
        .map_err(|error| node_error(&error))
}

fn validator_key(directory: &Path, name: &str) -> CliResult<SigningKey> {
    let asked = passphrase("Passphrase of the validator key: ")?;
    Ok(Keystore::new(directory.join("keys")).load(name, || asked.or_prompt())?)
}

/// Logs go to standard error, so that standard output stays for results.
pub(crate) fn start_logging(filter: &str) -> CliResult<()> {
    let filter = std::env::var("TENOR_LOG").unwrap_or_else(|_| filter.into());
    let filter = tracing_subscriber::EnvFilter::try_new(&filter)
        .map_err(|error| CliError::Usage(format!("log filter {filter:?}: {error}")))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init()
        .map_err(|error| CliError::Internal(format!("logging: {error}")))
}
