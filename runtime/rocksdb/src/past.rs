//! A reader of a past state.

use crate::columns::{HISTORY, REPLACED, replaced_key, replaced_range, split_replaced, top_key};
use crate::history::{decode_replaced, storage_key};
use crate::reader::SnapshotReader;
use crate::store::failed;
use rocksdb::{DBRawIterator, ReadOptions};
use std::sync::Arc;
use tenor_primitives::{Hash, Height, StorageKey};
use tenor_state::trie::{Link, Node, NodeReader, Position};
use tenor_state::{Entry, Scan, StateError, StateReader, WriteSet, over};

/// Entries of the head that a scan of a past state reads at a time, at least: how many of them were
/// there is not known before.
const WINDOW_MIN: usize = 64;

/// The state and the trie after a block below the head, at the moment of `head`.
pub(crate) struct PastReader {
    head: Arc<SnapshotReader>,
    height: Height,
    top: Option<Link>,
}

impl PastReader {
    /// The state after the block at `height`, which is kept at the moment of `head` and below it.
    pub(crate) fn new(head: Arc<SnapshotReader>, height: Height) -> Result<Self, StateError> {
        let missing = || StateError::Corrupt { what: format!("no trie after block {height}") };
        let next = height.checked_add(1).ok_or_else(missing)?;
        let top = head.read(HISTORY, &top_key(next))?.map(|top| top.to_vec());
        let top = top.ok_or_else(missing)?;
        let top = if top.is_empty() { None } else { Some(Link::decode_top(&top)?) };
        Ok(Self { head, height, top })
    }

    /// Every value that was another at this height, in the range of a scan; `None` where there was
    /// none.
    fn replaced(&self, scan: &Scan<'_>) -> Result<WriteSet, StateError> {
        let mut replaced = WriteSet::new();
        let (lower, upper) = replaced_range(scan);
        self.each_replaced(lower, upper, |flat, value| {
            replaced.insert(storage_key(&flat)?, value.map(<[u8]>::to_vec));
            Ok(())
        })?;
        Ok(replaced)
    }

    /// Calls `each` with every key of the range that was replaced since, and what was there.
    pub(crate) fn each_replaced(
        &self,
        lower: Vec<u8>,
        upper: Option<Vec<u8>>,
        mut each: impl FnMut(Vec<u8>, Option<&[u8]>) -> Result<(), StateError>,
    ) -> Result<(), StateError> {
        let mut found = self.entries(lower, upper);
        found.seek_to_first();
        while let Some((key, record)) = found.item() {
            let corrupt = || StateError::Corrupt { what: "unreadable replaced key".to_owned() };
            let (flat, place, height) = split_replaced(key).ok_or_else(corrupt)?;
            let next = if height > self.height {
                each(flat, decode_replaced(record)?)?;
                // Past all heights of this key: 0x00 0x00 ends it.
                [&place[..place.len() - 1], &[1]].concat()
            } else {
                [place, &self.height.saturating_add(1).to_be_bytes()].concat()
            };
            found.seek(next);
        }
        found.status().map_err(|error| failed("scan", &error))
    }

    fn entries(&self, lower: Vec<u8>, upper: Option<Vec<u8>>) -> DBRawIterator<'_> {
        let mut options = ReadOptions::default();
        options.set_iterate_lower_bound(lower);
        if let Some(upper) = upper {
            options.set_iterate_upper_bound(upper);
        }
        self.head.raw_iterator(REPLACED, options)
    }
}

impl StateReader for PastReader {
    fn get(&self, key: &StorageKey) -> Result<Option<Vec<u8>>, StateError> {
        let flat = key.flat();
        let lower = replaced_key(&flat, self.height.saturating_add(1));
        let mut found = self.entries(lower, Some(replaced_key(&flat, Height::MAX)));
        found.seek_to_first();
        if let Some(record) = found.value() {
            return Ok(decode_replaced(record)?.map(<[u8]>::to_vec));
        }
        found.status().map_err(|error| failed("scan", &error))?;
        self.head.get(key)
    }

    fn scan(&self, scan: &Scan<'_>) -> Result<Vec<Entry>, StateError> {
        let mut all = Vec::new();
        let (mut start, mut end) = (scan.start.map(<[u8]>::to_vec), scan.end.map(<[u8]>::to_vec));
        loop {
            let limit = scan.limit.saturating_sub(all.len());
            let rest = Scan { start: start.as_deref(), end: end.as_deref(), limit, ..*scan };
            if rest.is_empty() {
                return Ok(all);
            }
            let asked = limit.max(WINDOW_MIN);
            let found = self.head.scan(&Scan { limit: asked, ..rest })?;
            let last = found.last().filter(|_| found.len() == asked).map(|(key, _)| key.clone());
            // What lies up to the last entry that was read; without one, all the rest.
            let behind = last.as_ref().map(|last| [last.as_slice(), &[0]].concat());
            let window = match (&last, &behind) {
                (Some(last), _) if scan.reverse => Scan { start: Some(last), ..rest },
                (_, Some(behind)) => Scan { end: Some(behind), ..rest },
                _ => rest,
            };
            all.extend(over(found, &self.replaced(&window)?, &window));
            match last {
                None => return Ok(all),
                Some(last) if scan.reverse => end = Some(last),
                Some(_) => start = behind,
            }
        }
    }
}

impl NodeReader for PastReader {
    fn top(&self) -> Result<Option<Link>, StateError> {
        Ok(self.top.clone())
    }

    fn node(&self, position: &Position, hash: &Hash) -> Result<Option<Node>, StateError> {
        self.head.node(position, hash)
    }
}
