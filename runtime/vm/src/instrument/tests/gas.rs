//! Gas: exact at every limit, for units, at the ends of the number range.

use super::{Guest, Outcome, PLENTY, PLENTY_OF_STACK, instrumented};
use tenor_primitives::{GasSchedule, HaltCode};
use wasmtime::{Trap, Val};

const G: GasSchedule = GasSchedule::initial();

fn cost(operations: u64) -> i64 {
    i64::try_from(operations).expect("small")
}

/// Three times around a loop that counts in the first byte of memory.
const COUNTING: &str = r#"(module (memory 1) (func (export "run") (local i32)
    (local.set 0 (i32.const 3))
    (loop
      (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
      (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if 0))
    (i32.store8 (i32.const 0) (i32.const 99))))"#;

#[test]
fn every_limit_stops_before_the_block_it_cannot_pay() {
    let before = cost(2 * G.op_simple);
    // Per turn: load, store; 2 constants, 1 more for the load, add; get, constant, sub, tee, br_if.
    let turn = cost(2 * G.op_memory + 4 * G.op_simple + 5 * G.op_simple);
    let after = cost(2 * G.op_simple + G.op_memory);
    // What the first byte holds once so much gas has been used.
    let steps = [
        (before, 0),
        (before + turn, 1),
        (before + 2 * turn, 2),
        (before + 3 * turn, 3),
        (before + 3 * turn + after, 99),
    ];
    let total = steps[4].0;
    let guest = Guest::new(COUNTING);
    for limit in 0..=total + 2 {
        let outcome = guest.run(limit, PLENTY_OF_STACK, &[]);
        let paid = steps.iter().rev().find(|(used, _)| *used <= limit);
        assert_eq!(outcome.first, paid.map_or(0, |(_, seen)| *seen), "limit {limit}");
        if limit < total {
            assert_eq!(outcome.result.expect_err("out of gas"), Trap::UnreachableCodeReached);
            assert!(outcome.gas < 0, "limit {limit} leaves {}", outcome.gas);
        } else {
            outcome.result.expect("enough gas");
            assert_eq!(outcome.gas, limit - total);
        }
    }
}

/// Gas used by `body` as the function `run`.
fn used(body: &str) -> i64 {
    let guest = Guest::new(&format!(
        r#"(module (memory 1 3) (type $none (func)) (table 1 1 funcref) (elem (i32.const 0) $nothing)
           (global $g (mut i32) (i32.const 0)) (func $nothing) (func (export "run") {body}))"#
    ));
    let outcome = guest.run(PLENTY, PLENTY_OF_STACK, &[]);
    outcome.result.expect("runs");
    PLENTY - outcome.gas
}

#[test]
fn each_kind_of_instruction_has_its_price() {
    let simple = cost(G.op_simple);
    assert_eq!(used(""), 0);
    assert_eq!(used("nop"), simple);
    assert_eq!(used("(drop (i32.const 1))"), 2 * simple);
    assert_eq!(
        used("(drop (i32.mul (i32.const 1) (i32.const 1)))"),
        3 * simple + cost(G.op_multiply)
    );
    assert_eq!(
        used("(drop (i64.div_u (i64.const 1) (i64.const 1)))"),
        3 * simple + cost(G.op_divide)
    );
    assert_eq!(used("(drop (i64.load (i32.const 0)))"), 2 * simple + cost(G.op_memory));
    assert_eq!(used("(global.set $g (global.get $g))"), 2 * cost(G.op_memory));
    assert_eq!(used("(call $nothing)"), cost(G.op_call));
    assert_eq!(
        used("(call_indirect (type $none) (i32.const 0))"),
        simple + cost(G.op_call_indirect)
    );
}

