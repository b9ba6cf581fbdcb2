//! Whether damage in the write-ahead log is a torn end: what a loss of power leaves of a write that
//! was never acknowledged.
//!
//! RocksDB itself cannot tell a record that was being written from one that was damaged later, unless
//! the file simply ends. We can: a block's batch is written only after the one before it was synced, so
//! whatever is followed by another write had been acknowledged.
//!
//! The log's form, which is the manifest's too (RocksDB, `db/log_format.h`): blocks of 32 KiB; in them records of masked CRC-32C
//! (4 bytes), length (2), kind (1) and payload. A write is one record, or a first, middles and a last.

use std::path::{Path, PathBuf};
use std::{fs, io};

const BLOCK_BYTES: usize = 32 * 1024;
const HEADER_BYTES: usize = 7;

/// Payload of a batch without records: sequence number (8 bytes) and their count (4).
const BATCH_HEADER_BYTES: usize = 12;

const FULL: u8 = 1;
const FIRST: u8 = 2;
const LAST: u8 = 4;

/// Whether no write begins behind the first damaged record of the logs in the store at `path`, and
/// there is one.
pub(crate) fn is_torn(path: &Path) -> io::Result<bool> {
    let mut damaged = false;
    for log in logs(path)? {
        let bytes = fs::read(log)?;
        if damaged && begins_in(&bytes, 0) {
            return Ok(false);
        }
        if damaged {
            continue;
        }
        if first_damage(&bytes).is_none() {
            continue;
        }
        damaged = true;
        if torn_from(&bytes).is_none() {
            return Ok(false);
        }
    }
    Ok(damaged)
}

/// Where the newest log is damaged before its last write, if it is. Some damage of that kind RocksDB takes
/// for the end of the log, and some it reads again and again (`db/log_reader.cc`): this is asked first. Older
/// logs may be torn and done with.
pub(crate) fn damage_in_newest(path: &Path) -> io::Result<Option<(PathBuf, usize)>> {
    let Some(log) = logs(path)?.pop() else { return Ok(None) };
    let bytes = fs::read(&log)?;
    let damage = first_damage(&bytes).filter(|place| begins_behind(&bytes, *place));
    Ok(damage.map(|place| (log, place)))
}

/// Where the first damaged record of a file of this form lies, if none begins behind it.
pub(crate) fn torn_from(bytes: &[u8]) -> Option<usize> {
    first_damage(bytes).filter(|place| !begins_behind(bytes, *place))
}

/// The log files, oldest first.
fn logs(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut logs = Vec::new();
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".log")?.parse::<u64>().ok());
        logs.extend(number.map(|number| (number, path.join(&name))));
    }
    logs.sort();
    Ok(logs.into_iter().map(|(_, path)| path).collect())
}

/// What lies at a place of a log.
enum Found {
    /// A sound record, and where the next one begins.
    Record { kind: u8, next: usize },
    /// The end of the log, or of the records in its block.
    End,
    /// Neither.
    Damage,
}

fn look(log: &[u8], place: usize) -> Found {
    let block_end = (place / BLOCK_BYTES + 1) * BLOCK_BYTES;
    if block_end - place < HEADER_BYTES {
        return Found::End;
    }
    let Some(header) = log.get(place..place + HEADER_BYTES) else {
        return if log.len() <= place { Found::End } else { Found::Damage };
    };
    let start = place + HEADER_BYTES;
    let end = start + usize::from(u16::from_le_bytes([header[4], header[5]]));
    if header.iter().all(|byte| *byte == 0) || end > block_end {
        return Found::Damage;
    }
    // The checksum covers the kind, the header's last byte, and the payload.
    let Some(covered) = log.get(start - 1..end) else { return Found::Damage };
    let stored = u32::from_le_bytes([header[0], header[1], header[2], header[3]]);
    if stored != masked(crc32c::crc32c(covered)) {
        return Found::Damage;
    }
    Found::Record { kind: header[6], next: end }
}

