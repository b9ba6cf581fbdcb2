//! What the manifest says of logs, and its end where a loss of power has torn it.
//!
//! RocksDB refuses a manifest in which a record does not match its checksum. A loss of power leaves such a
//! record, which was being written and on which nothing depends yet: no file that an earlier record needs is
//! removed before the record that says so is on disk. Without it the manifest is that of the moment before.
//! The records of one flush are one group with one sync, so any of them may be torn. Where they had been on
//! disk all the same, the other checks of an opening tell, as they do of any manifest that has lost its end.

use crate::OpenError;
use crate::log_file::{self, Record, kind};
use crate::torn_end::TornEnd;
use crate::version_edit::Edit;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The logs of a database, as its manifest knows them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct KnownLogs {
    /// What those with a lower number held is in tables.
    pub(crate) needed_from: u64,
    /// There is a log with this number or a higher one; 0 while there may be none.
    pub(crate) newest_from: u64,
}

/// What the manifest of the database at `path` knows, and its torn end. RocksDB reads some damaged headers
/// of records again and again (`db/log_reader.cc`), so this is asked before it.
pub(crate) fn read(path: &Path) -> Result<(KnownLogs, Option<TornEnd>), OpenError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => damaged(path, "the manifest is missing".to_owned()),
        _ => OpenError::from_io(path, &error),
    };
    // RocksDB refuses what names no manifest.
    let Some(manifest) = named(path).map_err(failed)? else { return Ok(Default::default()) };
    let bytes = fs::read(&manifest).map_err(failed)?;
    let mut records = Records::default();
    let damage = log_file::scan(&bytes, |record| records.add(&record));
    let edits = decoded(path, &records.whole)?;
    let known = known_logs(&edits);
    let Some(damage) = damage else { return Ok((known, None)) };
    if is_one_group(path, &bytes, damage.at)? {
        return Ok((known, Some(TornEnd::new(manifest, bytes, damage.write_at))));
    }
    Err(damaged(path, format!("the manifest is damaged at byte {}", damage.at)))
}

/// The file that CURRENT names; `None` when it names no manifest.
fn named(path: &Path) -> io::Result<Option<PathBuf>> {
    let name = fs::read(path.join("CURRENT"))?;
    let name = String::from_utf8_lossy(&name);
    let name = name.trim_end();
    let is_one = name.starts_with("MANIFEST-") && !name.contains('/');
    Ok(is_one.then(|| path.join(name)))
}

fn damaged(path: &Path, what: String) -> OpenError {
    OpenError::Corrupted { path: path.into(), what }
}

fn decoded(path: &Path, records: &[Vec<u8>]) -> Result<Vec<Edit>, OpenError> {
    let unknown = || damaged(path, "the manifest has a record of an unknown kind".to_owned());
    records.iter().map(|record| Edit::decode(record).ok_or_else(unknown)).collect()
}

/// Records put together from their parts.
#[derive(Default)]
struct Records {
    whole: Vec<Vec<u8>>,
    part: Option<Vec<u8>>,
}

impl Records {
    fn add(&mut self, record: &Record<'_>) {
        if matches!(record.kind, kind::FULL | kind::FIRST) {
            self.part = Some(Vec::new());
        }
        let Some(mut part) = self.part.take() else { return };
        part.extend_from_slice(record.payload);
        match record.kind {
            kind::FULL | kind::LAST => self.whole.push(part),
            _ => self.part = Some(part),
        }
    }
}

/// Whether all that is whole behind the damage belongs to one group, of which the damaged record may be one.
fn is_one_group(path: &Path, bytes: &[u8], damaged_at: usize) -> Result<bool, OpenError> {
    let mut records = Records::default();
    for record in log_file::records_behind(bytes, damaged_at) {
        records.add(&record);
    }
    let rest: Vec<_> =
        decoded(path, &records.whole)?.iter().map(|edit| edit.rest_of_group).collect();
    let descends = |pair: &[Option<u64>]| pair[0].and_then(|rest| rest.checked_sub(1)) == pair[1];
    Ok(rest.iter().all(Option::is_some) && rest.windows(2).all(descends))
}

fn known_logs(edits: &[Edit]) -> KnownLogs {
    let (mut columns, mut min, mut newest) = (BTreeMap::<u64, u64>::new(), 0, 0);
    let mut group = Vec::new();
    for edit in edits {
        group.push(*edit);
        // A group counts when it is whole.
        if edit.rest_of_group.is_some_and(|rest| rest > 0) {
            continue;
        }
        for edit in group.drain(..) {
            let log = columns.entry(edit.column).or_default();
            *log = edit.log_number.unwrap_or_default().max(*log);
            if edit.drops_column {
                columns.remove(&edit.column);
            }
            min = edit.log_number_min.unwrap_or_default().max(min);
            let closed = edit.closed_log.map(|number| number.saturating_add(1));
            let known = [edit.log_number, edit.log_number_min, closed];
            newest = known.into_iter().flatten().fold(newest, u64::max);
        }
    }
    let unflushed = columns.values().min().copied().unwrap_or_default();
    KnownLogs { needed_from: unflushed.max(min), newest_from: newest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_counts_when_it_is_whole() {
        let edit = |column, log_number, rest_of_group| Edit {
            column,
            log_number: Some(log_number),
            rest_of_group,
            ..Edit::default()
        };
        let mut edits = vec![edit(0, 4, None), edit(1, 4, None)];
        let before = KnownLogs { needed_from: 4, newest_from: 4 };
        assert_eq!(known_logs(&edits), before);
        edits.extend([edit(0, 9, Some(2)), edit(1, 9, Some(1))]);
        assert_eq!(known_logs(&edits), before);
        edits.push(Edit { rest_of_group: Some(0), ..Edit::default() });
        assert_eq!(known_logs(&edits), KnownLogs { needed_from: 9, newest_from: 9 });
    }

    #[test]
    fn the_oldest_log_that_any_column_needs_is_needed() {
        let column = |column, log| Edit { column, log_number: log, ..Edit::default() };
        let closed = Edit { closed_log: Some(7), ..Edit::default() };
        let mut edits = vec![column(0, Some(8)), column(1, Some(5)), column(2, None), closed];
        assert_eq!(known_logs(&edits), KnownLogs { needed_from: 0, newest_from: 8 });
        edits.push(Edit { column: 2, drops_column: true, ..Edit::default() });
        assert_eq!(known_logs(&edits).needed_from, 5);
        edits.push(Edit { log_number_min: Some(6), ..Edit::default() });
        assert_eq!(known_logs(&edits).needed_from, 6);
    }
}
