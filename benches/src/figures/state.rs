//! The authenticated state: roots, durable updates, proofs, reads, and how they grow.

use crate::figure;
use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use std::collections::HashMap;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;
use tenor_benches::cpu;
use tenor_benches::rounds::{Measured, compare, compare_by};
use tenor_benches::state::{hexary::HexaryTrie, keys, ledger::StateLedger, plain::PlainStore};
use tenor_primitives::{StorageKey, keccak256};
use tenor_rocksdb::StoreOptions;
use tenor_state::{Claim, Database as _};

/// Keys of the headline figures.
const KEYS: u32 = 1_000_000;
/// Updates of one block there; a tenth of the keys where there are fewer.
const UPDATES_MAX: u32 = 10_000;
const ROUNDS: u32 = 7;
/// Keys of the largest state, if it is not the headline's.
const KEYS_MAX: &str = "TENOR_STATE_KEYS";

/// Everything about one number of keys.
struct Stores {
    count: u32,
    directory: tempfile::TempDir,
    ledger: StateLedger,
    plain: PlainStore,
    hexary: HexaryTrie,
    /// Writes so far; each block has new values.
    version: u32,
}

impl Stores {
    fn new(count: u32) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (ledger, plain) = open(directory.path());
        let mut hexary = HexaryTrie::default();
        let all = keys::all(count);
        ledger.block(&all);
        plain.write(&all);
        hexary.update(&all);
        settle();
        Self { count, directory, ledger, plain, hexary, version: 0 }
    }

    fn updates(&self) -> u32 {
        UPDATES_MAX.min(self.count / 10)
    }

    fn next(&mut self) -> tenor_state::WriteSet {
        self.version += 1;
        keys::updates(self.count, self.updates(), self.version)
    }

    /// The root of a block's writes against the trie in memory.
    fn roots(&mut self) -> Measured {
        let sets: Vec<_> = (0..=ROUNDS).map(|_| self.next()).collect();
        let (mut ours, mut theirs) = (sets.iter(), sets.iter());
        let updates = self.updates();
        let Self { ledger, hexary, .. } = self;
        compare_by(
            cpu::of_all_threads_ns,
            ROUNDS,
            (updates, &mut |_| ledger.root(ours.next().expect("a set per round"))),
            (updates, &mut |_| {
                black_box(hexary.update(theirs.next().expect("a set per round")));
            }),
        )
    }

    /// A durable block against a plain batch of the same keys and values.
    fn blocks(&mut self) -> Measured {
        let sets: Vec<_> = (0..=ROUNDS).map(|_| self.next()).collect();
        let (mut ours, mut theirs) = (sets.iter(), sets.iter());
        let updates = self.updates();
        compare_by(
            cpu::of_all_threads_ns,
            ROUNDS,
            (updates, &mut |_| {
                self.ledger.block(ours.next().expect("a set per round"));
                settle();
            }),
            (updates, &mut |_| {
                self.plain.write(theirs.next().expect("a set per round"));
                settle();
            }),
        )
    }

    /// Reads of the same keys again and again, against a map of the standard library.
    fn warm_reads(&self) -> Measured {
        let chosen: Vec<StorageKey> = (0..READS).map(|index| keys::key(index * 7)).collect();
        let map: HashMap<StorageKey, Vec<u8>> =
            (0..self.count).map(|index| (keys::key(index), keys::value(index, 0))).collect();
        let reader = self.ledger.reader();
        compare(
            ROUNDS,
            (READS, &mut |_| {
                for key in &chosen {
                    black_box(reader.get(key).expect("read"));
                }
            }),
            (READS, &mut |_| {
                for key in &chosen {
                    black_box(map.get(key).cloned());
                }
            }),
        )
    }

    /// First reads after opening, against those of the plain store.
    fn cold_reads(self) -> (tempfile::TempDir, Measured) {
        let Self { count, directory, ledger, plain, .. } = self;
        drop((ledger, plain));
        let (ledger, plain) = open(directory.path());
        let reader = ledger.reader();
        let step = count / (READS * (ROUNDS + 1));
        let chosen =
            |round: u32| (0..READS).map(move |read| keys::key((round * READS + read) * step));
        let (mut ours, mut theirs) = (0.., 0..);
        let measured = compare(
            ROUNDS,
            (READS, &mut |_| {
                for key in chosen(ours.next().expect("endless")) {
                    black_box(reader.get(&key).expect("read"));
                }
            }),
            (READS, &mut |_| {
                for key in chosen(theirs.next().expect("endless")) {
                    black_box(plain.get(&key));
                }
            }),
        );
        (directory, measured)
    }

    /// Bytes of an average proof of one key, and checking one against a signature's recovery.
    fn proofs(&self) -> (f64, Measured) {
        let chosen: Vec<StorageKey> = (0..PROOFS).map(|index| keys::key(index * 1_009)).collect();
        let view = self.ledger.database.view(None).expect("committed");
        let proved: Vec<Claim> =
            chosen.iter().map(|key| view.prove(key).expect("proved")).collect();
        let bytes = |claim: &Claim| match claim {
            Claim::Value { proof, .. } => borsh::to_vec(proof).expect("encodes").len(),
            _ => unreachable!("one value was asked for"),
        };
        let total: usize = proved.iter().map(bytes).sum();
        let key = SigningKey::from_slice(&[3; 32]).expect("a key");
        let digest = keccak256(b"what is signed").0;
        let (signature, recovery): (Signature, RecoveryId) = key.sign_prehash_recoverable(&digest);
        let measured = compare(
            ROUNDS,
            (PROOFS, &mut |_| {
                for claim in &proved {
                    claim.verify(&view.tip.state_root).expect("a proof of ours");
                }
            }),
            (PROOFS, &mut |count| {
                for _ in 0..count {
                    let found = VerifyingKey::recover_from_prehash(&digest, &signature, recovery);
                    black_box(found.expect("recovers"));
                }
            }),
        );
        (total as f64 / f64::from(PROOFS), measured)
    }
}

