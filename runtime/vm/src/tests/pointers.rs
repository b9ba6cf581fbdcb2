//! Pointers and lengths that do not lie in memory, for every host function.

use super::Ledger;
use super::guests::{both, guest};
use tenor_primitives::HaltCode;

/// Bytes of the guests' memory.
const MEMORY: u64 = 2 * 65_536;

/// Pairs of pointer and length that are outside, as wasm constants.
const OUTSIDE: [(u64, u64); 6] = [
    (MEMORY, 1),
    (MEMORY - 1, 2),
    (0, MEMORY + 1),
    (0, u32::MAX as u64),
    (u32::MAX as u64, 1),
    (u32::MAX as u64, u32::MAX as u64),
];

/// Calls with `PTR LEN` where a slice of any length goes.
const SLICES: [&str; 17] = [
    "(drop (call $input_read PTR LEN))",
    "(drop (call $register_read PTR LEN))",
    "(drop (call $context_read PTR LEN))",
    "(call $output_set PTR LEN)",
    "(call $fail (i32.const 1) PTR LEN)",
    "(call $panic PTR LEN)",
    "(drop (call $storage_get (i32.const 7) PTR LEN (i32.const 0) (i32.const 0)))",
    "(drop (call $storage_get (i32.const 7) (i32.const 0) (i32.const 1) PTR LEN))",
    "(call $storage_set (i32.const 7) PTR LEN (i32.const 0) (i32.const 1))",
    "(call $storage_set (i32.const 7) (i32.const 0) (i32.const 1) PTR LEN)",
    "(drop (call $storage_remove (i32.const 7) PTR LEN))",
    "(drop (call $storage_scan (i32.const 7) PTR LEN (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1)))",
    "(drop (call $storage_scan (i32.const 7) (i32.const 0) (i32.const 0) PTR LEN (i32.const 0) (i32.const 1)))",
    "(call $event_emit PTR LEN (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))",
    "(call $event_emit (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) PTR LEN)",
    "(drop (call $call (i32.const 0) PTR LEN (i64.const 0)))",
    "(call $keccak256 PTR LEN (i32.const 0))",
];

/// Calls with `PTR` where a value of fixed length goes, and that length.
const FIXED: [(&str, u64); 9] = [
    ("(call $keccak256 (i32.const 0) (i32.const 0) PTR)", 32),
    ("(drop (call $verify_signature PTR (i32.const 0) (i32.const 0)))", 32),
    ("(drop (call $verify_signature (i32.const 0) PTR (i32.const 0)))", 33),
    ("(drop (call $verify_signature (i32.const 0) (i32.const 0) PTR))", 64),
    ("(drop (call $recover_key PTR (i32.const 0) (i32.const 0) (i32.const 0)))", 32),
    ("(drop (call $recover_key (i32.const 0) PTR (i32.const 0) (i32.const 0)))", 64),
    ("(drop (call $recover_key (i32.const 0) (i32.const 0) (i32.const 0) PTR))", 33),
    ("(drop (call $call PTR (i32.const 0) (i32.const 0) (i64.const 0)))", 32),
    ("(drop (call $query PTR (i32.const 0) (i32.const 0) (i64.const 0)))", 32),
];

fn constant(value: u64) -> String {
    format!("(i32.const {value})")
}

#[test]
fn slices_outside_of_memory_are_stopped() {
    let mut ledger = Ledger::new();
    for (index, call) in SLICES.into_iter().enumerate() {
        // The payload chooses the case.
        let cases: String = OUTSIDE
            .iter()
            .enumerate()
            .map(|(case, (pointer, length))| {
                let call =
                    call.replace("PTR", &constant(*pointer)).replace("LEN", &constant(*length));
                format!("(if (i32.eq (local.get 0) (i32.const {case})) (then {call}))")
            })
            .collect();
        let code = guest(&format!(
            r#"(func (export "execute") (local i32)
                 (drop (call $input_read (i32.const 0) (i32.const 4)))
                 (local.set 0 (i32.load8_u (i32.const 0))) {cases})"#
        ));
        let contract = ledger.deploy(&format!("slice-{index}"), &code);
        for (case, outside) in OUTSIDE.iter().enumerate() {
            let payload = [u8::try_from(case).expect("few")];
            let receipt = ledger.execute(contract, &payload);
            let text = format!("{:?}", receipt.status);
            assert!(text.contains("BadPointer"), "{call} {outside:?}: {text}");
        }
    }
}

#[test]
fn fixed_values_outside_of_memory_are_stopped() {
    let mut ledger = Ledger::new();
    for (index, (call, length)) in FIXED.into_iter().enumerate() {
        for (case, pointer) in
            [MEMORY - length + 1, MEMORY, u64::from(u32::MAX)].into_iter().enumerate()
        {
            let code = both(&call.replace("PTR", &constant(pointer)));
            let contract = ledger.deploy(&format!("fixed-{index}-{case}"), &code);
            assert_eq!(ledger.halt(contract), HaltCode::BadPointer, "{call} at {pointer}");
        }
    }
}

#[test]
fn the_last_byte_is_inside() {
    let mut ledger = Ledger::new();
    let contract = ledger.deploy(
        "edge",
        &both(
            "(i32.store8 (i32.const 131071) (i32.const 7))
             (call $keccak256 (i32.const 131072) (i32.const 0) (i32.const 131040))
             (call $output_set (i32.const 131071) (i32.const 1))",
        ),
    );
    let empty = tenor_primitives::keccak256(b"");
    assert_eq!(ledger.output(contract, b""), [empty.0[31]]);
}

#[test]
fn input_and_output_may_overlap() {
    let mut ledger = Ledger::new();
    let contract = ledger.deploy(
        "overlap",
        &both(
            "(call $keccak256 (i32.const 0) (i32.const 40) (i32.const 4))
             (call $output_set (i32.const 4) (i32.const 32))",
        ),
    );
    assert_eq!(ledger.output(contract, b""), tenor_primitives::keccak256(&[0; 40]).0);
}
