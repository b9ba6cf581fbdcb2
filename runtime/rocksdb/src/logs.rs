//! Whether the write-ahead logs are whole: asked before RocksDB reads them, since it takes some damage for
//! the end of a log, without a word, and reads some headers again and again (`db/log_reader.cc`).
//!
//! RocksDB cannot tell a record that was being written from one that was damaged later, unless the file
//! simply ends. We can: a block's batch is written only after the one before it was synced, so whatever is
//! followed by another write, in its log or a later one, had been acknowledged.

use crate::OpenError;
use crate::log_file::{begins_behind, has_write, scan};
use crate::manifest::KnownLogs;
use crate::torn_end::TornEnd;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The torn ends of the logs that are needed: what a loss of power leaves of a write that was never
/// acknowledged. Any other damage is refused, and so is a log that the manifest knows and that is missing.
pub(crate) fn check(path: &Path, known: KnownLogs) -> Result<Vec<TornEnd>, OpenError> {
    let failed = |error: io::Error| OpenError::from_io(path, &error);
    let logs = logs(path).map_err(failed)?;
    let newest = logs.last().map_or(0, |(number, _)| *number);
    if newest < known.newest_from {
        let what = format!(
            "the newest write-ahead log is missing: number {} or a later one",
            known.newest_from
        );
        return Err(OpenError::Corrupted { path: path.into(), what });
    }
    let (mut torn, mut is_followed) = (Vec::new(), false);
    for (_, log) in logs.into_iter().filter(|(number, _)| *number >= known.needed_from).rev() {
        let bytes = fs::read(&log).map_err(failed)?;
        let writes = has_write(&bytes);
        if let Some(damage) = scan(&bytes, |_| ()) {
            if is_followed || begins_behind(&bytes, damage.at) {
                return Err(damaged(path, &log, damage.at));
            }
            torn.push(TornEnd::new(log, bytes, damage.write_at));
        }
        is_followed |= writes;
    }
    Ok(torn)
}

fn damaged(path: &Path, log: &Path, place: usize) -> OpenError {
    let name = log.file_name().unwrap_or_default().display();
    let what =
        format!("the write-ahead log {name} is damaged at byte {place}, and goes on behind it");
    OpenError::Corrupted { path: path.into(), what }
}