/// As RocksDB stores checksums of data that holds checksums itself (`util/crc32c.h`).
fn masked(checksum: u32) -> u32 {
    checksum.rotate_right(15).wrapping_add(0xa282_ead8)
}

fn next_block(place: usize) -> usize {
    (place / BLOCK_BYTES + 1) * BLOCK_BYTES
}

/// Where the first damaged record of a file of this form lies.
pub(crate) fn first_damage(log: &[u8]) -> Option<usize> {
    let mut place = 0;
    while place < log.len() {
        match look(log, place) {
            Found::Record { next, .. } => place = next,
            Found::End => place = next_block(place),
            Found::Damage => return Some(place),
        }
    }
    None
}

/// Whether a write begins behind the damage at `place`: further on in its block, where the records up
/// to the block's end show that they are none by chance, or in a later block.
fn begins_behind(log: &[u8], place: usize) -> bool {
    let block_end = next_block(place).min(log.len());
    let in_block = (place + 1..block_end).any(|from| chain_begins(log, from, block_end));
    in_block || begins_in(log, next_block(place))
}

/// Whether sound records reach from `from` to `end`, and a write begins with one of them.
fn chain_begins(log: &[u8], from: usize, end: usize) -> bool {
    // Most places are no record's: their kind says so before a checksum is computed.
    let plausible =
        log.get(from + HEADER_BYTES - 1).is_some_and(|kind| (FULL..=LAST).contains(kind));
    let (mut place, mut begins) = (from, false);
    while plausible && place < end {
        match look(log, place) {
            Found::Record { kind, next } => {
                begins |= matches!(kind, FULL | FIRST);
                place = next;
            }
            Found::End => return begins,
            Found::Damage => return false,
        }
    }
    begins
}

/// Whether a write begins in a block from the one at `start` on; damaged records hide the rest of
/// their block.
fn begins_in(log: &[u8], start: usize) -> bool {
    (start..log.len()).step_by(BLOCK_BYTES).any(|block| {
        let mut place = block;
        while let Found::Record { kind, next } = look(log, place) {
            if matches!(kind, FULL | FIRST) && !is_empty_batch(&log[place + HEADER_BYTES..next]) {
                return true;
            }
            place = next;
            if place.is_multiple_of(BLOCK_BYTES) {
                break;
            }
        }
        false
    })
}

