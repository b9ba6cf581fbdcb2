//! The one place of the node that loads compiled code.
#![allow(unsafe_code)]

use wasmtime::{Engine, Module, Result};

/// Loads what [`Module::serialize`] gave. `bytes` must come from this node: an artifact whose
/// checksum and key were checked, out of a directory that only the node writes to.
pub(super) fn load(engine: &Engine, bytes: &[u8]) -> Result<Module> {
    // SAFETY: the caller hands over bytes that an engine of this node serialized, unchanged since
    // (checksum) and for these very settings (key; wasmtime compares version and settings again).
    unsafe { Module::deserialize(engine, bytes) }
}
