//! A database in memory, for tests and simulation. It can fail at any write.

use crate::trie::{self, Link, Node, NodeReader, NodeWrite, Position, TrieUpdate};
use crate::{
    Base, CommitBatch, Database, Entry, Head, Retention, Scan, StateError, StateReader, Tip,
    TransactionPosition, View, WriteSet, check_undecided, next_height,
};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;
use tenor_primitives::{
    Block, ChainId, CommitCertificate, Hash, Header, Height, Receipt, StorageKey,
};

/// How an injected failure leaves the store. Either way the write returns an error and the handle
/// refuses further writes, as a crashed process does; [`MemoryDatabase::restart`] shows what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nothing of the write is there.
    Lost,
    /// The write is there in full; only its caller never hears of it.
    Unacknowledged,
}

/// A database in memory. A reader kept across a commit, and every view of a past state, costs one
/// copy of the state.
#[derive(Debug)]
pub struct MemoryDatabase {
    chain_id: ChainId,
    retention: Retention,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    disk: Disk,
    /// Writes until the failure, and its kind.
    failure: Option<(u64, Failure)>,
    stopped: bool,
}

/// What a restart finds.
#[derive(Clone, Debug, Default)]
struct Disk {
    tip: Option<Tip>,
    state: Arc<State>,
    trie: Trie,
    past: BTreeMap<Height, Past>,
    blocks: BTreeMap<Height, Stored>,
    transactions: BTreeMap<Hash, TransactionPosition>,
    undecided: BTreeMap<(Height, u32), Block>,
}

type State = BTreeMap<StorageKey, Vec<u8>>;

/// The branches of all kept tries, and the top of one of them.
#[derive(Clone, Debug, Default)]
struct Trie {
    top: Option<Link>,
    nodes: Arc<BTreeMap<Position, Node>>,
}

/// What takes a state back to the one before the block: the values that the block replaced, the
/// top of the trie before it, and the branches that only tries before it have.
#[derive(Clone, Debug)]
struct Past {
    before: WriteSet,
    top: Option<Link>,
    stale: Vec<Position>,
}

#[derive(Clone, Debug)]
struct Stored {
    block: Block,
    receipts: Vec<Receipt>,
    certificate: Option<CommitCertificate>,
}

impl MemoryDatabase {
    /// An empty store of the ledger `chain_id` that keeps every past state.
    pub fn new(chain_id: ChainId) -> Self {
        Self { chain_id, retention: Retention::Archive, inner: Mutex::default() }
    }

    /// The same store, keeping these past states from its next block on.
    #[must_use]
    pub fn keeping(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// Lets the write after the next `writes` ones fail. A write is one commit or one undecided
    /// block.
    pub fn fail_after(&self, writes: u64, failure: Failure) {
        self.inner.lock().failure = Some((writes, failure));
    }

    /// What a new process finds after this one is gone: the same contents, no failure pending.
    #[must_use]
    pub fn restart(&self) -> Self {
        let disk = self.inner.lock().disk.clone();
        let inner = Inner { disk, ..Inner::default() };
        let (chain_id, retention) = (self.chain_id.clone(), self.retention);
        Self { chain_id, retention, inner: Mutex::new(inner) }
    }

    fn stored<T>(&self, height: Height, part: impl FnOnce(&Stored) -> T) -> Option<T> {
        self.inner.lock().disk.blocks.get(&height).map(part)
    }
}

impl Inner {
    /// One write: all of `change` or, at an injected failure, all or nothing of it and an error.
    fn write(&mut self, change: impl FnOnce(&mut Disk)) -> Result<(), StateError> {
        self.writable()?;
        let failure = match &mut self.failure {
            Some((0, failure)) => Some(*failure),
            Some((writes, _)) => {
                *writes -= 1;
                None
            }
            None => None,
        };
        if failure != Some(Failure::Lost) {
            change(&mut self.disk);
        }
        if failure.is_some() {
            self.stopped = true;
            let reason = "injected failure".to_owned();
            return Err(StateError::Io { operation: "write", reason });
        }
        Ok(())
    }

