//! Damage in logs and in the manifest's last group, of stores that a node may leave at any moment.

use super::opening::{assert_unchanged, contents, copy, files, name, reopened};
use super::{directory, log_of, open, refused, value_writes};
use crate::columns::{
    self, BASE_KEY, BLOCKS, CERTIFICATES, META, RECEIPTS, TIP_KEY, UNDECIDED, height_key,
};
use crate::commit::{encode, mark};
use crate::log_file::{HEADER_BYTES, kind};
use crate::{OpenError, RocksDatabase};
use rocksdb::{FlushOptions, WriteBatch, WriteOptions};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;
use tempfile::TempDir;
use tenor_primitives::{CommitCertificate, Receipt, ValidatorSet};
use tenor_state::conformance::Chain;
use tenor_state::{Base, Database, Tip};

/// RocksDB reads some headers again and again.
const OPENING_SECONDS_MAX: u64 = 60;

/// Opens the store in time; its height.
fn height_in_time(path: &Path, what: &str) -> Result<Option<u64>, OpenError> {
    let (sender, receiver) = channel();
    let path = path.to_owned();
    std::thread::spawn(move || {
        let opened = open(&path).map(|database| database.tip().map(|tip| tip.height));
        // Whoever waited has given up.
        let _ = sender.send(opened);
    });
    let opened = receiver.recv_timeout(Duration::from_secs(OPENING_SECONDS_MAX));
    opened.unwrap_or_else(|_| panic!("{what}: the opening does not end"))
}

fn assert_refused(path: &Path, what: &str) {
    let before = contents(path);
    match height_in_time(path, what) {
        Err(OpenError::Corrupted { .. }) => {}
        other => panic!("{what}: {other:?}"),
    }
    assert_unchanged(path, &before, what);
}

fn chain(directory: &TempDir) -> (Chain, Arc<RocksDatabase>) {
    let database = Arc::new(open(directory.path()).expect("opens"));
    (Chain::new(Arc::clone(&database) as Arc<dyn Database>), database)
}

fn logs(path: &Path) -> Vec<PathBuf> {
    let mut logs: Vec<_> = files(path).filter(|file| name(file).ends_with(".log")).collect();
    logs.sort();
    logs
}

fn flush(database: &RocksDatabase, columns: &[&str]) {
    let columns: Vec<_> = columns.iter().map(|name| database.store.column(name)).collect();
    database.store.db.flush_cfs_opt(&columns, &FlushOptions::default()).expect("flushed");
}

/// A store of three blocks in two logs, both of which are needed, as while a flush is under way.
fn with_two_logs() -> TempDir {
    let directory = directory();
    let (chain, database) = chain(&directory);
    for value in 0..2 {
        chain.commit(&value_writes(value), &[u64::from(value)]).expect("committed");
    }
    // The other columns need the first log still.
    flush(&database, &[UNDECIDED]);
    chain.commit(&value_writes(2), &[2]).expect("committed");
    directory
}

#[test]
fn of_two_logs_neither_may_be_missing_or_damaged() {
    let original = with_two_logs();
    let found = logs(original.path());
    let [older, newer] = &found[..] else { panic!("two logs: {found:?}") };
    assert_eq!(height_in_time(copy(original.path()).path(), "whole").expect("opens"), Some(2));
    for log in [older, newer] {
        let copy = copy(original.path());
        fs::remove_file(copy.path().join(name(log))).expect("removed");
        assert_refused(copy.path(), &format!("{} missing", name(log)));
    }
    let whole = fs::read(older).expect("read");
    let starts: Vec<usize> = records(&whole).into_iter().map(|(start, _)| start).collect();
    let (last, end) = (*starts.last().expect("a record"), whole.len());
    let changed = |place: usize, by: u8| {
        let mut bytes = whole.clone();
        bytes[place] ^= by;
        bytes
    };
    let headers = starts.iter().flat_map(|start| *start..*start + HEADER_BYTES);
    let bits = headers.flat_map(|place| (0..8).map(move |bit| (place, 1 << bit)));
    let mut damaged: Vec<_> = bits.map(|(place, by)| changed(place, by)).collect();
    damaged.extend([changed(last + 40, 1), whole[..last].to_vec(), whole[..end - 1].to_vec()]);
    let copy = copy(original.path());
    for (number, damaged) in damaged.into_iter().enumerate() {
        fs::write(copy.path().join(name(older)), damaged).expect("written");
        assert_refused(copy.path(), &format!("damage {number} of the older log"));
    }
}

#[test]
fn the_only_log_may_not_be_missing() {
    for (blocks, openings) in [(0, 0), (0, 1), (3, 0), (3, 1)] {
        let store = reopened(blocks, false, openings);
        fs::remove_file(log_of(store.path())).expect("removed");
        assert_refused(store.path(), &format!("{blocks} blocks, {openings} openings"));
    }
}

