//! What no machine's failure may do to a store: a worker process commits blocks and says so; it is
//! killed, its calls fail, its disk loses power, its files are damaged; then the store is opened
//! again and held against what the worker has acknowledged and against a model of the ledger.
//!
//! `TENOR_DURABILITY=long` runs every case; otherwise each kind runs a part of them.

mod check;
mod damage;
mod disk;
mod failpoints;
mod faults;
mod ledger;
mod memory;
mod places;
mod power;
mod refusals;
mod worker;

/// Whether every case is wanted, not a part of them.
fn is_long() -> bool {
    std::env::var("TENOR_DURABILITY").is_ok_and(|value| value == "long")
}
