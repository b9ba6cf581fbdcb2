//! The shared suite, and what only a store on disk can show.

mod history;
mod logs;
mod opening;
mod snapshot;

use crate::columns::{
    BASE_KEY, BLOCKS, CERTIFICATES, FORMAT_KEY, HISTORY, MARK_KEY, META, NODES, OLDEST_KEY,
    RECEIPTS, REPLACED, STATE, TIP_KEY, TOP_KEY, TRANSACTIONS, UNDECIDED, left_key, mark_key,
    replaced_key,
};
use crate::commit::encode;
use crate::{OpenError, RocksDatabase, StoreOptions, Verified};
use borsh::{BorshDeserialize, BorshSerialize};
use rocksdb::{DB, Options};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tenor_primitives::{
    Address, Block, ChainId, CommitCertificate, PublicKey, Receipt, Signature, SignatureEntry,
    StorageKey, ValidatorSet, keccak256,
};
use tenor_state::conformance::{self, Chain, Place};
use tenor_state::{Base, Claim, Database, Retention, Scan, StateError, View, WriteSet};

fn open(path: &Path) -> Result<RocksDatabase, OpenError> {
    RocksDatabase::open(path, &Chain::chain_id(), &StoreOptions::default())
}

fn view(database: &dyn Database) -> View {
    database.view(None).expect("committed")
}

/// In memory where there is such a place: none of these tests looks at the disk.
fn directory() -> TempDir {
    let shared = Path::new("/dev/shm");
    let made = if shared.is_dir() { TempDir::new_in(shared) } else { TempDir::new() };
    made.expect("a temporary directory")
}

struct OnDisk(TempDir);

impl Place for OnDisk {
    fn open(&mut self, keep: Retention) -> Arc<dyn Database> {
        let options = StoreOptions { history: keep, ..StoreOptions::default() };
        let opened = RocksDatabase::open(self.0.path(), &Chain::chain_id(), &options);
        Arc::new(opened.expect("opens"))
    }
}

#[test]
fn conforms() {
    conformance::all(&|| Box::new(OnDisk(directory())));
}

fn value_writes(value: u8) -> WriteSet {
    (0..50u8).map(|k| (StorageKey::new(Address([1; 32]), 1, [k]), Some(vec![value; 100]))).collect()
}

/// A store of three blocks, closed.
fn filled() -> TempDir {
    let directory = directory();
    let chain = Chain::new(Arc::new(open(directory.path()).expect("opens")));
    for value in 0..3 {
        chain.commit(&value_writes(value), &[u64::from(value)]).expect("committed");
    }
    directory
}

/// Opens the store of `path` with bare RocksDB and changes it.
fn tamper(path: &Path, change: impl FnOnce(&DB)) {
    let names = DB::list_cf(&Options::default(), path).expect("lists");
    let db = DB::open_cf(&Options::default(), path, names).expect("opens");
    change(&db);
}

fn delete(db: &DB, column: &str, key: &[u8]) {
    db.delete_cf(db.cf_handle(column).expect("there"), key).expect("deleted");
}

fn put(db: &DB, column: &str, key: &[u8], value: &[u8]) {
    db.put_cf(db.cf_handle(column).expect("there"), key, value).expect("put");
}

fn refused(path: &Path) -> OpenError {
    open(path).err().expect("must not open")
}

#[test]
fn readers_may_outlive_the_handle() {
    let directory = filled();
    let reader = open(directory.path()).expect("opens").reader();
    let found = reader.scan(&Scan::all(Address([1; 32]), 1, 100)).expect("read");
    assert_eq!(found.len(), 50);
    assert!(found.iter().all(|(_, value)| *value == [2; 100]));
    drop(reader);
    open(directory.path()).expect("closed with its last reader");
}

