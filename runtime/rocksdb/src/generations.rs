//! What both caches keep their entries in: a map of bounded size that forgets what nobody asks for.

use std::collections::HashMap;
use std::hash::Hash;

/// Entries in two generations: what is asked for moves to the young one; when that is full it becomes the
/// old one, and what nobody asked for meanwhile is dropped.
pub(crate) struct Generations<K, V> {
    young: HashMap<K, V>,
    /// What was added to the young one, in bytes.
    young_bytes: usize,
    old: HashMap<K, V>,
}

impl<K, V> Default for Generations<K, V> {
    fn default() -> Self {
        Self { young: HashMap::new(), young_bytes: 0, old: HashMap::new() }
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    /// Adds an entry of so many bytes, table included, to the young generation, which begins anew at
    /// `bytes_max`.
    pub(crate) fn add(&mut self, key: K, value: V, bytes: usize, bytes_max: usize) {
        if self.young_bytes >= bytes_max {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        if self.young.insert(key, value).is_none() {
            self.young_bytes += bytes;
        }
    }

    /// The entry, if it is young.
    pub(crate) fn young(&self, key: &K) -> Option<&V> {
        self.young.get(key)
    }

    /// Takes the entry out of the old generation, to be added again.
    pub(crate) fn take_old(&mut self, key: &K) -> Option<(K, V)> {
        self.old.remove_entry(key)
    }

    /// Drops the entry. Its bytes stay counted until the next generation.
    pub(crate) fn remove(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }

    /// Entries of both generations.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}
