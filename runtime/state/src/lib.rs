//! The ledger's state: how it is read, how a block's writes lie over it, how the trie follows, and
//! what a database must do. Nothing here knows RocksDB.
//!
//! A block goes: read through [`StateReader`], collect writes in a [`WriteSet`], turn them into a
//! root with [`Database::prepare`], make them durable with [`Database::commit`].

#[cfg(any(test, feature = "testing"))]
pub mod conformance;
mod database;
mod error;
mod history;
mod memory;
mod overlay;
mod proofs;
mod reader;
mod roots;
pub mod snapshot;
pub mod trie;

pub use database::{
    Base, CommitBatch, Database, Head, Tip, TransactionPosition, check_undecided, next_height,
};
pub use error::StateError;
pub use history::{Retention, View};
pub use memory::{Failure, MapReader, MemoryDatabase};
pub use overlay::{Overlay, WriteSet, over, scan_over};
pub use reader::{Entry, Scan, StateReader};
pub use roots::{receipts_root, transactions_root};
pub use tenor_proof::{Claim, KeyRange};
