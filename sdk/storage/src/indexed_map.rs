//! Values by key that can also be found by what they contain.

use crate::index::{Index, IndexOf};
use crate::{HasPrefix, KvRead, KvWrite, Map, Range, StorageError, UpdateError};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_abi::spec::declare::StorageSchema;
use tenor_primitives::StorageKeyPart;
use tenor_primitives::schema::Schema;

/// A map whose indexes follow every change.
pub struct IndexedMap<K: 'static, V: 'static> {
    records: Map<K, V>,
    indexes: &'static [&'static dyn IndexOf<K, V>],
}

impl<K, V> IndexedMap<K, V> {
    /// Declares a map with its indexes; each index belongs to one map.
    pub const fn new(
        namespace: u16,
        name: &'static str,
        indexes: &'static [&'static dyn IndexOf<K, V>],
    ) -> Self {
        Self { records: Map::new(namespace, name), indexes }
    }

    /// The map's line in the contract's spec; each index has its own.
    pub const fn schema(&self) -> StorageSchema
    where
        K: Schema,
        V: Schema,
    {
        self.records.schema_of_kind("indexed_map")
    }
}

impl<K: StorageKeyPart, V: BorshSerialize + BorshDeserialize> IndexedMap<K, V> {
    /// Whether the key has a value.
    pub fn has<S: KvRead>(&self, store: &S, key: &K) -> Result<bool, StorageError<S::Error>> {
        self.records.has(store, key)
    }

    /// The key's value, which must exist.
    pub fn load<S: KvRead>(&self, store: &S, key: &K) -> Result<V, StorageError<S::Error>> {
        self.records.load(store, key)
    }

    /// The key's value, if it has one.
    pub fn may_load<S: KvRead>(
        &self,
        store: &S,
        key: &K,
    ) -> Result<Option<V>, StorageError<S::Error>> {
        self.records.may_load(store, key)
    }

    /// Writes the key's value.
    pub fn save<S: KvWrite>(
        &self,
        store: &mut S,
        key: &K,
        value: &V,
    ) -> Result<(), StorageError<S::Error>> {
        let before = self.records.may_load(store, key)?;
        self.reindex(store, key, before.as_ref(), Some(value))?;
        self.records.save(store, key, value)
    }

    /// Reads the key's value, if any, lets `change` check and replace it, and writes what it gives.
    /// Nothing is written when `change` refuses.
    pub fn update<S: KvWrite, R>(
        &self,
        store: &mut S,
        key: &K,
        change: impl FnOnce(Option<V>) -> Result<V, R>,
    ) -> Result<V, UpdateError<R, S::Error>> {
        let value = change(self.may_load(store, key)?).map_err(UpdateError::Refused)?;
        self.save(store, key, &value)?;
        Ok(value)
    }

    /// Removes the key's value; whether there was one.
    pub fn remove<S: KvWrite>(
        &self,
        store: &mut S,
        key: &K,
    ) -> Result<bool, StorageError<S::Error>> {
        let before = self.records.may_load(store, key)?;
        self.reindex(store, key, before.as_ref(), None)?;
        self.records.remove(store, key)
    }

    /// All entries, for reading in pages.
    pub const fn all(&self) -> Range<K, V> {
        self.records.all()
    }

    /// The entries whose keys start with `prefix`.
    pub fn prefix<P: StorageKeyPart>(&self, prefix: &P) -> Range<K, V>
    where
        K: HasPrefix<P>,
    {
        self.records.prefix(prefix)
    }

    /// The first `limit` records that `index` has under `value`, in order of their keys, after the
    /// key `after` if one is given.
    pub fn load_by<I: StorageKeyPart, S: KvRead>(
        &self,
        index: &Index<I, K, V>,
        store: &S,
        value: &I,
        after: Option<&K>,
        limit: u32,
    ) -> Result<Vec<(K, V)>, StorageError<S::Error>> {
        let mut range = index.matching(value);
        if let Some(key) = after {
            range = range.cursor_suffix(key);
        }
        let keys = range.keys(store, limit)?;
        let record = |(_, key): (I, K)| self.load(store, &key).map(|record| (key, record));
        keys.into_iter().map(record).collect()
    }

    /// Moves the record's entries from where `before` put them to where `after` does.
    fn reindex<S: KvWrite>(
        &self,
        store: &mut S,
        key: &K,
        before: Option<&V>,
        after: Option<&V>,
    ) -> Result<(), StorageError<S::Error>> {
        for index in self.indexes {
            let entry = |value: Option<&V>| value.and_then(|value| index.entry(key, value));
            let (old, new) = (entry(before), entry(after));
            if old == new {
                continue;
            }
            if let Some(old) = old {
                store.remove(index.namespace(), &old).map_err(StorageError::Backend)?;
            }
            if let Some(new) = new {
                store.set(index.namespace(), &new, &[]).map_err(StorageError::Backend)?;
            }
        }
        Ok(())
    }
}
