//! Reading a container in order, in pages.

use crate::raw_range::RawRange;
use crate::{KvRead, StorageError, location};
use alloc::vec::Vec;
use borsh::BorshDeserialize;
use core::marker::PhantomData;
use tenor_primitives::StorageKeyPart;

/// A key type whose encoding starts with that of `P`: a tuple and its first parts.
pub trait HasPrefix<P> {}

impl<A, B> HasPrefix<A> for (A, B) {}
impl<A, B, C> HasPrefix<A> for (A, B, C) {}
impl<A, B, C> HasPrefix<(A, B)> for (A, B, C) {}

/// A range of a container's entries, ascending unless reversed.
///
/// To read in pages, give the last key of a page to [`Range::after`] for the next one.
#[derive(Clone, Debug)]
pub struct Range<K, V> {
    raw: RawRange,
    of: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Range<K, V> {
    pub(crate) const fn all(namespace: u16) -> Self {
        Self { raw: RawRange::all(namespace), of: PhantomData }
    }

    /// The same entries in the other direction: from the highest key down.
    #[must_use]
    pub const fn reversed(mut self) -> Self {
        self.raw.turn();
        self
    }
}

impl<K: StorageKeyPart, V> Range<K, V> {
    pub(crate) fn prefix<P: StorageKeyPart>(namespace: u16, prefix: &P) -> Self
    where
        K: HasPrefix<P>,
    {
        let mut key = Vec::with_capacity(64);
        prefix.encode_part(&mut key, false);
        Self { raw: RawRange::with_prefix(namespace, key), of: PhantomData }
    }

    /// Only keys from `key` on, itself included.
    #[must_use]
    pub fn from(mut self, key: &K) -> Self {
        self.raw.raise_start(key.to_key());
        self
    }

    /// Only keys below `key`.
    #[must_use]
    pub fn until(mut self, key: &K) -> Self {
        self.raw.lower_end(key.to_key());
        self
    }

    /// Only keys that follow `key` in the range's direction: the cursor of a page.
    #[must_use]
    pub fn after(mut self, key: &K) -> Self {
        self.raw.set_cursor(key.to_key());
        self
    }

    /// As [`Range::after`] for a cursor that may be absent: the first page has none.
    #[must_use]
    pub fn after_if(self, key: Option<&K>) -> Self {
        match key {
            Some(key) => self.after(key),
            None => self,
        }
    }

    /// [`Range::from`] by what follows the prefix.
    pub(crate) fn start_suffix<P: StorageKeyPart>(mut self, rest: &P) -> Self {
        self.raw.raise_start(self.raw.suffixed(rest));
        self
    }

    /// [`Range::after`] by what follows the prefix.
    pub(crate) fn cursor_suffix<P: StorageKeyPart>(mut self, rest: &P) -> Self {
        self.raw.set_cursor(self.raw.suffixed(rest));
        self
    }

    /// Only keys up to what follows the prefix, itself included.
    pub(crate) fn end_suffix<P: StorageKeyPart>(mut self, rest: &P) -> Self {
        let mut end = self.raw.suffixed(rest);
        end.push(0);
        self.raw.lower_end(end);
        self
    }

    /// The first `limit` keys of the range.
    #[inline(never)]
    pub fn keys<S: KvRead>(self, store: &S, limit: u32) -> Result<Vec<K>, StorageError<S::Error>> {
        let namespace = self.raw.namespace;
        let entries = self.raw.scan(store, true, limit)?;
        let mut keys = Vec::with_capacity(entries.len());
        for (key, _) in entries {
            match K::from_key(&key) {
                Some(decoded) => keys.push(decoded),
                None => return Err(StorageError::Corrupt { namespace, key }),
            }
        }
        Ok(keys)
    }
}

impl<K: StorageKeyPart, V: BorshDeserialize> Range<K, V> {
    /// The first `limit` entries of the range.
    #[inline(never)]
    pub fn load<S: KvRead>(
        self,
        store: &S,
        limit: u32,
    ) -> Result<Vec<(K, V)>, StorageError<S::Error>> {
        let namespace = self.raw.namespace;
        let entries = self.raw.scan(store, false, limit)?;
        let mut loaded = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let Some(decoded) = K::from_key(&key) else {
                return Err(StorageError::Corrupt { namespace, key });
            };
            loaded.push((decoded, location::decoded(namespace, key, &value)?));
        }
        Ok(loaded)
    }
}
