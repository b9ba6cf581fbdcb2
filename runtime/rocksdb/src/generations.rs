//! What both caches keep their entries in: a map of bounded size that forgets what nobody asks for.

use std::collections::HashMap;
use std::hash::Hash;

/// An entry's memory in bytes, table included.
type BytesOf<K, V> = fn(&K, &V) -> usize;

/// Entries in two generations: what is asked for moves to the young one; when that is full it becomes the
/// old one, and what nobody asked for meanwhile is dropped.
pub(crate) struct Generations<K, V> {
    young: HashMap<K, V>,
    /// The bytes of the young one's entries.
    young_bytes: usize,
    old: HashMap<K, V>,
    bytes_of: BytesOf<K, V>,
}

impl<K: Eq + Hash, V> Generations<K, V> {
    /// No entries yet, each of which takes so many bytes.
    pub(crate) fn new(bytes_of: BytesOf<K, V>) -> Self {
        Self { young: HashMap::new(), young_bytes: 0, old: HashMap::new(), bytes_of }
    }

    /// Adds an entry to the young generation, in place of one with this key; the generation begins anew
    /// at `bytes_max`.
    pub(crate) fn add(&mut self, key: K, value: V, bytes_max: usize) {
        self.remove(&key);
        if self.young_bytes >= bytes_max {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += (self.bytes_of)(&key, &value);
        self.young.insert(key, value);
    }

    /// The entry, if it is young.
    pub(crate) fn young(&self, key: &K) -> Option<&V> {
        self.young.get(key)
    }

    /// Takes the entry out of the old generation, to be added again.
    pub(crate) fn take_old(&mut self, key: &K) -> Option<(K, V)> {
        self.old.remove_entry(key)
    }

    /// Drops the entry.
    pub(crate) fn remove(&mut self, key: &K) {
        if let Some((key, value)) = self.young.remove_entry(key) {
            self.young_bytes -= (self.bytes_of)(&key, &value);
        }
        self.old.remove(key);
    }

    /// Entries of both generations.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hot entry that is replaced again and again takes no room from the others.
    #[test]
    fn what_is_replaced_or_removed_does_not_count() {
        let mut entries = Generations::new(|_: &u32, bytes: &usize| *bytes);
        entries.add(0, 10, 100);
        for _ in 0..100 {
            entries.add(1, 30, 100);
            entries.remove(&1);
            entries.add(2, 40, 100);
        }
        assert_eq!((entries.young.len(), entries.young_bytes), (2, 50));
        assert_eq!(entries.young(&0), Some(&10), "no generation has begun anew");
        entries.add(3, 50, 100);
        entries.add(4, 7, 100);
        assert_eq!((entries.young.len(), entries.young_bytes, entries.len()), (1, 7, 4));
        assert_eq!(entries.take_old(&2), Some((2, 40)));
    }
}
