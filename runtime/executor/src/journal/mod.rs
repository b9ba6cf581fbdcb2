//! Reads, writes and events of a block in progress, with an undo log: a call, a message or a
//! transaction is rolled back as one, and leaves nothing.

mod scan;
mod slots;

pub(crate) use scan::ScanBudget;
pub(crate) use slots::KeyRef;

use crate::trace::StorageChange;
use slots::{Index, Slots, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use tenor_primitives::{Event, StorageKey};
use tenor_state::{StateError, StateReader, WriteSet};

/// Where to roll back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checkpoint {
    undo: usize,
    events: usize,
    event_bytes: u64,
}

struct Undo {
    slot: Index,
    /// What had been written before: nothing, or a value or removal.
    previous: Option<Value>,
}

/// What may be kept of the base, in bytes. All of it is dropped when it is more: no price depends on
/// what is kept.
const READ_CACHE_BYTES_MAX: usize = 64 << 20;
/// What a value of the base takes beside key and value, about.
const READ_OVERHEAD_BYTES: usize = 128;

/// The journal of one block. What is written holds all kept changes; the undo log reaches back to the
/// start of the current transaction.
pub(crate) struct Journal {
    base: Arc<dyn StateReader>,
    slots: Slots,
    /// What is kept of the base, in bytes, about.
    read_bytes: usize,
    read_bytes_max: usize,
    /// Bytes ever written in the block, keys and values.
    written_bytes: u64,
    undo: Vec<Undo>,
    events: Vec<Event>,
    event_bytes: u64,
    /// While a transaction is traced: what each key that it wrote held before it.
    watched: Option<BTreeMap<StorageKey, Value>>,
}

impl Journal {
    pub(crate) fn new(base: Arc<dyn StateReader>) -> Self {
        Self::with_read_cache(base, READ_CACHE_BYTES_MAX)
    }

    /// A journal that keeps about so many bytes of the base, and one value whatever it takes.
    pub(crate) fn with_read_cache(base: Arc<dyn StateReader>, read_bytes_max: usize) -> Self {
        Self {
            base,
            slots: Slots::new(),
            read_bytes: 0,
            read_bytes_max,
            written_bytes: 0,
            undo: Vec::new(),
            events: Vec::new(),
            event_bytes: 0,
            watched: None,
        }
    }

    /// Keeps from now on what written keys held before.
    pub(crate) fn watch(&mut self) {
        self.watched = Some(BTreeMap::new());
    }

    /// What differs from when [`Journal::watch`] was called; stops watching.
    pub(crate) fn changes(&mut self) -> Result<Vec<StorageChange>, StateError> {
        let mut changes = Vec::new();
        for (key, before) in self.watched.take().unwrap_or_default() {
            let after = self.get((&key).into())?.map(<[u8]>::to_vec);
            if before != after {
                changes.push(StorageChange { key, before, after });
            }
        }
        Ok(changes)
    }

    #[cold]
    fn see(&mut self, key: KeyRef<'_>) {
        let owned = key.to_owned();
        if self.watched.as_ref().is_some_and(|watched| watched.contains_key(&owned)) {
            return;
        }
        // A store that cannot be read fails the transaction's own reads as well.
        let before = self.get(key).ok().flatten().map(<[u8]>::to_vec);
        if let Some(watched) = &mut self.watched {
            watched.insert(owned, before);
        }
    }

    /// The current value.
    pub(crate) fn get(&mut self, key: KeyRef<'_>) -> Result<Option<&[u8]>, StateError> {
        let mut index = self.slots.find(key);
        let slot = self.slots.slot(index);
        if slot.written.is_none() && slot.base.is_none() {
            let value = self.base.get(&slot.key)?;
            let bytes = key.key.len().saturating_add(value.as_ref().map_or(0, Vec::len));
            let bytes = bytes.saturating_add(READ_OVERHEAD_BYTES);
            self.read_bytes = self.read_bytes.saturating_add(bytes);
            if self.read_bytes > self.read_bytes_max {
                self.forget_reads();
                self.read_bytes = bytes;
                index = self.slots.find(key);
            }
            self.slots.slot_mut(index).base = Some(value);
        }
        let slot = self.slots.slot(index);
        Ok(slot.written.as_ref().or(slot.base.as_ref()).and_then(Option::as_deref))
    }

    fn forget_reads(&mut self) {
        let undo = &mut self.undo;
        let mut moved = Vec::new();
        self.slots.forget_reads(|old, new| moved.push((old, new)));
        // Both in the order of the old indices. What the undo log names is written, so it was kept.
        for undo in undo {
            let at = moved.binary_search_by_key(&undo.slot, |(old, _)| *old);
            undo.slot = moved[at.expect("a slot that can be undone is written")].1;
        }
    }

    /// Writes a value, or removes it.
    pub(crate) fn put(&mut self, key: KeyRef<'_>, value: Option<Vec<u8>>) {
        if self.watched.is_some() {
            self.see(key);
        }
        let bytes = key.key.len().saturating_add(value.as_ref().map_or(0, Vec::len));
        self.written_bytes = self.written_bytes.saturating_add(bytes as u64);
        let slot = self.slots.find(key);
        let previous = self.slots.write(slot, Some(value));
        self.undo.push(Undo { slot, previous });
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
            let Some(Undo { slot, previous }) = self.undo.pop() else { break };
            self.slots.write(slot, previous);
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

    /// Bytes ever written in the block.
    pub(crate) fn written_bytes(&self) -> u64 {
        self.written_bytes
    }

    /// The changes that differ from the base.
    pub(crate) fn into_writes(self) -> Result<WriteSet, StateError> {
        let mut changed = Vec::new();
        for slot in self.slots.into_slots() {
            let Some(value) = slot.written else { continue };
            let before = match slot.base {
                Some(before) => before,
                None => self.base.get(&slot.key)?,
            };
            if before != value {
                changed.push((slot.key, value));
            }
        }
        Ok(WriteSet::from_iter(changed))
    }
}
