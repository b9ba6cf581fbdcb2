//! A snapshot is the head of one moment, and a store filled from it is that ledger's.

use super::*;
use std::time::Instant;
use tenor_primitives::{CommitCertificate, ValidatorSet};
use tenor_state::snapshot::{Manifest, SnapshotError};

/// What a restore fails with.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("{0}")]
    Snapshot(SnapshotError),
    #[error("{0}")]
    Store(OpenError),
    #[error("not trusted")]
    Distrusted,
}

impl From<SnapshotError> for Failed {
    fn from(error: SnapshotError) -> Self {
        Self::Snapshot(error)
    }
}

impl From<OpenError> for Failed {
    fn from(error: OpenError) -> Self {
        Self::Store(error)
    }
}

/// The validators of the suite's ledger, whose headers name none.
fn validators() -> ValidatorSet {
    ValidatorSet { validators: Vec::new() }
}

fn snapshot(database: &RocksDatabase) -> Vec<u8> {
    let source = database.snapshot::<StateError>(|_| Ok(validators())).expect("begun");
    source.write(Vec::new()).expect("written").0
}

fn restore(path: &Path, file: &[u8]) -> Result<u64, Failed> {
    let trust = |manifest: &Manifest| match &manifest.certificate {
        Some(CommitCertificate { signatures, .. }) if signatures.is_empty() => Ok(()),
        None => Ok(()),
        _ => Err(Failed::Distrusted),
    };
    let options = StoreOptions::default();
    let restored = RocksDatabase::restore(path, &Chain::chain_id(), &options, file, trust);
    restored.map(|verified| verified.entries)
}

/// A store of three blocks, closed; the first has no transactions, as a genesis block.
fn three_blocks() -> TempDir {
    let directory = directory();
    let chain = stored(directory.path());
    for value in 0..3u8 {
        let nonces: Vec<u64> = (0..u64::from(value)).collect();
        chain.commit(&value_writes(value), &nonces).expect("committed");
    }
    directory
}

fn stored(path: &Path) -> Chain {
    Chain::new(Arc::new(open(path).expect("opens")))
}

#[test]
fn a_restored_store_is_the_same_ledger_and_goes_on() {
    let directory = three_blocks();
    let original = open(directory.path()).expect("opens");
    let file = snapshot(&original);
    let place = self::directory();
    let copy = place.path().join("data");
    assert_eq!(restore(&copy, &file).expect("restored"), 50);
    let database = Arc::new(open(&copy).expect("opens"));
    assert_eq!(database.tip(), original.tip());
    assert_eq!(database.base().expect("read").map(|base| base.height), Some(2));
    let verified = database.verify().expect("sound");
    assert_eq!((verified.blocks, verified.values, verified.nodes), (2, 50, 49));
    for height in [0, 2] {
        assert_eq!(database.block(height), original.block(height));
        assert_eq!(database.receipts(height), original.receipts(height));
        assert_eq!(database.certificate(height), original.certificate(height));
    }
    assert_eq!(database.block(1), Ok(None));
    // The next block is the same on both, and the past is kept from there on.
    let chain = Chain::new(Arc::clone(&database) as Arc<dyn Database>);
    let there = Chain::new(Arc::new(original));
    for value in 5..9 {
        let block = chain.commit(&value_writes(value), &[]).expect("goes on");
        assert_eq!(there.commit(&value_writes(value), &[]).expect("goes on"), block);
    }
    assert_eq!(database.oldest_state(), Ok(2));
    let key = StorageKey::new(Address([1; 32]), 1, [3]);
    let then = database.view(Some(3)).expect("kept").state.get(&key);
    assert_eq!(then, Ok(Some(vec![5; 100])));
    assert_eq!(database.verify().expect("sound").blocks, 6);
    // A snapshot of the copy is the ledger's, too.
    drop(chain);
    let again = place.path().join("again");
    assert_eq!(restore(&again, &snapshot(&database)).expect("restored"), 50);
    assert_eq!(stored(&again).database.tip(), database.tip());
}

#[test]
fn a_snapshot_is_of_one_moment_while_commits_go_on() {
    let directory = directory();
    let database = Arc::new(open(directory.path()).expect("opens"));
    let chain = Chain::new(Arc::clone(&database) as Arc<dyn Database>);
    chain.commit(&value_writes(0), &[]).expect("committed");
    let places = self::directory();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for value in 1..80 {
                chain.commit(&value_writes(value), &[]).expect("committed");
            }
        });
        let mut taken = 0;
        while !writer.is_finished() && taken < 8 {
            let file = snapshot(&database);
            let place = places.path().join(taken.to_string());
            restore(&place, &file).expect("its values give its block's root");
            let height = stored(&place).database.tip().expect("a head").height;
            let value = u8::try_from(height).expect("small");
            let key = StorageKey::new(Address([1; 32]), 1, [3]);
            let reader = stored(&place).database.reader();
            assert_eq!(reader.get(&key), Ok(Some(vec![value; 100])));
            taken += 1;
        }
        assert!(taken > 0, "at least one snapshot was taken meanwhile");
    });
}

