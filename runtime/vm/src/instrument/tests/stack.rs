//! The logical stack: every way out gives it back, every recursion ends in the same place.

use super::{Guest, PLENTY, PLENTY_OF_STACK, instrumented};
use crate::NATIVE_PER_LOGICAL;
use crate::instrument::{COMPUTED_BYTES, FRAME_BYTES, VALUE_BYTES};
use wasmtime::{Trap, Val};

/// Bytes of a frame with that many locals and operands, and computed values.
fn frame(values: u32, computed: u32) -> i32 {
    (FRAME_BYTES + values * VALUE_BYTES + computed * COMPUTED_BYTES).cast_signed()
}

/// Runs `body` as a function that calls and has one parameter and a result, with each of
/// `arguments`, and asserts that the stack is back where it was.
fn restored(body: &str, arguments: &[i32]) {
    let guest = Guest::new(&format!(
        r#"(module (memory 1) (func $other)
           (func (export "run") (param i32) (result i32) (call $other) {body}))"#
    ));
    for argument in arguments {
        let outcome = guest.run(PLENTY, PLENTY_OF_STACK, &[Val::I32(*argument)]);
        let result = outcome.result.expect("returns").expect("a result");
        assert_eq!(outcome.stack, PLENTY_OF_STACK, "{body} with {argument}");
        assert_eq!(result.unwrap_i32(), *argument + 1, "{body} with {argument}");
    }
}

#[test]
fn every_exit_gives_the_stack_back() {
    let next = "(i32.add (local.get 0) (i32.const 1))";
    restored(next, &[1]);
    restored(&format!("(return {next})"), &[1]);
    restored(&format!("(br 0 {next})"), &[1]);
    restored(&format!("(block (loop (block (return {next})))) (unreachable)"), &[1]);
    restored(&format!("(block (loop (br 2 {next}))) (unreachable)"), &[1]);
    restored(&format!("(br_if 0 {next} (i32.eqz (local.get 0))) (drop) {next}"), &[0, 1]);
    restored(&format!("(block (result i32) (br_table 1 0 1 {next} (local.get 0)))"), &[0, 1, 2]);
    restored(
        &format!("(if (local.get 0) (then (return {next})) (else (br 1 {next}))) (unreachable)"),
        &[0, 1],
    );
    // Operands below the result are dropped on the way.
    restored(&format!("(i32.const 7) (i64.const 8) (return {next})"), &[1]);
}

#[test]
fn a_function_without_result_returns_too() {
    let guest = Guest::new(
        r#"(module (memory 1) (func $other)
           (func (export "run") (param i32)
             (call $other) (if (local.get 0) (then (return))) (block (br 1))))"#,
    );
    for argument in [0, 1] {
        let outcome = guest.run(PLENTY, PLENTY_OF_STACK, &[Val::I32(argument)]);
        outcome.result.expect("returns");
        assert_eq!(outcome.stack, PLENTY_OF_STACK);
    }
}

/// Recursion that counts its depth in memory, as a module's fields.
const RECURSIONS: [&str; 3] = [
    // Direct.
    r#"(func $f (export "run") (call $count) (call $f))"#,
    // Through the table.
    r#"(type $none (func)) (table 1 1 funcref) (elem (i32.const 0) $f)
       (func $f (export "run") (call $count) (call_indirect (type $none) (i32.const 0)))"#,
    // Two functions in turn, one with many locals.
    r#"(func $f (export "run") (call $count) (call $g))
       (func $g (local i64 i64 i64 i64 i64 i64 i64 i64) (call $f))"#,
];

#[test]
fn endless_recursion_ends_in_the_logical_stack() {
    for fields in RECURSIONS {
        let guest = Guest::new(&format!(
            r#"(module (memory 1) {fields}
               (func $count (i32.store (i32.const 0)
                 (i32.add (i32.load (i32.const 0)) (i32.const 1)))))"#
        ));
        let outcome = guest.run(PLENTY, PLENTY_OF_STACK, &[]);
        assert_eq!(outcome.result.expect_err("endless"), Trap::UnreachableCodeReached, "{fields}");
        assert!(outcome.stack < 0, "{fields}: {}", outcome.stack);
        assert!(outcome.gas > 0, "{fields}");
    }
}

