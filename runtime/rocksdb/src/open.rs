//! Opening: everything that can be known to be wrong is said before the first block.

use crate::columns::{CHAIN_ID_KEY, FORMAT_KEY, FORMAT_VERSION, META};
use crate::commit::{encode, mark, name_head};
use crate::head::check_head;
use crate::lock::lock;
use crate::look::{Seen, is_blank, look};
use crate::store::Store;
use crate::{OpenError, RocksDatabase, StoreOptions};
use parking_lot::{Mutex, RwLock};
use rocksdb::{ErrorKind, WriteBatch};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};
use tenor_primitives::ChainId;
use tenor_state::{StateError, Tip, WriteSet};

impl RocksDatabase {
    /// Opens the store of ledger `chain_id` in the directory `path`, creating it when there is
    /// none. Checks format, ledger, and that head pointer, block, receipts, certificate and state
    /// root agree; what these refuse is as it was.
    pub fn open(
        path: &Path,
        chain_id: &ChainId,
        options: &StoreOptions,
    ) -> Result<Self, OpenError> {
        create_directory(path).map_err(|error| OpenError::from_io(path, &error))?;
        let _lock = lock(path)?;
        check_directory(path)?;
        let seen = look(path, chain_id, options)?;
        let store = Store::open(path, options).map_err(|error| explain(path, &error))?;
        let store = Arc::new(store);
        let tip = match seen {
            Seen::Beginning => initialise(&store, chain_id).map(|()| None),
            Seen::Store(tip) => go_on(&store, tip).map(|()| tip),
        };
        let tip = tip.map_err(|error| explain_state(path, error))?;
        if let Some(tip) = &tip {
            store.values.commit(tip.height, &WriteSet::new());
        }
        Ok(Self {
            tip: RwLock::new(tip),
            store,
            chain_id: chain_id.clone(),
            history: options.history,
            writer: Mutex::new(None),
        })
    }
}

/// A store, an empty directory, or nothing at all: anything else is left alone.
fn check_directory(path: &Path) -> Result<(), OpenError> {
    let failed = |error: io::Error| OpenError::from_io(path, &error);
    if path.join("CURRENT").try_exists().map_err(failed)? {
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".sst") || name.ends_with(".log") {
            let what = "the file CURRENT is missing".to_owned();
            return Err(OpenError::Corrupted { path: path.into(), what });
        }
        // What a creation that was cut short leaves.
        let begun = ["LOCK", "LOG", "IDENTITY", "MANIFEST-", "OPTIONS-"];
        if !begun.iter().any(|own| name.starts_with(own)) && !name.ends_with(".dbtmp") {
            return Err(OpenError::NotAStore { path: path.into() });
        }
    }
    sync_parent(path).map_err(failed)
}

/// Makes the directory and those above it, each known to the one it lies in before the store goes on:
/// else a loss of power could take the whole store, its synced files included.
fn create_directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = match path.parent() {
        None => return fs::create_dir_all(path),
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
    };
    create_directory(parent)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
        created => created?,
    }
    sync_parent(path)
}

/// Makes the directory of a new store known to the one it lies in, whoever has made it.
fn sync_parent(path: &Path) -> io::Result<()> {
    match fs::File::open(path.join("..")) {
        // Whoever may not read that one may still sync the file system.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Ok(rustix::fs::syncfs(fs::File::open(path)?)?)
        }
        parent => parent?.sync_all(),
    }
}

/// What was seen is still there when RocksDB has put its log into tables; the new log names it.
fn go_on(store: &Arc<Store>, seen: Option<Tip>) -> Result<(), StateError> {
    if check_head(store)? != seen {
        let what = "its head is not the one that was there before the log was read".to_owned();
        return Err(StateError::Corrupt { what });
    }
    name_head(store, seen.as_ref())
}

/// Begins a store where there is none: nothing that is there is ever written over.
pub(crate) fn initialise(store: &Store, chain_id: &ChainId) -> Result<(), StateError> {
    if !is_blank(store) {
        let what = "it has records that were not there before it was opened".to_owned();
        return Err(StateError::Corrupt { what });
    }
    let mut writes = WriteBatch::default();
    writes.put_cf(store.column(META), FORMAT_KEY, encode(&FORMAT_VERSION));
    writes.put_cf(store.column(META), CHAIN_ID_KEY, encode(chain_id));
    mark(store, None, &mut writes);
    store.write(writes)
}

pub(crate) fn explain_state(path: &Path, error: StateError) -> OpenError {
    match error {
        StateError::Corrupt { what } => OpenError::Corrupted { path: path.into(), what },
        other => OpenError::Io { path: path.into(), reason: other.to_string() },
    }
}

/// RocksDB says what happened in words only.
pub(crate) fn explain(path: &Path, error: &rocksdb::Error) -> OpenError {
    let (path, reason) = (path.to_path_buf(), error.to_string());
    let says = |words: &[&str]| words.iter().any(|words| reason.contains(words));
    if says(&["lock hold by current process", "While lock file"]) && !says(&["Permission denied"]) {
        OpenError::Locked { path }
    } else if says(&["Permission denied", "Read-only file system", "Operation not permitted"]) {
        OpenError::Permission { path, reason }
    } else if error.kind() == ErrorKind::Corruption || says(&["No such file or directory"]) {
        // The directory is there and says that it is a store: a file of it is missing.
        OpenError::Corrupted { path, what: reason }
    } else if says(&["Column families not opened", "does not exist"])
        && error.kind() == ErrorKind::InvalidArgument
    {
        OpenError::NotAStore { path }
    } else {
        OpenError::Io { path, reason }
    }
}
