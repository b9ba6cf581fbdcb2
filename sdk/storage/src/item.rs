//! One value.

use crate::{KvRead, KvWrite, StorageError, UpdateError, location};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use core::marker::PhantomData;
use tenor_abi::spec::declare::StorageSchema;
use tenor_primitives::schema::{Schema, TypeSchema};

/// A single value in a namespace of its own, under the empty key.
pub struct Item<T> {
    namespace: u16,
    name: &'static str,
    of: PhantomData<fn() -> T>,
}

impl<T> Item<T> {
    /// Declares an item. The namespace is the contract's own number for it, used once.
    pub const fn new(namespace: u16, name: &'static str) -> Self {
        Self { namespace, name, of: PhantomData }
    }

    /// The item's namespace.
    pub const fn namespace(&self) -> u16 {
        self.namespace
    }

    /// The item's line in the contract's spec.
    pub const fn schema(&self) -> StorageSchema
    where
        T: Schema,
    {
        let (namespace, name) = (self.namespace, self.name);
        StorageSchema { namespace, name, kind: "item", key: TypeSchema::Unit, value: T::SCHEMA }
    }

    /// Whether there is a value.
    pub fn exists<S: KvRead>(&self, store: &S) -> Result<bool, StorageError<S::Error>> {
        location::has(store, self.namespace, &[])
    }

    /// Removes the value; whether there was one.
    pub fn remove<S: KvWrite>(&self, store: &mut S) -> Result<bool, StorageError<S::Error>> {
        store.remove(self.namespace, &[]).map_err(StorageError::Backend)
    }
}

impl<T: BorshDeserialize> Item<T> {
    /// The value, which must exist.
    pub fn load<S: KvRead>(&self, store: &S) -> Result<T, StorageError<S::Error>> {
        location::load(store, self.namespace, Vec::new())
    }

    /// The value, if there is one.
    pub fn may_load<S: KvRead>(&self, store: &S) -> Result<Option<T>, StorageError<S::Error>> {
        location::may_load(store, self.namespace, Vec::new())
    }
}

impl<T: BorshSerialize> Item<T> {
    /// Writes the value.
    pub fn save<S: KvWrite>(&self, store: &mut S, value: &T) -> Result<(), StorageError<S::Error>> {
        location::save(store, self.namespace, &[], value)
    }
}

impl<T: BorshSerialize + BorshDeserialize> Item<T> {
    /// Reads the value, which must exist, lets `change` check and replace it, and writes what it
    /// gives. Nothing is written when `change` refuses.
    pub fn update<S: KvWrite, R>(
        &self,
        store: &mut S,
        change: impl FnOnce(T) -> Result<T, R>,
    ) -> Result<T, UpdateError<R, S::Error>> {
        let value = change(self.load(store)?).map_err(UpdateError::Refused)?;
        self.save(store, &value)?;
        Ok(value)
    }
}
