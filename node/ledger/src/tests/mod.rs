//! The ledger over the in-memory database and an engine of one line.

mod blocks;
mod driver;
mod golden;
mod support;
mod tampered;
