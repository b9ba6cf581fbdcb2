//! Writes over a reader.

use crate::{Entry, Scan, StateError, StateReader};
use std::collections::BTreeMap;
use std::sync::Arc;
use tenor_primitives::StorageKey;

/// What a block writes: a value, or `None` for a deletion, per key.
pub type WriteSet = BTreeMap<StorageKey, Option<Vec<u8>>>;

/// A write set over another reader, itself a reader; overlays can be stacked.
#[derive(Clone)]
pub struct Overlay {
    base: Arc<dyn StateReader>,
    writes: WriteSet,
}

impl Overlay {
    /// No writes over `base`.
    pub fn new(base: Arc<dyn StateReader>) -> Self {
        Self::with_writes(base, WriteSet::new())
    }

    /// `writes` over `base`.
    pub fn with_writes(base: Arc<dyn StateReader>, writes: WriteSet) -> Self {
        Self { base, writes }
    }

    /// Sets a value.
    pub fn put(&mut self, key: StorageKey, value: Vec<u8>) {
        self.writes.insert(key, Some(value));
    }

    /// Deletes a value; deleting what is not there is no error.
    pub fn delete(&mut self, key: StorageKey) {
        self.writes.insert(key, None);
    }

    /// Puts `writes` over the writes so far.
    pub fn apply(&mut self, writes: WriteSet) {
        self.writes.extend(writes);
    }

    /// The writes so far.
    pub fn writes(&self) -> &WriteSet {
        &self.writes
    }

    /// The writes.
    pub fn into_writes(self) -> WriteSet {
        self.writes
    }
}

impl StateReader for Overlay {
    fn get(&self, key: &StorageKey) -> Result<Option<Vec<u8>>, StateError> {
        match self.writes.get(key) {
            Some(written) => Ok(written.clone()),
            None => self.base.get(key),
        }
    }

    fn scan(&self, scan: &Scan<'_>) -> Result<Vec<Entry>, StateError> {
        scan_over(&*self.base, &self.writes, scan)
    }
}

/// Scans `base` as if `writes` had been applied to it. For journals that keep their own layers.
pub fn scan_over(
    base: &dyn StateReader,
    writes: &WriteSet,
    scan: &Scan<'_>,
) -> Result<Vec<Entry>, StateError> {
    if scan.is_empty() {
        return Ok(Vec::new());
    }
    let written = writes_in(writes, scan);
    // Each written key can hide one entry of the base, no more.
    let limit = scan.limit.saturating_add(written.len());
    let found = base.scan(&Scan { limit, ..*scan })?;
    Ok(merge(found, written, scan))
}

/// What a scan finds once `writes` are put over `found`, which is all that its range holds without
/// them: for readers that know both.
pub fn over(found: Vec<Entry>, writes: &WriteSet, scan: &Scan<'_>) -> Vec<Entry> {
    merge(found, writes_in(writes, scan), scan)
}

type Written<'a> = (&'a [u8], Option<&'a Vec<u8>>);

fn writes_in<'a>(writes: &'a WriteSet, scan: &Scan<'_>) -> Vec<Written<'a>> {
    let start = StorageKey::new(scan.contract, scan.namespace, scan.start.unwrap_or_default());
    let inside = |key: &StorageKey| {
        key.contract == scan.contract
            && key.namespace == scan.namespace
            && scan.end.is_none_or(|end| key.key.as_slice() < end)
    };
    let mut written: Vec<Written<'a>> = writes
        .range(start..)
        .take_while(|(key, _)| inside(key))
        .map(|(key, value)| (key.key.as_slice(), value.as_ref()))
        .collect();
    if scan.reverse {
        written.reverse();
    }
    written
}

fn merge(found: Vec<Entry>, written: Vec<Written<'_>>, scan: &Scan<'_>) -> Vec<Entry> {
    let before = |a: &[u8], b: &[u8]| if scan.reverse { a > b } else { a < b };
    let mut found = found.into_iter().peekable();
    let mut written = written.into_iter().peekable();
    let mut merged = Vec::new();
    while merged.len() < scan.limit {
        let from_base = match (found.peek(), written.peek()) {
            (None, None) => break,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some((old, _)), Some((new, _))) => before(old, new),
        };
        if from_base {
            merged.extend(found.next());
        } else if let Some((key, value)) = written.next() {
            found.next_if(|(old, _)| old == key);
            merged.extend(value.map(|value| (key.to_vec(), value.clone())));
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;
    use tenor_primitives::Address;

    /// No state at all.
    struct Empty;

    impl StateReader for Empty {
        fn get(&self, _: &StorageKey) -> Result<Option<Vec<u8>>, StateError> {
            Ok(None)
        }

        fn scan(&self, _: &Scan<'_>) -> Result<Vec<Entry>, StateError> {
            Ok(Vec::new())
        }
    }

    fn key(namespace: u16, name: &[u8]) -> StorageKey {
        StorageKey::new(Address([1; 32]), namespace, name)
    }

    fn layers() -> impl Strategy<Value = Vec<WriteSet>> {
        let key = (0..2u16, vec(0..3u8, 0..3)).prop_map(|(n, name)| key(n, &name));
        let value = proptest::option::of(vec(0..9u8, 0..2));
        vec(btree_map(key, value, 0..12), 1..5)
    }

    fn bound() -> impl Strategy<Value = Option<Vec<u8>>> {
        proptest::option::of(vec(0..3u8, 0..3))
    }

    fn expected(model: &WriteSet, scan: &Scan<'_>) -> Vec<Entry> {
        let inside = |key: &StorageKey| {
            key.namespace == scan.namespace
                && scan.start.is_none_or(|start| key.key.as_slice() >= start)
                && scan.end.is_none_or(|end| key.key.as_slice() < end)
        };
        let found = model.iter().filter(|(key, _)| inside(key));
        let mut found: Vec<Entry> =
            found.filter_map(|(key, value)| Some((key.key.clone(), value.clone()?))).collect();
        if scan.reverse {
            found.reverse();
        }
        found.truncate(scan.limit);
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn stacked_overlays_read_like_one_map(
            layers in layers(), start in bound(), end in bound(), limit in 0..9usize,
            reverse in any::<bool>(),
        ) {
            let mut model = WriteSet::new();
            let mut reader: Arc<dyn StateReader> = Arc::new(Empty);
            let mut flattened = Overlay::new(Arc::new(Empty));
            for layer in layers {
                model.extend(layer.clone());
                flattened.apply(layer.clone());
                reader = Arc::new(Overlay::with_writes(reader, layer));
            }
            let (start, end) = (start.as_deref(), end.as_deref());
            let contract = Address([1; 32]);
            let scan = Scan { contract, namespace: 1, start, end, limit, reverse };
            let wanted = expected(&model, &scan);
            prop_assert_eq!(&reader.scan(&scan).expect("no failures"), &wanted);
            prop_assert_eq!(&flattened.scan(&scan).expect("no failures"), &wanted);
            for (key, value) in &model {
                prop_assert_eq!(&reader.get(key).expect("no failures"), value);
            }
        }
    }

    #[test]
    fn later_writes_cover_earlier_ones() {
        let mut overlay = Overlay::new(Arc::new(Empty));
        overlay.put(key(1, b"a"), b"1".to_vec());
        overlay.put(key(1, b"a"), b"2".to_vec());
        overlay.delete(key(1, b"b"));
        assert_eq!(overlay.get(&key(1, b"a")), Ok(Some(b"2".to_vec())));
        assert_eq!(overlay.writes().len(), 2);
        let writes = overlay.into_writes();
        assert_eq!(writes.get(&key(1, b"b")), Some(&None));
    }
}
