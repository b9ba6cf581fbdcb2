//! One test body on both engines.

use crate::{auditor, engine};
use tenor_primitives::Timestamp;
use tenor_sdk::NativeContract;
use tenor_testing::{Chain, Engine, compare};

/// Stack of a thread that runs guests natively or compiled, as the node's threads have.
const STACK_BYTES: usize = tenor_vm::THREAD_STACK_BYTES;

/// Runs `body` on native functions and on compiled modules, and compares results, events and
/// storage; the auditor looks at every block, and every refusal must have exact gas and change nothing
/// but a nonce. Both chains are given back, native first.
///
/// # Panics
/// If the body does, or the chains differ.
pub fn on_both(
    contracts: &[NativeContract],
    start: Option<Timestamp>,
    body: fn(&mut Chain),
) -> (Chain, Chain) {
    let chain = move |engine: Engine| match start {
        Some(time) => Chain::starting_at(engine, time),
        None => Chain::new(engine),
    };
    let names: Vec<&str> = contracts.iter().map(|contract| contract.spec.name).collect();
    let compiled = engine::wasm_of(&names);
    let native = Engine::native(contracts);
    let run = move |engine: Engine| {
        let mut chain = chain(engine);
        chain.audit_with(auditor::audit);
        chain.check_refusals();
        body(&mut chain);
        chain
    };
    let run_with_stack = |engine: Engine| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let running = thread.spawn(move || run(engine)).expect("a thread starts");
        running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    };
    let (native, compiled) = (run_with_stack(native), run_with_stack(compiled));
    if let Err(difference) = compare(&native, &compiled) {
        panic!("native and compiled differ in {difference}");
    }
    (native, compiled)
}
