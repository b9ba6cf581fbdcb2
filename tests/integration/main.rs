//! The integration tests, in one binary.
#![allow(missing_docs)]

mod arrows;
mod contracts;
mod crypto_vectors;
mod examples;
mod process;
mod wasm_engines;
mod wasm_gas;
mod wasm_suite;
