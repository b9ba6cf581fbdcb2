//! What can be seen of a store before it is opened for writing, without changing anything in it.

use crate::OpenError;
use crate::columns::{
    self, BASE_KEY, BLOCKS, CHAIN_ID_KEY, FORMAT_KEY, FORMAT_VERSION, META, height_key, height_of,
};
use crate::commit::undecided_above;
use crate::head::check_head;
use crate::open::{explain, explain_state};
use crate::store::Store;
use crate::{StoreOptions, logs, manifest, options, torn_end};
use rocksdb::{ColumnFamily, DB, IteratorMode, LiveFile};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};
use tenor_primitives::ChainId;
use tenor_state::{Base, StateError, Tip};

/// What is there.
pub(crate) enum Seen {
    /// Nothing, or what a creation that was cut short has left.
    Beginning,
    /// A whole store of the ledger, with this head; none before genesis.
    Store(Option<Tip>),
}

/// A database that nobody has open, of our format and of ledger `chain_id`, whose log goes on where its
/// tables end and whose parts agree at its head; or none yet. Everything else is refused by name.
pub(crate) fn look(
    path: &Path,
    chain_id: &ChainId,
    options: &StoreOptions,
) -> Result<Seen, OpenError> {
    let current = path.join("CURRENT").try_exists();
    if !current.map_err(|error| OpenError::from_io(path, &error))? {
        return Ok(Seen::Beginning);
    }
    check_unlocked(path)?;
    let (known, torn) = manifest::read(path)?;
    let mut ends = logs::check(path, known)?;
    ends.extend(torn);
    torn_end::without(&ends, path, || look_inside(path, chain_id, options))
}

fn look_inside(path: &Path, chain_id: &ChainId, options: &StoreOptions) -> Result<Seen, OpenError> {
    let explained = |error: rocksdb::Error| explain(path, &error);
    let found = DB::list_cf(&options::look(options), path).map_err(explained)?;
    let store = Store::look(path, &found, options).map_err(explained)?;
    let tables = store.db.live_files().map_err(explained)?;
    check_tables(path, &tables)?;
    if !has_columns(path, &store.db, &found)? || !is_of(path, &store, chain_id)? {
        return Ok(Seen::Beginning);
    }
    let store = Arc::new(store);
    let tip = check_head(&store).and_then(|tip| {
        check_logs(&store, &tables, tip.as_ref())?;
        check_undecided(&store, tip.as_ref())?;
        Ok(tip)
    });
    Ok(Seen::Store(tip.map_err(|error| explain_state(path, error))?))
}

/// Another process changes files while they are looked at, which must not be called damage. This one holds
/// our own lock already; one that opens the database without us has RocksDB's, which RocksDB takes before it
/// finds that a database is there. Without that file nobody has, and none is made.
fn check_unlocked(path: &Path) -> Result<(), OpenError> {
    let lock = path.join("LOCK").try_exists();
    if !lock.map_err(|error| OpenError::from_io(path, &error))? {
        return Ok(());
    }
    let mut options = options::quiet();
    options.create_if_missing(true);
    options.set_error_if_exists(true);
    match DB::open(&options, path).err().map(|error| explain(path, &error)) {
        Some(refused @ (OpenError::Locked { .. } | OpenError::Permission { .. })) => Err(refused),
        _ => Ok(()),
    }
}