/// A write that was never acknowledged, of which a loss of power left the length and other bytes.
#[test]
fn a_torn_last_write_with_any_header_opens_at_the_block_before() {
    let original = reopened(3, false, 0);
    let log = log_of(original.path());
    let whole = fs::read(&log).expect("read");
    let begins = |(_, kind): &(usize, u8)| matches!(*kind, kind::FULL | kind::FIRST);
    let (last, _) = *records(&whole).iter().rfind(|record| begins(record)).expect("a write");
    let kinds = (0..=12).chain([128, 129, 130, 131, 132, 255]).map(|kind| (last + 6, kind));
    // The length, and a bit of the checksum.
    let bits = (4..6).flat_map(|byte| (0..8).map(move |bit| (byte, bit))).chain([(0, 0)]);
    let flipped = bits.map(|(byte, bit)| (last + byte, whole[last + byte] ^ (1 << bit)));
    for (place, byte) in kinds.filter(|(place, kind)| whole[*place] != *kind).chain(flipped) {
        let what = format!("{byte} at {place}, the write begins at {last}");
        let mut torn = whole.clone();
        torn[place] = byte;
        fs::write(&log, torn).expect("written");
        let copy = copy(original.path());
        assert_eq!(height_in_time(copy.path(), &what).expect("opens"), Some(1), "{what}");
        if byte.is_multiple_of(8) {
            assert_eq!(height_in_time(copy.path(), &what).expect("again"), Some(1), "{what}");
        }
    }
}

/// Where the records of a file in the form of RocksDB's logs begin, and of what kind they are.
fn records(bytes: &[u8]) -> Vec<(usize, u8)> {
    let (mut place, mut records) = (0, Vec::new());
    while let Some(header) = bytes.get(place..place + HEADER_BYTES) {
        let left = 32 * 1024 - place % (32 * 1024);
        if left < header.len() {
            place += left;
            continue;
        }
        records.push((place, header[6]));
        place += header.len() + usize::from(u16::from_le_bytes([header[4], header[5]]));
    }
    assert_eq!(place, bytes.len());
    records
}

#[test]
fn a_block_that_is_missing_between_tables_and_head_is_named() {
    let directory = directory();
    let (chain, database) = chain(&directory);
    for value in 0..3 {
        chain.commit(&value_writes(value), &[]).expect("committed");
    }
    let mut options = WriteOptions::default();
    options.set_sync(true);
    let column = database.store.column(BLOCKS);
    database.store.db.delete_cf_opt(column, height_key(1), &options).expect("deleted");
    drop((chain, database));
    let error = refused(directory.path());
    assert!(error.to_string().contains("block 1 is in no table and no log"), "{error}");
}

/// A store that was filled from the snapshot of a block, all of it in the log.
#[test]
fn the_blocks_before_a_snapshot_are_not_missed() {
    let directory = directory();
    let (chain, database) = chain(&directory);
    chain.commit(&value_writes(0), &[]).expect("committed");
    let mut block = database.block(0).expect("read").expect("there");
    block.header.height = 9;
    let (height, block_id) = (block.header.height, block.header.id());
    let votes = CommitCertificate { height, round: 0, block_id, signatures: Vec::new() };
    let base = Base { height, validators: ValidatorSet { validators: Vec::new() } };
    let tip = Tip { height, block_id, state_root: block.header.state_root };
    let (store, mut writes) = (&database.store, WriteBatch::default());
    let key = height_key(height);
    writes.put_cf(store.column(BLOCKS), key, encode(&block));
    writes.put_cf(store.column(RECEIPTS), key, encode::<Vec<Receipt>>(&Vec::new()));
    writes.put_cf(store.column(CERTIFICATES), key, encode(&votes));
    writes.put_cf(store.column(META), BASE_KEY, encode(&base));
    writes.put_cf(store.column(META), TIP_KEY, encode(&tip));
    mark(store, Some(height), &mut writes);
    store.write(writes).expect("written");
    drop((chain, database));
    assert_eq!(height_in_time(directory.path(), "restored").expect("opens"), Some(9));
}

/// The moment after a flush's records, before the log that they make needless is removed: a loss of power
/// may have torn any of them.
#[test]
fn a_flush_that_the_manifest_holds_in_part_is_as_if_it_had_not_been() {
    let directory = directory();
    let (chain, database) = chain(&directory);
    for value in 0..2 {
        chain.commit(&value_writes(value), &[u64::from(value)]).expect("committed");
    }
    let is_manifest = |file: &PathBuf| name(file).starts_with("MANIFEST");
    let manifest = files(directory.path()).find(is_manifest).expect("a manifest");
    let log = log_of(directory.path());
    let log_bytes = fs::read(&log).expect("read");
    flush(&database, &columns::ALL);
    let whole = fs::read(&manifest).expect("read");
    let store = copy(directory.path());
    fs::write(store.path().join(name(&log)), log_bytes).expect("written");
    drop((chain, database));
    let mut starts: Vec<usize> = records(&whole).into_iter().map(|(start, _)| start).collect();
    // One record for each column, and one that ends the group.
    let group = starts.split_off(starts.len() - columns::ALL.len() - 1);
    assert_eq!(height_in_time(copy(store.path()).path(), "whole").expect("opens"), Some(1));
    let changes = [(0, 1), (5, 0x80), (6, 4), (7, 1), (12, 0x10)];
    for (start, (place, bit)) in group.iter().zip(changes.into_iter().cycle()) {
        let what = format!("byte {place} of the record at {start}, of {group:?}");
        let mut torn = whole.clone();
        torn[start + place] ^= bit;
        let copy = copy(store.path());
        fs::write(copy.path().join(name(&manifest)), torn).expect("written");
        assert_eq!(height_in_time(copy.path(), &what).expect("opens"), Some(1), "{what}");
    }
    // Without the log the group was on disk, and is needed.
    fs::remove_file(store.path().join(name(&log))).expect("removed");
    for start in &group {
        let mut torn = whole.clone();
        torn[start + 7] ^= 1;
        fs::write(store.path().join(name(&manifest)), torn).expect("written");
        assert_refused(store.path(), &format!("the record at {start} of a flush that was done"));
    }
}
