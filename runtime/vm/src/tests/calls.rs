//! Calls from contract to contract, each in an instance of its own.

use super::Ledger;
use super::guests::{escaped, guest};
use tenor_abi::CallStatus;
use tenor_primitives::{Address, ContractFailure, HaltCode, Halted, TransactionStatus};

/// A caller that writes `before`, calls `callee` with its own input and `gas`, writes `after`, and
/// outputs the status and the register.
fn caller(callee: Address, gas: u64) -> Vec<u8> {
    guest(&format!(
        r#"(data (i32.const 0) "{}") (data (i32.const 64) "beforeafter")
           (func (export "execute") (local i32)
             (call $storage_set (i32.const 7) (i32.const 64) (i32.const 6)
                                (i32.const 64) (i32.const 1))
             (i32.store8 (i32.const 1000) (call $call (i32.const 0) (i32.const 100)
               (call $input_read (i32.const 100) (i32.const 500)) (i64.const {gas})))
             (call $storage_set (i32.const 7) (i32.const 70) (i32.const 5)
                                (i32.const 64) (i32.const 1))
             (call $output_set (i32.const 1000) (i32.add (i32.const 1)
               (call $register_read (i32.const 1001) (i32.const 500)))))"#,
        escaped(&callee.0)
    ))
}

/// A callee that writes, emits, outputs "done", and then does what `tail` says.
fn callee(tail: &str) -> Vec<u8> {
    guest(&format!(
        r#"(data (i32.const 0) "wrote") (data (i32.const 16) "done") (data (i32.const 32) "\00\00\00\00")
           (func $recurse (call $recurse))
           (func (export "execute")
             (call $storage_set (i32.const 7) (i32.const 0) (i32.const 5)
                                (i32.const 0) (i32.const 1))
             (call $event_emit (i32.const 0) (i32.const 5) (i32.const 32) (i32.const 4)
                               (i32.const 0) (i32.const 0))
             (call $output_set (i32.const 16) (i32.const 4))
             {tail})"#
    ))
}

/// Deploys a callee with `tail` and a caller of it with `gas`, and calls.
fn called(tail: &str, gas: u64) -> (Ledger, Address, Address, Vec<u8>) {
    let mut ledger = Ledger::new();
    let inner = ledger.deploy("callee", &callee(tail));
    let outer = ledger.deploy("caller", &caller(inner, gas));
    let output = ledger.output(outer, b"payload");
    (ledger, inner, outer, output)
}

#[test]
fn a_call_that_returns_keeps_everything() {
    let (ledger, inner, outer, output) = called("", u64::MAX);
    assert_eq!(output[0], CallStatus::Returned as u8);
    assert_eq!(&output[1..], b"done");
    assert!(ledger.value(inner, b"wrote").is_some());
    assert!(ledger.value(outer, b"before").is_some() && ledger.value(outer, b"after").is_some());
}

/// Asserts that nothing of the callee is left, and all of the caller.
fn rolled_back(ledger: &Ledger, inner: Address, outer: Address) {
    assert_eq!(ledger.value(inner, b"wrote"), None);
    assert!(ledger.value(outer, b"before").is_some() && ledger.value(outer, b"after").is_some());
}

#[test]
fn a_call_that_fails_is_rolled_back_as_a_whole() {
    let tail = "(call $fail (i32.const 9) (i32.const 16) (i32.const 4))";
    let (ledger, inner, outer, output) = called(tail, u64::MAX);
    assert_eq!(output[0], CallStatus::Failed as u8);
    let failure: ContractFailure = borsh::from_slice(&output[1..]).expect("a failure");
    assert_eq!((failure.contract, failure.code), (inner, 9));
    assert_eq!(failure.details, b"done");
    rolled_back(&ledger, inner, outer);
}

#[test]
fn a_call_that_is_stopped_is_rolled_back_as_a_whole() {
    for (tail, code) in [
        ("(unreachable)", HaltCode::Unreachable),
        ("(drop (i32.div_u (i32.const 0) (i32.const 0)))", HaltCode::DivisionByZero),
        ("(call $output_set (i32.const -1) (i32.const 1))", HaltCode::BadPointer),
        ("(call $recurse)", HaltCode::StackExhausted),
        ("(call $panic (i32.const 0) (i32.const 5))", HaltCode::Panicked),
    ] {
        let (ledger, inner, outer, output) = called(tail, u64::MAX);
        assert_eq!(output[0], CallStatus::Halted as u8, "{tail}");
        let halted: Halted = borsh::from_slice(&output[1..]).expect("a halt");
        assert_eq!(halted, Halted { contract: inner, code }, "{tail}");
        rolled_back(&ledger, inner, outer);
    }
}

