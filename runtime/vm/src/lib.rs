//! The WebAssembly engine of the ledger: checks uploaded code, makes it count its own gas and
//! stack, compiles it, and runs it with the host functions bound to the executor's session.
//!
//! Nothing outside of this crate names wasmtime. `docs/vm.md` describes the rules, the format of
//! instrumentation and the accounting.

mod artifact;
mod check;
mod config;
mod contract;
mod engine;
mod host;
pub mod instrument;
mod modules;
mod operators;
mod permits;
mod refusal;
mod run;
mod trap;
pub mod validate;
mod wasm_vm;

#[cfg(test)]
mod tests;

pub use check::{CheckedCode, check};
pub use config::{
    MEMORY_PAGES_MAX, NATIVE_PER_LOGICAL, STACK_BYTES_MAX, TABLE_ELEMENTS_MAX, THREAD_STACK_BYTES,
    VmConfig,
};
pub use refusal::{CodeRefusal, Rule};
pub use trap::classify;
pub use wasm_vm::{VmError, WasmVm};