#[test]
fn the_depth_is_what_frames_and_values_say() {
    // One local, two operands at most; a store and an addition.
    let guest = Guest::new(
        r#"(module (memory 1) (func $f (export "run") (param i32)
             (i32.store8 (i32.const 0) (local.get 0))
             (call $f (i32.add (local.get 0) (i32.const 1)))))"#,
    );
    let frame = frame(3, 3);
    for depth in 1..20 {
        let exact = guest.run(PLENTY, depth * frame, &[Val::I32(1)]);
        assert_eq!(i32::from(exact.first), depth);
        let short = guest.run(PLENTY, depth * frame - 1, &[Val::I32(1)]);
        assert_eq!(i32::from(short.first), depth - 1);
    }
}

#[test]
fn a_leaf_needs_its_frame_and_leaves_the_counter_alone() {
    let guest = Guest::new(
        r#"(module (memory 1) (func (export "run") (local i64)
             (i32.store8 (i32.const 0) (i32.const 1))))"#,
    );
    let frame = frame(3, 2);
    let exact = guest.run(PLENTY, frame, &[]);
    assert!(exact.first == 1 && exact.stack == frame, "{exact:?}");
    let short = guest.run(PLENTY, frame - 1, &[]);
    assert!(short.first == 0 && short.stack < 0, "{short:?}");
    assert_eq!(short.gas, PLENTY, "the stack is checked before gas is charged");
}

/// Recursions whose native frames are as large as a compiler can be made to make them.
fn greedy() -> Vec<(String, Vec<Val>)> {
    let recursion = |before: &str, after: &str| {
        let text = format!(
            r#"(module (memory 1) (global $g (mut i64) (i64.const 0))
               (func $f (export "run") (param i64) {before} (call $f (local.get 0)) {after}))"#
        );
        (text, vec![Val::I64(1)])
    };
    // The same expressions before and after the call: computed once, kept across it.
    let twice = |expression: &dyn Fn(usize) -> String| {
        let all: String = (0..1_500)
            .map(|index| format!("(global.set $g (i64.xor (global.get $g) {}))", expression(index)))
            .collect();
        recursion(&all, &all)
    };
    // The same addresses.
    let addresses: String = (0..1_500)
        .map(|index| {
            format!(
                "(i64.store (i32.mul (i32.wrap_i64 (local.get 0)) (i32.const {}))
            (local.get 0))",
                7 + 8 * index
            )
        })
        .collect();
    // Expressions that do not change in a loop: moved out of it, kept across the call inside.
    let invariant: String = (0..1_500)
        .map(|index| {
            let value = format!("(i64.mul (local.get 0) (i64.const {}))", 1_000_003 + index);
            format!("(global.set $g (i64.xor (global.get $g) {value}))")
        })
        .collect();
    // Parameters beyond the registers, values alive across two calls.
    let gets: String = (0..32).map(|index| format!("(local.get {index})")).collect();
    let dense = format!(
        r#"(module (memory 1) (func $f (export "run") (param {}) (result i64)
             {gets} (call $f) {gets} (call $f) i64.add))"#,
        "i64 ".repeat(32),
    );
    vec![
        recursion("", ""),
        (dense, vec![Val::I64(1); 32]),
        twice(&|index| format!("(i64.mul (local.get 0) (i64.const {}))", 1_000_003 + index)),
        twice(&|index| {
            format!("(i64.rotl (local.get 0) (i64.mul (local.get 0) (i64.const {index})))")
        }),
        twice(&|index| format!("(i64.extend_i32_u (i64.lt_u (local.get 0) (i64.const {index})))")),
        twice(&|index| {
            format!("(i64.load (i32.add (i32.wrap_i64 (local.get 0)) (i32.const {})))", 8 * index)
        }),
        twice(&|index| format!("(select (local.get 0) (i64.const {index}) (i32.const 1))")),
        twice(&|index| format!("(i64.div_u (local.get 0) (i64.const {}))", index + 3)),
        recursion(&addresses, &addresses),
        recursion(&format!("(loop (call $f (local.get 0)) {invariant} (br 0))"), ""),
    ]
}

#[test]
fn the_native_stack_stays_within_its_multiple_of_the_logical_one() {
    for (text, arguments) in greedy() {
        let mut config = wasmtime::Config::new();
        config.max_wasm_stack(NATIVE_PER_LOGICAL << 18);
        let engine = wasmtime::Engine::new(&config).expect("an engine");
        let module = wasmtime::Module::new(&engine, instrumented(&text).wasm).expect("compiles");
        let outcome = Guest { engine, module }.run(PLENTY, PLENTY_OF_STACK, &arguments);
        // A native overflow would be another trap.
        let start = &text[..300.min(text.len())];
        assert_eq!(outcome.result.expect_err("endless"), Trap::UnreachableCodeReached, "{start}");
        assert!(outcome.stack < 0, "{start}");
    }
}
