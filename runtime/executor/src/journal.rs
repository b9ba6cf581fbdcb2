//! Reads, writes and events of a block in progress, with an undo log: a call, a message or a
//! transaction is rolled back as one, and leaves nothing.

use crate::trace::StorageChange;
use crate::{FatalError, HostError};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;
use tenor_primitives::{Event, HaltCode, StorageKey};
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

/// What a scan may still cost. Entries are paid one by one as they are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScanBudget {
    pub(crate) gas_left: u64,
    pub(crate) per_entry: u64,
    pub(crate) per_byte: u64,
    pub(crate) bytes_left: u64,
}

impl ScanBudget {
    /// For the ledger's own scans, which are bounded by their limits.
    pub(crate) const FREE: Self =
        Self { gas_left: 0, per_entry: 0, per_byte: 0, bytes_left: u64::MAX };

    fn pay(&mut self, key_bytes: usize, value_bytes: usize) -> Result<(), HostError> {
        let bytes = key_bytes.saturating_add(value_bytes) as u64;
        let gas = self.per_entry.saturating_add(self.per_byte.saturating_mul(bytes));
        let Some(left) = self.gas_left.checked_sub(gas) else {
            self.gas_left = 0;
            return Err(HostError::Halt(HaltCode::OutOfGas));
        };
        self.gas_left = left;
        let Some(left) = self.bytes_left.checked_sub(bytes) else {
            return Err(HostError::Halt(HaltCode::OutputLimit));
        };
        self.bytes_left = left;
        Ok(())
    }
}

/// What the read cache may hold, in bytes. It is dropped as a whole when it is full: no price
/// depends on what it holds.
const READ_CACHE_BYTES_MAX: usize = 64 << 20;
/// What an entry of the read cache takes beside key and value, about.
const READ_OVERHEAD_BYTES: usize = 128;
/// Entries of the base that are read at once: a scan never holds more of it in memory unpaid.
const CHUNK: usize = 16;

/// The base's entries of a range, read in chunks.
struct BaseEntries<'a> {
    base: &'a dyn StateReader,
    scan: Scan<'a>,
    chunk: VecDeque<Entry>,
    /// The last key of the chunk read last; `None` before the first.
    last: Option<Vec<u8>>,
    ended: bool,
}

impl<'a> BaseEntries<'a> {
    fn new(base: &'a dyn StateReader, scan: &Scan<'a>) -> Self {
        Self { base, scan: *scan, chunk: VecDeque::new(), last: None, ended: false }
    }

    fn peek(&mut self) -> Result<Option<&Entry>, FatalError> {
        if self.chunk.is_empty() && !self.ended {
            self.fill()?;
        }
        Ok(self.chunk.front())
    }

    /// The entry that [`BaseEntries::peek`] has shown.
    fn next(&mut self) -> Result<Entry, FatalError> {
        let shown = self.chunk.pop_front();
        shown.ok_or_else(|| FatalError::Engine("a scan went past what it had seen".into()))
    }

    fn fill(&mut self) -> Result<(), FatalError> {
        let mut scan = Scan { limit: CHUNK, ..self.scan };
        let mut bound = self.last.take();
        if let Some(last) = &mut bound {
            if self.scan.reverse {
                scan.end = Some(last);
            } else {
                // The key right after `last` in byte order.
                last.push(0);
                scan.start = Some(last);
            }
        }
        let chunk = if scan.is_empty() { Vec::new() } else { self.base.scan(&scan)? };
        self.ended = chunk.len() < CHUNK;
        self.last = chunk.last().map(|(key, _)| key.clone());
        self.chunk = chunk.into();
        Ok(())
    }
}

/// The journal of one block. The write set holds all kept changes; the undo log reaches back to the
/// start of the current transaction.
pub(crate) struct Journal {
    base: Arc<dyn StateReader>,
    reads: HashMap<StorageKey, Option<Vec<u8>>>,
    /// What `reads` takes, in bytes, about.
    read_bytes: usize,
    writes: WriteSet,
    /// Bytes ever written in the block, keys and values.
    written_bytes: u64,
    undo: Vec<Undo>,
    events: Vec<Event>,
    event_bytes: u64,
    /// While a transaction is traced: what each key that it wrote held before it.
    watched: Option<BTreeMap<StorageKey, Option<Vec<u8>>>>,
}

impl Journal {
    pub(crate) fn new(base: Arc<dyn StateReader>) -> Self {
        Self {
            base,
            reads: HashMap::new(),
            read_bytes: 0,
            writes: BTreeMap::new(),
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
            let after = self.get(&key)?.map(<[u8]>::to_vec);
            if before != after {
                changes.push(StorageChange { key, before, after });
            }
        }
        Ok(changes)
    }