#[test]
fn only_the_branch_taken_is_paid() {
    let simple = cost(G.op_simple);
    assert_eq!(used("(if (i32.const 1) (then nop) (else nop nop nop))"), 3 * simple);
    assert_eq!(used("(if (i32.const 0) (then nop) (else nop nop nop))"), 5 * simple);
    assert_eq!(used("(block (br 0) nop nop) nop"), 2 * simple);
    assert_eq!(used("(block (br_if 0 (i32.const 1)) nop nop) nop"), 3 * simple);
    assert_eq!(used("(block (br_if 0 (i32.const 0)) nop nop) nop"), 5 * simple);
    assert_eq!(used("(block (block (br_table 1 0 (i32.const 0))) nop nop) nop"), 3 * simple);
    assert_eq!(used("(block (block (br_table 1 0 (i32.const 9))) nop nop) nop"), 5 * simple);
    assert_eq!(used("nop return nop nop"), 2 * simple);
    assert_eq!(used("(block (loop (br 1)) nop) nop"), 2 * simple);
}

#[test]
fn growing_pays_for_every_page_asked_for_even_in_vain() {
    let grow = |pages: u32| used(&format!("(drop (memory.grow (i32.const {pages})))"));
    let fixed = cost(2 * G.op_simple + G.op_call);
    assert_eq!(grow(0), fixed);
    assert_eq!(grow(2), fixed + cost(2 * G.memory_page));
    assert_eq!(grow(1 << 16), fixed + cost(G.memory_page << 16));
    assert_eq!(grow(u32::MAX), fixed + cost(G.memory_page * u64::from(u32::MAX)));
}

#[test]
fn growing_past_the_maximum_answers_minus_one() {
    let guest = Guest::new(
        r#"(module (memory 1 3) (func (export "run") (param i32) (result i32)
             (i32.add (memory.grow (local.get 0)) (i32.mul (memory.size) (i32.const 100)))))"#,
    );
    for (pages, answer) in
        [(0, 101), (1, 201), (2, 301), (3, 99), (65_535, 99), (65_536, 99), (-1, 99)]
    {
        let outcome = guest.run(PLENTY, PLENTY_OF_STACK, &[Val::I32(pages)]);
        let result = outcome.result.expect("returns").expect("a result").unwrap_i32();
        assert_eq!(result, answer, "{pages}");
    }
}

#[test]
fn copying_and_filling_pay_for_every_byte_before_they_work() {
    let fixed = cost(3 * G.op_simple + G.memory_bulk.base);
    let bytes = |count| cost(G.memory_bulk.per_byte * count);
    assert_eq!(
        used("(memory.fill (i32.const 0) (i32.const 1) (i32.const 500))"),
        fixed + bytes(500)
    );
    assert_eq!(used("(memory.copy (i32.const 0) (i32.const 9) (i32.const 70))"), fixed + bytes(70));

    let guest = Guest::new(
        r#"(module (memory 1) (func (export "run") (param i32)
             (memory.fill (i32.const 0) (i32.const 1) (local.get 0))))"#,
    );
    let short = guest.run(fixed + bytes(100) - 1, PLENTY_OF_STACK, &[Val::I32(100)]);
    assert!(short.gas < 0 && short.first == 0, "{short:?}");
    let exact = guest.run(fixed + bytes(100), PLENTY_OF_STACK, &[Val::I32(100)]);
    assert!(exact.gas == 0 && exact.first == 1, "{exact:?}");
    let huge = guest.run(PLENTY, PLENTY_OF_STACK, &[Val::I32(-1)]);
    assert_eq!(huge.result.expect_err("beyond memory"), Trap::MemoryOutOfBounds);
    assert_eq!(PLENTY - huge.gas, fixed + bytes(u64::from(u32::MAX)));
}

#[test]
fn a_trap_pays_what_the_counter_says() {
    let guest = Guest::new(
        r#"(module (memory 1) (func (export "run")
             nop (drop (i32.div_u (i32.const 1) (i32.const 0))) nop))"#,
    );
    let outcome = guest.run(1_000, PLENTY_OF_STACK, &[]);
    assert_eq!(outcome.result.expect_err("divides by zero"), Trap::IntegerDivisionByZero);
    assert_eq!(1_000 - outcome.gas, cost(5 * G.op_simple + G.op_divide));
}