#[test]
fn readers_never_see_half_a_block() {
    let directory = directory();
    let database = Arc::new(open(directory.path()).expect("opens"));
    let chain = Chain::new(Arc::clone(&database) as Arc<dyn Database>);
    chain.commit(&value_writes(0), &[]).expect("committed");
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for value in 1..40 {
                chain.commit(&value_writes(value), &[]).expect("committed");
            }
        });
        while !writer.is_finished() {
            let head = database.head().expect("read");
            let height = u8::try_from(head.tip.expect("committed").height).expect("small");
            for key in 0..50u8 {
                let key = StorageKey::new(Address([1; 32]), 1, [key]);
                assert_eq!(head.reader.get(&key).expect("read"), Some(vec![height; 100]));
            }
            let key = StorageKey::new(Address([1; 32]), 1, [7]);
            let view = view(&*database);
            let height = u8::try_from(view.tip.height).expect("small");
            let claim = view.prove(&key).expect("proved");
            assert_eq!(claim.verify(&view.tip.state_root), Ok(()));
            let Claim::Value { value, .. } = claim else { panic!("one value") };
            assert_eq!(value, Some(vec![height; 100]));
        }
    });
}

#[test]
fn a_second_opening_says_that_the_store_is_in_use() {
    let directory = filled();
    let held = open(directory.path()).expect("opens");
    let error = refused(directory.path());
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    drop(held);
    open(directory.path()).expect("free again");
}

#[test]
fn other_ledgers_formats_and_directories_are_refused_by_name() {
    let directory = filled();
    let other = ChainId::new("another-ledger").expect("valid");
    let error = RocksDatabase::open(directory.path(), &other, &StoreOptions::default()).err();
    assert!(matches!(error, Some(OpenError::OtherChain { .. })), "{error:?}");
    tamper(directory.path(), |db| put(db, META, FORMAT_KEY, &4u32.to_le_bytes()));
    let error = refused(directory.path());
    assert!(matches!(error, OpenError::NewerFormat { found: 4, supported: 3, .. }), "{error}");
    tamper(directory.path(), |db| put(db, META, FORMAT_KEY, &1u32.to_le_bytes()));
    let error = refused(directory.path());
    assert!(matches!(error, OpenError::OlderFormat { found: 1, supported: 3, .. }), "{error}");

    let foreign = self::directory();
    fs::write(foreign.path().join("thesis.txt"), "do not touch").expect("written");
    let error = refused(foreign.path());
    assert!(matches!(error, OpenError::NotAStore { .. }), "{error}");
    assert_eq!(fs::read_dir(foreign.path()).expect("listed").count(), 1);
    let error = refused(&foreign.path().join("thesis.txt"));
    assert!(matches!(error, OpenError::NotAStore { .. }), "{error}");

    let plain = self::directory();
    let mut options = Options::default();
    options.create_if_missing(true);
    drop(DB::open(&options, plain.path()).map(|db| db.put("a", "b")).expect("opens"));
    let error = refused(plain.path());
    assert!(matches!(error, OpenError::NotAStore { .. }), "{error}");
    let columns = DB::list_cf(&Options::default(), plain.path()).expect("listed");
    assert_eq!(columns, ["default"], "nothing was changed");
}

#[test]
fn a_creation_that_was_cut_short_is_completed() {
    let directory = directory();
    let mut options = Options::default();
    options.create_if_missing(true);
    options.create_missing_column_families(true);
    drop(DB::open_cf(&options, directory.path(), [STATE, NODES]).expect("opens"));
    let database = open(directory.path()).expect("an empty beginning is no foreign store");
    assert_eq!(database.tip(), None);
}

