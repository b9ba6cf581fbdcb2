//! How RocksDB is set up: nothing lost, memory bounded.

use crate::columns;
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamilyDescriptor, DBCompressionType, DBRecoveryMode,
    InfoLogger, LogLevel, Options, WriteBufferManager,
};
use tenor_state::Retention;

/// What an operator may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreOptions {
    /// The memory for caches and write buffers together, in bytes. Default 320 MiB; below 16 MiB
    /// counts as 16 MiB.
    pub memory_bytes_max: usize,
    /// The most table files kept open. Default 512.
    pub open_files_max: u16,
    /// Which past states are kept. When it changes, states that are no longer kept go block by
    /// block, and states that are gone do not come back.
    pub history: Retention,
}

const MIB: usize = 1024 * 1024;

impl Default for StoreOptions {
    fn default() -> Self {
        Self { memory_bytes_max: 320 * MIB, open_files_max: 512, history: Retention::default() }
    }
}

/// How the memory is divided, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    /// RocksDB's cache of blocks, indexes and filters, to which write buffers are charged.
    pub(crate) blocks_bytes_max: usize,
    /// Of that, where flushing write buffers starts.
    pub(crate) buffers_bytes_max: usize,
    /// Trie records.
    pub(crate) nodes_bytes_max: usize,
    /// Values of the head.
    pub(crate) values_bytes_max: usize,
}

impl Memory {
    /// For a database that is only looked at.
    pub(crate) const NONE: Self =
        Self { blocks_bytes_max: 0, buffers_bytes_max: 0, nodes_bytes_max: 0, values_bytes_max: 0 };

    /// The division: three eighths, two of them write buffers; three; one. The last eighth is left for
    /// what RocksDB keeps outside its cache. A trie record that is not in memory costs a read and the
    /// hashing of all its branches, so trie records get more than blocks.
    pub(crate) fn of(options: &StoreOptions) -> Self {
        let eighth = options.memory_bytes_max.max(16 * MIB) / 8;
        Self {
            blocks_bytes_max: eighth * 3,
            buffers_bytes_max: eighth * 2,
            nodes_bytes_max: eighth * 3,
            values_bytes_max: eighth,
        }
    }
}

/// A record that the end of a log cuts off is dropped, anything else that RocksDB calls damage is refused,
/// where its default would silently lose what follows. Our own check of the logs comes first (`logs.rs`).
const RECOVERY: DBRecoveryMode = DBRecoveryMode::TolerateCorruptedTailRecords;

/// Options for looking at a database.
pub(crate) fn look(options: &StoreOptions) -> Options {
    let mut database = quiet();
    // As many as the store itself may open: RocksDB then loads the same tables as when it opens the store
    // for writing, so that what is damaged in them is seen before anything is changed.
    database.set_max_open_files(i32::from(options.open_files_max));
    database.set_wal_recovery_mode(RECOVERY);
    // As the store itself: without it RocksDB wants to write that it tracks logs no more, and reading
    // only it has nowhere to write to and crashes.
    database.set_track_and_verify_wals_in_manifest(true);
    database
}

/// Options with which RocksDB neither begins a `LOG` of its own nor says anything elsewhere.
pub(crate) fn quiet() -> Options {
    let mut options = Options::default();
    options.set_info_logger(InfoLogger::new_callback_logger(LogLevel::Fatal, |_, _| ()));
    options
}

/// Options of the database and of each column family, sharing one cache.
pub(crate) fn build(options: &StoreOptions) -> (Options, Vec<ColumnFamilyDescriptor>) {
    let memory = Memory::of(options);
    let cache = Cache::new_lru_cache(memory.blocks_bytes_max);
    let buffers = memory.buffers_bytes_max;
    let database = database_options(options, buffers, &cache);
    let descriptor = |name: &&str| {
        ColumnFamilyDescriptor::new(*name, column_options(name, &database, &cache, buffers))
    };
    let columns = columns::ALL.iter().map(descriptor).collect();
    (database, columns)
}

fn database_options(options: &StoreOptions, buffers: usize, cache: &Cache) -> Options {
    let mut database = Options::default();
    database.create_if_missing(true);
    database.create_missing_column_families(true);
    database.set_paranoid_checks(true);
    database.set_wal_recovery_mode(RECOVERY);
    database.set_recycle_log_file_num(0);
    database.set_track_and_verify_wals_in_manifest(true);
    // All columns or none: after a failed write RocksDB flushes by itself what it still has in memory,
    // and a node that stops meanwhile must not find columns at different blocks.
    database.set_atomic_flush(true);
    database.set_max_total_wal_size(u64::try_from(buffers).unwrap_or(u64::MAX).saturating_mul(2));
    let manager =
        WriteBufferManager::new_write_buffer_manager_with_cache(buffers, false, cache.clone());
    database.set_write_buffer_manager(&manager);
    database.set_max_open_files(i32::from(options.open_files_max));
    database.set_max_background_jobs(2);
    database.set_bytes_per_sync(1 << 20);
    database.set_log_level(LogLevel::Warn);
    database.set_keep_log_file_num(4);
    database.set_max_log_file_size(16 * MIB);
    database.set_stats_dump_period_sec(0);
    database
}

fn column_options(name: &str, database: &Options, cache: &Cache, buffers: usize) -> Options {
    let mut column = database.clone();
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    table.set_cache_index_and_filter_blocks(true);
    table.set_cache_index_and_filter_blocks_with_high_priority(true);
    table.set_pin_l0_filter_and_index_blocks_in_cache(true);
    table.set_bloom_filter(10.0, false);
    table.set_optimize_filters_for_memory(true);
    // All are flushed together, when together they reach the limit: smaller ones would flush the others
    // early, and many small tables are merged with the large ones more often.
    column.set_write_buffer_size(buffers);
    // Hashes do not compress, and a node that is asked for is there.
    let hashes = matches!(name, columns::NODES | columns::TRANSACTIONS);
    column.set_compression_type(if hashes {
        DBCompressionType::None
    } else {
        DBCompressionType::Lz4
    });
    column.set_optimize_filters_for_hits(name == columns::NODES);
    column.set_level_compaction_dynamic_level_bytes(true);
    column.set_block_based_table_factory(&table);
    column
}
