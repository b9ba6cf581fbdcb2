//! Every call that touches the store's files fails once, or ends the process, or is the first of
//! those that fail for good.

use crate::worker::{End, Run};
use crate::{check, is_long, places, worker};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

/// What happens at a call; `fault.c` says how.
const KINDS: [&str; 7] = ["eio", "enospc", "dead", "full", "before", "after", "torn"];

/// The library that makes calls fail, compiled once.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = LIBRARY.get_or_init(|| {
        let directory = TempDir::new().expect("a temporary directory");
        let path = directory.path().join("fault.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/durability/fault.c");
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .args([&path, &source])
            .arg("-ldl")
            .output()
            .expect("the C compiler that built RocksDB");
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        (directory, path)
    });
    path
}

/// Runs a worker with a fault, or with `count:0` only a count.
fn run(store: &Path, fault: &str, trace: Option<&Path>) -> Run {
    worker::run(store, |command| {
        command.env("LD_PRELOAD", library());
        command.env("TENOR_FAULT_DIRECTORY", store).env("TENOR_FAULT", fault);
        if let Some(trace) = trace {
            command.env("TENOR_FAULT_TRACE", trace);
        }
    })
}

/// The calls of a worker that nothing happens to, in order: `N NAME r|w PATH`.
fn calls() -> Vec<String> {
    let (directory, trace) = (places::memory(), places::memory());
    let trace = trace.path().join("calls");
    let run = run(directory.path(), "count:0", Some(&trace));
    assert_eq!(run.end, End::Done);
    let text = std::fs::read_to_string(trace).expect("a trace");
    text.lines().map(str::to_owned).collect()
}

/// One fault, and what must hold after it.
fn one(fault: &str) -> Run {
    let directory = places::memory();
    let run = run(directory.path(), fault, None);
    check::after_crash(directory.path(), &run, fault);
    run
}

/// Every call with every kind.
fn all(calls: usize) -> BTreeSet<String> {
    (1..=calls).flat_map(|call| KINDS.map(|kind| format!("{kind}:{call}"))).collect()
}

/// How often each kind happens to each function.
const ROUNDS: usize = 2;
/// So many calls in a row, somewhere amid the blocks.
const IN_A_ROW: usize = 21;

/// Every kind at every function that is called, spread over the whole time from creating the store to
/// its last flush; and all calls for a while amid the blocks, so that no step of a commit is left out.
fn sample(calls: &[String]) -> BTreeSet<String> {
    let mut functions: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, call) in (1..).zip(calls) {
        let words: Vec<&str> = call.split(' ').skip(1).take(2).collect();
        functions.entry(words.join(" ")).or_default().push(place);
    }
    let count = ROUNDS * KINDS.len();
    let spread = functions.values().flat_map(|places| {
        (0..count).map(|turn| (turn, places[turn * (places.len() - 1) / (count - 1)]))
    });
    let amid = calls.len() / 2;
    let in_a_row = (0..IN_A_ROW).map(|turn| (turn, amid + turn));
    let faults = spread.chain(in_a_row);
    faults.map(|(turn, call)| format!("{}:{call}", KINDS[turn % KINDS.len()])).collect()
}

#[test]
fn no_failing_call_loses_or_forges_a_block() {
    let calls = calls();
    for needed in ["open", "write", "fdatasync", "fsync", "rename", "ftruncate", "fread", "pread"] {
        let covered = calls.iter().any(|call| call.split(' ').nth(1) == Some(needed));
        assert!(covered, "the worker never calls {needed}: {} calls", calls.len());
    }
    let faults = if is_long() { all(calls.len()) } else { sample(&calls) };
    // One alone, to see why it failed: `TENOR_FAULT=enospc:120`.
    if let Ok(fault) = std::env::var("TENOR_FAULT") {
        return println!("{fault}: {:?}", one(&fault));
    }
    let faults: Vec<String> = faults.into_iter().collect();
    let (next, refused, killed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match one(fault).end {
                        End::Done => 0,
                        End::Refused(_) => refused.fetch_add(1, Ordering::Relaxed),
                        End::Killed => killed.fetch_add(1, Ordering::Relaxed),
                    };
                }
            });
        }
    });
    let (refused, killed) = (refused.into_inner(), killed.into_inner());
    println!("{} faults: {refused} refused by name, {killed} killed", faults.len());
    assert!(refused * 5 > faults.len(), "faults reach the store: {refused}");
    assert!(killed * 5 > faults.len(), "faults end the process: {killed}");
}

/// Else a loss of power could take the store, its synced files included.
#[test]
fn a_directory_that_was_made_by_hand_is_known_to_the_one_it_lies_in() {
    let (parent, trace) = (places::memory(), places::memory());
    let store = parent.path().join("store");
    std::fs::create_dir(&store).expect("made");
    let calls = trace.path().join("calls");
    let run = worker::run(&store, |command| {
        command.env("LD_PRELOAD", library()).env("TENOR_FAULT_DIRECTORY", parent.path());
        command.env("TENOR_FAULT", "count:0").env("TENOR_FAULT_TRACE", &calls);
    });
    assert_eq!(run.end, End::Done);
    let calls = std::fs::read_to_string(calls).expect("a trace");
    // The shim knows files by what they were opened as.
    let opened = format!(" {}/..", store.display());
    let place = calls.lines().position(|line| line.ends_with(&opened)).expect("opened");
    let next = calls.lines().nth(place + 1).expect("a call");
    assert!(next.contains(" fsync "), "{next}");
}
