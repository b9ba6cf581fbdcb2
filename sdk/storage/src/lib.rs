//! Typed storage, declared as constants.
//!
//! A contract's whole layout is a screen of constants: each container has a namespace, a name and
//! its types, and gives its own line of the contract's spec. Containers hold no state; every method
//! takes the store, which is the contract's context, the executor's journal or a map in a test.
//!
//! `load` fails when nothing is stored, `may_load` gives an option, `update` reads, lets a closure
//! check and change, and writes.
#![no_std]

extern crate alloc;

mod error;
mod index;
mod indexed_map;
mod item;
mod kv;
mod location;
mod map;
mod memory;
mod range;
mod raw_range;
mod sequence;
mod set;
mod snapshot_map;

pub use error::{StorageError, UpdateError};
pub use index::{Index, IndexOf};
pub use indexed_map::IndexedMap;
pub use item::Item;
pub use kv::{Entry, KvRead, KvWrite, Scan};
pub use map::Map;
pub use memory::MemoryStore;
pub use range::{HasPrefix, Range};
pub use sequence::Sequence;
pub use set::Set;
pub use snapshot_map::{Page, SnapshotMap};
pub use tenor_primitives::StorageKeyPart;

#[cfg(test)]
mod tests;
