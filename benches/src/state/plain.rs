//! A yardstick: the same keys and values in a RocksDB of their own, with the same settings as far as
//! they matter to speed and with RocksDB's own defaults otherwise.

use rocksdb::{BlockBasedOptions, Cache, DB, Options, WriteBatch, WriteOptions};
use std::path::Path;
use tenor_primitives::StorageKey;
use tenor_state::WriteSet;

/// Keys and values, nothing else.
pub struct PlainStore(DB);

impl PlainStore {
    /// Opens the store at `path` with `memory_bytes_max` for its cache and write buffers.
    ///
    /// # Panics
    /// If RocksDB refuses.
    pub fn open(path: &Path, memory_bytes_max: usize) -> Self {
        let mut table = BlockBasedOptions::default();
        table.set_block_cache(&Cache::new_lru_cache(memory_bytes_max / 4 * 3));
        table.set_cache_index_and_filter_blocks(true);
        table.set_bloom_filter(10.0, false);
        let mut options = Options::default();
        options.create_if_missing(true);
        options.set_write_buffer_size(memory_bytes_max / 16);
        options.set_compression_type(rocksdb::DBCompressionType::Lz4);
        options.set_block_based_table_factory(&table);
        Self(DB::open(&options, path).expect("a store for comparison opens"))
    }

    /// Writes one batch, synced, in the order of its keys.
    ///
    /// # Panics
    /// If RocksDB fails.
    pub fn write(&self, writes: &WriteSet) {
        let mut batch = WriteBatch::default();
        for (key, value) in writes {
            batch.put(key.flat(), value.as_deref().unwrap_or_default());
        }
        let mut options = WriteOptions::default();
        options.set_sync(true);
        self.0.write_opt(batch, &options).expect("a batch for comparison is written");
    }

    /// One value.
    ///
    /// # Panics
    /// If RocksDB fails.
    pub fn get(&self, key: &StorageKey) -> Option<Vec<u8>> {
        self.0.get(key.flat()).expect("a value for comparison is read")
    }
}
