//! Reading the state.

use crate::StateError;
use tenor_primitives::{Address, StorageKey};

/// A key within its namespace, and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// A consistent view of the state: every read through one reader sees the same block boundary.
pub trait StateReader: Send + Sync {
    /// The value under `key`, if any.
    fn get(&self, key: &StorageKey) -> Result<Option<Vec<u8>>, StateError>;

    /// Entries of one namespace, in byte order of their keys.
    fn scan(&self, scan: &Scan<'_>) -> Result<Vec<Entry>, StateError>;
}

impl<T: StateReader + ?Sized> StateReader for std::sync::Arc<T> {
    fn get(&self, key: &StorageKey) -> Result<Option<Vec<u8>>, StateError> {
        (**self).get(key)
    }

    fn scan(&self, scan: &Scan<'_>) -> Result<Vec<Entry>, StateError> {
        (**self).scan(scan)
    }
}

/// Which entries a scan returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan<'a> {
    /// The owner.
    pub contract: Address,
    /// The owner's namespace.
    pub namespace: u16,
    /// The first key, inclusive; `None` for the namespace's first.
    pub start: Option<&'a [u8]>,
    /// Where to stop, exclusive; `None` for the namespace's end. At or below `start`: no entries.
    pub end: Option<&'a [u8]>,
    /// The most entries.
    pub limit: usize,
    /// From the end backwards; `start` and `end` keep their meaning.
    pub reverse: bool,
}

impl<'a> Scan<'a> {
    /// The whole namespace, ascending, at most `limit` entries.
    pub const fn all(contract: Address, namespace: u16, limit: usize) -> Self {
        Self { contract, namespace, start: None, end: None, limit, reverse: false }
    }

    /// The first flat key of the range, inclusive.
    pub fn flat_start(&self) -> Vec<u8> {
        StorageKey::new(self.contract, self.namespace, self.start.unwrap_or_default()).flat()
    }

    /// The flat key at which the range ends, exclusive; `None` past the last possible key.
    pub fn flat_end(&self) -> Option<Vec<u8>> {
        match self.end {
            Some(end) => Some(StorageKey::new(self.contract, self.namespace, end).flat()),
            None => successor(StorageKey::prefix(&self.contract, self.namespace)),
        }
    }

    /// Whether no key can lie in the range.
    pub fn is_empty(&self) -> bool {
        let ends_first = self.end.is_some_and(|end| end <= self.start.unwrap_or_default());
        self.limit == 0 || ends_first
    }
}

/// The smallest byte string above all that begin with `prefix`.
fn successor(prefix: [u8; StorageKey::PREFIX_BYTES]) -> Option<Vec<u8>> {
    let kept = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut next = prefix[..=kept].to_vec();
    next[kept] += 1;
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_where_the_next_namespace_begins() {
        let scan = Scan::all(Address([1; 32]), 5, 10);
        let next = StorageKey::new(Address([1; 32]), 6, []).flat();
        assert_eq!(scan.flat_end(), Some(next));
        let last = Scan::all(Address([1; 32]), u16::MAX, 10).flat_end().expect("not the last");
        assert!(last.as_slice() > &[1; 34][..] && last.as_slice() <= &[2; 34][..]);
        assert_eq!(Scan::all(Address([0xff; 32]), u16::MAX, 10).flat_end(), None);
    }

    #[test]
    fn empty_ranges_are_known() {
        let scan = Scan::all(Address::SYSTEM, 0, 1);
        assert!(!scan.is_empty());
        assert!(Scan { limit: 0, ..scan }.is_empty());
        assert!(Scan { end: Some(b""), ..scan }.is_empty());
        assert!(Scan { start: Some(b"b"), end: Some(b"b"), ..scan }.is_empty());
    }
}
