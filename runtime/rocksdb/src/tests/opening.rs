//! What an opening must see, and what it must leave as it was.

use super::{delete, directory, filled, log_of, open, put, refused, tamper, value_writes};
use crate::columns::{self, CHAIN_ID_KEY, FORMAT_KEY, META, NODES, STATE, TIP_KEY};
use crate::{OpenError, RocksDatabase, StoreOptions};
use rocksdb::{DB, Options};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tenor_primitives::ChainId;
use tenor_state::Database;
use tenor_state::conformance::Chain;

pub(super) fn files(path: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(path).expect("listed").map(|entry| entry.expect("read").path())
}

pub(super) fn name(path: &Path) -> String {
    path.file_name().expect("named").to_string_lossy().into_owned()
}

pub(super) fn copy(from: &Path) -> TempDir {
    let copy = directory();
    for file in files(from) {
        fs::copy(&file, copy.path().join(name(&file))).expect("copied");
    }
    copy
}

/// Every file by name, whole.
pub(super) fn contents(path: &Path) -> BTreeMap<String, Vec<u8>> {
    files(path).map(|file| (name(&file), fs::read(&file).expect("read"))).collect()
}

pub(super) fn assert_unchanged(path: &Path, before: &BTreeMap<String, Vec<u8>>, what: &str) {
    let after = contents(path);
    let names = before.keys().chain(after.keys());
    let changed: Vec<_> = names.filter(|name| before.get(*name) != after.get(*name)).collect();
    assert!(changed.is_empty(), "{what}: {changed:?}");
}

/// A store of so many blocks, with a proposal for the next one or without, closed; then opened and
/// closed again some times.
pub(super) fn reopened(blocks: u8, is_proposed: bool, openings: usize) -> TempDir {
    let directory = directory();
    let chain = Chain::new(Arc::new(open(directory.path()).expect("opens")));
    for value in 0..blocks {
        chain.commit(&value_writes(value), &[u64::from(value)]).expect("committed");
    }
    if is_proposed {
        let block = chain.database.block(u64::from(blocks) - 1).expect("read").expect("there");
        chain.database.put_undecided(u64::from(blocks), 0, &block).expect("kept");
    }
    drop(chain);
    for _ in 0..openings {
        open(directory.path()).expect("opens");
    }
    directory
}

/// Where the records of a manifest or a log end: at most 32 KiB of them, each with a header of 7 bytes and
/// its length at the fifth.
fn record_ends(bytes: &[u8]) -> Vec<usize> {
    assert!(bytes.len() < 32 * 1024, "one block");
    let (mut place, mut ends) = (0, Vec::new());
    while let Some(header) = bytes.get(place..place + 7) {
        place += 7 + usize::from(u16::from_le_bytes([header[4], header[5]]));
        ends.push(place);
    }
    ends
}

/// A manifest that ends after any of its records is whole, for RocksDB, and of an earlier moment.
#[test]
fn a_manifest_that_lost_its_end_never_opens_at_an_older_block() {
    let stores = [(0, false), (1, false), (3, true)];
    for (blocks, is_proposed) in stores {
        for openings in 1..3 {
            let original = reopened(blocks, is_proposed, openings);
            let manifest = files(original.path()).find(|file| name(file).starts_with("MANIFEST"));
            let manifest = manifest.expect("a manifest");
            let bytes = fs::read(&manifest).expect("read");
            let mut opened = 0;
            for end in record_ends(&bytes) {
                let what = format!("{blocks} blocks, {openings} openings, the first {end} bytes");
                let copy = copy(original.path());
                fs::write(copy.path().join(name(&manifest)), &bytes[..end]).expect("written");
                match open(copy.path()) {
                    Ok(database) => {
                        let height = database.tip().map(|tip| tip.height);
                        assert_eq!(height, u64::from(blocks).checked_sub(1), "{what}");
                        let proposed = database.undecided(u64::from(blocks)).expect("read");
                        assert_eq!(proposed.len(), usize::from(is_proposed), "{what}");
                        opened += 1;
                    }
                    Err(error) => {
                        assert!(matches!(error, OpenError::Corrupted { .. }), "{what}: {error}");
                    }
                }
            }
            assert!(opened > 0, "the whole manifest is one of them");
        }
    }
}

