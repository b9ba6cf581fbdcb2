//! Contracts that are loaded, bounded in number and bytes.

use crate::contract::Contract;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tenor_primitives::Hash;

/// Code under certain parameters, by their hashes.
pub(crate) type ModuleKey = (Hash, Hash);

/// The loaded contracts; the one unused for longest makes room.
pub(crate) struct LoadedModules {
    count_max: usize,
    bytes_max: usize,
    clock: AtomicU64,
    entries: RwLock<BTreeMap<ModuleKey, Entry>>,
}

struct Entry {
    contract: Arc<Contract>,
    used: AtomicU64,
}

impl LoadedModules {
    /// Room for `count_max` contracts of `bytes_max` together; for one, however small these are.
    pub(crate) fn new(count_max: usize, bytes_max: usize) -> Self {
        let entries = RwLock::new(BTreeMap::new());
        Self { count_max: count_max.max(1), bytes_max, clock: AtomicU64::new(0), entries }
    }

    /// The contract under `key`, if it is loaded.
    pub(crate) fn get(&self, key: &ModuleKey) -> Option<Arc<Contract>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(key)?;
        entry.used.store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        Some(entry.contract.clone())
    }

    /// Adds `contract`.
    pub(crate) fn insert(&self, key: ModuleKey, contract: Arc<Contract>) {
        let used = AtomicU64::new(self.clock.fetch_add(1, Ordering::Relaxed));
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.remove(&key);
        let bytes = |entries: &BTreeMap<ModuleKey, Entry>| {
            let loaded = entries.values().map(|entry| entry.contract.image_bytes);
            loaded.fold(contract.image_bytes, usize::saturating_add)
        };
        while entries.len() >= self.count_max || bytes(&entries) > self.bytes_max {
            let oldest = entries.iter().min_by_key(|(_, entry)| entry.used.load(Ordering::Relaxed));
            let Some(oldest) = oldest.map(|(key, _)| *key) else { break };
            entries.remove(&oldest);
        }
        entries.insert(key, Entry { contract, used });
    }

    /// Bytes of all images.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.values().map(|entry| entry.contract.image_bytes).sum()
    }

    /// How many are loaded.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).len()
    }
}
