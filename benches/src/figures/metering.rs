//! What counting gas and stack costs a guest that only computes.

use crate::figure;
use std::sync::Arc;
use tenor_benches::rounds::compare;
use tenor_benches::tape::{Player, Recorder, Run};
use tenor_benches::trades::CONTRACTS;
use tenor_interfaces::issuance::Draft;
use tenor_testing::{Chain, Engine};
use tenor_tests::engine::compiled;
use tenor_tests::scenarios::market;
use tenor_vm::VmConfig;

const ROUNDS: u32 = 61;
/// Runs of a round.
const RUNS: u32 = 12;

/// A draft of a bond over thirty years: issuance checks its terms, makes the schedule of sixty periods
/// and computes what each accrues and pays. The same module runs with and without instrumentation on
/// one engine, and its host has all answers ready.
pub(crate) fn figures() {
    let (code, instrumented, run) = recorded();
    let engine = tenor_vm::engine::build(&VmConfig::default()).expect("the engine starts");
    let metered = Player::new(&engine, &instrumented, &run, true);
    let plain = Player::new(&engine, &code, &run, false);
    let measured = compare(
        ROUNDS,
        (RUNS, &mut |runs| (0..runs).for_each(|_| metered.run())),
        (RUNS, &mut |runs| (0..runs).for_each(|_| plain.run())),
    );
    figure("metering_schedule_us", measured.subject_ns / 1000.0, "us");
    figure("metering_overhead", measured.ratio, "ratio");
}

/// Issuance's code, its instrumented form, and its run on a draft over thirty years.
fn recorded() -> (Vec<u8>, Vec<u8>, Run) {
    let mut codes = compiled();
    let recorder = Arc::new(Recorder::new());
    let of_market = CONTRACTS.map(|name| {
        let code = codes.remove(name).unwrap_or_else(|| panic!("{name}: run `make contracts`"));
        (name.to_owned(), code)
    });
    let [_, _, (_, code), ..] = of_market.clone();
    let mut chain = Chain::new(Engine::new(recorder.clone(), of_market));
    let market = market::open(&mut chain);
    let mut terms = market.terms();
    terms.maturity = Some(market::date("2056-01-05"));
    terms.schedule.frequency = tenor_bond_math::Frequency::SEMI_ANNUAL;
    let draft = market.draft(&chain, terms);
    recorder.take();
    chain.instantiate::<Draft>(market.issuer, "issuance", "bond", &draft);
    let run = recorder.take().into_iter().next().expect("one run");
    let instrumented = recorder.instrumented(&run.code_hash);
    (code, instrumented, run)
}
