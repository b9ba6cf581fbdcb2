//! The form of the write-ahead log, which is the manifest's too (RocksDB, `db/log_format.h`).
//!
//! Blocks of 32 KiB; in them records of masked CRC-32C (4 bytes), length (2), kind (1) and payload. A write is
//! one record, or a first, middles and a last.

const BLOCK_BYTES: usize = 32 * 1024;
pub(crate) const HEADER_BYTES: usize = 7;

/// Payload of a batch without records: sequence number (8 bytes) and their count (4).
const BATCH_HEADER_BYTES: usize = 12;

/// Which part of a write a record is.
pub(crate) mod kind {
    pub(crate) const FULL: u8 = 1;
    pub(crate) const FIRST: u8 = 2;
    pub(crate) const MIDDLE: u8 = 3;
    pub(crate) const LAST: u8 = 4;
}
use kind::{FIRST, FULL, LAST, MIDDLE};

/// A sound record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    pub(crate) kind: u8,
    pub(crate) payload: &'a [u8],
}

impl Record<'_> {
    /// Whether a batch that holds something begins with it. RocksDB begins the log after a torn one with a
    /// batch that holds nothing, before the manifest is done with the torn one; an opening that ends in
    /// between has written nothing. What is shorter is no batch.
    fn begins_batch(&self) -> bool {
        let is_empty = self.payload.len() == BATCH_HEADER_BYTES && self.payload.ends_with(&[0; 4]);
        let is_batch = self.kind == FIRST || self.payload.len() >= BATCH_HEADER_BYTES;
        self.begins() && is_batch && !is_empty
    }

    fn begins(&self) -> bool {
        matches!(self.kind, FULL | FIRST)
    }
}

/// The first place that is not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Damage {
    /// Where it lies, in bytes.
    pub(crate) at: usize,
    /// Where the write begins that it lies in.
    pub(crate) write_at: usize,
}

/// Shows `each` record up to the first damage, which is returned; a write that is not whole is damage.
pub(crate) fn scan<'a>(log: &'a [u8], mut each: impl FnMut(Record<'a>)) -> Option<Damage> {
    let (mut place, mut unfinished) = (0, None);
    while place < log.len() {
        match look(log, place) {
            Found::Record(record, next) => {
                match (unfinished, record.begins()) {
                    (Some(start), true) => return Some(Damage { at: start, write_at: start }),
                    (None, false) => return Some(Damage { at: place, write_at: place }),
                    _ => {}
                }
                let is_end = matches!(record.kind, FULL | LAST);
                unfinished = if is_end { None } else { unfinished.or(Some(place)) };
                each(record);
                place = next;
            }
            Found::End => place = next_block(place),
            Found::Damage => {
                return Some(Damage { at: place, write_at: unfinished.unwrap_or(place) });
            }
        }
    }
    unfinished.map(|start| Damage { at: log.len(), write_at: start })
}

/// Whether a write begins behind the damage at `place`.
pub(crate) fn begins_behind(log: &[u8], place: usize) -> bool {
    records_behind(log, place).iter().any(Record::begins_batch)
}

/// Whether a write begins anywhere; damaged records hide the rest of their block.
pub(crate) fn has_write(log: &[u8]) -> bool {
    block_starts(log, 0).any(|start| records_from(log, start).any(|record| record.begins_batch()))
}

/// The sound records behind the damage at `place`: further on in its block, where the records up to the
/// block's end show that they are none by chance, and in later blocks up to the first damage in each.
pub(crate) fn records_behind(log: &[u8], place: usize) -> Vec<Record<'_>> {
    let block_end = next_block(place).min(log.len());
    let in_block = (place + 1..block_end).find_map(|from| chain(log, from, block_end));
    let mut records = in_block.unwrap_or_default();
    for start in block_starts(log, next_block(place)) {
        records.extend(records_from(log, start));
    }
    records
}

/// What lies at a place of a log.
enum Found<'a> {
    /// A sound record, and where the next one begins.
    Record(Record<'a>, usize),
    /// The end of the log, or of the records in its block.
    End,
    /// Neither.
    Damage,
}

fn look(log: &[u8], place: usize) -> Found<'_> {
    let block_end = next_block(place);
    if block_end - place < HEADER_BYTES {
        return Found::End;
    }
    let Some(header) = log.get(place..place + HEADER_BYTES) else {
        return if log.len() <= place { Found::End } else { Found::Damage };
    };
    let start = place + HEADER_BYTES;
    let end = start + usize::from(u16::from_le_bytes([header[4], header[5]]));
    let kind = header[6];
    let is_within = match kind {
        FULL | LAST => end <= block_end,
        // What goes on in the next block fills this one.
        FIRST | MIDDLE => end == block_end,
        // RocksDB has more kinds, and writes none of them as it is set up here.
        _ => false,
    };
    if !is_within {
        return Found::Damage;
    }
    // The checksum covers the kind, the header's last byte, and the payload.
    let Some(covered) = log.get(start - 1..end) else { return Found::Damage };
    let stored = u32::from_le_bytes([header[0], header[1], header[2], header[3]]);
    if stored != masked(crc32c::crc32c(covered)) {
        return Found::Damage;
    }
    Found::Record(Record { kind, payload: &covered[1..] }, end)
}

