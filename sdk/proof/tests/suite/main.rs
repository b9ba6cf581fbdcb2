//! The crate's tests from outside, in one binary.

mod common;
mod golden;
#[cfg(feature = "certificate")]
mod ledger_proof;
mod mutants;
mod proofs;