/// RocksDB takes some headers of records for the end of the log, and reads others without end.
#[test]
fn a_flipped_bit_in_a_header_of_the_log_is_refused_and_changes_nothing() {
    let original = reopened(3, false, 0);
    let log = log_of(original.path());
    let whole = fs::read(&log).expect("read");
    let first_block = &whole[..whole.len().min(32 * 1024 - 1)];
    let mut starts = vec![0];
    starts.extend(record_ends(first_block));
    // The last end is that of the file or of the block; behind the record before it another write begins.
    starts.truncate(starts.len() - 2);
    assert!(!starts.is_empty(), "{starts:?}");
    for start in starts {
        for bit in 0..7 * 8 {
            let mut damaged = whole.clone();
            damaged[start + bit / 8] ^= 1 << (bit % 8);
            fs::write(&log, damaged).expect("written");
            let before = contents(original.path());
            let error = refused(original.path());
            let what = format!("bit {bit} of the record at {start}");
            assert!(matches!(error, OpenError::Corrupted { .. }), "{what}: {error}");
            assert_unchanged(original.path(), &before, &what);
        }
    }
    fs::write(&log, whole).expect("written");
    assert_eq!(open(original.path()).expect("whole").tip().map(|tip| tip.height), Some(2));
}

/// The same headers in a manifest: one that is not the last is refused, whatever RocksDB would make of it.
#[test]
fn a_flipped_bit_in_a_header_of_the_manifest_is_refused_and_changes_nothing() {
    let original = reopened(1, false, 1);
    let manifest = files(original.path()).find(|file| name(file).starts_with("MANIFEST"));
    let manifest = manifest.expect("a manifest");
    let whole = fs::read(&manifest).expect("read");
    let ends = record_ends(&whole);
    for start in [0, ends[0], ends[1]] {
        for bit in 0..7 * 8 {
            let mut damaged = whole.clone();
            damaged[start + bit / 8] ^= 1 << (bit % 8);
            fs::write(&manifest, damaged).expect("written");
            let before = contents(original.path());
            let error = refused(original.path());
            let what = format!("bit {bit} of the record at {start}");
            assert!(matches!(error, OpenError::Corrupted { .. }), "{what}: {error}");
            assert_unchanged(original.path(), &before, &what);
        }
    }
}

/// A record of the manifest that was being written when the power was lost.
#[test]
fn a_manifest_with_a_torn_end_opens_at_the_newest_block() {
    let original = reopened(3, false, 1);
    let manifest = files(original.path()).find(|file| name(file).starts_with("MANIFEST"));
    let manifest = name(&manifest.expect("a manifest"));
    let whole = fs::read(original.path().join(&manifest)).expect("read");
    let record = &whole[..record_ends(&whole)[0]];
    let flipped = |place: usize| {
        let mut torn = record.to_vec();
        torn[place] ^= 1;
        torn
    };
    let half = record.len() / 2;
    let halves = [record[..half].to_vec(), vec![0; half]].concat();
    for torn in [flipped(2), flipped(9), halves, vec![0; 40], record[..9].to_vec()] {
        let copy = copy(original.path());
        fs::write(copy.path().join(&manifest), [&whole[..], &torn].concat()).expect("written");
        let tip = open(copy.path()).expect("the record was never on disk").tip();
        assert_eq!(tip.map(|tip| tip.height), Some(2));
    }
    // The last of those that were, and one before it.
    let ends = record_ends(&whole);
    for number in 0..ends.len() - 1 {
        let copy = copy(original.path());
        let mut damaged = whole.clone();
        damaged[ends[number] + 2] ^= 1;
        fs::write(copy.path().join(&manifest), damaged).expect("written");
        let before = contents(copy.path());
        match open(copy.path()) {
            Ok(database) => assert_eq!(database.tip().map(|tip| tip.height), Some(2)),
            Err(error) => {
                assert!(matches!(error, OpenError::Corrupted { .. }), "{error}");
                assert_unchanged(copy.path(), &before, &format!("record {number}, {error}"));
            }
        }
    }
}

