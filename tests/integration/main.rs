//! The integration tests, in one binary.
#![allow(missing_docs)]

mod arrows;
mod contracts;
mod crypto_vectors;
mod examples;
mod fuzz;
mod hostile;
mod process;
mod verifier;
mod wasm_engines;
mod wasm_gas;
mod wasm_smith;
mod wasm_suite;
