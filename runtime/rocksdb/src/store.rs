//! RocksDB behind typed records: every read and write of this crate goes through here.

use crate::StoreOptions;
use crate::cache::NodeCache;
use crate::options::{self, Memory};
use crate::steps::Steps;
use crate::values::ValueCache;
use borsh::BorshDeserialize;
use rocksdb::{ColumnFamily, DB, DBPinnableSlice, ErrorKind, WriteBatch, WriteOptions, properties};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tenor_state::StateError;

/// Between two tries while writers are to wait for a flush or a compaction.
const STALL: Duration = Duration::from_millis(1);

/// An open database.
pub(crate) struct Store {
    pub(crate) db: DB,
    pub(crate) nodes: NodeCache,
    pub(crate) values: ValueCache,
    pub(crate) steps: Steps,
    /// Bytes of all batches written since the opening.
    pub(crate) bytes_written: AtomicU64,
}

impl Store {
    /// Opens the database at `path`, creating it when there is none; nothing in it is checked.
    pub(crate) fn open(path: &Path, options: &StoreOptions) -> Result<Self, rocksdb::Error> {
        let (database, columns) = options::build(options);
        let db = DB::open_cf_descriptors(&database, path, columns)?;
        Ok(Self::over(db, Memory::of(options)))
    }

    /// The database at `path` with these columns. For reading alone: nothing on disk is changed.
    pub(crate) fn look(
        path: &Path,
        columns: &[String],
        options: &StoreOptions,
    ) -> Result<Self, rocksdb::Error> {
        let db = DB::open_cf_for_read_only(&options::look(options), path, columns, false)?;
        Ok(Self::over(db, Memory::NONE))
    }

    fn over(db: DB, memory: Memory) -> Self {
        Self {
            db,
            nodes: NodeCache::new(memory.nodes_bytes_max),
            values: ValueCache::new(memory.values_bytes_max),
            steps: Steps::default(),
            bytes_written: AtomicU64::new(0),
        }
    }

    /// A new database at `path`, to be filled.
    pub(crate) fn create(path: &Path, options: &StoreOptions) -> Result<Self, StateError> {
        let created = Self::open(path, options);
        created.map_err(|error| failed("create itself", &error))
    }

    /// The column family `name`, which opening created.
    pub(crate) fn column(&self, name: &str) -> &ColumnFamily {
        self.db.cf_handle(name).expect("opening creates every column family")
    }

    /// The bytes under `key`.
    pub(crate) fn get(
        &self,
        column: &str,
        key: &[u8],
    ) -> Result<Option<DBPinnableSlice<'_>>, StateError> {
        self.db.get_pinned_cf(self.column(column), key).map_err(|error| failed("read", &error))
    }

    /// The record under `key`, all of it.
    pub(crate) fn record<T: BorshDeserialize>(
        &self,
        column: &str,
        key: &[u8],
    ) -> Result<Option<T>, StateError> {
        let bytes = self.get(column, key)?;
        bytes.map(|bytes| decode(column, &bytes)).transpose()
    }

    /// Writes `batch` whole and durable: it is in the log and the log is on disk.
    ///
    /// While RocksDB wants writers to wait, the waiting is done here: a writer that waits inside it
    /// keeps the place in which a flush would recover from a full disk, and neither ever ends.
    pub(crate) fn write(&self, batch: WriteBatch) -> Result<(), StateError> {
        let mut options = WriteOptions::default();
        options.set_sync(true);
        options.set_no_slowdown(true);
        let bytes = u64::try_from(batch.size_in_bytes()).unwrap_or(u64::MAX);
        self.bytes_written.fetch_add(bytes, Ordering::Relaxed);
        let kept = batch.data().to_vec();
        let mut written = self.db.write_opt(batch, &options);
        while let Err(error) = written {
            if error.kind() != ErrorKind::Incomplete {
                return Err(failed("write", &error));
            }
            self.background_errors()?;
            std::thread::sleep(STALL);
            written = self.db.write_opt(WriteBatch::from_data(&kept), &options);
        }
        Ok(())
    }

    /// Fails when a flush or a compaction has failed since the opening.
    pub(crate) fn background_errors(&self) -> Result<(), StateError> {
        let count = self.db.property_int_value(properties::BACKGROUND_ERRORS);
        match count.map_err(|error| failed("report its background errors", &error))? {
            None | Some(0) => Ok(()),
            Some(count) => {
                let reason = self.why_stopped();
                let reason = reason.unwrap_or_else(|| self.errors_and_space(count));
                Err(StateError::Io { operation: "flush or compact in the background", reason })
            }
        }
    }

    /// For errors that RocksDB has got over and forgotten.
    fn errors_and_space(&self, count: u64) -> String {
        let free =
            self.free_bytes().map_or_else(|error| error.to_string(), |free| free.to_string());
        format!("{count} errors, see the LOG file of the store; bytes free on its disk: {free}")
    }

    /// Bytes that are free on the disk.
    pub(crate) fn free_bytes(&self) -> Result<u64, StateError> {
        let failed = |error: rustix::io::Errno| StateError::Io {
            operation: "ask for free space",
            reason: error.to_string(),
        };
        let found = rustix::fs::statvfs(self.db.path()).map_err(failed)?;
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }

    /// RocksDB tells why it stopped to who wants to write, and only then: here, nothing.
    fn why_stopped(&self) -> Option<String> {
        let mut options = WriteOptions::default();
        options.disable_wal(true);
        options.set_no_slowdown(true);
        let refused = self.db.write_opt(WriteBatch::default(), &options);
        refused.err().map(|error| error.to_string())
    }
}

/// Decodes a record; bytes left over are corruption.
pub(crate) fn decode<T: BorshDeserialize>(column: &str, bytes: &[u8]) -> Result<T, StateError> {
    borsh::from_slice(bytes)
        .map_err(|_| StateError::Corrupt { what: format!("unreadable record in '{column}'") })
}

/// RocksDB's error as ours.
pub(crate) fn failed(operation: &'static str, error: &rocksdb::Error) -> StateError {
    let reason = error.to_string();
    // The store is open: a file that is to be read and is not there has been taken away.
    let missing = matches!(operation, "read" | "scan") && reason.contains("No such file");
    match error.kind() {
        _ if missing => StateError::Corrupt { what: reason },
        ErrorKind::Corruption => StateError::Corrupt { what: reason },
        _ => StateError::Io { operation, reason },
    }
}
