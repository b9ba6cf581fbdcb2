//! What a module may be made of.

use crate::operators::{self, Class};
use crate::refusal::CodeRefusal;
use crate::validate::FEATURES;
use wasmparser::{Operator, WasmFeatures};

/// What a module that is instrumented may be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The contract target: what a ledger takes.
    Contract,
    /// The standard, version 2, without vectors and references to the host: only so that the
    /// standard's own test suite can be run through the instrumentation. No ledger takes it.
    ///
    /// An instruction outside the contract target has the price of a simple one, whatever its
    /// operands.
    Standard,
}

/// What [`Target::Standard`] has besides the contract target.
const STANDARD: WasmFeatures = FEATURES
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::CALL_INDIRECT_OVERLONG)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::EXTENDED_CONST);

impl Target {
    /// The features of the type checker.
    pub const fn features(self) -> WasmFeatures {
        match self {
            Self::Contract => FEATURES,
            Self::Standard => STANDARD,
        }
    }

    /// The price class of `operator`, which the type checker has let through, and how many values
    /// a compiler may keep for it.
    pub(super) fn classify(self, operator: &Operator<'_>) -> Result<(Class, u32), CodeRefusal> {
        match (self, operators::classify(operator)) {
            (Self::Standard, Err(_)) => Ok((Class::Simple, 2)),
            (_, class) => Ok((class?, operators::computed_values(operator))),
        }
    }
}
