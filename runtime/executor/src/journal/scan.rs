//! Scans: the base's entries and the block's own changes, merged and paid one by one.

use super::Journal;
use crate::{FatalError, HostError};
use std::cmp::Ordering;
use std::collections::VecDeque;
use tenor_primitives::HaltCode;
use tenor_state::{Entry, Scan, StateReader};

/// Entries of the base that are read at once: a scan never holds more of it in memory unpaid.
const CHUNK: usize = 16;

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

impl Journal {
    /// Entries of a range in order, the block's own changes included. What is looked at is paid from
    /// the budget as it is read; how the base is read in chunks changes nothing about the price.
    pub(crate) fn scan(
        &mut self,
        scan: &Scan<'_>,
        keys_only: bool,
        budget: &mut ScanBudget,
    ) -> Result<Vec<Entry>, HostError> {
        let mut entries = Vec::new();
        if scan.is_empty() {
            return Ok(entries);
        }
        let mut base = BaseEntries::new(&*self.base, scan);
        let mut changes = self.slots.written_in(scan).peekable();
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
}