/// Every table that the manifest names is there, with its length: RocksDB sees it only when it opens the
/// store for writing.
fn check_tables(path: &Path, tables: &[LiveFile]) -> Result<(), OpenError> {
    for table in tables {
        let name = table.name.trim_start_matches('/');
        let found = match fs::metadata(path.join(name)) {
            Ok(found) => Some(found.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(OpenError::from_io(path, &error)),
        };
        if found.is_none_or(|length| usize::try_from(length) != Ok(table.size)) {
            let found = found.map_or_else(|| "none".to_owned(), |length| length.to_string());
            let what = format!("the table {name} should have {} bytes, it has {found}", table.size);
            return Err(OpenError::Corrupted { path: path.into(), what });
        }
    }
    Ok(())
}

/// Whether all our columns are there; `false` where a creation was cut short.
fn has_columns(path: &Path, db: &DB, found: &[String]) -> Result<bool, OpenError> {
    let is_ours = |name: &String| columns::ALL.contains(&name.as_str());
    let known = |name: &String| name == "default" || is_ours(name);
    let complete = columns::ALL.iter().all(|own| found.iter().any(|name| name == own));
    if complete && found.iter().all(known) {
        return Ok(true);
    }
    if let Some(meta) = db.cf_handle(META) {
        let format = db.get_cf(meta, FORMAT_KEY).map_err(|error| explain(path, &error))?;
        let format = format.and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
        check_format(path, format)?;
    }
    let holds = |name: &&String| db.cf_handle(name).is_some_and(|column| !is_empty(db, column));
    if !found.iter().all(known) || found.iter().filter(holds).any(|name| !is_ours(name)) {
        return Err(OpenError::NotAStore { path: path.into() });
    }
    if let Some(name) = found.iter().find(holds) {
        let what = format!("the column '{name}' has records, and others are missing");
        return Err(OpenError::Corrupted { path: path.into(), what });
    }
    // Columns are made one by one, and nothing is written before all of them are there.
    check_begun(path).map(|()| false)
}

/// Whether format and ledger are ours; `false` where a creation was cut short before it named them.
fn is_of(path: &Path, store: &Store, chain_id: &ChainId) -> Result<bool, OpenError> {
    let state_error = |error| explain_state(path, error);
    let format: Option<u32> = store.record(META, FORMAT_KEY).map_err(state_error)?;
    check_format(path, format)?;
    let found: Option<ChainId> = store.record(META, CHAIN_ID_KEY).map_err(state_error)?;
    match (format, found) {
        (Some(_), Some(found)) if found == *chain_id => Ok(true),
        (Some(_), Some(found)) => Err(OpenError::OtherChain {
            path: path.into(),
            found: found.to_string(),
            expected: chain_id.to_string(),
        }),
        (None, None) if is_blank(store) => check_begun(path).map(|()| false),
        _ => {
            let what = "it has records, and does not say of which format and ledger".to_owned();
            Err(OpenError::Corrupted { path: path.into(), what })
        }
    }
}

/// A creation that was cut short has left no table and no log with a whole write. Tables and logs that the
/// manifest does not know belong to a store whose manifest has lost its end.
fn check_begun(path: &Path) -> Result<(), OpenError> {
    let failed = |error: io::Error| OpenError::from_io(path, &error);
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let is = |kind: &str| name.to_string_lossy().ends_with(kind);
        if (is(".sst") || is(".log")) && entry.metadata().map_err(failed)?.len() > 0 {
            let what = format!("{} is there, and the manifest does not know it", name.display());
            return Err(OpenError::Corrupted { path: path.into(), what });
        }
    }
    Ok(())
}

/// What the logs hold goes on where the tables end, up to the head: else RocksDB puts later blocks over an
/// older state and calls it whole. So it is when a manifest has lost its end and knows the tables of before,
/// while the log of the blocks between has been removed.
fn check_logs(store: &Store, tables: &[LiveFile], tip: Option<&Tip>) -> Result<(), StateError> {
    let Some(head) = tip else { return Ok(()) };
    let ends = tables.iter().filter(|file| file.column_family_name == BLOCKS);
    let ends = ends.filter_map(|file| height_of(file.end_key.as_deref()?));
    let next = ends.max().map_or(0, |last| last.saturating_add(1));
    // A store that was filled from a snapshot holds its first block, then those from there on.
    let base = store.record::<Base>(META, BASE_KEY)?.map_or(0, |base| base.height);
    for height in (next..=head.height).filter(|height| *height == 0 || *height >= base) {
        if store.get(BLOCKS, &height_key(height))?.is_none() {
            let what =
                format!("block {height} is in no table and no log, block {} is", head.height);
            return Err(StateError::Corrupt { what });
        }
    }
    Ok(())
}

/// An opening writes the proposed blocks again: they can be read.
fn check_undecided(store: &Store, tip: Option<&Tip>) -> Result<(), StateError> {
    undecided_above(store, tip).try_for_each(|record| record.map(drop))
}

fn check_format(path: &Path, format: Option<u32>) -> Result<(), OpenError> {
    match format {
        Some(found) if found > FORMAT_VERSION => {
            Err(OpenError::NewerFormat { path: path.into(), found, supported: FORMAT_VERSION })
        }
        Some(found) if found < FORMAT_VERSION => {
            Err(OpenError::OlderFormat { path: path.into(), found, supported: FORMAT_VERSION })
        }
        _ => Ok(()),
    }
}

/// Whether there is no record of ours at all.
pub(crate) fn is_blank(store: &Store) -> bool {
    columns::ALL.iter().all(|name| is_empty(&store.db, store.column(name)))
}

fn is_empty(db: &DB, column: &ColumnFamily) -> bool {
    db.iterator_cf(column, IteratorMode::Start).next().is_none()
}
