//! Reads, writes and events of a block in progress, with an undo log: a call, a message or a
//! transaction is rolled back as one, and leaves nothing.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;
use tenor_primitives::{Event, StorageKey};
use tenor_state::{Entry, Scan, StateError, StateReader, WriteSet};

/// Where to roll back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checkpoint {
    undo: usize,
    events: usize,
    event_bytes: u64,
}

struct Undo {
    key: StorageKey,
    /// What the write set held before: nothing, or a value or removal.
    previous: Option<Option<Vec<u8>>>,
}

/// The journal of one block. The write set holds all kept changes; the undo log reaches back to the
/// start of the current transaction.
pub(crate) struct Journal {
    base: Arc<dyn StateReader>,
    reads: HashMap<StorageKey, Option<Vec<u8>>>,
    writes: WriteSet,
    undo: Vec<Undo>,
    events: Vec<Event>,
    event_bytes: u64,
}

impl Journal {
    pub(crate) fn new(base: Arc<dyn StateReader>) -> Self {
        Self {
            base,
            reads: HashMap::new(),
            writes: BTreeMap::new(),
            undo: Vec::new(),
            events: Vec::new(),
            event_bytes: 0,
        }
    }

    /// The current value.
    pub(crate) fn get(&mut self, key: &StorageKey) -> Result<Option<&[u8]>, StateError> {
        if let Some(value) = self.writes.get(key) {
            return Ok(value.as_deref());
        }
        if !self.reads.contains_key(key) {
            let value = self.base.get(key)?;
            self.reads.insert(key.clone(), value);
        }
        Ok(self.reads.get(key).and_then(|value| value.as_deref()))
    }

    /// Writes a value, or removes it.
    pub(crate) fn put(&mut self, key: StorageKey, value: Option<Vec<u8>>) {
        let previous = self.writes.insert(key.clone(), value);
        self.undo.push(Undo { key, previous });
    }

    /// Entries of a range in order, the block's own changes included.
    pub(crate) fn scan(&self, scan: &Scan<'_>) -> Result<Vec<Entry>, StateError> {
        if scan.is_empty() {
            return Ok(Vec::new());
        }
        let changes = self.changes_in(scan);
        // Every change can at most remove one entry of the base, so that many more are enough.
        let limit = scan.limit.saturating_add(changes.len());
        let base = self.base.scan(&Scan { limit, ..*scan })?;
        let mut merged: BTreeMap<Vec<u8>, Vec<u8>> = base.into_iter().collect();
        for (key, value) in changes {
            match value {
                Some(value) => merged.insert(key, value),
                None => merged.remove(&key),
            };
        }
        Ok(if scan.reverse {
            merged.into_iter().rev().take(scan.limit).collect()
        } else {
            merged.into_iter().take(scan.limit).collect()
        })
    }

    fn changes_in(&self, scan: &Scan<'_>) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
        let key = |key: &[u8]| StorageKey::new(scan.contract, scan.namespace, key);
        let from = Bound::Included(key(scan.start.unwrap_or_default()));
        let to = scan.end.map_or(Bound::Unbounded, |end| Bound::Excluded(key(end)));
        let own =
            |key: &StorageKey| key.contract == scan.contract && key.namespace == scan.namespace;
        self.writes
            .range((from, to))
            .take_while(|(key, _)| own(key))
            .map(|(key, value)| (key.key.clone(), value.clone()))
            .collect()
    }

    /// Appends an event.
    pub(crate) fn emit(&mut self, event: Event, bytes: u64) {
        self.events.push(event);
        self.event_bytes = self.event_bytes.saturating_add(bytes);
    }

    /// Number and bytes of the transaction's events so far.
    pub(crate) fn event_totals(&self) -> (usize, u64) {
        (self.events.len(), self.event_bytes)
    }

    /// A point to roll back to.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            undo: self.undo.len(),
            events: self.events.len(),
            event_bytes: self.event_bytes,
        }
    }

    /// Undoes everything since `to`.
    pub(crate) fn rollback(&mut self, to: Checkpoint) {
        while self.undo.len() > to.undo {
            let Some(Undo { key, previous }) = self.undo.pop() else { break };
            match previous {
                Some(value) => self.writes.insert(key, value),
                None => self.writes.remove(&key),
            };
        }
        self.events.truncate(to.events);
        self.event_bytes = to.event_bytes;
    }

    /// Ends a transaction: what was written stays, its events are handed out.
    pub(crate) fn keep(&mut self) -> Vec<Event> {
        self.undo.clear();
        self.event_bytes = 0;
        std::mem::take(&mut self.events)
    }

    /// The changes that differ from the base.
    pub(crate) fn into_writes(mut self) -> Result<WriteSet, StateError> {
        let Self { base, reads, writes, .. } = &mut self;
        let mut changed = WriteSet::new();
        for (key, value) in std::mem::take(writes) {
            let before = match reads.remove(&key) {
                Some(before) => before,
                None => base.get(&key)?,
            };
            if before != value {
                changed.insert(key, value);
            }
        }
        Ok(changed)
    }
}
