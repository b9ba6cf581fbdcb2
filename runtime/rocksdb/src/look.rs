//! What can be seen of a store before it is opened, without changing anything in it.

use crate::OpenError;
use crate::columns::{
    self, BLOCKS, FORMAT_KEY, FORMAT_VERSION, META, TIP_KEY, height_key, height_of,
};
use crate::open::explain;
use rocksdb::{ColumnFamily, DB, IteratorMode, Options};
use std::path::Path;
use std::{fs, io};
use tenor_state::Tip;

/// Table files that are open at a time while looking.
const OPEN_FILES_MAX: i32 = 16;

/// An existing database that nobody has open, has our column families (or some of them and no record at
/// all: then its creation was cut short), and logs that go on where its tables end.
pub(crate) fn look(path: &Path) -> Result<(), OpenError> {
    if !path.join("CURRENT").exists() {
        return Ok(());
    }
    check_unlocked(path)?;
    let explained = |error: rocksdb::Error| explain(path, &error);
    let mut options = Options::default();
    options.set_max_open_files(OPEN_FILES_MAX);
    // As the store itself: without it RocksDB wants to write that it tracks logs no more, and reading
    // only it has nowhere to write to and crashes.
    options.set_track_and_verify_wals_in_manifest(true);
    let found = DB::list_cf(&options, path).map_err(explained)?;
    let db = DB::open_cf_for_read_only(&options, path, &found, false).map_err(explained)?;
    check_columns(path, &db, &found)?;
    check_logs(path, &db)
}

/// Another process changes files while they are looked at, which must not be called damage. RocksDB
/// takes its lock before it finds that a database is there.
fn check_unlocked(path: &Path) -> Result<(), OpenError> {
    let mut options = Options::default();
    options.create_if_missing(true);
    options.set_error_if_exists(true);
    match DB::open(&options, path).err().map(|error| explain(path, &error)) {
        Some(refused @ (OpenError::Locked { .. } | OpenError::Permission { .. })) => Err(refused),
        _ => Ok(()),
    }
}

fn check_columns(path: &Path, db: &DB, found: &[String]) -> Result<(), OpenError> {
    let known = |name: &String| name == "default" || columns::ALL.contains(&name.as_str());
    let complete = columns::ALL.iter().all(|own| found.iter().any(|name| name == own));
    if complete && found.iter().all(known) {
        return Ok(());
    }
    if let Some(meta) = db.cf_handle(META) {
        let format = db.get_cf(meta, FORMAT_KEY).map_err(|error| explain(path, &error))?;
        let format = format.and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
        check_format(path, format)?;
    }
    let begun = |name: &String| db.cf_handle(name).is_some_and(|column| !is_empty(db, column));
    if found.iter().all(known) && !found.iter().any(begun) {
        return check_begun(path);
    }
    Err(OpenError::NotAStore { path: path.into() })
}

/// A creation that was cut short has written nothing but the manifest: records of columns that this one
/// does not know belong to a store whose manifest has lost nearly all.
fn check_begun(path: &Path) -> Result<(), OpenError> {
    let failed = |error: io::Error| OpenError::from_io(path, &error);
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let holds = [".sst", ".log"].iter().any(|kind| name.to_string_lossy().ends_with(kind));
        if holds && entry.metadata().map_err(failed)?.len() > 0 {
            let what =
                format!("{} is there, and the manifest names too few columns", name.display());
            return Err(OpenError::Corrupted { path: path.into(), what });
        }
    }
    Ok(())
}

/// What the logs hold goes on where the tables end: else RocksDB puts later blocks over an older state and
/// calls it whole. So it is when a manifest has lost its end and knows the tables of before, while the log
/// of the blocks between has been removed.
fn check_logs(path: &Path, db: &DB) -> Result<(), OpenError> {
    let explained = |error: rocksdb::Error| explain(path, &error);
    let (Some(meta), Some(blocks)) = (db.cf_handle(META), db.cf_handle(BLOCKS)) else {
        return Ok(());
    };
    let tip = db.get_cf(meta, TIP_KEY).map_err(explained)?;
    // What cannot be read is said when the store is open.
    let Some(tip) = tip.and_then(|tip| borsh::from_slice::<Tip>(&tip).ok()) else { return Ok(()) };
    let files = db.live_files().map_err(explained)?;
    let ends = files.iter().filter(|file| file.column_family_name == BLOCKS);
    let ends = ends.filter_map(|file| height_of(file.end_key.as_deref()?));
    let next = ends.max().map_or(0, |last| last.saturating_add(1));
    if next > tip.height || db.get_pinned_cf(blocks, height_key(next)).map_err(explained)?.is_some()
    {
        return Ok(());
    }
    let what = format!(
        "block {next} and those after it are in no table and no log, block {} is",
        tip.height
    );
    Err(OpenError::Corrupted { path: path.into(), what })
}

pub(crate) fn check_format(path: &Path, format: Option<u32>) -> Result<(), OpenError> {
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

pub(crate) fn is_empty(db: &DB, column: &ColumnFamily) -> bool {
    db.iterator_cf(column, IteratorMode::Start).next().is_none()
}
