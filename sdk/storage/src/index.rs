//! Secondary indexes of an [`IndexedMap`](crate::IndexedMap).

use crate::{Range, Set};
use alloc::vec::Vec;
use tenor_abi::spec::declare::StorageSchema;
use tenor_primitives::StorageKeyPart;
use tenor_primitives::schema::Schema;

/// Finds records by a value derived from them: a set of (derived value, record's key) in a namespace
/// of its own, kept by the map that lists the index.
pub struct Index<I, K, V> {
    entries: Set<(I, K)>,
    derive: fn(&K, &V) -> Option<I>,
}

impl<I, K, V> Index<I, K, V> {
    /// Declares an index. `derive` gives the value to find a record by; `None` keeps the record out.
    pub const fn new(namespace: u16, name: &'static str, derive: fn(&K, &V) -> Option<I>) -> Self {
        Self { entries: Set::new(namespace, name), derive }
    }

    /// The index's line in the contract's spec.
    pub const fn schema(&self) -> StorageSchema
    where
        I: Schema,
        K: Schema,
    {
        self.entries.schema()
    }
}

impl<I: StorageKeyPart, K: StorageKeyPart, V> Index<I, K, V> {
    /// All entries, in order of the derived value.
    pub const fn all(&self) -> Range<(I, K), ()> {
        self.entries.all()
    }

    /// The entries of one derived value, in order of the records' keys.
    pub fn matching(&self, value: &I) -> Range<(I, K), ()> {
        self.entries.prefix(value)
    }
}

/// An index seen from its map, whatever it is by.
pub trait IndexOf<K, V> {
    /// The index's namespace.
    fn namespace(&self) -> u16;

    /// The entry's key for a record; `None` if the record is not in the index.
    fn entry(&self, key: &K, value: &V) -> Option<Vec<u8>>;
}

impl<I: StorageKeyPart, K: StorageKeyPart, V> IndexOf<K, V> for Index<I, K, V> {
    fn namespace(&self) -> u16 {
        self.entries.namespace()
    }

    fn entry(&self, key: &K, value: &V) -> Option<Vec<u8>> {
        let derived = (self.derive)(key, value)?;
        let mut entry = Vec::with_capacity(64);
        derived.encode_part(&mut entry, false);
        key.encode_part(&mut entry, true);
        Some(entry)
    }
}