#[test]
fn a_call_out_of_its_own_limit_is_caught() {
    let (ledger, inner, outer, output) = called("(loop (br 0))", 500_000);
    assert_eq!(output[0], CallStatus::Halted as u8);
    let halted: Halted = borsh::from_slice(&output[1..]).expect("a halt");
    assert_eq!(halted.code, HaltCode::OutOfGas);
    rolled_back(&ledger, inner, outer);
}

#[test]
fn a_call_out_of_all_gas_is_never_caught() {
    let mut ledger = Ledger::new();
    let inner = ledger.deploy("callee", &callee("(loop (br 0))"));
    let outer = ledger.deploy("caller", &caller(inner, u64::MAX));
    let receipt = ledger.execute(outer, b"");
    assert!(matches!(
        receipt.status,
        TransactionStatus::Halted { halt: Halted { code: HaltCode::OutOfGas, .. }, .. }
    ));
    assert_eq!(ledger.value(outer, b"before"), None);
}

#[test]
fn the_stack_is_shared_by_the_call_tree() {
    // Counts how deep a recursion gets, below a caller that recursed `levels` deep itself.
    let deep = guest(
        r#"(func $f (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
             (call $storage_set (i32.const 7) (i32.const 64) (i32.const 0)
                                (i32.const 0) (i32.const 4))
             (if (i32.lt_u (i32.load (i32.const 0)) (i32.load (i32.const 4))) (then (call $f))))
           (func (export "execute")
             (drop (call $input_read (i32.const 4) (i32.const 4))) (call $f))"#,
    );
    let mut ledger = Ledger::new();
    let inner = ledger.deploy("inner", &deep);
    let outer_code = |levels: u32| {
        guest(&format!(
            r#"(data (i32.const 0) "{}") (global $left (mut i32) (i32.const {levels}))
               (func $f
                 (if (global.get $left)
                   (then (global.set $left (i32.sub (global.get $left) (i32.const 1))) (call $f))
                   (else (i32.store8 (i32.const 200)
                     (call $call (i32.const 0) (i32.const 100)
                       (call $input_read (i32.const 100) (i32.const 4)) (i64.const -1))))))
               (func (export "execute") (call $f)
                 (call $output_set (i32.const 200) (i32.const 1)))"#,
            escaped(&inner.0)
        ))
    };
    let outers =
        [0, 500].map(|levels| ledger.deploy(&format!("outer-{levels}"), &outer_code(levels)));
    // The deepest recursion below each.
    let deepest = outers.map(|outer| {
        let mut reached = (1_u32, 4_000_u32);
        while reached.1 - reached.0 > 1 {
            let middle = u32::midpoint(reached.0, reached.1);
            let status = ledger.output(outer, &middle.to_le_bytes())[0];
            if status == CallStatus::Returned as u8 {
                reached.0 = middle
            } else {
                reached.1 = middle
            }
        }
        reached.0
    });
    assert!(deepest[1] < deepest[0], "{deepest:?}");
    assert!(deepest[1] > 100, "{deepest:?}");
}

#[test]
fn the_deepest_tree_of_the_largest_frames_stays_in_the_native_stack() {
    // Each level uses a share of the stack and calls the next; the last has none left.
    let mut ledger = Ledger::new();
    let mut next = Address([0; 32]);
    for level in 0..16 {
        let code = guest(&format!(
            r#"(data (i32.const 0) "{}") (global $left (mut i32) (i32.const 80))
               (func $f
                 (if (global.get $left)
                   (then (global.set $left (i32.sub (global.get $left) (i32.const 1))) (call $f))
                   (else (i32.store8 (i32.const 200)
                     (call $call (i32.const 0) (i32.const 100) (i32.const 0) (i64.const -1))))))
               (func (export "execute") (call $f)
                 (drop (call $register_read (i32.const 201) (i32.const 100)))
                 (call $output_set (i32.const 200) (i32.const 34)))"#,
            escaped(&next.0)
        ));
        next = ledger.deploy(&format!("level-{level}"), &code);
    }
    let worker = std::thread::Builder::new().stack_size(crate::THREAD_STACK_BYTES);
    let run = worker.spawn(move || ledger.output(next, b"")).expect("a thread");
    assert_eq!(run.join().expect("no overflow")[0], CallStatus::Returned as u8);
}
