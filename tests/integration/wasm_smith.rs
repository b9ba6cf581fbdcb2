//! Random modules of the contract target on all engines: result, gas, stack, trap, memory and globals
//! must be the same; and random contracts on a ledger, with their host calls.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use tenor_primitives::HaltCode;
use tenor_tests::engine::with_stack;
use tenor_tests::hostile::{End, Twin};
use tenor_tests::wasm::differential::{Compared, Differential};
use tenor_tests::wasm::smith::{self, Kind};

/// Modules of one run: `TENOR_MODULES`, or as many as take about ten seconds.
fn count(default: u64) -> u64 {
    match std::env::var("TENOR_MODULES") {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("TENOR_MODULES: got {text:?}")),
        Err(_) => default,
    }
}

/// The module of a seed.
fn module(seed: u64, kind: Kind) -> Option<Vec<u8>> {
    let length = 200 + usize::try_from(seed % 7).expect("small") * 500;
    smith::module(&smith::bytes(seed, length), kind)
}

#[test]
fn random_modules_do_the_same_on_every_engine() {
    let (next, last) = (AtomicU64::new(0), count(2_500));
    let engines = Differential::default();
    let work = || {
        let mut ends: BTreeMap<Option<Compared>, u64> = BTreeMap::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= last {
                return ends;
            }
            let compare = || module(seed, Kind::Bare).map(|code| engines.compare(&code));
            let compared = std::panic::catch_unwind(std::panic::AssertUnwindSafe(compare));
            let compared = compared.unwrap_or_else(|panic| {
                eprintln!("seed {seed}");
                std::panic::resume_unwind(panic)
            });
            *ends.entry(compared).or_default() += 1;
        }
    };
    let mut ends: BTreeMap<Option<Compared>, u64> = BTreeMap::new();
    std::thread::scope(|scope| {
        let workers = [(); 2].map(|()| scope.spawn(|| with_stack(work)));
        for worker in workers {
            for (end, times) in worker.join().unwrap_or_else(|p| std::panic::resume_unwind(p)) {
                *ends.entry(end).or_default() += times;
            }
        }
    });
    println!("{ends:?}");
    let agreed = |end: Option<HaltCode>| ends.get(&Some(Compared::Agreed(end))).copied();
    let total: u64 = ends
        .iter()
        .filter(|(end, _)| matches!(end, Some(Compared::Agreed(_))))
        .map(|(_, n)| n)
        .sum();
    assert!(total * 2 > last, "more than half of the modules run: {ends:?}");
    for end in [None, Some(HaltCode::Unreachable), Some(HaltCode::MemoryOutOfBounds)] {
        assert!(agreed(end).unwrap_or(0) > 0, "{end:?} is among the ends: {ends:?}");
    }
}

/// Contracts on one ledger, before a new one is begun.
const PER_LEDGER: u64 = 50;

#[test]
fn random_contracts_do_the_same_on_a_ledger() {
    with_stack(|| {
        let mut twin = Twin::default();
        let mut ends: BTreeMap<String, u64> = BTreeMap::new();
        for seed in 0..count(400) {
            if seed % PER_LEDGER == 0 {
                twin = Twin::default();
            }
            let code = module(seed, Kind::Contract);
            let parameters = twin.parameters();
            let taken = code.filter(|code| tenor_vm::check(code, &parameters).is_ok());
            let Some(code) = taken else {
                *ends.entry("refused".into()).or_default() += 1;
                continue;
            };
            let end = run(&mut twin, &code);
            *ends.entry(end.to_string()).or_default() += 1;
        }
        println!("{ends:?}");
        assert!(ends.len() > 4, "{ends:?}");
    });
}

/// Deploys a contract, whose `instantiate` is random too, and calls it; how that ended.
fn run(twin: &mut Twin, code: &[u8]) -> End {
    match twin.try_deploy("smith", code) {
        Err(receipt) => End::of(&receipt),
        Ok(contract) => {
            let message = tenor_primitives::Message::Execute { contract, payload: vec![7; 40] };
            let transaction = twin.transaction("participant", 1_500_000, vec![message]);
            End::of(&twin.block(vec![transaction])[0])
        }
    }
}