/// The log files with their numbers, oldest first.
fn logs(path: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut logs = Vec::new();
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".log")?.parse::<u64>().ok());
        logs.extend(number.map(|number| (number, path.join(&name))));
    }
    logs.sort();
    Ok(logs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log_file::HEADER_BYTES;
    use crate::log_file::tests::{framed, log};

    /// A directory with these logs, numbered from 7.
    struct Logs(tempfile::TempDir);

    impl Logs {
        fn new(logs: &[&[u8]]) -> Self {
            let directory = tempfile::TempDir::new().expect("a directory");
            for (number, bytes) in (7..).zip(logs) {
                let name = format!("{number:06}.log");
                fs::write(directory.path().join(name), bytes).expect("written");
            }
            Self(directory)
        }

        fn check(&self, needed_from: u64, newest_from: u64) -> Result<Vec<TornEnd>, OpenError> {
            check(self.0.path(), KnownLogs { needed_from, newest_from })
        }

        fn are_torn(&self) -> bool {
            self.check(0, 0).is_ok_and(|torn| !torn.is_empty())
        }
    }

    fn is_torn(log: &[u8]) -> bool {
        Logs::new(&[log]).are_torn()
    }

    #[test]
    fn a_whole_log_is_not_torn() {
        for whole in [&log(&[100, 5_000, 70_000, 20])[..], &[]] {
            assert_eq!(Logs::new(&[whole]).check(0, 7).expect("whole"), []);
        }
    }

    #[test]
    fn damage_in_the_last_write_is_a_torn_end() {
        for writes in [&[100, 5_000][..], &[100, 70_000], &[40_000]] {
            let whole = log(writes);
            let before = log(&writes[..writes.len() - 1]).len();
            for place in (before..whole.len()).step_by(1_009) {
                let mut damaged = whole.clone();
                damaged[place] ^= 0x10;
                assert!(is_torn(&damaged), "{writes:?} at {place} of {}", whole.len());
                damaged[place..].fill(0);
                assert!(is_torn(&damaged), "{writes:?} zeros from {place}");
                damaged.truncate(place);
                assert_eq!(is_torn(&damaged), place > before, "{writes:?} cut at {place}");
            }
        }
    }

    #[test]
    fn a_torn_write_goes_from_its_beginning_on() {
        let whole = log(&[100, 70_000]);
        let before = log(&[100]).len();
        // In its last part, and where a part ends.
        for end in [whole.len() - 9, 32 * 1024, 64 * 1024] {
            let logs = Logs::new(&[&whole[..end]]);
            let file = logs.0.path().join("000007.log");
            let torn = TornEnd::new(file, whole[..end].to_vec(), before);
            assert_eq!(logs.check(0, 0).expect("torn"), [torn], "{end} bytes");
        }
    }

    #[test]
    fn damage_before_another_write_is_damage() {
        for writes in
            [&[100, 5_000, 30][..], &[100, 70_000, 20], &[40_000, 40_000], &[19, 19, 19, 19]]
        {
            let whole = log(writes);
            let before = log(&writes[..writes.len() - 1]).len();
            for place in (0..before).step_by(509) {
                let mut damaged = whole.clone();
                damaged[place] ^= 0x10;
                let refused = Logs::new(&[&damaged]).check(0, 0);
                assert!(
                    matches!(refused, Err(OpenError::Corrupted { .. })),
                    "{writes:?} at {place} of {before}"
                );
            }
        }
    }

    /// Whoever sends a transaction chooses bytes of a log.
    #[test]
    fn bytes_that_are_no_batch_are_no_write() {
        let empty_records = framed(&vec![Vec::new(); 4_000]);
        let mut torn = framed(&[vec![1; 100], empty_records[..28_000].to_vec()]);
        torn[100 + HEADER_BYTES] ^= 1;
        assert!(is_torn(&torn));
    }

    #[test]
    fn a_later_log_shows_that_an_earlier_one_was_whole() {
        let mut damaged = log(&[100, 5_000]);
        damaged[3_000] ^= 1;
        assert!(Logs::new(&[&damaged, &[]]).are_torn());
        let followed = Logs::new(&[&damaged, &log(&[15])]);
        assert!(matches!(followed.check(0, 0), Err(OpenError::Corrupted { .. })));
        // RocksDB begins the log after a torn one with a batch that holds nothing.
        let batch = |count| vec![9, 0, 0, 0, 0, 0, 0, 0, count, 0, 0, 0];
        assert!(Logs::new(&[&damaged, &framed(&[batch(0)])]).are_torn());
        let followed = Logs::new(&[&damaged, &framed(&[batch(0), batch(1)])]);
        assert!(matches!(followed.check(0, 0), Err(OpenError::Corrupted { .. })));
    }

    #[test]
    fn a_log_that_is_in_tables_need_not_be_whole() {
        let mut damaged = log(&[100, 5_000]);
        damaged[50] ^= 1;
        let logs = Logs::new(&[&damaged, &log(&[100])]);
        assert!(logs.check(7, 8).is_err());
        assert_eq!(logs.check(8, 8).expect("not needed"), []);
    }

    #[test]
    fn a_log_that_the_manifest_knows_is_not_missing() {
        let logs = Logs::new(&[&log(&[100])]);
        assert!(logs.check(7, 7).is_ok());
        assert!(matches!(logs.check(7, 8), Err(OpenError::Corrupted { .. })));
        assert!(matches!(Logs::new(&[]).check(0, 1), Err(OpenError::Corrupted { .. })));
        assert!(Logs::new(&[]).check(0, 0).is_ok());
    }
}
