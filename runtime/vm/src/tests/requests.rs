//! The engine of questions and dry runs: the same answers for the same gas, a deadline, and nothing
//! shared with the engine of blocks.

use super::Ledger;
use super::guests::{both, escaped, guest};
use crate::{Purpose, VmConfig, WasmVm};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tenor_executor::{FatalError, QueryError};
use tenor_primitives::Parameters;

const LONG: Duration = Duration::from_secs(60);
const ENDLESS: &str = "(loop (br 0))";

fn requests(concurrent_runs_max: u32) -> Arc<WasmVm> {
    let config =
        VmConfig { purpose: Purpose::Requests, concurrent_runs_max, ..VmConfig::default() };
    Arc::new(WasmVm::new(config).expect("an engine"))
}

fn is_deadline<T>(answer: &Result<T, QueryError>) -> bool {
    matches!(answer, Err(QueryError::Fatal(FatalError::Deadline)))
}

#[test]
fn answers_and_gas_are_those_of_the_engine_of_blocks() {
    let mut ledger = Ledger::new();
    let vm = requests(1);
    let bodies = [
        "(call $output_set (i32.const 0) (call $input_read (i32.const 0) (i32.const 100)))",
        "(drop (memory.grow (i32.const 3))) (memory.fill (i32.const 0) (i32.const 7) (i32.const 9))",
        "(local i64) (loop (br_if 0 (i64.lt_u (local.tee 0 (i64.add (local.get 0) (i64.const 1)))
                                              (i64.const 1000))))",
        "(unreachable)",
        "(drop (i32.load (i32.const -1)))",
        ENDLESS,
    ];
    for (index, body) in bodies.into_iter().enumerate() {
        let contract = ledger.deploy(&format!("body-{index}"), &both(body));
        for gas_limit in [1_000_000, 99_000] {
            let expected = ledger.query(contract, b"abc", gas_limit);
            let got = ledger.query_on(vm.within(LONG), contract, b"abc", gas_limit);
            assert_eq!(format!("{got:?}"), format!("{expected:?}"), "{body}");
        }
    }
}

#[test]
fn an_endless_question_ends_at_its_deadline_nested_or_not() {
    let mut ledger = Ledger::new();
    let vm = requests(1);
    let endless = ledger.deploy("endless", &both(ENDLESS));
    // Asks the other again and again, and does not care what becomes of it.
    let asking = ledger.deploy(
        "asking",
        &guest(&format!(
            r#"(data (i32.const 0) "{}") (func (export "execute"))
               (func (export "query") (loop
                 (drop (call $query (i32.const 0) (i32.const 0) (i32.const 0) (i64.const -1)))
                 (br 0)))"#,
            escaped(&endless.0)
        )),
    );
    for contract in [endless, asking] {
        let started = Instant::now();
        let vm = vm.within(Duration::from_millis(100));
        let answer = ledger.query_on(vm.clone(), contract, b"", u64::MAX);
        assert!(is_deadline(&answer), "{answer:?}");
        assert!(started.elapsed() < LONG);
        let again = ledger.query_on(vm, contract, b"", u64::MAX);
        assert!(is_deadline(&again), "a request is over once: {again:?}");
    }
    let quick = ledger.deploy("quick", &both("nop"));
    ledger.query_on(vm.within(LONG), quick, b"", 1_000_000).expect("the next one is fine");
}

#[test]
fn a_question_without_end_holds_up_no_block() {
    let one = VmConfig { concurrent_runs_max: 1, ..VmConfig::default() };
    let mut ledger = Ledger::with(one, Parameters::initial());
    let (endless, quick) =
        (ledger.deploy("endless", &both(ENDLESS)), ledger.deploy("quick", &both("nop")));
    let vm = requests(1);
    let other = ledger.snapshot();
    let blocks = |ledger: &mut Ledger| {
        let started = Instant::now();
        for _ in 0..20 {
            assert!(ledger.execute(quick, b"").is_success());
        }
        started.elapsed()
    };
    let alone = blocks(&mut ledger);
    let (asked, answered) = (AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let vm = vm.within(Duration::from_secs(2));
            asked.store(true, Ordering::SeqCst);
            let answer = other.query_on(vm, endless, b"", u64::MAX);
            answered.store(true, Ordering::SeqCst);
            assert!(is_deadline(&answer), "{answer:?}");
        });
        while !asked.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(50));
        let beside = blocks(&mut ledger);
        assert!(!answered.load(Ordering::SeqCst), "blocks were made while it ran");
        println!("20 blocks alone {alone:?}, beside an endless question {beside:?}");
    });
}