    fn writable(&self) -> Result<(), StateError> {
        if self.stopped {
            return Err(StateError::Stopped { reason: "injected failure".to_owned() });
        }
        Ok(())
    }
}

impl Disk {
    fn append(&mut self, tip: Tip, batch: &CommitBatch<'_>, retention: Retention) {
        let mut before = WriteSet::new();
        let state = Arc::make_mut(&mut self.state);
        for (key, value) in batch.writes {
            let replaced = match value {
                Some(value) => state.insert(key.clone(), value.clone()),
                None => state.remove(key),
            };
            before.insert(key.clone(), replaced);
        }
        let written = batch.update.nodes.iter();
        let written = written.map(|NodeWrite { position, node, .. }| (*position, node.clone()));
        Arc::make_mut(&mut self.trie.nodes).extend(written);
        let top = std::mem::replace(&mut self.trie.top, batch.update.top.clone());
        self.past.insert(tip.height, Past { before, top, stale: batch.update.stale.clone() });
        self.prune(retention.oldest(tip.height));
        for (index, transaction) in (0..).zip(&batch.block.transactions) {
            let position = TransactionPosition { height: tip.height, index };
            self.transactions.insert(transaction.hash(), position);
        }
        let stored = Stored {
            block: batch.block.clone(),
            receipts: batch.receipts.to_vec(),
            certificate: batch.certificate.cloned(),
        };
        self.blocks.insert(tip.height, stored);
        self.undecided.retain(|(height, _), _| *height > tip.height);
        self.tip = Some(tip);
    }

    /// Forgets what only states below `oldest` need.
    fn prune(&mut self, oldest: Height) {
        let kept = self.past.split_off(&oldest.saturating_add(1));
        let nodes = Arc::make_mut(&mut self.trie.nodes);
        for past in std::mem::replace(&mut self.past, kept).into_values() {
            for position in past.stale {
                nodes.remove(&position);
            }
        }
    }

    /// The lowest height whose state can still be reached from the head's.
    fn oldest(&self, tip: &Tip) -> Height {
        self.past.keys().next().map_or(tip.height, |first| first.saturating_sub(1))
    }

    fn view(&self, height: Option<Height>) -> Result<View, StateError> {
        let tip = self.tip.ok_or(StateError::NoGenesis)?;
        let (asked, oldest) = (height.unwrap_or(tip.height), self.oldest(&tip));
        let not_kept = StateError::NotKept { asked, oldest, head: tip.height };
        if asked < oldest || asked > tip.height {
            return Err(not_kept);
        }
        let header = self.blocks.get(&asked).map(|stored| &stored.block.header);
        let header = header.ok_or(not_kept)?;
        let (mut state, mut trie) = (Arc::clone(&self.state), self.trie.clone());
        for (_, past) in self.past.range(asked.saturating_add(1)..).rev() {
            let state = Arc::make_mut(&mut state);
            for (key, value) in &past.before {
                match value {
                    Some(value) => state.insert(key.clone(), value.clone()),
                    None => state.remove(key),
                };
            }
            trie.top = past.top.clone();
        }
        let (block_id, state_root) = (header.id(), header.state_root);
        Ok(View {
            tip: Tip { height: asked, block_id, state_root },
            state: Arc::new(MapReader(state)),
            nodes: Arc::new(trie),
        })
    }
}

impl NodeReader for Trie {
    fn top(&self) -> Result<Option<Link>, StateError> {
        Ok(self.top.clone())
    }

    fn node(&self, position: &Position, _: &Hash) -> Result<Option<Node>, StateError> {
        Ok(self.nodes.get(position).cloned())
    }
}

impl Database for MemoryDatabase {
    fn chain_id(&self) -> &ChainId {
        &self.chain_id
    }

    fn tip(&self) -> Option<Tip> {
        self.inner.lock().disk.tip
    }

    fn head(&self) -> Result<Head, StateError> {
        let inner = self.inner.lock();
        let reader = Arc::new(MapReader(Arc::clone(&inner.disk.state)));
        Ok(Head { tip: inner.disk.tip, reader })
    }

    fn reader(&self) -> Arc<dyn StateReader> {
        Arc::new(MapReader(Arc::clone(&self.inner.lock().disk.state)))
    }

    fn view(&self, height: Option<Height>) -> Result<View, StateError> {
        self.inner.lock().disk.view(height)
    }

    fn base(&self) -> Result<Option<Base>, StateError> {
        Ok(None)
    }

    fn oldest_state(&self) -> Result<Height, StateError> {
        let inner = self.inner.lock();
        Ok(inner.disk.tip.map_or(0, |tip| inner.disk.oldest(&tip)))
    }

    fn prepare(&self, writes: &WriteSet) -> Result<TrieUpdate, StateError> {
        let disk = &self.inner.lock().disk;
        let height = next_height(disk.tip.as_ref()).ok_or_else(StateError::last_height)?;
        trie::update(&disk.trie, writes, height)
    }

    fn commit(&self, batch: &CommitBatch<'_>) -> Result<(), StateError> {
        let mut inner = self.inner.lock();
        inner.writable()?;
        let tip = batch.check(&self.chain_id, inner.disk.tip.as_ref())?;
        inner.write(|disk| disk.append(tip, batch, self.retention))
    }

    fn block(&self, height: Height) -> Result<Option<Block>, StateError> {
        Ok(self.stored(height, |stored| stored.block.clone()))
    }