const READS: u32 = 10_000;
const PROOFS: u32 = 1_000;

/// Prints the figures.
pub(crate) fn figures() {
    let largest = std::env::var(KEYS_MAX).ok().and_then(|text| text.parse().ok());
    for count in [10_000, 100_000, KEYS].into_iter().chain(largest) {
        let mut stores = Stores::new(count);
        let roots = stores.roots();
        let written = stores.ledger.database.bytes_written();
        let blocks = stores.blocks();
        let written = stores.ledger.database.bytes_written() - written;
        let per_update = written as f64 / f64::from((ROUNDS + 1) * stores.updates());
        let name = |what: &str| {
            if count == KEYS { what.to_owned() } else { format!("{what}_{count}_keys") }
        };
        figure(&name("state_root_us"), roots.subject_ns / 1000.0, "us");
        figure(&name("state_memory_trie_us"), roots.yardstick_ns / 1000.0, "us");
        figure(&name("state_root_over_memory_trie"), roots.ratio, "ratio");
        figure(&name("state_update_us"), blocks.subject_ns / 1000.0, "us");
        figure(&name("state_plain_batch_us"), blocks.yardstick_ns / 1000.0, "us");
        figure(&name("state_update_over_plain_batch"), blocks.ratio, "ratio");
        figure(&name("state_bytes_per_update"), per_update, "bytes");
        if count == KEYS {
            headline(stores);
        }
    }
}

/// What is measured at one million keys only.
fn headline(stores: Stores) {
    let (bytes, verified) = stores.proofs();
    figure("proof_bytes_1m", bytes, "bytes");
    figure("proof_verify_us", verified.subject_ns / 1000.0, "us");
    figure("proof_verify_over_recover", verified.ratio, "ratio");
    let warm = stores.warm_reads();
    figure("state_warm_read_us", warm.subject_ns / 1000.0, "us");
    figure("state_warm_read_over_map", warm.ratio, "ratio");
    let (directory, cold) = stores.cold_reads();
    figure("state_cold_read_us", cold.subject_ns / 1000.0, "us");
    figure("state_cold_read_over_get", cold.ratio, "ratio");
    let bytes = bytes_in(&directory.path().join("ledger"));
    figure("state_disk_bytes_per_key", bytes as f64 / f64::from(KEYS), "bytes");
}

fn bytes_in(directory: &Path) -> u64 {
    let files = std::fs::read_dir(directory).expect("a store's directory");
    files.map(|file| file.and_then(|file| file.metadata()).expect("a file").len()).sum()
}

fn open(directory: &Path) -> (StateLedger, PlainStore) {
    let memory = StoreOptions::default().memory_bytes_max;
    let ledger = StateLedger::open(&directory.join("ledger"), memory);
    (ledger, PlainStore::open(&directory.join("plain"), memory))
}

/// Waits until flushes and compactions are done: they belong to the work before.
fn settle() {
    let mut before = cpu::of_all_threads_ns();
    loop {
        std::thread::sleep(Duration::from_millis(20));
        let now = cpu::of_all_threads_ns();
        if now - before < 1_000_000 {
            return;
        }
        before = now;
    }
}
