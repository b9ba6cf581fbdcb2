//! What a store under load holds in memory: about what it was given, however much it stores.

use crate::worker::program;
use crate::{is_long, places};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use tenor_primitives::{Address, StorageKey, keccak256};
use tenor_rocksdb::{RocksDatabase, StoreOptions};
use tenor_state::WriteSet;
use tenor_state::conformance::Chain;

const DIRECTORY: &str = "TENOR_MEMORY_DIRECTORY";
const MIB: usize = 1 << 20;
/// New keys of a block, and as many old ones.
const WRITES: u32 = 1_000;
/// What the process holds beside the store's memory: its program, a block on its way, write buffers while
/// they are flushed, what the allocator has and does not use. With the default memory less than 512 MiB
/// together.
const BESIDE_BYTES_MAX: usize = 96 * MIB;

/// The memory a store is given, and how many keys it gets: several times what its caches can hold.
fn size() -> (usize, u32) {
    if is_long() {
        (StoreOptions::default().memory_bytes_max, 1_000_000)
    } else {
        (24 * MIB, 50_000)
    }
}

#[test]
fn a_store_holds_what_it_was_given() {
    let directory = places::memory();
    let mut worker = Command::new(program());
    worker.args(["--ignored", "--exact", "--nocapture", "memory::fill"]);
    worker.env(DIRECTORY, directory.path());
    let output = worker.output().expect("the worker starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let held = text.lines().find_map(|line| line.strip_prefix("held "));
    let held: usize = held.and_then(|held| held.parse().ok()).unwrap_or_else(|| panic!("{text}"));
    let (given, keys) = size();
    println!("{} MiB given, at most {} MiB held with {keys} keys", given / MIB, held / MIB);
    assert!(held < given + BESIDE_BYTES_MAX, "{held}");
    assert!(held > given / 2, "{held}: the caches were not filled");
}

#[test]
#[ignore = "the process whose memory is looked at"]
fn fill() {
    let directory = PathBuf::from(std::env::var_os(DIRECTORY).expect("a directory"));
    let (memory_bytes_max, keys) = size();
    let options = StoreOptions { memory_bytes_max, ..StoreOptions::default() };
    let opened = RocksDatabase::open(&directory, &Chain::chain_id(), &options);
    let chain = Chain::new(Arc::new(opened.expect("opened")));
    for first in (0..keys).step_by(WRITES as usize) {
        // An old key for each new one, anywhere.
        let old = |index: u32| index.wrapping_mul(2_654_435_761) % (first + 1);
        let chosen = (first..first + WRITES).flat_map(|index| [index, old(index)]);
        let writes: WriteSet =
            chosen.map(|index| (key(index), Some(value(index, first)))).collect();
        chain.commit(&writes, &[]).expect("committed");
        let reader = chain.database.reader();
        for index in (0..WRITES).map(old) {
            assert!(reader.get(&key(index)).expect("read").is_some());
        }
    }
    println!("held {}", held_most());
}

fn key(index: u32) -> StorageKey {
    StorageKey::new(Address([7; 32]), 1, keccak256(&index.to_be_bytes()).0)
}

fn value(index: u32, block: u32) -> Vec<u8> {
    keccak256(&[index.to_be_bytes(), block.to_be_bytes()].concat()).0.to_vec()
}

/// The most bytes of this process that were in memory at one time.
fn held_most() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("this process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    let kib: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib << 10
}
