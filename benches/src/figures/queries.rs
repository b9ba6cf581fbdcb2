//! Blocks beside questions.

use crate::figure;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tenor_benches::memory_ledger::{MemoryLedger, PER_TRANSACTION};
use tenor_benches::rounds::median;
use tenor_executor::{FatalError, QueryError};
use tenor_primitives::Address;
use tenor_tests::hostile::Twin;
use tenor_tests::wasm::text::both;
use tenor_vm::{Purpose, THREAD_STACK_BYTES, VmConfig, WasmVm};

const ROUNDS: u32 = 31;
/// Transactions of a block, each of many transfers: about a tenth of a second.
const TRANSACTIONS: u32 = 100;
/// How long an endless question may take.
const QUESTION: Duration = Duration::from_millis(20);

/// The time of a block while endless questions run on the engine of requests, as many at once as a node
/// lets by default, over its time without any.
pub(crate) fn figures() {
    let vm = Arc::new(WasmVm::new(VmConfig::default()).expect("the engine starts"));
    let ledger = MemoryLedger::of_token(vm);
    let transactions = ledger.executions(TRANSACTIONS, PER_TRANSACTION, &MemoryLedger::transfer());
    let asked = Asked::new();
    let block = || {
        let started = Instant::now();
        ledger.run(&transactions);
        started.elapsed().as_secs_f64()
    };
    block();
    let rounds = (0..ROUNDS).map(|_| {
        let quiet = block();
        (asked.during(block), quiet)
    });
    let rounds: Vec<(f64, f64)> = rounds.collect();
    let column = |pick: fn(&(f64, f64)) -> f64| median(rounds.iter().map(pick).collect());
    figure("block_time_quiet_ms", column(|round| round.1 * 1e3), "ms");
    figure("block_time_under_queries_over_quiet", column(|round| round.0 / round.1), "ratio");
}

/// Somebody who asks without end.
struct Asked {
    ledger: Twin,
    contract: Address,
    vm: Arc<WasmVm>,
    threads: u32,
}

impl Asked {
    fn new() -> Self {
        let mut ledger = Twin::default();
        let contract = ledger.deploy("endless", &both("(loop (br 0))"));
        // One processor is left to blocks.
        let processors = std::thread::available_parallelism().map_or(1, |count| count.get());
        let threads = u32::try_from(processors.saturating_sub(1).max(1)).expect("a few");
        let config = VmConfig {
            purpose: Purpose::Requests,
            concurrent_runs_max: threads,
            ..VmConfig::default()
        };
        let vm = Arc::new(WasmVm::new(config).expect("an engine"));
        Self { ledger, contract, vm, threads }
    }

    /// Does `work` while questions run; every one of them must end at its deadline.
    fn during<R>(&self, work: impl FnOnce() -> R) -> R {
        let (over, running) = (AtomicBool::new(false), AtomicU32::new(0));
        let ask = || {
            while !over.load(Ordering::Relaxed) {
                let vm = self.vm.within(QUESTION);
                running.fetch_add(1, Ordering::Relaxed);
                let answer = self.ledger.query_on(vm, self.contract, b"");
                assert!(
                    matches!(answer, Err(QueryError::Fatal(FatalError::Deadline))),
                    "{answer:?}"
                );
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..self.threads {
                let thread = std::thread::Builder::new().stack_size(THREAD_STACK_BYTES);
                thread.spawn_scoped(scope, ask).expect("a thread");
            }
            while running.load(Ordering::Relaxed) < self.threads {
                std::thread::yield_now();
            }
            let result = work();
            over.store(true, Ordering::Relaxed);
            result
        })
    }
}
