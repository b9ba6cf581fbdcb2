//! What taking in code and loading its compiled form cost. No goals: they say what a deployment and a
//! restart take.

use crate::figure;
use std::sync::Arc;
use tenor_benches::memory_ledger::MemoryLedger;
use tenor_benches::rounds::{compare, median, per_operation};
use tenor_primitives::{Parameters, keccak256};
use tenor_tests::engine::compiled;
use tenor_vm::{VmConfig, WasmVm};

const ROUNDS: u32 = 7;

/// Check, instrumentation and compilation of the contract nearest to 100 KiB, over hashing it; and
/// loading its artifact, as the first call after a start does.
pub(crate) fn figures() {
    let codes = compiled().into_values();
    let code = codes.min_by_key(|code| code.len().abs_diff(100 << 10)).expect("make contracts");
    let parameters = Parameters::initial();
    let engine = tenor_vm::engine::build(&VmConfig::default()).expect("the engine starts");
    let upload = |_| {
        let checked = tenor_vm::check(&code, &parameters).expect("a contract of ours");
        engine.precompile_module(&checked.instrumented.wasm).expect("compiles");
    };
    let measured = compare(
        ROUNDS,
        (1, &mut { upload }),
        (50, &mut |times| {
            for _ in 0..times {
                std::hint::black_box(keccak256(&code));
            }
        }),
    );
    figure("vm_upload_kib", f64::from(u32::try_from(code.len()).expect("small")) / 1024.0, "KiB");
    figure("vm_upload_ms", measured.subject_ns / 1e6, "ms");
    figure("vm_upload_over_keccak", measured.ratio, "ratio");
    figure("vm_artifact_load_us", artifact_load_ns() / 1e3, "us");
}

/// The first call of a new engine that finds the artifact, less the second.
fn artifact_load_ns() -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let config =
        VmConfig { artifact_directory: Some(folder.path().to_owned()), ..VmConfig::default() };
    let start = || Arc::new(WasmVm::new(config.clone()).expect("the engine starts"));
    let ledger = MemoryLedger::of_token(start());
    let transactions = ledger.executions(1, 1, &MemoryLedger::transfer());
    let sample = |_| {
        let ledger = ledger.on(start());
        let call = || per_operation(1, &mut |_| ledger.run(&transactions));
        let (first, second) = (call(), call());
        first - second
    };
    median((0..ROUNDS).map(sample).collect())
}
