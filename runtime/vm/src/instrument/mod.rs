//! Rewrites a module so that it counts its own gas and its own stack, within the host's memory
//! bounds. The rewriting is deterministic; its format is described in `docs/vm.md` and has a
//! version that is part of the ledger's parameters.
//!
//! Everything added stands at the end of its section, so that no index of the original moves, and
//! every instruction of the original is copied byte for byte, except `return` and the instructions
//! whose cost depends on an operand.

mod emit;
mod helpers;
mod offsets;
mod plan;
mod rewrite;
mod scan;
mod segments;
mod shapes;
mod target;

#[cfg(test)]
mod tests;

pub use offsets::OffsetMap;
pub use target::Target;

use crate::refusal::CodeRefusal;
use tenor_primitives::{GasSchedule, Limits, Parameters};

/// The instrumentation this crate applies. What ends, gas and stack are, and what code is taken, belongs
/// to the version: another one goes into the executor's bounds and comes into force by parameters.
pub(crate) use tenor_executor::INSTRUMENTATION_VERSION;

/// Which of several forms with the same ends, gas and stack the code is given; artifacts of another form
/// are not used. A form decides with its size and its locals which code is taken (`instrumented_bytes_max`,
/// loop work), so once there are ledgers to be kept another form is another version.
pub(crate) const INSTRUMENTATION_FORM: u16 = 2;

/// The export of the gas counter, a mutable `i64`; negative after running out.
pub const GAS_EXPORT: &str = "gas";
/// The export of the stack counter in bytes, a mutable `i32`; negative after running out.
pub const STACK_EXPORT: &str = "stack";
/// The export of the guest's memory.
pub const MEMORY_EXPORT: &str = "memory";
/// What stands before every name that the guest itself exports.
pub const GUEST_PREFIX: &str = "guest:";

/// Bytes of logical stack of every frame, whatever it holds: return address, saved registers,
/// spill slots, and the frame of a helper.
pub(crate) const FRAME_BYTES: u32 = 128;
/// Bytes of logical stack of each operand and each local.
pub(crate) const VALUE_BYTES: u32 = 8;
/// Bytes of logical stack of each value that an optimiser may keep besides them. A native slot is
/// four times as large, and the native stack has four times the room of the logical one.
pub(crate) const COMPUTED_BYTES: u32 = 2;

/// A module after instrumentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrumented {
    /// The module.
    pub wasm: Vec<u8>,
    /// Where its instructions come from.
    pub offsets: OffsetMap,
}

/// What instrumentation takes from the ledger's parameters.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// Prices of instructions.
    pub gas: &'a GasSchedule,
    /// Pages that memory may grow to.
    pub memory_pages_max: u32,
    /// What the module may be made of; of a ledger always [`Target::Contract`].
    pub target: Target,
    /// What the counters start with; of a ledger always nothing: whoever forgets to fill them gets
    /// nothing done.
    pub counters: Counters,
}

/// Values of the two counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Gas left.
    pub gas: i64,
    /// Bytes of stack left.
    pub stack: i32,
}

impl<'a> Settings<'a> {
    /// The settings in `parameters`.
    pub fn new(parameters: &'a Parameters) -> Self {
        let Parameters { gas, limits: Limits { memory_pages_max, .. }, .. } = parameters;
        let (target, counters) = (Target::Contract, Counters::default());
        Self { gas, memory_pages_max: *memory_pages_max, target, counters }
    }
}

/// Instruments `code`, which need not have been validated before.
///
/// # Errors
/// [`CodeRefusal`] if the code is not a module of the settings' target.
pub fn instrument(code: &[u8], settings: Settings<'_>) -> Result<Instrumented, CodeRefusal> {
    let plan = scan::scan(code, settings)?;
    Ok(rewrite::rewrite(code, &plan, settings))
}
