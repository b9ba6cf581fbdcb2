//! Reads and writes of one encoded value: what every container is made of.

use crate::{KvRead, KvWrite, StorageError};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_abi::codec::{decode, encode};

pub(crate) fn has<S: KvRead>(
    store: &S,
    namespace: u16,
    key: &[u8],
) -> Result<bool, StorageError<S::Error>> {
    Ok(store.get(namespace, key).map_err(StorageError::Backend)?.is_some())
}

#[inline(never)]
pub(crate) fn load<S: KvRead, T: BorshDeserialize>(
    store: &S,
    namespace: u16,
    key: Vec<u8>,
) -> Result<T, StorageError<S::Error>> {
    match store.get(namespace, &key).map_err(StorageError::Backend)? {
        Some(bytes) => decoded(namespace, key, &bytes),
        None => Err(StorageError::Missing { namespace, key }),
    }
}

#[inline(never)]
pub(crate) fn may_load<S: KvRead, T: BorshDeserialize>(
    store: &S,
    namespace: u16,
    key: Vec<u8>,
) -> Result<Option<T>, StorageError<S::Error>> {
    match store.get(namespace, &key).map_err(StorageError::Backend)? {
        Some(bytes) => decoded(namespace, key, &bytes).map(Some),
        None => Ok(None),
    }
}

#[inline(never)]
pub(crate) fn save<S: KvWrite, T: BorshSerialize>(
    store: &mut S,
    namespace: u16,
    key: &[u8],
    value: &T,
) -> Result<(), StorageError<S::Error>> {
    store.set(namespace, key, &encode(value)).map_err(StorageError::Backend)
}

pub(crate) fn decoded<T: BorshDeserialize, E>(
    namespace: u16,
    key: Vec<u8>,
    bytes: &[u8],
) -> Result<T, StorageError<E>> {
    decode(bytes).map_err(|_| StorageError::Corrupt { namespace, key })
}
