//! A consistent view: a RocksDB snapshot kept together with the database it belongs to.

use crate::columns::{
    BLOCKS, MARK_KEY, META, NODES, OLDEST_KEY, STATE, TIP_KEY, TOP_KEY, height_key,
};
use crate::past::PastReader;
use crate::store::{Store, decode, failed};
use borsh::BorshDeserialize;
use rocksdb::{DBPinnableSlice, DBRawIterator, IteratorMode, ReadOptions, Snapshot};
use std::sync::{Arc, OnceLock};
use tenor_primitives::{Hash, Header, Height, StorageKey};
use tenor_state::trie::{Link, Node, NodeReader, Position};
use tenor_state::{Entry, Scan, StateError, StateReader, Tip, View};

self_cell::self_cell!(
    struct Pinned {
        owner: Arc<Store>,

        #[covariant]
        dependent: Snapshot,
    }
);

/// The state and the trie at one block boundary: that of the moment it was made.
pub(crate) struct SnapshotReader {
    pinned: Pinned,
    /// The head's height at that moment, once it was asked for; `None` before genesis.
    height: OnceLock<Option<Height>>,
    /// Whether trie records and values may come from memory.
    is_cached: bool,
}

impl SnapshotReader {
    pub(crate) fn new(store: &Arc<Store>) -> Self {
        let pinned = Pinned::new(Arc::clone(store), |store| store.db.snapshot());
        Self { pinned, height: OnceLock::new(), is_cached: true }
    }

    /// As [`SnapshotReader::new`], reading what is stored, and not what the store's own caches hold of it.
    pub(crate) fn past_caches(store: &Arc<Store>) -> Self {
        Self { is_cached: false, ..Self::new(store) }
    }

    /// The head at that moment.
    pub(crate) fn tip(&self) -> Result<Option<Tip>, StateError> {
        let bytes = self.read(META, TIP_KEY)?;
        bytes.map(|bytes| decode(META, &bytes)).transpose()
    }

    fn height(&self) -> Result<Option<Height>, StateError> {
        if let Some(height) = self.height.get() {
            return Ok(*height);
        }
        let height = self.tip()?.map(|tip| tip.height);
        Ok(*self.height.get_or_init(|| height))
    }

    /// The lowest height whose state was kept at that moment.
    pub(crate) fn oldest(&self) -> Result<Height, StateError> {
        let bytes = self.read(META, OLDEST_KEY)?;
        bytes.map_or(Ok(0), |bytes| decode(META, &bytes))
    }

    /// The state after the block at `height`, by default the head of that moment.
    pub(crate) fn view(self, height: Option<Height>) -> Result<View, StateError> {
        let head = self.tip()?.ok_or(StateError::NoGenesis)?;
        let (asked, oldest) = (height.unwrap_or(head.height), self.oldest()?);
        if asked == head.height {
            let reader = Arc::new(self);
            return Ok(View { tip: head, state: Arc::clone(&reader) as _, nodes: reader });
        }
        if asked < oldest || asked > head.height {
            return Err(StateError::NotKept { asked, oldest, head: head.height });
        }
        let tip = self.tip_at(asked)?;
        let reader = Arc::new(PastReader::new(Arc::new(self), asked)?);
        Ok(View { tip, state: Arc::clone(&reader) as _, nodes: reader })
    }

    /// What a committed block's header says of itself.
    pub(crate) fn tip_at(&self, height: Height) -> Result<Tip, StateError> {
        let unreadable = || StateError::Corrupt { what: format!("unreadable header {height}") };
        let block = self.read(BLOCKS, &height_key(height))?.ok_or_else(unreadable)?;
        let header = Header::deserialize(&mut &block[..]).map_err(|_| unreadable())?;
        Ok(Tip { height, block_id: header.id(), state_root: header.state_root })
    }