#[test]
fn parts_that_disagree_are_refused() {
    let first_node = |db: &DB| {
        let nodes = db.cf_handle(NODES).expect("there");
        let top = db.get_cf(db.cf_handle(META).expect("there"), TOP_KEY).expect("read");
        let top = tenor_state::trie::Link::decode_top(&top.expect("there")).expect("decodes");
        let tenor_state::trie::Link::Branch { position, .. } = top else { panic!("many keys") };
        (position.key(), db.get_cf(nodes, position.key()).expect("read").expect("there"))
    };
    type Change<'a> = &'a dyn Fn(&DB);
    let base = Base { height: 9, validators: ValidatorSet { validators: Vec::new() } };
    let base = borsh::to_vec(&base).expect("into memory");
    let changes: [(Change<'_>, &str); 13] = [
        (&|db| delete(db, META, TIP_KEY), "block 2 was committed, and the head pointer names no"),
        (
            &|db| put(db, UNDECIDED, MARK_KEY, &9u64.to_le_bytes()),
            "block 9 was committed, and the head pointer names block 2",
        ),
        (&|db| delete(db, UNDECIDED, MARK_KEY), "names no head"),
        (&|db| put(db, META, OLDEST_KEY, &9u64.to_le_bytes()), "above the head"),
        (&|db| put(db, META, BASE_KEY, &base), "above the head"),
        (
            &|db| {
                delete(db, META, TIP_KEY);
                for column in crate::columns::ALL {
                    put(db, column, MARK_KEY, &[]);
                }
                delete(db, NODES, &mark_key(NODES, 2));
            },
            "without a head pointer",
        ),
        (&|db| put(db, STATE, MARK_KEY, &1u64.to_le_bytes()), "'state' is not at the head's block"),
        (&|db| delete(db, BLOCKS, &2u64.to_be_bytes()), "block is missing"),
        (
            &|db| {
                let blocks = db.cf_handle(BLOCKS).expect("there");
                let older = db.get_cf(blocks, 1u64.to_be_bytes()).expect("read").expect("there");
                put(db, BLOCKS, &2u64.to_be_bytes(), &older);
            },
            "not the one the head pointer names",
        ),
        (&|db| delete(db, META, TOP_KEY), "not the head's state root"),
        (&|db| delete(db, NODES, &first_node(db).0), "root node is missing"),
        (
            &|db| {
                let (key, mut node) = first_node(db);
                node[5] ^= 1;
                put(db, NODES, &key, &node);
            },
            "another hash",
        ),
        (&|db| put(db, META, TIP_KEY, &[1, 2, 3]), "unreadable record"),
    ];
    for (change, says) in changes {
        let directory = filled();
        tamper(directory.path(), change);
        let error = refused(directory.path());
        assert!(matches!(error, OpenError::Corrupted { .. }), "{error}");
        assert!(error.to_string().contains(says), "expected '{says}' in '{error}'");
    }
}

#[test]
fn flat_values_that_left_the_trie_are_caught_by_proofs() {
    let directory = filled();
    let key = StorageKey::new(Address([1; 32]), 1, [3]);
    tamper(directory.path(), |db| put(db, STATE, &key.flat(), b"forged"));
    let database = open(directory.path()).expect("opens");
    let error = view(&database).prove(&key).expect_err("must not prove");
    assert!(error.is_fatal(), "{error}");
}

fn log_of(path: &Path) -> PathBuf {
    let names = fs::read_dir(path).expect("listed").map(|entry| entry.expect("read").path());
    let mut logs: Vec<PathBuf> =
        names.filter(|name| name.extension().is_some_and(|kind| kind == "log")).collect();
    logs.sort();
    logs.pop().expect("a write-ahead log")
}

#[test]
fn a_torn_log_opens_at_a_block_boundary() {
    let directory = filled();
    let log = log_of(directory.path());
    let bytes = fs::read(&log).expect("read");
    for cut in [1, 20, 4_000] {
        fs::write(&log, &bytes[..bytes.len() - cut]).expect("written");
        let copy = self::directory();
        for entry in fs::read_dir(directory.path()).expect("listed") {
            let from = entry.expect("read").path();
            fs::copy(&from, copy.path().join(from.file_name().expect("named"))).expect("copied");
        }
        let database = open(copy.path()).expect("a torn tail was never acknowledged");
        let tip = database.tip().expect("the first block is whole");
        assert!(tip.height < 2, "the last batch is torn");
        let reader = database.reader();
        let key = StorageKey::new(Address([1; 32]), 1, [3]);
        let value = u8::try_from(tip.height).expect("small");
        assert_eq!(reader.get(&key).expect("read"), Some(vec![value; 100]));
    }
}

#[test]
fn a_flipped_byte_in_the_log_is_refused() {
    let directory = filled();
    let log = log_of(directory.path());
    let mut bytes = fs::read(&log).expect("read");
    let place = bytes.len() / 4;
    bytes[place] ^= 0x10;
    fs::write(&log, bytes).expect("written");
    let error = refused(directory.path());
    assert!(matches!(error, OpenError::Corrupted { .. }), "{error}");
}

#[test]
fn a_flipped_byte_in_a_table_is_never_read_as_a_value() {
    let directory = filled();
    let hashed = keccak256(b"a value that does not compress").0;
    let key = StorageKey::new(Address([1; 32]), 2, *b"hashed");
    let chain = Chain::new(Arc::new(open(directory.path()).expect("opens")));
    chain.commit(&[(key.clone(), Some(hashed.to_vec()))].into(), &[]).expect("committed");
    drop(chain);
    tamper(directory.path(), |db| {
        db.flush_cf(db.cf_handle(STATE).expect("there")).expect("flushed");
    });
    let place = |bytes: &[u8]| bytes.windows(32).position(|window| window == hashed);
    let names = fs::read_dir(directory.path()).expect("listed").map(|e| e.expect("read").path());
    let mut tables = names.filter(|path| path.extension().is_some_and(|kind| kind == "sst"));
    let damage = |path: PathBuf| {
        let mut bytes = fs::read(&path).expect("read");
        let place = place(&bytes)?;
        bytes[place] ^= 1;
        fs::write(&path, bytes).ok()
    };
    tables.find_map(damage).expect("a table with the value");
    let named = match open(directory.path()) {
        Err(error) => matches!(error, OpenError::Corrupted { .. }),
        Ok(database) => database.reader().get(&key).is_err_and(|error| error.is_fatal()),
    };
    assert!(named, "damage is named, never served");
}

#[test]
fn a_background_error_stops_the_store() {
    let directory = directory();
    let options = StoreOptions { memory_bytes_max: 0, ..StoreOptions::default() };
    let path = directory.path().join("store");
    let database = RocksDatabase::open(&path, &Chain::chain_id(), &options).expect("opens");
    let chain = Chain::new(Arc::new(database));
    chain.commit(&value_writes(0), &[]).expect("committed");
    // The open log can still be written, but no table can be made: the next flush fails.
    fs::remove_dir_all(&path).expect("removed");
    let large = |seed: u8| {
        let key = |k: u8| StorageKey::new(Address([seed; 32]), 1, [k]);
        let incompressible = |k: u8| keccak256(&[seed, k]).0.repeat(400);
        (0..100u8).map(|k| (key(k), Some(incompressible(k)))).collect::<WriteSet>()
    };
    let failed = (0..100).find_map(|seed| chain.commit(&large(seed), &[]).err());
    let failed = failed.expect("a failed flush is noticed");
    assert!(matches!(failed, StateError::Io { .. }), "{failed}");
    let after = chain.commit(&value_writes(1), &[]).expect_err("nothing is written any more");
    assert!(matches!(after, StateError::Stopped { .. }), "{after}");
}

#[test]
fn a_newer_store_with_more_columns_is_called_newer() {
    let directory = filled();
    tamper(directory.path(), |db| put(db, META, FORMAT_KEY, &9u32.to_le_bytes()));
    let names = DB::list_cf(&Options::default(), directory.path()).expect("lists");
    let mut db = DB::open_cf(&Options::default(), directory.path(), names).expect("opens");
    db.create_cf("later", &Options::default()).expect("created");
    drop(db);
    let error = refused(directory.path());
    assert!(matches!(error, OpenError::NewerFormat { found: 9, .. }), "{error}");
}

#[test]
fn a_store_that_lost_its_beginning_is_called_damaged() {
    let directory = filled();
    fs::remove_file(directory.path().join("CURRENT")).expect("removed");
    let error = refused(directory.path());
    assert!(matches!(error, OpenError::Corrupted { .. }), "{error}");
}

/// Changes a record by height.
fn change<T: BorshSerialize + BorshDeserialize>(
    db: &DB,
    column: &str,
    height: u64,
    change: impl FnOnce(&mut T),
) {
    let key = height.to_be_bytes();
    let bytes = db.get_cf(db.cf_handle(column).expect("there"), key).expect("read");
    let mut record: T = borsh::from_slice(&bytes.expect("there")).expect("decodes");
    change(&mut record);
    put(db, column, &key, &encode(&record));
}

/// Bytes in the form of a signature.
fn a_signature() -> SignatureEntry {
    SignatureEntry { public_key: PublicKey([2; 33]), signature: Signature([1; 64]) }
}

#[test]
fn a_full_check_misses_no_receipts_of_a_block_without_transactions() {
    let directory = directory();
    let chain = Chain::new(Arc::new(open(directory.path()).expect("opens")));
    for value in 0..3 {
        chain.commit(&value_writes(value), &[]).expect("committed");
    }
    drop(chain);
    tamper(directory.path(), |db| delete(db, RECEIPTS, &1u64.to_be_bytes()));
    let error = open(directory.path()).expect("the head is whole").verify();
    assert!(matches!(error, Err(StateError::Corrupt { .. })), "{error:?}");
}

#[test]
fn a_full_check_counts_what_is_there_and_finds_what_is_wrong() {
    let good = filled();
    let verified = open(good.path()).expect("opens").verify();
    assert_eq!(verified, Ok(Verified { blocks: 3, values: 50, nodes: 49, oldest_state: 0 }));
    let stray = |db: &DB| put(db, NODES, &[0xff, 0, 8], &[0]);
    let forged = StorageKey::new(Address([1; 32]), 1, [3]).flat();
    let replaced = replaced_key(&forged, 2);
    let certificate = CommitCertificate {
        height: 7,
        round: 0,
        block_id: keccak256(b"a block"),
        signatures: Vec::new(),
    };
    let changes: [&dyn Fn(&DB); 16] = [
        &|db| put(db, RECEIPTS, &7u64.to_be_bytes(), &[0; 4]),
        &|db| put(db, CERTIFICATES, &7u64.to_be_bytes(), &encode(&certificate)),
        &|db| put(db, TRANSACTIONS, &[7; 32], &[0; 12]),
        &|db| delete(db, RECEIPTS, &1u64.to_be_bytes()),
        &|db| {
            change(db, RECEIPTS, 1, |receipts: &mut Vec<Receipt>| receipts[0].gas_used += 1);
        },
        &|db| {
            change(db, BLOCKS, 1, |block: &mut Block| {
                block.transactions[0].signatures.push(a_signature());
            });
        },
        &|db| put(db, STATE, &forged, b"forged"),
        &|db| delete(db, STATE, &forged),
        &|db| delete(db, BLOCKS, &1u64.to_be_bytes()),
        &|db| put(db, RECEIPTS, &1u64.to_be_bytes(), &[0; 4]),
        &|db| delete(db, CERTIFICATES, &1u64.to_be_bytes()),
        &stray,
        &|db| put(db, REPLACED, &replaced_key(&forged, 1), b"\x01forged"),
        &|db| delete(db, REPLACED, &replaced),
        &|db| put(db, REPLACED, &replaced_key(&forged, 7), &[0]),
        &|db| delete(db, HISTORY, &left_key(2)),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let directory = filled();
        tamper(directory.path(), change);
        let error = open(directory.path()).expect("the head is whole").verify();
        assert!(matches!(error, Err(StateError::Corrupt { .. })), "{number}: {error:?}");
    }
}

/// What is in memory is not what is on disk.
#[test]
fn a_full_check_reads_past_the_caches() {
    let directory = filled();
    let database = open(directory.path()).expect("opens");
    let view = view(&database);
    let top = view.nodes.top().expect("read");
    let Some(tenor_state::trie::Link::Branch { position, hash }) = top else { panic!("many keys") };
    assert!(view.nodes.node(&position, &hash).expect("read").is_some());
    put(&database.store.db, NODES, &position.key(), &[0]);
    assert!(view.nodes.node(&position, &hash).expect("read").is_some(), "from memory");
    let error = database.verify();
    assert!(matches!(error, Err(StateError::Corrupt { .. })), "{error:?}");
}

/// The oldest kept state goes while it is looked at.
#[test]
fn a_full_check_sees_one_moment() {
    let directory = directory();
    let options = StoreOptions { history: Retention::Blocks(2), ..StoreOptions::default() };
    let opened = RocksDatabase::open(directory.path(), &Chain::chain_id(), &options);
    let database = Arc::new(opened.expect("opens"));
    let chain = Chain::new(Arc::clone(&database) as Arc<dyn Database>);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for value in 0..100 {
                chain.commit(&value_writes(value), &[]).expect("committed");
            }
        });
        while !writer.is_finished() {
            database.verify().expect("whole at every moment");
        }
    });
}

#[test]
fn a_checkpoint_is_a_store_of_its_own() {
    let directory = filled();
    let database = open(directory.path()).expect("opens");
    let copies = self::directory();
    let copy = copies.path().join("copy");
    database.checkpoint(&copy).expect("copied");
    let chain = Chain::new(Arc::new(open(&copy).expect("opens beside the original")));
    assert_eq!(chain.database.tip(), database.tip());
    chain.commit(&value_writes(9), &[]).expect("goes on by itself");
    assert_eq!(database.tip().map(|tip| tip.height), Some(2));
    assert!(database.checkpoint(&copy).is_err(), "nothing is overwritten");
}
