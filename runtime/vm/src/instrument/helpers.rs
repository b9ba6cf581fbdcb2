//! The functions that stand for the instructions whose cost depends on an operand: they charge for
//! the units and then do the work.

use super::emit::{Indices, trap_if_negative};
use super::plan::HelperUse;
use tenor_primitives::GasSchedule;
use wasm_encoder::{BlockType, Function, InstructionSink, ValType};

/// A helper function.
pub(super) struct Helper {
    pub(super) params: &'static [ValType],
    pub(super) results: &'static [ValType],
    pub(super) body: Function,
}

/// The helpers in use, in the order of their indices: grow, copy, fill. Memory may grow to
/// `pages_max`; if it is imported, its owner decides.
pub(super) fn helpers(
    used: HelperUse,
    gas: &GasSchedule,
    indices: Indices,
    pages_max: Option<u64>,
) -> Vec<Helper> {
    let mut list = Vec::new();
    if used.grow {
        let body = body(indices, 0, gas.memory_page, |sink| grow(sink, pages_max));
        list.push(Helper { params: &[ValType::I32], results: &[ValType::I32], body });
    }
    let mut bulk = |work: fn(&mut InstructionSink<'_>)| {
        let body = body(indices, 2, gas.memory_bulk.per_byte, |sink| {
            sink.local_get(0).local_get(1).local_get(2);
            work(sink);
        });
        list.push(Helper { params: &[ValType::I32; 3], results: &[], body });
    };
    if used.copy {
        bulk(|sink| {
            sink.memory_copy(0, 0);
        });
    }
    if used.fill {
        bulk(|sink| {
            sink.memory_fill(0);
        });
    }
    list
}

/// Grows memory, or answers -1 if it would pass its maximum: decided here, so that the engine is
/// only ever asked for what it must give, and its failure is the machine's.
fn grow(sink: &mut InstructionSink<'_>, pages_max: Option<u64>) {
    if let Some(pages_max) = pages_max {
        sink.local_get(0).i64_extend_i32_u().memory_size(0).i64_extend_i32_u().i64_add();
        sink.i64_const(pages_max.cast_signed()).i64_gt_u();
        sink.if_(BlockType::Empty).i32_const(-1).return_().end();
    }
    sink.local_get(0).memory_grow(0);
}

/// A function that charges `price` for each unit in the parameter `units` and then does `work`.
fn body(
    indices: Indices,
    units: u32,
    price: u64,
    work: impl FnOnce(&mut InstructionSink<'_>),
) -> Function {
    let mut function = Function::new([]);
    let mut sink = function.instructions();
    charge_units(&mut sink, indices.gas, units, price);
    work(&mut sink);
    sink.end();
    function
}

fn charge_units(sink: &mut InstructionSink<'_>, gas: u32, units: u32, price: u64) {
    let Some(units_max) = i64::MAX.cast_unsigned().checked_div(price) else { return };
    if units_max < u64::from(u32::MAX) {
        // More units than that cost more gas than there can be.
        sink.local_get(units).i64_extend_i32_u().i64_const(units_max.cast_signed()).i64_gt_u();
        sink.if_(BlockType::Empty).i64_const(-1).global_set(gas).unreachable().end();
    }
    sink.global_get(gas).local_get(units).i64_extend_i32_u();
    // A price above i64::MAX only ever meets zero units here.
    sink.i64_const(price.cast_signed()).i64_mul().i64_sub().global_set(gas);
    trap_if_negative(sink, gas);
}
