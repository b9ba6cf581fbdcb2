//! Values of the head in memory. An entry is the newest value of its key and says since which block it
//! has been that: it is right for every view from that block on, until a commit puts another in its
//! place. A part of the cache that has not heard of a view's block yet answers nothing to that view.

use crate::generations::Generations;
use parking_lot::Mutex;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use tenor_primitives::{Height, StorageKey};
use tenor_state::WriteSet;

/// Locks, so that readers rarely wait for each other.
const SHARDS: usize = 16;
/// Memory of one entry beside its key's and value's bytes: both allocations, and the table around them
/// at its usual load.
const ENTRY_BYTES: usize = 224;
/// The longest value that is kept. Longer ones are code and texts, which are read seldom.
const VALUE_BYTES_MAX: usize = 4096;

/// A bounded cache of values.
pub(crate) struct ValueCache {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    generation_bytes_max: usize,
}

/// A key's newest value, or that there is none, and the first block after which it is certain to be.
struct Entry {
    since: Height,
    value: Option<Box<[u8]>>,
}

struct Shard {
    /// The last block whose writes are here; `None` before the first.
    height: Option<Height>,
    entries: Generations<StorageKey, Entry>,
}

fn bytes_of(key: &StorageKey, entry: &Entry) -> usize {
    ENTRY_BYTES + key.key.len() + entry.value.as_ref().map_or(0, |value| value.len())
}

impl ValueCache {
    /// A cache of about `bytes_max`, of no block yet.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| {
                Mutex::new(Shard { height: None, entries: Generations::new(bytes_of) })
            }),
            hasher: RandomState::new(),
            generation_bytes_max: bytes_max / SHARDS / 2,
        }
    }

    fn shard_of(&self, key: &StorageKey) -> usize {
        // The shards' own tables use other seeds.
        usize::try_from(self.hasher.hash_one(key) % (SHARDS as u64)).expect("a small number")
    }

    /// The value under `key` for a view of the state after the block at `height`, if it is known:
    /// `Some(None)` where there is none.
    pub(crate) fn get(&self, key: &StorageKey, height: Height) -> Option<Option<Vec<u8>>> {
        let mut shard = self.shards[self.shard_of(key)].lock();
        if shard.height < Some(height) {
            return None;
        }
        if let Some((key, entry)) = shard.entries.take_old(key) {
            shard.entries.add(key, entry, self.generation_bytes_max);
        }
        let entry = shard.entries.young(key).filter(|entry| entry.since <= height)?;
        Some(entry.value.as_deref().map(<[u8]>::to_vec))
    }

    /// Adds what a view of the state after the block at `height` has read, if that is still the head's.
    pub(crate) fn insert(&self, key: &StorageKey, height: Height, value: Option<&[u8]>) {
        if value.is_some_and(|value| value.len() > VALUE_BYTES_MAX) {
            return;
        }
        let mut shard = self.shards[self.shard_of(key)].lock();
        if shard.height == Some(height) {
            let entry = Entry { since: height, value: value.map(Into::into) };
            shard.entries.add(key.clone(), entry, self.generation_bytes_max);
        }
    }

    /// Takes in a block's writes. Called for every block in order, when views can see it, and first of
    /// all without writes for the block that an opening finds.
    pub(crate) fn commit(&self, height: Height, writes: &WriteSet) {
        let mut sorted: [Vec<_>; SHARDS] = std::array::from_fn(|_| Vec::new());
        for write in writes {
            sorted[self.shard_of(write.0)].push(write);
        }
        for (shard, writes) in self.shards.iter().zip(sorted) {
            let mut shard = shard.lock();
            for (key, value) in writes {
                let value = value.as_deref();
                if value.is_some_and(|value| value.len() > VALUE_BYTES_MAX) {
                    shard.entries.remove(key);
                } else {
                    let entry = Entry { since: height, value: value.map(Into::into) };
                    shard.entries.add(key.clone(), entry, self.generation_bytes_max);
                }
            }
            shard.height = Some(height);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenor_primitives::Address;

    fn key(number: u32) -> StorageKey {
        StorageKey::new(Address([1; 32]), 2, number.to_be_bytes())
    }

    fn write(number: u32, value: Option<&[u8]>) -> WriteSet {
        [(key(number), value.map(<[u8]>::to_vec))].into()
    }

    #[test]
    fn a_view_sees_its_own_block_or_nothing() {
        let cache = ValueCache::new(1 << 20);
        cache.commit(6, &WriteSet::new());
        cache.commit(7, &write(1, Some(b"seven")));
        assert_eq!(cache.get(&key(1), 7), Some(Some(b"seven".to_vec())));
        assert_eq!(cache.get(&key(1), 6), None, "what was before is not known");
        assert_eq!(cache.get(&key(1), 8), None, "block 8 may have changed it");
        cache.commit(8, &WriteSet::new());
        assert_eq!(cache.get(&key(1), 8), Some(Some(b"seven".to_vec())));
        assert_eq!(cache.get(&key(1), 7), Some(Some(b"seven".to_vec())));
        cache.commit(9, &write(1, None));
        assert_eq!(cache.get(&key(1), 9), Some(None), "known not to be there");
        assert_eq!(cache.get(&key(1), 8), None);
    }

    #[test]
    fn what_an_older_view_reads_does_not_enter() {
        let cache = ValueCache::new(1 << 20);
        cache.commit(3, &WriteSet::new());
        cache.insert(&key(1), 3, Some(b"three"));
        assert_eq!(cache.get(&key(1), 3), Some(Some(b"three".to_vec())));
        cache.commit(4, &write(2, Some(b"four")));
        // A view of block 3 reads key 2 after block 4 has changed it and the entry is gone.
        cache.shards.iter().for_each(|shard| shard.lock().entries.remove(&key(2)));
        cache.insert(&key(2), 3, Some(b"three"));
        assert_eq!(cache.get(&key(2), 4), None);
    }

    #[test]
    fn long_values_are_not_kept_and_never_leave_older_ones_behind() {
        let cache = ValueCache::new(1 << 20);
        cache.commit(0, &write(1, Some(b"short")));
        cache.commit(1, &write(1, Some(&[0; VALUE_BYTES_MAX + 1])));
        assert_eq!(cache.get(&key(1), 1), None);
        cache.insert(&key(1), 1, Some(&[0; VALUE_BYTES_MAX + 1]));
        assert_eq!(cache.get(&key(1), 1), None);
    }

    #[test]
    fn what_is_used_stays_and_memory_is_bounded() {
        let cache = ValueCache::new(SHARDS * 2 * 10 * (ENTRY_BYTES + 5));
        cache.commit(0, &WriteSet::new());
        cache.insert(&key(0), 0, Some(b"x"));
        for number in 1..10_000 {
            cache.insert(&key(number), 0, Some(b"y"));
            assert_eq!(cache.get(&key(0), 0), Some(Some(b"x".to_vec())), "asked for all the time");
        }
        let held = cache.shards.iter().map(|shard| shard.lock().entries.len());
        assert!(held.sum::<usize>() <= SHARDS * 20);
        assert_eq!(cache.get(&key(1), 0), None, "long out of use");
    }
}
