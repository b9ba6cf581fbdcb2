//! A range of raw keys: everything about ranges that does not depend on their types.

use crate::{Entry, KvRead, Scan, StorageError};
use alloc::vec::Vec;
use tenor_primitives::StorageKeyPart;

#[derive(Clone, Debug)]
pub(crate) struct RawRange {
    pub(crate) namespace: u16,
    /// How many bytes of `start` every key has.
    prefix_bytes: usize,
    start: Vec<u8>,
    end: Option<Vec<u8>>,
    cursor: Option<Vec<u8>>,
    reverse: bool,
}

impl RawRange {
    pub(crate) const fn all(namespace: u16) -> Self {
        Self {
            namespace,
            prefix_bytes: 0,
            start: Vec::new(),
            end: None,
            cursor: None,
            reverse: false,
        }
    }

    pub(crate) fn with_prefix(namespace: u16, prefix: Vec<u8>) -> Self {
        let end = successor_of_prefix(prefix.clone());
        Self { prefix_bytes: prefix.len(), start: prefix, end, ..Self::all(namespace) }
    }

    /// The prefix and `rest` as a whole key.
    pub(crate) fn suffixed<P: StorageKeyPart>(&self, rest: &P) -> Vec<u8> {
        let mut key: Vec<u8> = self.start.iter().copied().take(self.prefix_bytes).collect();
        rest.encode_part(&mut key, true);
        key
    }

    pub(crate) const fn turn(&mut self) {
        self.reverse = !self.reverse;
    }

    pub(crate) fn raise_start(&mut self, start: Vec<u8>) {
        if start > self.start {
            self.start = start;
        }
    }

    pub(crate) fn lower_end(&mut self, end: Vec<u8>) {
        if self.end.as_ref().is_none_or(|present| end < *present) {
            self.end = Some(end);
        }
    }

    pub(crate) fn set_cursor(&mut self, cursor: Vec<u8>) {
        self.cursor = Some(cursor);
    }

    #[inline(never)]
    pub(crate) fn scan<S: KvRead>(
        mut self,
        store: &S,
        keys_only: bool,
        limit: u32,
    ) -> Result<Vec<Entry>, StorageError<S::Error>> {
        self.apply_cursor();
        if self.end.as_ref().is_some_and(|end| *end <= self.start) {
            return Ok(Vec::new());
        }
        let (namespace, start, end) = (self.namespace, &self.start[..], self.end.as_deref());
        let scan = Scan { namespace, start, end, reverse: self.reverse, keys_only, limit };
        store.scan(scan).map_err(StorageError::Backend)
    }

    fn apply_cursor(&mut self) {
        let Some(mut cursor) = self.cursor.take() else { return };
        if self.reverse {
            self.lower_end(cursor);
        } else {
            // The key right after it in byte order.
            cursor.push(0);
            self.raise_start(cursor);
        }
    }
}

/// The lowest byte string above every one that starts with `prefix`; `None` if there is none.
fn successor_of_prefix(mut prefix: Vec<u8>) -> Option<Vec<u8>> {
    while let Some(last) = prefix.pop() {
        if last < u8::MAX {
            prefix.push(last + 1);
            return Some(prefix);
        }
    }
    None
}
