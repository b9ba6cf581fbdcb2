//! State as an ordered map.

use std::collections::BTreeMap;
use tenor_primitives::StorageKey;
use tenor_state::{Entry, Scan, StateError, StateReader, WriteSet};

#[derive(Clone, Default)]
pub(crate) struct Values(pub(crate) BTreeMap<StorageKey, Vec<u8>>);

impl Values {
    pub(crate) fn apply(&mut self, writes: WriteSet) {
        for (key, value) in writes {
            match value {
                Some(value) => self.0.insert(key, value),
                None => self.0.remove(&key),
            };
        }
    }
}

impl StateReader for Values {
    fn get(&self, key: &StorageKey) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.0.get(key).cloned())
    }

    fn scan(&self, scan: &Scan<'_>) -> Result<Vec<Entry>, StateError> {
        if scan.is_empty() {
            return Ok(Vec::new());
        }
        let start = StorageKey::new(scan.contract, scan.namespace, scan.start.unwrap_or_default());
        let own = |key: &&StorageKey| {
            key.contract == scan.contract
                && key.namespace == scan.namespace
                && scan.end.is_none_or(|end| key.key.as_slice() < end)
        };
        let entries = self.0.range(start..).take_while(|(key, _)| own(key));
        let entries = entries.map(|(key, value)| (key.key.clone(), value.clone()));
        Ok(if scan.reverse {
            let mut all: Vec<Entry> = entries.collect();
            all.reverse();
            all.truncate(scan.limit);
            all
        } else {
            entries.take(scan.limit).collect()
        })
    }
}