/// RocksDB begins the log after a torn one with a batch that holds nothing, before the manifest is done
/// with the torn one. An opening that ends in between has written nothing.
fn is_empty_batch(payload: &[u8]) -> bool {
    payload.len() == BATCH_HEADER_BYTES && payload.ends_with(&[0; 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log as RocksDB writes it, of writes with so many bytes.
    fn log(writes: &[usize]) -> Vec<u8> {
        let mut log = Vec::new();
        for (number, length) in (1_u8..).zip(writes) {
            let mut rest = vec![number; *length];
            let mut first = true;
            loop {
                let room = BLOCK_BYTES - log.len() % BLOCK_BYTES;
                if room < HEADER_BYTES {
                    log.resize(log.len() + room, 0);
                    continue;
                }
                let taken = rest.len().min(room - HEADER_BYTES);
                let tail = rest.split_off(taken);
                let kind = match (first, tail.is_empty()) {
                    (true, true) => FULL,
                    (true, false) => FIRST,
                    (false, false) => 3,
                    (false, true) => LAST,
                };
                let mut covered = vec![kind];
                covered.extend(&rest);
                log.extend(masked(crc32c::crc32c(&covered)).to_le_bytes());
                log.extend(u16::try_from(taken).expect("fits").to_le_bytes());
                log.extend(covered);
                (rest, first) = (tail, false);
                if rest.is_empty() {
                    break;
                }
            }
        }
        log
    }

    /// A log of one write of this payload.
    fn payload_log(payload: &[u8]) -> Vec<u8> {
        let covered = [&[FULL], payload].concat();
        let length = u16::try_from(payload.len()).expect("fits");
        let checksum = masked(crc32c::crc32c(&covered));
        [&checksum.to_le_bytes()[..], &length.to_le_bytes(), &covered].concat()
    }

    fn torn(log: &[u8]) -> bool {
        let directory = tempfile::TempDir::new().expect("a directory");
        fs::write(directory.path().join("000007.log"), log).expect("written");
        is_torn(directory.path()).expect("read")
    }

    #[test]
    fn a_whole_log_is_not_torn() {
        assert!(!torn(&log(&[100, 5_000, 70_000, 1])));
        assert!(!torn(&[]));
    }

    #[test]
    fn damage_in_the_last_write_is_a_torn_end() {
        for writes in [&[100, 5_000][..], &[100, 70_000], &[40_000]] {
            let whole = log(writes);
            let before = log(&writes[..writes.len() - 1]).len();
            for place in (before..whole.len()).step_by(1_009) {
                let mut damaged = whole.clone();
                damaged[place] ^= 0x10;
                let ends = place + HEADER_BYTES;
                assert!(torn(&damaged), "{writes:?} at {place} of {}, {ends}", whole.len());
                damaged[place..].fill(0);
                assert!(torn(&damaged), "{writes:?} zeros from {place}");
            }
        }
    }

    #[test]
    fn damage_before_another_write_is_damage() {
        for writes in [&[100, 5_000, 30][..], &[100, 70_000, 10], &[40_000, 40_000], &[9, 9, 9, 9]]
        {
            let whole = log(writes);
            let before = log(&writes[..writes.len() - 1]).len();
            for place in (0..before).step_by(509) {
                let mut damaged = whole.clone();
                damaged[place] ^= 0x10;
                assert!(!torn(&damaged), "{writes:?} at {place} of {before}");
            }
        }
    }

    #[test]
    fn a_later_log_shows_that_an_earlier_one_was_whole() {
        let directory = tempfile::TempDir::new().expect("a directory");
        let mut damaged = log(&[100, 5_000]);
        damaged[3_000] ^= 1;
        fs::write(directory.path().join("000009.log"), &damaged).expect("written");
        fs::write(directory.path().join("000010.log"), []).expect("written");
        assert!(is_torn(directory.path()).expect("read"));
        fs::write(directory.path().join("000010.log"), log(&[5])).expect("written");
        assert!(!is_torn(directory.path()).expect("read"));
        let empty = payload_log(&[9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        fs::write(directory.path().join("000010.log"), &empty).expect("written");
        assert!(is_torn(directory.path()).expect("read"), "nothing is written by an empty batch");
        let one = payload_log(&[9, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
        fs::write(directory.path().join("000010.log"), [empty, one].concat()).expect("written");
        assert!(!is_torn(directory.path()).expect("read"));
    }

    /// The form above is RocksDB's own: a real log is whole, and damage in it is found.
    #[test]
    fn a_log_of_rocksdb_is_read() {
        let directory = tempfile::TempDir::new().expect("a directory");
        let db = rocksdb::DB::open_default(directory.path()).expect("opened");
        for number in 0_u8..9 {
            db.put([number], vec![number; 9_000]).expect("written");
        }
        drop(db);
        let log = logs(directory.path()).expect("listed").pop().expect("a log");
        let bytes = fs::read(&log).expect("read");
        assert!(bytes.len() > 80_000 && first_damage(&bytes).is_none(), "{}", bytes.len());
        let mut damaged = bytes.clone();
        damaged[2_000] ^= 1;
        fs::write(&log, &damaged).expect("written");
        assert!(!is_torn(directory.path()).expect("read"));
        let (mut damaged, last) = (bytes.clone(), bytes.len() - 100);
        damaged[last] ^= 1;
        fs::write(&log, &damaged).expect("written");
        assert!(is_torn(directory.path()).expect("read"));
    }
}
