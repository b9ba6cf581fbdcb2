//! The WebAssembly features of the contract target.

use wasmparser::WasmFeatures;

/// WebAssembly 1.0 without floats, with mutable globals, sign extension, `memory.copy` and
/// `memory.fill`: what `wasm32v1-none` may emit, and nothing newer.
pub const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::BULK_MEMORY_OPT);
