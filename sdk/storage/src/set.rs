//! Keys without values.

use crate::{HasPrefix, KvRead, KvWrite, Range, StorageError, location};
use core::marker::PhantomData;
use tenor_abi::spec::declare::StorageSchema;
use tenor_primitives::StorageKeyPart;
use tenor_primitives::schema::{Schema, TypeSchema};

/// A set of keys, ordered.
pub struct Set<K> {
    namespace: u16,
    name: &'static str,
    of: PhantomData<fn() -> K>,
}

impl<K> Set<K> {
    /// Declares a set. The namespace is the contract's own number for it, used once.
    pub const fn new(namespace: u16, name: &'static str) -> Self {
        Self { namespace, name, of: PhantomData }
    }

    /// The set's namespace.
    pub const fn namespace(&self) -> u16 {
        self.namespace
    }

    /// The set's line in the contract's spec.
    pub const fn schema(&self) -> StorageSchema
    where
        K: Schema,
    {
        let (namespace, name) = (self.namespace, self.name);
        StorageSchema { namespace, name, kind: "set", key: K::SCHEMA, value: TypeSchema::Unit }
    }
}

impl<K: StorageKeyPart> Set<K> {
    /// Whether the key is in the set.
    pub fn has<S: KvRead>(&self, store: &S, key: &K) -> Result<bool, StorageError<S::Error>> {
        location::has(store, self.namespace, &key.to_key())
    }

    /// Adds the key; whether it is new.
    pub fn insert<S: KvWrite>(
        &self,
        store: &mut S,
        key: &K,
    ) -> Result<bool, StorageError<S::Error>> {
        let key = key.to_key();
        let is_new = !location::has(store, self.namespace, &key)?;
        if is_new {
            store.set(self.namespace, &key, &[]).map_err(StorageError::Backend)?;
        }
        Ok(is_new)
    }

    /// Takes the key out; whether it was in.
    pub fn remove<S: KvWrite>(
        &self,
        store: &mut S,
        key: &K,
    ) -> Result<bool, StorageError<S::Error>> {
        store.remove(self.namespace, &key.to_key()).map_err(StorageError::Backend)
    }

    /// All keys, for reading in pages.
    pub const fn all(&self) -> Range<K, ()> {
        Range::all(self.namespace)
    }

    /// The keys that start with `prefix`.
    pub fn prefix<P: StorageKeyPart>(&self, prefix: &P) -> Range<K, ()>
    where
        K: HasPrefix<P>,
    {
        Range::prefix(self.namespace, prefix)
    }
}
