//! What a failed transaction did, for whoever reads a test's output: the tree that `tenor tx trace`
//! shows.

use crate::engine;
use std::sync::{Arc, LazyLock};
use tenor_abi::spec::ContractSpec;
use tenor_client::tree::Tree;
use tenor_executor::system::namespace;
use tenor_executor::trace::TransactionTrace;
use tenor_executor::{ApplyError, BlockExecution};
use tenor_primitives::{Address, Hash, StorageKey};
use tenor_service::traces::trace_view;
use tenor_testing::Attempt;
use tenor_vm::{Purpose, VmConfig, WasmVm};

/// The engine of production as a node has it for traces; made when the first one is asked for.
static VM: LazyLock<Arc<WasmVm>> = LazyLock::new(|| {
    let config = VmConfig { purpose: Purpose::Traces, ..VmConfig::default() };
    Arc::new(WasmVm::new(config).expect("the engine starts"))
});

/// The trace of a transaction, as lines.
pub fn of(attempt: &Attempt) -> String {
    match engine::with_stack(|| trace(attempt)) {
        Ok(trace) => lines(attempt, &trace),
        Err(error) => format!("(it cannot be traced: {error})"),
    }
}

fn trace(attempt: &Attempt) -> Result<TransactionTrace, ApplyError> {
    let Attempt { parent, chain_id, height, time, transaction } = attempt.clone();
    let mut block = BlockExecution::begin(parent, chain_id, height, time, VM.clone())?;
    block.trace(&transaction)
}

fn lines(attempt: &Attempt, trace: &TransactionTrace) -> String {
    let specs = |code_hash: &Hash| spec(attempt, code_hash);
    let view = trace_view(trace, None, &specs);
    let names = |address: &Address| address.to_string();
    Tree { names: &names, host: true }.lines(&view).join("\n")
}

fn spec(attempt: &Attempt, code_hash: &Hash) -> Option<ContractSpec> {
    let key = StorageKey::new(Address::SYSTEM, namespace::CODE, code_hash.0);
    engine::spec_of(&attempt.parent.get(&key).ok()??)
}
