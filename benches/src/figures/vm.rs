//! The engine, against a bare pooled wasmtime call: a new instance and one empty call.

use crate::figure;
use std::sync::Arc;
use tenor_benches::bare::Bare;
use tenor_benches::memory_ledger::{MemoryLedger, PER_TRANSACTION};
use tenor_benches::repeating::Repeating;
use tenor_benches::rounds::{alternate, compare, per_operation};
use tenor_benches::trades::TradeLedger;
use tenor_executor::Vm;
use tenor_vm::{VmConfig, WasmVm};

/// Many short ones: the machine's speed changes within a second.
const ROUNDS: u32 = 41;
/// Of a round.
const TRANSACTIONS: u32 = 40;
/// Bare calls of a round.
const CALLS: u32 = TRANSACTIONS * PER_TRANSACTION;
/// Trades of each desk in a round.
const DESK_TRADES: u32 = 20;

/// As many pages as a Rust contract starts with, and entry points that do nothing.
const EMPTY: &str = r#"(module (memory (export "memory") 17)
    (func (export "instantiate")) (func (export "execute")))"#;

/// Every figure of the engine.
pub(crate) fn figures() {
    let bare = Bare::new();
    let vm: Arc<dyn Vm> = Arc::new(WasmVm::new(VmConfig::default()).expect("the engine starts"));
    empty(&bare, &vm);
    transfer(&bare, &vm);
    trade(&bare, &vm);
}

/// An empty call of an instrumented contract: the engine's own share, no transaction around it.
fn empty(bare: &Bare, vm: &Arc<dyn Vm>) {
    let code = wat::parse_str(EMPTY).expect("the module above");
    let repeating = Arc::new(Repeating::new(vm.clone(), CALLS));
    let ledger = MemoryLedger::new(vm.clone(), code, |_| Vec::new());
    let once = ledger.executions(1, 1, &[]);
    let repeated = ledger.on(repeating.clone());
    let measured = alternate(
        ROUNDS,
        || {
            repeated.run(&once);
            repeating.last_ns()
        },
        || bare_ns(bare),
    );
    figure("vm_empty_us", measured.subject_ns / 1000.0, "us");
    figure("vm_empty_over_bare", measured.ratio, "ratio");
}

/// A transfer of the example token: borsh, typed storage, event, journal, two reads, two writes.
fn transfer(bare: &Bare, vm: &Arc<dyn Vm>) {
    let ledger = MemoryLedger::of_token(vm.clone());
    let transactions = ledger.executions(TRANSACTIONS, PER_TRANSACTION, &MemoryLedger::transfer());
    let measured = compare(
        ROUNDS,
        (CALLS, &mut |_| ledger.run(&transactions)),
        (CALLS, &mut |calls| (0..calls).for_each(|_| bare.call())),
    );
    figure("vm_transfer_us", measured.subject_ns / 1000.0, "us");
    figure("vm_bare_call_us", measured.yardstick_ns / 1000.0, "us");
    figure("vm_transfer_over_bare", measured.ratio, "ratio");
}

/// The instruction that completes a trade: settlement matches it, asks the registry, has units and
/// cash held and delivered.
fn trade(bare: &Bare, vm: &Arc<dyn Vm>) {
    let ledger = TradeLedger::new(DESK_TRADES);
    let measured = alternate(ROUNDS, || ledger.settle(vm.clone()), || bare_ns(bare));
    figure("vm_dvp5_us", measured.subject_ns / 1000.0, "us");
    figure("vm_dvp5_over_bare", measured.ratio, "ratio");
}

fn bare_ns(bare: &Bare) -> f64 {
    per_operation(CALLS, &mut |calls| (0..calls).for_each(|_| bare.call()))
}