    /// A cursor over a column.
    pub(crate) fn raw_iterator(&self, column: &str, options: ReadOptions) -> DBRawIterator<'_> {
        let column = self.pinned.borrow_owner().column(column);
        self.pinned.borrow_dependent().raw_iterator_cf_opt(column, options)
    }

    /// Every record of a column but its mark, in the order of its keys.
    pub(crate) fn records(
        &self,
        name: &'static str,
    ) -> impl Iterator<Item = Result<(Box<[u8]>, Box<[u8]>), StateError>> {
        let column = self.pinned.borrow_owner().column(name);
        let is_mark = move |key: &[u8]| match (name, key.split_first()) {
            (NODES, Some((count, rest))) => rest.len() == usize::from(*count),
            _ => *key == *MARK_KEY,
        };
        // All of them are read once: they must not drive out what is read again and again.
        let mut options = ReadOptions::default();
        options.fill_cache(false);
        let mode = IteratorMode::Start;
        let found = self.pinned.borrow_dependent().iterator_cf_opt(column, options, mode);
        found
            .filter(move |record| !record.as_ref().is_ok_and(|(key, _)| is_mark(key)))
            .map(|record| record.map_err(|error| failed("scan", &error)))
    }

    /// The bytes under `key`.
    pub(crate) fn read(
        &self,
        column: &str,
        key: &[u8],
    ) -> Result<Option<DBPinnableSlice<'_>>, StateError> {
        let column = self.pinned.borrow_owner().column(column);
        let found = self.pinned.borrow_dependent().get_pinned_cf(column, key);
        found.map_err(|error| failed("read", &error))
    }
}

impl StateReader for SnapshotReader {
    fn get(&self, key: &StorageKey) -> Result<Option<Vec<u8>>, StateError> {
        let values = &self.pinned.borrow_owner().values;
        let height = if self.is_cached { self.height()? } else { None };
        if let Some(known) = height.and_then(|height| values.get(key, height)) {
            return Ok(known);
        }
        let value = self.read(STATE, &key.flat())?;
        if let Some(height) = height {
            values.insert(key, height, value.as_deref());
        }
        Ok(value.map(|value| value.to_vec()))
    }

    fn scan(&self, scan: &Scan<'_>) -> Result<Vec<Entry>, StateError> {
        if scan.is_empty() {
            return Ok(Vec::new());
        }
        let mut options = ReadOptions::default();
        options.set_iterate_lower_bound(scan.flat_start());
        if let Some(end) = scan.flat_end() {
            options.set_iterate_upper_bound(end);
        }
        let mode = if scan.reverse { IteratorMode::End } else { IteratorMode::Start };
        let column = self.pinned.borrow_owner().column(STATE);
        let found = self.pinned.borrow_dependent().iterator_cf_opt(column, options, mode);
        found
            .take(scan.limit)
            .map(|entry| {
                let (flat, value) = entry.map_err(|error| failed("scan", &error))?;
                Ok((flat[StorageKey::PREFIX_BYTES..].to_vec(), value.into_vec()))
            })
            .collect()
    }
}

impl NodeReader for SnapshotReader {
    fn top(&self) -> Result<Option<Link>, StateError> {
        self.read(META, TOP_KEY)?.map(|bytes| Link::decode_top(&bytes)).transpose()
    }

    fn node(&self, position: &Position, hash: &Hash) -> Result<Option<Node>, StateError> {
        let cache = &self.pinned.borrow_owner().nodes;
        if self.is_cached
            && let Some(node) = cache.get(position, hash)
        {
            return Ok(Some(node));
        }
        let Some(bytes) = self.read(NODES, &position.key())? else { return Ok(None) };
        let node = Node::decode(position, &bytes)?;
        // Kept in memory, it must have that hash: what is in the cache is not checked again.
        if node.hash(position) != *hash {
            let what = format!("the trie node at {position:?} has another hash");
            return Err(StateError::Corrupt { what });
        }
        if self.is_cached {
            cache.insert(position, hash, &node);
        }
        Ok(Some(node))
    }
}