    fn header(&self, height: Height) -> Result<Option<Header>, StateError> {
        Ok(self.stored(height, |stored| stored.block.header.clone()))
    }

    fn receipts(&self, height: Height) -> Result<Option<Vec<Receipt>>, StateError> {
        Ok(self.stored(height, |stored| stored.receipts.clone()))
    }

    fn certificate(&self, height: Height) -> Result<Option<CommitCertificate>, StateError> {
        Ok(self.stored(height, |stored| stored.certificate.clone()).flatten())
    }

    fn transaction(&self, hash: &Hash) -> Result<Option<TransactionPosition>, StateError> {
        Ok(self.inner.lock().disk.transactions.get(hash).copied())
    }

    fn put_undecided(&self, height: Height, round: u32, block: &Block) -> Result<(), StateError> {
        let mut inner = self.inner.lock();
        inner.writable()?;
        check_undecided(height, inner.disk.tip.as_ref())?;
        inner.write(|disk| {
            disk.undecided.insert((height, round), block.clone());
        })
    }

    fn undecided(&self, height: Height) -> Result<Vec<(u32, Block)>, StateError> {
        let inner = self.inner.lock();
        let rounds = inner.disk.undecided.range((height, 0)..=(height, u32::MAX));
        Ok(rounds.map(|((_, round), block)| (*round, block.clone())).collect())
    }
}

/// Reads a map of values by key as a state.
#[derive(Clone, Debug, Default)]
pub struct MapReader(pub Arc<BTreeMap<StorageKey, Vec<u8>>>);

impl StateReader for MapReader {
    fn get(&self, key: &StorageKey) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.0.get(key).cloned())
    }

    fn scan(&self, scan: &Scan<'_>) -> Result<Vec<Entry>, StateError> {
        if scan.is_empty() {
            return Ok(Vec::new());
        }
        let key = |key: &[u8]| StorageKey::new(scan.contract, scan.namespace, key);
        let entry = |(key, value): (&StorageKey, &Vec<u8>)| (key.key.clone(), value.clone());
        let start = Bound::Included(key(scan.start.unwrap_or_default()));
        let end = match scan.end {
            Some(end) => Bound::Excluded(key(end)),
            None => past_namespace(scan),
        };
        let found = self.0.range((start, end));
        Ok(if scan.reverse {
            found.rev().take(scan.limit).map(entry).collect()
        } else {
            found.take(scan.limit).map(entry).collect()
        })
    }
}

/// The bound after the last key of the scan's namespace.
fn past_namespace(scan: &Scan<'_>) -> Bound<StorageKey> {
    let next = scan.flat_end().map(|mut flat| {
        flat.resize(flat.len().max(StorageKey::PREFIX_BYTES), 0);
        flat
    });
    let key = next.and_then(|flat| StorageKey::from_flat(&flat));
    key.map_or(Bound::Unbounded, Bound::Excluded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::{self, Chain, Place};

    struct Memory(Arc<MemoryDatabase>);

    impl Place for Memory {
        fn open(&mut self, keep: Retention) -> Arc<dyn Database> {
            self.0 = Arc::new(self.0.restart().keeping(keep));
            Arc::clone(&self.0) as Arc<dyn Database>
        }
    }

    #[test]
    fn conforms() {
        let fresh = || MemoryDatabase::new(Chain::chain_id());
        conformance::all(&|| Box::new(Memory(Arc::new(fresh()))));
    }

    fn writes(value: u8) -> WriteSet {
        [(StorageKey::new(tenor_primitives::Address::SYSTEM, 0, *b"k"), Some(vec![value]))].into()
    }

    #[test]
    fn injected_failures_lose_all_or_nothing_and_stop_the_store() {
        for (failure, height) in [(Failure::Lost, 1), (Failure::Unacknowledged, 2)] {
            let memory = Arc::new(MemoryDatabase::new(Chain::chain_id()));
            let chain = Chain::new(Arc::clone(&memory) as Arc<dyn Database>);
            memory.fail_after(2, failure);
            chain.commit(&writes(0), &[]).expect("the first write");
            chain.commit(&writes(1), &[]).expect("the second write");
            let failed = chain.commit(&writes(2), &[]).expect_err("the third write fails");
            assert!(failed.is_fatal());
            let after = chain.commit(&writes(3), &[]).expect_err("no write after a failure");
            assert!(matches!(after, StateError::Stopped { .. }));
            let found = Arc::new(memory.restart());
            assert_eq!(found.tip().map(|tip| tip.height), Some(height));
            let chain = Chain::new(found);
            chain.commit(&writes(4), &[]).expect("a restart goes on");
        }
    }
}