/// A creation that the power was lost in: the first write is there in part, or with other bytes.
#[test]
fn a_creation_with_a_torn_log_is_begun_again() {
    let original = reopened(0, false, 0);
    let log = log_of(original.path());
    let bytes = fs::read(&log).expect("read");
    let flipped = |place: usize| {
        let mut bytes = bytes.clone();
        bytes[place] ^= 1;
        bytes
    };
    let cut = |end: usize| bytes[..end].to_vec();
    let zeros = vec![0; bytes.len()];
    for torn in [cut(0), cut(5), cut(bytes.len() - 1), flipped(3), flipped(40), zeros] {
        let copy = copy(original.path());
        fs::write(copy.path().join(name(&log)), torn).expect("written");
        let chain = Chain::new(Arc::new(open(copy.path()).expect("begun again")));
        chain.commit(&value_writes(1), &[]).expect("committed");
        drop(chain);
        let tip = open(copy.path()).expect("opens").tip();
        assert_eq!(tip.map(|tip| tip.height), Some(0));
    }
    // With another write behind it, the damaged one had been acknowledged.
    let begun = reopened(1, false, 0);
    let log = log_of(begun.path());
    let mut bytes = fs::read(&log).expect("read");
    bytes[40] ^= 1;
    fs::write(&log, bytes).expect("written");
    let error = refused(begun.path());
    assert!(matches!(error, OpenError::Corrupted { .. }), "{error}");
}

#[test]
fn a_refused_opening_leaves_everything_as_it_was() {
    type Change<'a> = &'a dyn Fn(&DB);
    let changes: [Change<'_>; 5] = [
        &|db| put(db, META, FORMAT_KEY, &4u32.to_le_bytes()),
        &|db| put(db, META, FORMAT_KEY, &1u32.to_le_bytes()),
        &|db| delete(db, META, TIP_KEY),
        &|db| put(db, STATE, columns::MARK_KEY, &1u64.to_le_bytes()),
        &|db| put(db, META, columns::TOP_KEY, &[]),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let directory = filled();
        tamper(directory.path(), change);
        let before = contents(directory.path());
        let has_log = before.iter().any(|(name, log)| name.ends_with(".log") && !log.is_empty());
        assert!(has_log, "what an opening for writing would put into tables");
        refused(directory.path());
        assert_unchanged(directory.path(), &before, &format!("change {number}"));
    }
    let directory = filled();
    // A copy of a store may lack it.
    fs::remove_file(directory.path().join("LOCK")).expect("removed");
    let before = contents(directory.path());
    let other = ChainId::new("another-ledger").expect("valid");
    let error = RocksDatabase::open(directory.path(), &other, &StoreOptions::default()).err();
    assert!(matches!(error, Some(OpenError::OtherChain { .. })), "{error:?}");
    assert_unchanged(directory.path(), &before, "another ledger's");
}

/// RocksDB keeps four of them: those of four openings.
#[test]
fn an_opening_begins_one_log_file_of_rocksdb() {
    let directory = directory();
    for opening in 1..=3 {
        open(directory.path()).expect("opens");
        let logs = files(directory.path()).filter(|file| name(file).starts_with("LOG"));
        assert_eq!(logs.count(), opening);
    }
}

