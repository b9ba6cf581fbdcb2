//! `tenor node replay`: runs a node's whole history again, from genesis with nothing compiled and
//! nothing cached, and compares every header on the way.

use super::sync::take;
use super::{NodeFile, RunArgs, genesis};
use crate::core::{CliError, CliResult, Report, counted};
use std::path::Path;
use std::sync::Arc;
use tenor_ledger::{ChainLedger, Ledger};
use tenor_primitives::{Block, CommitCertificate};
use tenor_rocksdb::{RocksDatabase, StoreOptions};
use tenor_service::{Database, Genesis};
use tenor_vm::{THREAD_STACK_BYTES, VmConfig, WasmVm};

/// Replays the stopped node in `args.directory`.
pub(super) fn run(args: &RunArgs) -> CliResult<Report> {
    let file = NodeFile::load(args)?;
    let genesis = genesis::load(&NodeFile::at(&args.directory, &file.genesis))?;
    let data = NodeFile::at(&args.directory, &file.data);
    // Guests run on a thread with the stack that a node gives them.
    let thread = std::thread::Builder::new().stack_size(THREAD_STACK_BYTES);
    let replay = thread
        .spawn(move || replay(&data, &genesis))
        .map_err(|error| CliError::Machine(format!("a thread: {error}")))?;
    let replayed = replay.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let Replayed { height, transactions, state_root } = replayed;
    Ok(Report::new()
        .line(format!(
            "replayed {}, {} from genesis",
            counted(height, "block"),
            counted(transactions, "transaction")
        ))
        .line(format!("every header agrees; state root {state_root} at height {height}"))
        .field("height", height)
        .field("transactions", transactions)
        .field("state_root", state_root.to_string()))
}

struct Replayed {
    height: u64,
    transactions: usize,
    state_root: tenor_primitives::Hash,
}

fn replay(data: &Path, genesis: &Genesis) -> CliResult<Replayed> {
    let history = open(data, genesis)?;
    let scratch = tempfile::tempdir().map_err(|error| CliError::file("scratch", error))?;
    let copy: Arc<dyn Database> = Arc::new(open(scratch.path(), genesis)?);
    let vm = WasmVm::new(VmConfig::default()).map_err(|error| failed(&error))?;
    let mut ledger =
        ChainLedger::open(genesis, copy, Arc::new(vm)).map_err(|error| failed(&error))?;
    let tip = history.tip().ok_or_else(|| CliError::Node("the node has no block yet".into()))?;
    let mut transactions = 0;
    for height in 1..=tip.height {
        let (block, certificate) = stored(&history, height)?;
        transactions += block.transactions.len();
        take(&mut ledger, &block, certificate)?;
    }
    let replayed = ledger.tip();
    if replayed.block_id != tip.block_id {
        let text = format!("expected block {} at the end, got {}", tip.block_id, replayed.block_id);
        return Err(CliError::Node(text));
    }
    Ok(Replayed { height: tip.height, transactions, state_root: replayed.state_root })
}

fn stored(history: &RocksDatabase, height: u64) -> CliResult<(Block, CommitCertificate)> {
    let block = history.block(height).map_err(|error| failed(&error))?;
    let certificate = history.certificate(height).map_err(|error| failed(&error))?;
    block.zip(certificate).ok_or_else(|| {
        CliError::Node(format!("block {height} or its certificate is missing from the store"))
    })
}

fn open(path: &Path, genesis: &Genesis) -> CliResult<RocksDatabase> {
    RocksDatabase::open(path, &genesis.chain_id, &StoreOptions::default())
        .map_err(|error| failed(&error))
}

fn failed(error: &dyn std::fmt::Display) -> CliError {
    CliError::Node(error.to_string())
}
