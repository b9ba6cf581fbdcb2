//! The crate's tests from outside, in one binary.

mod common;
mod golden;
#[cfg(feature = "certificate")]
mod position;
mod proofs;
