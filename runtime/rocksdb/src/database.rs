//! The store of one ledger.

use crate::columns::{
    BASE_KEY, BLOCKS, CERTIFICATES, META, RECEIPTS, TRANSACTIONS, UNDECIDED, height_key,
    undecided_key,
};
use crate::commit::{self, Batched, encode};
use crate::history;
use crate::reader::SnapshotReader;
use crate::steps::{CommitStep, StepWatcher};
use crate::store::Store;
use borsh::BorshDeserialize;
use parking_lot::{Mutex, RwLock};
use rocksdb::WriteBatch;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tenor_primitives::{Block, ChainId, CommitCertificate, Hash, Header, Height, Receipt};
use tenor_state::trie::{self, NodeWrite, TrieUpdate};
use tenor_state::{
    Base, CommitBatch, Database, Head, Retention, StateError, StateReader, Tip,
    TransactionPosition, View, WriteSet, next_height,
};

/// The ledger's store over RocksDB. Opened by [`RocksDatabase::open`]; closed when it and all its
/// readers are dropped.
pub struct RocksDatabase {
    pub(crate) store: Arc<Store>,
    pub(crate) chain_id: ChainId,
    pub(crate) history: Retention,
    pub(crate) tip: RwLock<Option<Tip>>,
    /// Held while writing. The failure after which nothing is written any more.
    pub(crate) writer: Mutex<Option<StateError>>,
}

impl RocksDatabase {
    /// Bytes of all batches handed to RocksDB since the opening.
    pub fn bytes_written(&self) -> u64 {
        self.store.bytes_written.load(Ordering::Relaxed)
    }

    /// Lets `watcher` hear of every step of every commit, on the thread that commits: for tests that
    /// end the process there. The first watcher stays; `false` for another.
    pub fn watch_steps(&self, watcher: StepWatcher) -> bool {
        self.store.steps.watch(watcher)
    }

    /// After a failed read of the trie nothing is written any more either.
    fn stop(&self, error: &StateError) {
        if error.is_fatal() {
            self.writer.lock().get_or_insert_with(|| error.clone());
        }
    }

    /// Runs one write, unless an earlier one failed; a fatal failure is the last write.
    fn write<T>(
        &self,
        write: impl FnOnce(&Store) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        let mut failure = self.writer.lock();
        if let Some(failure) = &*failure {
            return Err(StateError::Stopped { reason: failure.to_string() });
        }
        let written = self.store.background_errors().and_then(|()| write(&self.store));
        if let Err(error) = &written
            && error.is_fatal()
        {
            *failure = Some(error.clone());
        }
        written
    }
}

impl Database for RocksDatabase {
    fn chain_id(&self) -> &ChainId {
        &self.chain_id
    }

    fn tip(&self) -> Option<Tip> {
        *self.tip.read()
    }

    fn head(&self) -> Result<Head, StateError> {
        let reader = SnapshotReader::new(&self.store);
        Ok(Head { tip: reader.tip()?, reader: Arc::new(reader) })
    }

    fn reader(&self) -> Arc<dyn StateReader> {
        Arc::new(SnapshotReader::new(&self.store))
    }

    fn view(&self, height: Option<Height>) -> Result<View, StateError> {
        SnapshotReader::new(&self.store).view(height)
    }

    fn base(&self) -> Result<Option<Base>, StateError> {
        self.store.record(META, BASE_KEY)
    }

    fn oldest_state(&self) -> Result<Height, StateError> {
        history::oldest(&self.store)
    }

    fn prepare(&self, writes: &WriteSet) -> Result<TrieUpdate, StateError> {
        self.store.steps.reached(CommitStep::TrieUpdateBegins);
        let reader = SnapshotReader::new(&self.store);
        let update = reader.tip().and_then(|tip| {
            let height = next_height(tip.as_ref()).ok_or_else(StateError::last_height)?;
            trie::update(&reader, writes, height)
        });
        let update = update.inspect_err(|error| self.stop(error))?;
        self.store.steps.reached(CommitStep::TrieUpdated);
        Ok(update)
    }

    fn commit(&self, batch: &CommitBatch<'_>) -> Result<(), StateError> {
        self.write(|store| {
            let steps = &store.steps;
            steps.reached(CommitStep::CommitBegins);
            let tip = batch.check(&self.chain_id, self.tip().as_ref())?;
            steps.reached(CommitStep::Checked);
            let Batched { writes, nodes } = commit::batch(store, batch, &tip, self.history)?;
            store.write(writes)?;
            steps.reached(CommitStep::Synced);
            for (NodeWrite { position, hash, .. }, packed) in batch.update.nodes.iter().zip(nodes) {
                store.nodes.insert_packed(position, hash, packed);
            }
            steps.reached(CommitStep::NodesCached);
            store.values.commit(tip.height, batch.writes);
            steps.reached(CommitStep::Cached);
            *self.tip.write() = Some(tip);
            steps.reached(CommitStep::HeadMoved);
            Ok(())
        })
    }

    fn free_bytes(&self) -> Result<Option<u64>, StateError> {
        self.store.free_bytes().map(Some)
    }

    fn block(&self, height: Height) -> Result<Option<Block>, StateError> {
        self.store.record(BLOCKS, &height_key(height))
    }

    fn header(&self, height: Height) -> Result<Option<Header>, StateError> {
        let bytes = self.store.get(BLOCKS, &height_key(height))?;
        let corrupt = |_| StateError::Corrupt { what: format!("unreadable header {height}") };
        bytes.map(|bytes| Header::deserialize(&mut &bytes[..]).map_err(corrupt)).transpose()
    }

    fn receipts(&self, height: Height) -> Result<Option<Vec<Receipt>>, StateError> {
        self.store.record(RECEIPTS, &height_key(height))
    }

    fn certificate(&self, height: Height) -> Result<Option<CommitCertificate>, StateError> {
        self.store.record(CERTIFICATES, &height_key(height))
    }

    fn transaction(&self, hash: &Hash) -> Result<Option<TransactionPosition>, StateError> {
        self.store.record(TRANSACTIONS, &hash.0)
    }

    fn put_undecided(&self, height: Height, round: u32, block: &Block) -> Result<(), StateError> {
        self.write(|store| {
            let tip = self.tip();
            tenor_state::check_undecided(height, tip.as_ref())?;
            let mut writes = WriteBatch::default();
            // It may be the first of a new log, which must not hide the blocks before it.
            commit::mark_undecided(store, tip.as_ref(), &mut writes);
            writes.put_cf(store.column(UNDECIDED), undecided_key(height, round), encode(block));
            store.write(writes)
        })
    }

    fn undecided(&self, height: Height) -> Result<Vec<(u32, Block)>, StateError> {
        // Under the writer's lock, so that no commit removes a block between the two reads.
        let _writer = self.writer.lock();
        if self.tip().is_some_and(|tip| height <= tip.height) {
            return Ok(Vec::new());
        }
        let mut blocks = Vec::new();
        for round in commit::rounds(&self.store, height)? {
            let block = self.store.record(UNDECIDED, &undecided_key(height, round))?;
            blocks.extend(block.map(|block| (round, block)));
        }
        Ok(blocks)
    }
}