/// As RocksDB stores checksums of data that holds checksums itself (`util/crc32c.h`).
fn masked(checksum: u32) -> u32 {
    checksum.rotate_right(15).wrapping_add(0xa282_ead8)
}

fn next_block(place: usize) -> usize {
    (place / BLOCK_BYTES + 1) * BLOCK_BYTES
}

fn block_starts(log: &[u8], from: usize) -> impl Iterator<Item = usize> {
    (from..log.len()).step_by(BLOCK_BYTES)
}

/// The sound records that reach from `from` to `end`, if any do.
fn chain(log: &[u8], from: usize, end: usize) -> Option<Vec<Record<'_>>> {
    let (mut place, mut records) = (from, Vec::new());
    while place < end {
        match look(log, place) {
            Found::Record(record, next) => {
                records.push(record);
                place = next;
            }
            Found::End => break,
            Found::Damage => return None,
        }
    }
    (!records.is_empty()).then_some(records)
}

/// The sound records from the beginning of a block on, within it.
fn records_from(log: &[u8], start: usize) -> impl Iterator<Item = Record<'_>> {
    let mut place = start;
    std::iter::from_fn(move || {
        let is_inside = place == start || !place.is_multiple_of(BLOCK_BYTES);
        match look(log, place) {
            Found::Record(record, next) if is_inside => {
                place = next;
                Some(record)
            }
            _ => None,
        }
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::fs;

    /// A log as RocksDB writes it, of writes with so many bytes.
    pub(crate) fn log(writes: &[usize]) -> Vec<u8> {
        let payloads = (1_u8..).zip(writes).map(|(number, length)| vec![number; *length]);
        framed(&payloads.collect::<Vec<_>>())
    }

    /// A log as RocksDB writes it, of these writes.
    pub(crate) fn framed(payloads: &[Vec<u8>]) -> Vec<u8> {
        let mut log = Vec::new();
        for payload in payloads {
            let (mut rest, mut first) = (&payload[..], true);
            loop {
                let room = BLOCK_BYTES - log.len() % BLOCK_BYTES;
                if room < HEADER_BYTES {
                    log.resize(log.len() + room, 0);
                    continue;
                }
                let (taken, tail) = rest.split_at(rest.len().min(room - HEADER_BYTES));
                let kind = match (first, tail.is_empty()) {
                    (true, true) => FULL,
                    (true, false) => FIRST,
                    (false, false) => MIDDLE,
                    (false, true) => LAST,
                };
                log.extend(record(kind, taken));
                (rest, first) = (tail, false);
                if rest.is_empty() {
                    break;
                }
            }
        }
        log
    }

    fn record(kind: u8, payload: &[u8]) -> Vec<u8> {
        let covered = [&[kind], payload].concat();
        let length = u16::try_from(payload.len()).expect("fits");
        let checksum = masked(crc32c::crc32c(&covered));
        [&checksum.to_le_bytes()[..], &length.to_le_bytes(), &covered].concat()
    }

    #[test]
    fn a_write_without_all_its_parts_is_damage() {
        let (last, full) = (record(LAST, &[2]), record(FULL, &[3]));
        let rest = BLOCK_BYTES - full.len();
        let first = record(FIRST, &vec![1; rest - HEADER_BYTES]);
        let damage = |parts: &[&[u8]]| {
            let found = scan(&parts.concat(), |_| ());
            found.map(|damage| (damage.at, damage.write_at))
        };
        let (start, block) = (full.len(), BLOCK_BYTES);
        assert_eq!(damage(&[&full, &first, &last, &full]), None);
        assert_eq!(damage(&[&full, &last]), Some((start, start)));
        assert_eq!(damage(&[&full, &first, &full]), Some((start, start)));
        assert_eq!(damage(&[&full, &first]), Some((block, start)));
        assert_eq!(damage(&[&full, &first, &[0; 9]]), Some((block, start)));
        for other in [record(5, &[1]), record(FIRST, &[1])] {
            assert_eq!(damage(&[&full, &other, &full]), Some((start, start)));
        }
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
        let is_log = |path: &std::path::PathBuf| path.extension().is_some_and(|kind| kind == "log");
        let entries = fs::read_dir(directory.path()).expect("listed");
        let log = entries.map(|entry| entry.expect("read").path()).find(is_log).expect("a log");
        let bytes = fs::read(&log).expect("read");
        let mut writes = 0;
        assert_eq!(scan(&bytes, |record| writes += usize::from(record.begins_batch())), None);
        assert!(bytes.len() > 80_000 && writes == 9, "{} bytes, {writes} writes", bytes.len());
        for (place, is_followed) in [(2_000, true), (bytes.len() - 100, false)] {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1;
            let damage = scan(&damaged, |_| ()).expect("damaged");
            assert_eq!(begins_behind(&damaged, damage.at), is_followed, "{place}");
        }
    }
}
