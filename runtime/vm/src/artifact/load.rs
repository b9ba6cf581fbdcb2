//! The one place of the node that loads compiled code.
#![allow(unsafe_code)]

use wasmtime::{Engine, Module, Result};

/// Loads what [`Engine::precompile_module`] gave. `bytes` must come from this node: from its own
/// compiler or worker, or an artifact whose checksum and key were checked, out of a directory that
/// only the node writes to.
pub(crate) fn load(engine: &Engine, bytes: &[u8]) -> Result<Module> {
    // SAFETY: the caller hands over bytes that an engine of this node's program compiled, unchanged
    // since (checksum) and for these very settings (key, or the worker's word for it; wasmtime
    // compares version and settings again).
    unsafe { Module::deserialize(engine, bytes) }
}
