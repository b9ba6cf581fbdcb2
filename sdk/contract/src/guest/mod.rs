//! The wasm side: imports, memory and the end of a panic. All of the SDK's `unsafe` is here.

mod allocator;
mod host;
mod imports;
mod panic;
mod parse;

pub use host::{Host, run_guest};
