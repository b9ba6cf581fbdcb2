//! Numbers given out once.

use crate::{KvRead, KvWrite, StorageError, location};
use alloc::vec::Vec;
use tenor_abi::spec::declare::StorageSchema;
use tenor_primitives::schema::TypeSchema;

/// A counter that gives 1, 2, 3… and never the same number twice.
pub struct Sequence {
    namespace: u16,
    name: &'static str,
}

impl Sequence {
    /// Declares a sequence. The namespace is the contract's own number for it, used once.
    pub const fn new(namespace: u16, name: &'static str) -> Self {
        Self { namespace, name }
    }

    /// The sequence's line in the contract's spec.
    pub const fn schema(&self) -> StorageSchema {
        StorageSchema {
            namespace: self.namespace,
            name: self.name,
            kind: "sequence",
            key: TypeSchema::Unit,
            value: TypeSchema::Unsigned(64),
        }
    }

    /// The number given last; 0 before the first.
    pub fn last<S: KvRead>(&self, store: &S) -> Result<u64, StorageError<S::Error>> {
        Ok(location::may_load(store, self.namespace, Vec::new())?.unwrap_or(0))
    }

    /// The next number.
    pub fn next<S: KvWrite>(&self, store: &mut S) -> Result<u64, StorageError<S::Error>> {
        let namespace = self.namespace;
        let next = self.last(store)?.checked_add(1).ok_or(StorageError::Exhausted { namespace })?;
        location::save(store, namespace, &[], &next)?;
        Ok(next)
    }
}