#[test]
fn records_without_their_beginning_are_called_damage() {
    let nameless = |db: &DB| {
        delete(db, META, FORMAT_KEY);
        delete(db, META, CHAIN_ID_KEY);
    };
    let directory = filled();
    tamper(directory.path(), nameless);
    let error = refused(directory.path());
    assert!(matches!(error, OpenError::Corrupted { .. }), "{error}");

    for missing in [META, NODES] {
        let directory = filled();
        let names = DB::list_cf(&Options::default(), directory.path()).expect("lists");
        let mut db = DB::open_cf(&Options::default(), directory.path(), names).expect("opens");
        db.drop_cf(missing).expect("dropped");
        drop(db);
        let error = refused(directory.path());
        assert!(matches!(error, OpenError::Corrupted { .. }), "{missing}: {error}");
    }
}

/// What is damaged in a table is seen before anything is changed, or when it is read.
#[test]
fn a_damaged_table_is_refused_before_anything_changes_or_not_at_all() {
    let original = reopened(1, false, 0);
    // One more, and RocksDB would begin to compact, which reads more than an opening does.
    for value in 1..3 {
        let chain = Chain::new(Arc::new(open(original.path()).expect("opens")));
        chain.commit(&value_writes(value), &[u64::from(value)]).expect("committed");
    }
    let is_table = |file: &PathBuf| name(file).ends_with(".sst");
    let tables: Vec<_> = files(original.path()).filter(is_table).collect();
    assert!(tables.len() > 16, "more than are loaded with the store: {}", tables.len());
    let mut refusals = 0;
    for (number, table) in tables.into_iter().enumerate() {
        let whole = fs::read(&table).expect("read");
        let flipped = |place: usize| {
            let mut bytes = whole.clone();
            bytes[place] ^= 4;
            bytes
        };
        let other = if number % 2 == 0 { flipped(10) } else { vec![0; whole.len()] };
        for damaged in [flipped(whole.len() - 10), other] {
            let copy = copy(original.path());
            fs::write(copy.path().join(name(&table)), damaged).expect("written");
            let before = contents(copy.path());
            match open(copy.path()) {
                Ok(database) => assert_eq!(database.tip().map(|tip| tip.height), Some(2)),
                Err(error) => {
                    assert!(matches!(error, OpenError::Corrupted { .. }), "{error}");
                    assert_unchanged(copy.path(), &before, &format!("{table:?}, {error}"));
                    refusals += 1;
                }
            }
        }
    }
    assert!(refusals > 0, "some are read by every opening");
}

/// Whatever made an opening believe that there is nothing yet.
#[test]
fn a_store_is_never_begun_over_another() {
    let directory = filled();
    let database = open(directory.path()).expect("opens");
    let other = ChainId::new("another-ledger").expect("valid");
    let begun = crate::open::initialise(&database.store, &other);
    assert!(matches!(begun, Err(tenor_state::StateError::Corrupt { .. })), "{begun:?}");
    drop(database);
    let tip = open(directory.path()).expect("as it was").tip();
    assert_eq!(tip.map(|tip| tip.height), Some(2));
}

#[test]
fn an_opening_waits_for_no_other_and_looks_at_nothing_meanwhile() {
    let directory = filled();
    let before = contents(directory.path());
    let held = crate::lock::lock(directory.path()).expect("free");
    let error = refused(directory.path());
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    assert_unchanged(directory.path(), &before, "while another looks");
    drop(held);
    open(directory.path()).expect("free again");
}

#[test]
fn openings_at_the_same_moment_find_one_another_and_no_damage() {
    for round in 0..10 {
        let directory = if round % 5 == 0 { directory() } else { filled() };
        let opened = std::thread::scope(|scope| {
            let opening = || open(directory.path());
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(opening)).collect();
            let joined = threads.into_iter().map(|thread| thread.join().expect("no panic"));
            joined.collect::<Vec<_>>()
        });
        for refused in opened.iter().filter_map(|opened| opened.as_ref().err()) {
            assert!(matches!(refused, OpenError::Locked { .. }), "{refused}");
        }
        assert_eq!(opened.iter().filter(|opened| opened.is_ok()).count(), 1);
    }
}
