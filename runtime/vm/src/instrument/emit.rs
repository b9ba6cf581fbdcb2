//! The instruction sequences that instrumentation adds.

use super::plan::Charge;
use wasm_encoder::{BlockType, InstructionSink};

/// Where the counters and helpers are in the instrumented module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Indices {
    /// The global with the gas left.
    pub(super) gas: u32,
    /// The global with the stack left.
    pub(super) stack: u32,
    /// The helper for `memory.grow`, if there is one.
    pub(super) grow: u32,
    /// The helper for `memory.copy`, if there is one.
    pub(super) copy: u32,
    /// The helper for `memory.fill`, if there is one.
    pub(super) fill: u32,
}

/// Reads the gas counter into `local`, where a function counts on.
pub(super) fn reload(sink: &mut InstructionSink<'_>, gas: u32, local: u32) {
    sink.global_get(gas).local_set(local);
}

/// Takes a basic block's cost from the gas in `local`. Where that is checked and there was less, it
/// traps: the counter is left negative, which is how running out is told from other traps.
pub(super) fn charge(sink: &mut InstructionSink<'_>, gas: u32, local: u32, charge: Charge) {
    let cost = i64::try_from(charge.cost).unwrap_or(i64::MAX);
    if charge.is_checked {
        sink.local_get(local).i64_const(cost).i64_lt_s();
        sink.if_(BlockType::Empty).i64_const(-1).global_set(gas).unreachable().end();
    }
    // This cannot wrap: the local is at least `cost` where it is checked, and what may be put off
    // is bounded far below the counter's range.
    match (cost, charge.is_seen) {
        (0, true) => sink.local_get(local).global_set(gas),
        (0, false) => sink,
        (_, true) => {
            sink.local_get(local).i64_const(cost).i64_sub().local_tee(local).global_set(gas)
        }
        (_, false) => sink.local_get(local).i64_const(cost).i64_sub().local_set(local),
    };
}

/// Traps if the counter in global `gas` is below zero.
pub(super) fn trap_if_negative(sink: &mut InstructionSink<'_>, gas: u32) {
    sink.global_get(gas).i64_const(0).i64_lt_s();
    sink.if_(BlockType::Empty).unreachable().end();
}

/// Takes `bytes` from the stack at the entry of a function that calls others.
pub(super) fn enter(sink: &mut InstructionSink<'_>, stack: u32, bytes: i32) {
    sink.global_get(stack).i32_const(bytes).i32_sub().global_set(stack);
    sink.global_get(stack).i32_const(0).i32_lt_s();
    sink.if_(BlockType::Empty).unreachable().end();
}

/// Checks the stack at the entry of a function that calls nothing: nobody can see the counter
/// while it runs, so it is not changed unless it is too low.
pub(super) fn enter_leaf(sink: &mut InstructionSink<'_>, stack: u32, bytes: i32) {
    sink.global_get(stack).i32_const(bytes).i32_lt_s();
    sink.if_(BlockType::Empty).i32_const(-1).global_set(stack).unreachable().end();
}

/// Gives `bytes` back at the exit.
pub(super) fn leave(sink: &mut InstructionSink<'_>, stack: u32, bytes: i32) {
    sink.global_get(stack).i32_const(bytes).i32_add().global_set(stack);
}
