//! The WebAssembly engine of the ledger: checks uploaded code, makes it count its own gas and
//! stack, compiles it, and runs it with the host functions bound to the executor's session.
//!
//! Nothing outside of this crate names wasmtime, but for benches and for the tests that hold it
//! against other engines. `docs/vm.md` describes the rules, the format of instrumentation and the
//! accounting.

mod artifact;
mod check;
mod compile;
mod config;
mod contract;
mod deadline;
pub mod debug;
pub mod engine;
mod host;
pub mod instrument;
mod modules;
mod names;
mod operators;
mod permits;
mod places;
mod refusal;
mod run;
mod trap;
pub mod validate;
mod verdicts;
mod wasm_vm;

#[cfg(test)]
mod tests;

pub use check::{CheckedCode, check};
pub use compile::{
    CompileError, CompileLimits, Compiler, Unfinished, Worker, WorkerError, serve_compiler,
};
pub use config::{NATIVE_PER_LOGICAL, Purpose, STACK_BYTES_MAX, THREAD_STACK_BYTES, VmConfig};
pub use names::function_name;
pub use refusal::{CodeRefusal, Rule};
pub use trap::classify;
pub use wasm_vm::{NotAdmitted, VmError, WasmVm};
