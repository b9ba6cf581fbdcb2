//! What can be seen of a store before it is opened for writing, without changing anything in it.

use crate::OpenError;
use crate::columns::{
    self, BLOCKS, CHAIN_ID_KEY, FORMAT_KEY, FORMAT_VERSION, META, height_key, height_of,
};
use crate::head::check_head;
use crate::log_tail;
use crate::manifest::{self, TornEnd};
use crate::open::{explain, explain_state};
use crate::options::{self, LogEnd};
use crate::store::Store;
use rocksdb::{ColumnFamily, DB, IteratorMode, LiveFile};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};
use tenor_primitives::ChainId;
use tenor_state::{StateError, Tip};

/// What is there, and how its log ends.
pub(crate) enum Seen {
    /// Nothing, or what a creation that was cut short has left.
    Beginning(LogEnd),
    /// A whole store of the ledger, with this head; none before genesis.
    Store(LogEnd, Option<Tip>),
}

impl Seen {
    /// How the log ends.
    pub(crate) fn log(&self) -> LogEnd {
        match self {
            Self::Beginning(log) | Self::Store(log, _) => *log,
        }
    }
}

/// A database that nobody has open, of our format and of ledger `chain_id`, whose log goes on where its
/// tables end and whose parts agree at its head; or none yet. Everything else is refused by name.
pub(crate) fn look(path: &Path, chain_id: &ChainId) -> Result<Seen, OpenError> {
    let current = path.join("CURRENT").try_exists();
    if !current.map_err(|error| OpenError::from_io(path, &error))? {
        return Ok(Seen::Beginning(LogEnd::Whole));
    }
    check_unlocked(path)?;
    check_newest_log(path)?;
    let refused = match look_inside(path, chain_id) {
        Err(refused @ OpenError::Corrupted { .. }) => refused,
        seen => return seen,
    };
    let failed = |error: io::Error| OpenError::from_io(path, &error);
    let Ok(Some(torn)) = TornEnd::of(path) else { return Err(refused) };
    torn.cut().map_err(failed)?;
    match look_inside(path, chain_id) {
        Ok(seen) => Ok(seen),
        Err(_) => Err(torn.put_back().map_or_else(failed, |()| refused)),
    }
}

fn look_inside(path: &Path, chain_id: &ChainId) -> Result<Seen, OpenError> {
    let explained = |error: rocksdb::Error| explain(path, &error);
    if let Ok(Some(place)) = manifest::damage(path) {
        let what = format!("the manifest is damaged at byte {place}");
        return Err(OpenError::Corrupted { path: path.into(), what });
    }
    let found = DB::list_cf(&options::look(LogEnd::Whole), path).map_err(explained)?;
    let (store, log) = Store::look(path, &found).map_err(explained)?;
    let tables = store.db.live_files().map_err(explained)?;
    check_tables(path, &tables)?;
    if !has_columns(path, &store.db, &found)? || !is_of(path, &store, chain_id)? {
        return Ok(Seen::Beginning(log));
    }
    let store = Arc::new(store);
    let tip = check_head(&store).and_then(|tip| check_logs(&store, &tables, tip));
    Ok(Seen::Store(log, tip.map_err(|error| explain_state(path, error))?))
}

/// Another process changes files while they are looked at, which must not be called damage. RocksDB
/// takes its lock before it finds that a database is there.
fn check_unlocked(path: &Path) -> Result<(), OpenError> {
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

/// Whatever is followed by another write in a log was synced, and is never lost without a word.
fn check_newest_log(path: &Path) -> Result<(), OpenError> {
    let damage = log_tail::damage_in_newest(path);
    let Some((log, place)) = damage.map_err(|error| OpenError::from_io(path, &error))? else {
        return Ok(());
    };
    let name = log.file_name().unwrap_or_default().display();
    let what =
        format!("the write-ahead log {name} is damaged at byte {place}, and goes on behind it");
    Err(OpenError::Corrupted { path: path.into(), what })
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
    check_begun(path, false).map(|()| false)
}

/// Whether format and ledger are ours; `false` where a creation was cut short before it named them.
fn is_of(path: &Path, store: &Store, chain_id: &ChainId) -> Result<bool, OpenError> {
    let state_error = |error| explain_state(path, error);
    let format: Option<u32> = store.record(META, FORMAT_KEY).map_err(state_error)?;
    check_format(path, format)?;
    let found: Option<ChainId> = store.record(META, CHAIN_ID_KEY).map_err(state_error)?;
    let is_blank = || columns::ALL.iter().all(|name| is_empty(&store.db, store.column(name)));
    match (format, found) {
        (Some(_), Some(found)) if found == *chain_id => Ok(true),
        (Some(_), Some(found)) => Err(OpenError::OtherChain {
            path: path.into(),
            found: found.to_string(),
            expected: chain_id.to_string(),
        }),
        (None, None) if is_blank() => check_begun(path, true).map(|()| false),
        _ => {
            let what = "it has records, and does not say of which format and ledger".to_owned();
            Err(OpenError::Corrupted { path: path.into(), what })
        }
    }
}

/// A creation that was cut short has left no table, and no log but one that ends within its first write.
/// Tables and logs that the manifest does not know belong to a store whose manifest has lost its end.
fn check_begun(path: &Path, may_be_torn: bool) -> Result<(), OpenError> {
    let failed = |error: io::Error| OpenError::from_io(path, &error);
    let torn = may_be_torn && log_tail::is_torn(path).map_err(failed)?;
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let is = |kind: &str| name.to_string_lossy().ends_with(kind);
        let holds = is(".sst") || (is(".log") && !torn);
        if holds && entry.metadata().map_err(failed)?.len() > 0 {
            let what = format!("{} is there, and the manifest does not know it", name.display());
            return Err(OpenError::Corrupted { path: path.into(), what });
        }
    }
    Ok(())
}

/// What the logs hold goes on where the tables end: else RocksDB puts later blocks over an older state and
/// calls it whole. So it is when a manifest has lost its end and knows the tables of before, while the log
/// of the blocks between has been removed.
fn check_logs(
    store: &Store,
    tables: &[LiveFile],
    tip: Option<Tip>,
) -> Result<Option<Tip>, StateError> {
    let Some(head) = tip else { return Ok(tip) };
    let ends = tables.iter().filter(|file| file.column_family_name == BLOCKS);
    let ends = ends.filter_map(|file| height_of(file.end_key.as_deref()?));
    let next = ends.max().map_or(0, |last| last.saturating_add(1));
    if next > head.height || store.get(BLOCKS, &height_key(next))?.is_some() {
        return Ok(tip);
    }
    let what = format!(
        "block {next} and those after it are in no table and no log, block {} is",
        head.height
    );
    Err(StateError::Corrupt { what })
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

fn is_empty(db: &DB, column: &ColumnFamily) -> bool {
    db.iterator_cf(column, IteratorMode::Start).next().is_none()
}
