//! A store in memory, for tests of whatever uses typed storage.

use crate::{Entry, KvRead, KvWrite, Scan};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::ops::Bound;

/// An ordered map as a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryStore {
    entries: BTreeMap<(u16, Vec<u8>), Vec<u8>>,
}

impl MemoryStore {
    /// An empty store.
    pub const fn new() -> Self {
        Self { entries: BTreeMap::new() }
    }

    /// Everything in the store: namespace, key, value, in order.
    pub fn entries(&self) -> impl Iterator<Item = (u16, &[u8], &[u8])> {
        self.entries.iter().map(|((namespace, key), value)| (*namespace, &key[..], &value[..]))
    }
}

impl KvRead for MemoryStore {
    type Error = Infallible;

    fn get(&self, namespace: u16, key: &[u8]) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.entries.get(&(namespace, key.to_vec())).cloned())
    }

    fn scan(&self, scan: Scan<'_>) -> Result<Vec<Entry>, Infallible> {
        let namespace = scan.namespace;
        let start = Bound::Included((namespace, scan.start.to_vec()));
        let end = match (scan.end, namespace.checked_add(1)) {
            (Some(end), _) if end <= scan.start => return Ok(Vec::new()),
            (Some(end), _) => Bound::Excluded((namespace, end.to_vec())),
            (None, Some(next)) => Bound::Excluded((next, Vec::new())),
            (None, None) => Bound::Unbounded,
        };
        let entry = |((_, key), value): (&(u16, Vec<u8>), &Vec<u8>)| {
            (key.clone(), if scan.keys_only { Vec::new() } else { value.clone() })
        };
        let range = self.entries.range((start, end));
        let limit = usize::try_from(scan.limit).unwrap_or(usize::MAX);
        Ok(match scan.reverse {
            true => range.rev().map(entry).take(limit).collect(),
            false => range.map(entry).take(limit).collect(),
        })
    }
}

impl KvWrite for MemoryStore {
    fn set(&mut self, namespace: u16, key: &[u8], value: &[u8]) -> Result<(), Infallible> {
        self.entries.insert((namespace, key.to_vec()), value.to_vec());
        Ok(())
    }

    fn remove(&mut self, namespace: u16, key: &[u8]) -> Result<bool, Infallible> {
        Ok(self.entries.remove(&(namespace, key.to_vec())).is_some())
    }
}
