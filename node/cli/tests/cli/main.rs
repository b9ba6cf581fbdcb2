//! The `tenor` binary as people run it, each test against processes of its own.

mod calls;
mod dev;
mod keys;
mod market;
mod nodes;
mod operation;
mod past;
mod proofs;
mod python;
mod signers;
mod signing;
mod stopping;
mod streams;