/// Runs `run` of a guest with every limit from 0 to beyond what it costs: the least with which it
/// ends otherwise than for want of gas, having checked that nothing less does.
fn least(guest: &Guest, argument: i32) -> (i64, Outcome) {
    for limit in 0..PLENTY {
        let outcome = guest.run(limit, PLENTY_OF_STACK, &[Val::I32(argument)]);
        if outcome.gas >= 0 {
            return (limit, outcome);
        }
        assert_eq!(outcome.first, 0, "nothing is written that is not paid: limit {limit}");
    }
    unreachable!("no guest here costs so much")
}

#[test]
fn a_trap_in_code_that_is_not_paid_is_running_out() {
    // The first block only loads: it is not looked at before the second.
    let guest = Guest::new(
        r#"(module (memory 1) (func (export "run") (param i32)
             (if (i32.load8_u (i32.const 9)) (then nop))
             (drop (i32.load (i32.sub (local.get 0) (i32.const 1))))
             (drop (i32.div_u (i32.const 1) (local.get 0)))
             (i32.store8 (i32.const 0) (i32.const 7))))"#,
    );
    let (simple, memory) = (cost(G.op_simple), cost(G.op_memory));
    let before = 2 * simple + memory;
    let rest = 9 * simple + 2 * memory + cost(G.op_divide);
    let (limit, outcome) = least(&guest, 1);
    assert_eq!((limit, outcome.first), (before + rest, 7));
    outcome.result.expect("paid");
    let (limit, outcome) = least(&guest, 0);
    assert_eq!((limit, outcome.gas), (before + rest, 0));
    assert_eq!(outcome.result.expect_err("loads at -1"), Trap::MemoryOutOfBounds);

    // The load stands in a block of its own, which nothing has looked at.
    let guest = Guest::new(
        r#"(module (memory 1) (func (export "run") (param i32)
             (block (br_if 0 (local.get 0)) (drop (i32.load (i32.const -1))))
             (i32.store8 (i32.const 0) (i32.const 7))))"#,
    );
    let (limit, outcome) = least(&guest, 0);
    assert_eq!((limit, outcome.gas), (4 * simple + memory, 0));
    assert_eq!(outcome.result.expect_err("loads at -1"), Trap::MemoryOutOfBounds);
    let short = guest.run(limit - 1, PLENTY_OF_STACK, &[Val::I32(0)]);
    let trap = short.result.expect_err("out of gas");
    assert_eq!(crate::classify(trap, short.gas, short.stack), Some(HaltCode::OutOfGas));
}

#[test]
fn nothing_is_divided_before_it_is_paid() {
    let guest = Guest::new(
        r#"(module (memory 1) (func (export "run") (param i32)
             (block (br_if 0 (local.get 0)) (drop (i32.div_u (i32.const 1) (local.get 0))))))"#,
    );
    let paid = 5 * cost(G.op_simple) + cost(G.op_divide);
    let run = |gas| guest.run(gas, PLENTY_OF_STACK, &[Val::I32(0)]);
    assert_eq!(run(paid - 1).result.expect_err("out of gas"), Trap::UnreachableCodeReached);
    assert_eq!(run(paid).result.expect_err("divides"), Trap::IntegerDivisionByZero);
}

