//! Our store with a ledger of made-up blocks.

use std::path::Path;
use std::sync::Arc;
use tenor_rocksdb::{RocksDatabase, StoreOptions};
use tenor_state::conformance::Chain;
use tenor_state::{Database, StateReader, WriteSet};

/// A ledger on the durable store.
pub struct StateLedger {
    /// The store.
    pub database: Arc<RocksDatabase>,
    chain: Chain,
}

impl StateLedger {
    /// Opens the ledger's store at `path`.
    ///
    /// # Panics
    /// If it does not open.
    pub fn open(path: &Path, memory_bytes_max: usize) -> Self {
        let options = StoreOptions { memory_bytes_max, ..StoreOptions::default() };
        let opened = RocksDatabase::open(path, &Chain::chain_id(), &options);
        let database = Arc::new(opened.expect("a store opens"));
        let chain = Chain::new(Arc::clone(&database) as Arc<dyn Database>);
        Self { database, chain }
    }

    /// The root after `writes`; nothing is stored.
    ///
    /// # Panics
    /// If the store fails.
    pub fn root(&self, writes: &WriteSet) {
        self.database.prepare(writes).expect("the trie is read");
    }

    /// A block without transactions that writes `writes`, durable.
    ///
    /// # Panics
    /// If the store fails.
    pub fn block(&self, writes: &WriteSet) {
        self.chain.commit(writes, &[]).expect("a block is committed");
    }

    /// The state at the head.
    pub fn reader(&self) -> Arc<dyn StateReader> {
        self.database.reader()
    }
}
