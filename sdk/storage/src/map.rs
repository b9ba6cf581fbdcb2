//! Values by key.

use crate::{HasPrefix, KvRead, KvWrite, Range, StorageError, UpdateError, location};
use borsh::{BorshDeserialize, BorshSerialize};
use core::marker::PhantomData;
use tenor_abi::spec::declare::StorageSchema;
use tenor_primitives::StorageKeyPart;
use tenor_primitives::schema::Schema;

/// Values of type `V` by keys of type `K`, ordered by key.
pub struct Map<K, V> {
    namespace: u16,
    name: &'static str,
    of: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Map<K, V> {
    /// Declares a map. The namespace is the contract's own number for it, used once.
    pub const fn new(namespace: u16, name: &'static str) -> Self {
        Self { namespace, name, of: PhantomData }
    }

    /// The map's namespace.
    pub const fn namespace(&self) -> u16 {
        self.namespace
    }

    /// The map's line in the contract's spec.
    pub const fn schema(&self) -> StorageSchema
    where
        K: Schema,
        V: Schema,
    {
        self.schema_of_kind("map")
    }

    pub(crate) const fn schema_of_kind(&self, kind: &'static str) -> StorageSchema
    where
        K: Schema,
        V: Schema,
    {
        let (namespace, name) = (self.namespace, self.name);
        StorageSchema { namespace, name, kind, key: K::SCHEMA, value: V::SCHEMA }
    }
}

impl<K: StorageKeyPart, V> Map<K, V> {
    /// Whether the key has a value.
    pub fn has<S: KvRead>(&self, store: &S, key: &K) -> Result<bool, StorageError<S::Error>> {
        location::has(store, self.namespace, &key.to_key())
    }

    /// Removes the key's value; whether there was one.
    pub fn remove<S: KvWrite>(
        &self,
        store: &mut S,
        key: &K,
    ) -> Result<bool, StorageError<S::Error>> {
        store.remove(self.namespace, &key.to_key()).map_err(StorageError::Backend)
    }

    /// All entries, for reading in pages.
    pub const fn all(&self) -> Range<K, V> {
        Range::all(self.namespace)
    }

    /// The entries whose keys start with `prefix`.
    pub fn prefix<P: StorageKeyPart>(&self, prefix: &P) -> Range<K, V>
    where
        K: HasPrefix<P>,
    {
        Range::prefix(self.namespace, prefix)
    }
}

impl<K: StorageKeyPart, V: BorshDeserialize> Map<K, V> {
    /// The key's value, which must exist.
    pub fn load<S: KvRead>(&self, store: &S, key: &K) -> Result<V, StorageError<S::Error>> {
        location::load(store, self.namespace, key.to_key())
    }

    /// The key's value, if it has one.
    pub fn may_load<S: KvRead>(
        &self,
        store: &S,
        key: &K,
    ) -> Result<Option<V>, StorageError<S::Error>> {
        location::may_load(store, self.namespace, key.to_key())
    }
}

impl<K: StorageKeyPart, V: BorshSerialize> Map<K, V> {
    /// Writes the key's value.
    pub fn save<S: KvWrite>(
        &self,
        store: &mut S,
        key: &K,
        value: &V,
    ) -> Result<(), StorageError<S::Error>> {
        location::save(store, self.namespace, &key.to_key(), value)
    }
}

impl<K: StorageKeyPart, V: BorshSerialize + BorshDeserialize> Map<K, V> {
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
}
