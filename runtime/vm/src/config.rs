//! What a node decides about its engine. Nothing here can influence a result: only how much runs
//! at once, where code is compiled and kept, and whether a run has a deadline.

use crate::compile::Compiler;
use borsh::{BorshDeserialize, BorshSerialize};
use std::path::PathBuf;

/// Settings of a [`WasmVm`](crate::WasmVm).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmConfig {
    /// What it runs.
    pub purpose: Purpose,
    /// Where code is compiled.
    pub compiler: Compiler,
    /// Transactions and queries that may run at the same time; more of them wait.
    pub concurrent_runs_max: u32,
    /// The deepest call tree this engine has room for; the ledger's `call_depth_max` must not be
    /// above it.
    pub call_depth_max: u32,
    /// Modules that stay loaded; the one unused for longest makes room for the next.
    pub loaded_modules_max: usize,
    /// Bytes of their compiled images together, on the same terms. One stays loaded however large.
    pub loaded_modules_bytes_max: usize,
    /// Where compiled modules are kept between starts; only this node may write there. `None`
    /// compiles anew after each start.
    pub artifact_directory: Option<PathBuf>,
}

impl Default for VmConfig {
    fn default() -> Self {
        Self {
            purpose: Purpose::Blocks,
            compiler: Compiler::InProcess,
            concurrent_runs_max: 8,
            call_depth_max: tenor_executor::CALL_DEPTH_CEILING,
            loaded_modules_max: 256,
            loaded_modules_bytes_max: 64 << 20,
            artifact_directory: None,
        }
    }
}

/// What an engine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Purpose {
    /// Blocks: nothing but gas ends a run, so that every node sees the same.
    Blocks = 0,
    /// Questions and dry runs: the compiled code looks at a deadline as well, which ends a request
    /// without a result.
    Requests = 1,
    /// Transactions that are executed again for somebody who wants to know why: as requests, and the
    /// compiled code knows the place of each of its instructions in the module.
    Traces = 2,
}

/// The largest logical stack, in bytes, that this engine has room for: whatever parameters may ask.
pub const STACK_BYTES_MAX: u32 = tenor_executor::STACK_BYTES_CEILING;
/// The native stack never takes more than this many times the logical one (a test holds it).
pub const NATIVE_PER_LOGICAL: usize = 4;
/// Native stack of a thread that runs guests: the guests' own at its worst, and the host's frames
/// between the guests of a call tree.
pub const THREAD_STACK_BYTES: usize = NATIVE_PER_LOGICAL * STACK_BYTES_MAX as usize + (2 << 20);
/// The most pages of memory that a guest may have in this engine.
pub(crate) const MEMORY_PAGES_MAX: u32 = tenor_executor::MEMORY_PAGES_CEILING;
/// The most table elements that a guest may have in this engine.
pub(crate) const TABLE_ELEMENTS_MAX: u32 = tenor_executor::TABLE_ELEMENTS_CEILING;
