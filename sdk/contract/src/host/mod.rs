//! The host functions, typed: imports in a wasm module, a backend in a native test.

#[cfg(not(target_arch = "wasm32"))]
mod native;

#[cfg(target_arch = "wasm32")]
pub use crate::guest::Host;
#[cfg(not(target_arch = "wasm32"))]
pub use native::{Host, HostBackend, HostExit, NativeContract, NativeEntry, run_native};

use alloc::vec::Vec;
use tenor_primitives::{ContractFailure, Halted};

/// How a call of another contract ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// It returned its output.
    Returned(Vec<u8>),
    /// It refused.
    Failed(ContractFailure),
    /// It was stopped.
    Halted(Halted),
}