    #[cold]
    fn see(&mut self, key: &StorageKey) {
        let known = self.watched.as_ref().is_some_and(|watched| watched.contains_key(key));
        if known {
            return;
        }
        // A store that cannot be read fails the transaction's own reads as well.
        let before = self.get(key).ok().flatten().map(<[u8]>::to_vec);
        if let Some(watched) = &mut self.watched {
            watched.insert(key.clone(), before);
        }
    }

    /// The current value.
    pub(crate) fn get(&mut self, key: &StorageKey) -> Result<Option<&[u8]>, StateError> {
        if let Some(value) = self.writes.get(key) {
            return Ok(value.as_deref());
        }
        if !self.reads.contains_key(key) {
            let value = self.base.get(key)?;
            let bytes = key.key.len().saturating_add(value.as_ref().map_or(0, Vec::len));
            let bytes = bytes.saturating_add(READ_OVERHEAD_BYTES);
            self.read_bytes = self.read_bytes.saturating_add(bytes);
            if self.read_bytes > READ_CACHE_BYTES_MAX {
                self.reads.clear();
                self.read_bytes = bytes;
            }
            self.reads.insert(key.clone(), value);
        }
        Ok(self.reads.get(key).and_then(|value| value.as_deref()))
    }

    /// Writes a value, or removes it.
    pub(crate) fn put(&mut self, key: StorageKey, value: Option<Vec<u8>>) {
        if self.watched.is_some() {
            self.see(&key);
        }
        let bytes = key.key.len().saturating_add(value.as_ref().map_or(0, Vec::len));
        self.written_bytes = self.written_bytes.saturating_add(bytes as u64);
        let previous = self.writes.insert(key.clone(), value);
        self.undo.push(Undo { key, previous });
    }

    /// Entries of a range in order, the block's own changes included. What is looked at is paid from
    /// the budget as it is read; how the base is read in chunks changes nothing about the price.
    pub(crate) fn scan(
        &self,
        scan: &Scan<'_>,
        keys_only: bool,
        budget: &mut ScanBudget,
    ) -> Result<Vec<Entry>, HostError> {
        let mut entries = Vec::new();
        if scan.is_empty() {
            return Ok(entries);
        }
        let mut base = BaseEntries::new(&*self.base, scan);
        let mut changes = self.changes_in(scan).peekable();
        while entries.len() < scan.limit {
            let kept = base.peek()?;
            let first = match (kept, changes.peek()) {
                (None, None) => break,
                (Some((key, _)), Some((changed, _))) => {
                    let order = key.as_slice().cmp(changed.key.as_slice());
                    if scan.reverse { order.reverse() } else { order }
                }
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
            };
            // A changed entry hides the base's: both are looked at.
            if first != Ordering::Greater {
                let (key, value) = base.next()?;
                budget.pay(key.len(), value.len())?;
                if first == Ordering::Less {
                    entries.push((key, if keys_only { Vec::new() } else { value }));
                }
            }
            if first != Ordering::Less {
                let Some((key, value)) = changes.next() else { break };
                budget.pay(key.key.len(), value.as_ref().map_or(0, Vec::len))?;
                if let Some(value) = value {
                    let value = if keys_only { Vec::new() } else { value.clone() };
                    entries.push((key.key.clone(), value));
                }
            }
        }
        Ok(entries)
    }

    /// The block's own changes in a range, in the scan's order.
    fn changes_in<'a>(
        &'a self,
        scan: &Scan<'_>,
    ) -> Box<dyn Iterator<Item = (&'a StorageKey, &'a Option<Vec<u8>>)> + 'a> {
        let key = |key: &[u8]| StorageKey::new(scan.contract, scan.namespace, key);
        let from = Bound::Included(key(scan.start.unwrap_or_default()));
        let to = match (scan.end, scan.namespace.checked_add(1)) {
            (Some(end), _) => Bound::Excluded(key(end)),
            (None, Some(next)) => Bound::Excluded(StorageKey::new(scan.contract, next, [])),
            (None, None) => Bound::Unbounded,
        };
        let (contract, namespace) = (scan.contract, scan.namespace);
        let own = move |entry: &(&StorageKey, &Option<Vec<u8>>)| {
            entry.0.contract == contract && entry.0.namespace == namespace
        };
        let range = self.writes.range((from, to));
        if scan.reverse {
            Box::new(range.rev().skip_while(move |entry| !own(entry)).take_while(own))
        } else {
            Box::new(range.take_while(own))
        }
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

    /// Bytes ever written in the block.
    pub(crate) fn written_bytes(&self) -> u64 {
        self.written_bytes
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