#[test]
fn what_a_callee_uses_is_missing_to_its_caller() {
    // The callee pays by its argument; the call stands before a branch, in a loop, at the end.
    let guest = Guest::new(
        r#"(module (memory 1)
             (func $spend (param i32) (result i32)
               (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (i32.const 0))
             (func (export "run") (param i32)
               (if (call $spend (local.get 0)) (then unreachable))
               (loop (drop (call $spend (local.get 0)))
                 (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
               (block (br_table 0 1 (call $spend (i32.const 2))))
               (i32.store8 (i32.const 0) (i32.const 7))
               (drop (call $spend (i32.const 1)))))"#,
    );
    let (simple, call) = (cost(G.op_simple), cost(G.op_call));
    let spent = |times: i64| 5 * simple * times + simple;
    let run = 2 * simple
        + call
        + spent(2)
        + (simple + call + simple + 5 * simple) * 2
        + spent(2)
        + spent(1)
        + 2 * simple
        + call
        + spent(2)
        + 2 * simple
        + cost(G.op_memory)
        + simple
        + call
        + simple
        + spent(1);
    let plenty = guest.run(PLENTY, PLENTY_OF_STACK, &[Val::I32(2)]);
    plenty.result.expect("returns");
    assert_eq!((PLENTY - plenty.gas, plenty.first), (run, 7));
    for limit in 0..run {
        let short = guest.run(limit, PLENTY_OF_STACK, &[Val::I32(2)]);
        assert_eq!(short.result.expect_err("out of gas"), Trap::UnreachableCodeReached);
        assert!(short.gas < 0, "limit {limit} leaves {}", short.gas);
    }
}

#[test]
fn every_way_out_leaves_the_counter_right() {
    let simple = cost(G.op_simple);
    assert_eq!(used("(block (br_if 1 (i32.const 0)) (br_if 1 (i32.const 1)))"), 4 * simple);
    assert_eq!(used("(block (block (br_table 2 0 1 (i32.const 0)))) nop"), 2 * simple);
    assert_eq!(used("(block (block (br_table 2 0 1 (i32.const 1)))) nop"), 3 * simple);
    assert_eq!(used("(if (i32.const 1) (then nop) (else nop nop))"), 3 * simple);
    assert_eq!(used("(if (i32.const 0) (then return))"), 2 * simple);
    assert_eq!(used("(if (i32.const 1) (then return))"), 3 * simple);
    assert_eq!(used("(block (loop (br_if 1 (i32.const 1)) (br 0)))"), 2 * simple);
}

#[test]
fn dear_blocks_are_never_left_to_later_ones() {
    let mut parameters = tenor_primitives::Parameters::initial();
    parameters.gas.op_divide = i64::MAX.unsigned_abs();
    let guest = Guest::with(
        &parameters,
        r#"(module (memory 1) (func (export "run") (param i32)
             (block (br_if 0 (local.get 0)) (drop (i32.load (i32.const 0))))
             (drop (i32.div_u (i32.const 1) (local.get 0)))
             (i32.store8 (i32.const 0) (i32.const 7))))"#,
    );
    for limit in [0, 1, 1_000, i64::MAX] {
        let outcome = guest.run(limit, PLENTY_OF_STACK, &[Val::I32(1)]);
        assert!(outcome.gas < 0 && outcome.first == 0, "limit {limit}: {outcome:?}");
    }
}

#[test]
fn extreme_prices_never_wrap_the_counter() {
    let mut parameters = tenor_primitives::Parameters::initial();
    parameters.gas.op_simple = u64::MAX;
    parameters.gas.memory_page = u64::MAX;
    let text = r#"(module (memory 1) (func (export "run")
        (drop (memory.grow (i32.const 0))) (drop (memory.grow (i32.const 1)))))"#;
    let outcome = Guest::with(&parameters, text).run(i64::MAX, PLENTY_OF_STACK, &[]);
    // Saturated to i64::MAX, the price of the first block takes exactly everything.
    assert!(outcome.gas < 0, "{outcome:?}");
    assert_eq!(outcome.result.expect_err("out of gas"), Trap::UnreachableCodeReached);
}

#[test]
fn free_code_is_not_charged() {
    let plain = instrumented(r#"(module (memory 1) (func (export "run") (block (loop))))"#);
    let charged = instrumented(r#"(module (memory 1) (func (export "run") (block (loop nop))))"#);
    assert!(charged.wasm.len() > plain.wasm.len() + 10);
}