#[test]
fn nothing_is_restored_over_something_or_from_something_else() {
    let directory = three_blocks();
    let file = snapshot(&open(directory.path()).expect("opens"));
    let refused = restore(directory.path(), &file).expect_err("a store is there");
    assert!(matches!(refused, Failed::Store(OpenError::NotEmpty { .. })), "{refused:?}");
    let place = self::directory();
    let copy = place.path().join("data");
    let other = ChainId::new("another-ledger").expect("valid");
    let trust = |_: &Manifest| Ok::<(), Failed>(());
    let options = StoreOptions::default();
    let refused = RocksDatabase::restore(&copy, &other, &options, &file[..], trust);
    assert!(matches!(refused, Err(Failed::Store(OpenError::OtherChain { .. }))), "{refused:?}");
    let distrust = |_: &Manifest| Err::<(), Failed>(Failed::Distrusted);
    let refused = RocksDatabase::restore(&copy, &Chain::chain_id(), &options, &file[..], distrust);
    assert!(matches!(refused, Err(Failed::Distrusted)), "{refused:?}");
    // Damage anywhere leaves neither a store nor its beginning.
    for cut in [20, file.len() / 2, file.len() - 1] {
        let refused = restore(&copy, &file[..cut]).expect_err("cut short");
        let named = matches!(&refused, Failed::Snapshot(SnapshotError::Damaged { .. }));
        assert!(named, "{refused:?}");
        assert_eq!(fs::read_dir(place.path()).expect("listed").count(), 0, "cut at {cut}");
    }
    // What a restore that was killed has left is in nobody's way.
    fs::create_dir_all(place.path().join("data.restoring/junk")).expect("made");
    restore(&copy, &file).expect("restored");
    assert_eq!(fs::read_dir(place.path()).expect("listed").count(), 1);
    // An empty directory is as good as none.
    let empty = self::directory();
    restore(empty.path(), &file).expect("restored");
}

/// Backed up, wiped, restored, verified: 20,000 values, or as many as `TENOR_SNAPSHOT_ENTRIES` says.
#[test]
fn a_large_state_is_backed_up_wiped_restored_and_verified() {
    let count = std::env::var("TENOR_SNAPSHOT_ENTRIES").ok();
    let count: u64 = count.map_or(20_000, |text| text.replace('_', "").parse().expect("a number"));
    let directory = directory();
    let data = directory.path().join("data");
    let database = Arc::new(open(&data).expect("opens"));
    let chain = Chain::new(Arc::clone(&database) as Arc<dyn Database>);
    let write = |name: u64| {
        let hash = keccak256(&name.to_be_bytes()).0;
        (StorageKey::new(Address([hash[0] % 16; 32]), 1, hash), Some(hash.to_vec()))
    };
    for from in (0..count).step_by(50_000) {
        let writes = (from..count.min(from + 50_000)).map(write).collect();
        chain.commit(&writes, &[]).expect("committed");
    }
    let tip = database.tip();
    let mut seconds = Vec::new();
    let mut timed = |what: &str, started: Instant| {
        seconds.push(format!("{what} {:.1} s", started.elapsed().as_secs_f64()));
    };
    let started = Instant::now();
    let file = directory.path().join("backup");
    let source = database.snapshot::<StateError>(|_| Ok(validators())).expect("begun");
    let out = std::io::BufWriter::new(fs::File::create(&file).expect("created"));
    let (out, entries, bytes) = source.write(out).expect("written");
    out.into_inner().expect("flushed").sync_all().expect("synced");
    timed("backed up in", started);
    assert_eq!(entries, count);
    drop((source, chain, database));
    fs::remove_dir_all(&data).expect("wiped");
    let started = Instant::now();
    let from = std::io::BufReader::new(fs::File::open(&file).expect("opens"));
    let trust = |_: &Manifest| Ok::<(), Failed>(());
    let options = StoreOptions::default();
    RocksDatabase::restore(&data, &Chain::chain_id(), &options, from, trust).expect("restored");
    timed("restored in", started);
    let started = Instant::now();
    let database = open(&data).expect("opens");
    assert_eq!(database.tip(), tip);
    assert_eq!(database.verify().expect("sound").values, count);
    timed("verified in", started);
    println!("{count} values, {bytes} bytes: {}", seconds.join(", "));
}
