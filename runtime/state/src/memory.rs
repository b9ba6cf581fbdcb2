//! A database in memory, for tests and simulation. It can fail at any write.

use crate::trie::{self, Link, Node, NodeReader, NodeWrite, Position, TrieUpdate};
use crate::{
    CommitBatch, Database, Entry, Head, MapStateProof, MultiStateProof, Prover, Scan, StateError,
    StateProof, StateReader, Tip, TransactionPosition, WriteSet, check_undecided,
};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;
use tenor_primitives::{
    Address, Block, ChainId, CommitCertificate, Hash, Header, Height, Receipt, StorageKey,
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

/// A database in memory. A reader kept across a commit costs one copy of the state.
#[derive(Debug)]
pub struct MemoryDatabase {
    chain_id: ChainId,
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
    state: Arc<BTreeMap<StorageKey, Vec<u8>>>,
    top: Option<Link>,
    nodes: BTreeMap<Position, Node>,
    blocks: BTreeMap<Height, Stored>,
    transactions: BTreeMap<Hash, TransactionPosition>,
    undecided: BTreeMap<(Height, u32), Block>,
}

#[derive(Clone, Debug)]
struct Stored {
    block: Block,
    receipts: Vec<Receipt>,
    certificate: Option<CommitCertificate>,
}

impl MemoryDatabase {
    /// An empty store of the ledger `chain_id`.
    pub fn new(chain_id: ChainId) -> Self {
        Self { chain_id, inner: Mutex::default() }
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
        Self { chain_id: self.chain_id.clone(), inner: Mutex::new(inner) }
    }

    fn stored<T>(&self, height: Height, part: impl FnOnce(&Stored) -> T) -> Option<T> {
        self.inner.lock().disk.blocks.get(&height).map(part)
    }

    fn with_prover<T>(
        &self,
        prove: impl FnOnce(&Prover<'_>) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        let inner = self.inner.lock();
        let tip = inner.disk.tip.ok_or(StateError::NoGenesis)?;
        let state = MemoryReader(Arc::clone(&inner.disk.state));
        prove(&Prover { tip, state: &state, nodes: &inner.disk })
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
    fn append(&mut self, tip: Tip, batch: &CommitBatch<'_>) {
        let state = Arc::make_mut(&mut self.state);
        for (key, value) in batch.writes {
            match value {
                Some(value) => state.insert(key.clone(), value.clone()),
                None => state.remove(key),
            };
        }
        for NodeWrite { position, node } in &batch.update.nodes {
            match node {
                Some((node, _)) => self.nodes.insert(*position, *node),
                None => self.nodes.remove(position),
            };
        }
        self.top = batch.update.top;
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
}

impl NodeReader for Disk {
    fn top(&self) -> Result<Option<Link>, StateError> {
        Ok(self.top)
    }

    fn node(&self, position: &Position, _: &Hash) -> Result<Option<Node>, StateError> {
        Ok(self.nodes.get(position).copied())
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
        let reader = Arc::new(MemoryReader(Arc::clone(&inner.disk.state)));
        Ok(Head { tip: inner.disk.tip, reader })
    }

    fn reader(&self) -> Arc<dyn StateReader> {
        Arc::new(MemoryReader(Arc::clone(&self.inner.lock().disk.state)))
    }

    fn prepare(&self, writes: &WriteSet) -> Result<TrieUpdate, StateError> {
        trie::update(&self.inner.lock().disk, writes)
    }

    fn commit(&self, batch: &CommitBatch<'_>) -> Result<(), StateError> {
        let mut inner = self.inner.lock();
        inner.writable()?;
        let tip = batch.check(&self.chain_id, inner.disk.tip.as_ref())?;
        inner.write(|disk| disk.append(tip, batch))
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

    fn prove(&self, key: &StorageKey) -> Result<StateProof, StateError> {
        self.with_prover(|prover| prover.key(key))
    }

    fn prove_many(&self, keys: &[StorageKey]) -> Result<MultiStateProof, StateError> {
        self.with_prover(|prover| prover.keys(keys))
    }

    fn prove_map(&self, contract: &Address, namespace: u16) -> Result<MapStateProof, StateError> {
        self.with_prover(|prover| prover.map(contract, namespace))
    }
}

struct MemoryReader(Arc<BTreeMap<StorageKey, Vec<u8>>>);

impl StateReader for MemoryReader {
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
        fn open(&mut self) -> Arc<dyn Database> {
            self.0 = Arc::new(self.0.restart());
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
