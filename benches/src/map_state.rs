//! A state that is an ordered map.

use std::collections::BTreeMap;
use std::ops::Bound;
use tenor_primitives::StorageKey;
use tenor_state::{Entry, Scan, StateError, StateReader};

/// Values by key.
pub struct MapState(pub BTreeMap<StorageKey, Vec<u8>>);

impl StateReader for MapState {
    fn get(&self, key: &StorageKey) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.0.get(key).cloned())
    }

    fn scan(&self, scan: &Scan<'_>) -> Result<Vec<Entry>, StateError> {
        if scan.is_empty() {
            return Ok(Vec::new());
        }
        let key = |key: &[u8]| StorageKey::new(scan.contract, scan.namespace, key);
        let start = Bound::Included(key(scan.start.unwrap_or_default()));
        let end = match (scan.end, scan.namespace.checked_add(1)) {
            (Some(end), _) => Bound::Excluded(key(end)),
            (None, Some(next)) => Bound::Excluded(StorageKey::new(scan.contract, next, [])),
            (None, None) => Bound::Unbounded,
        };
        let own = |(key, _): &(&StorageKey, &Vec<u8>)| key.contract == scan.contract;
        let found = self.0.range((start, end)).filter(own);
        let entry = |(key, value): (&StorageKey, &Vec<u8>)| (key.key.clone(), value.clone());
        Ok(if scan.reverse {
            found.rev().take(scan.limit).map(entry).collect()
        } else {
            found.take(scan.limit).map(entry).collect()
        })
    }
}
