//! The process that commits blocks and is made to fail: this same binary, asked for one test alone.

use crate::ledger;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio, exit};
use std::sync::Arc;
use tenor_primitives::Height;
use tenor_rocksdb::{CommitStep, RocksDatabase, StoreOptions};
use tenor_state::conformance::Chain;
use tenor_state::{Database, StateError};

/// The store's directory.
const DIRECTORY: &str = "TENOR_WORKER_DIRECTORY";
/// `HEIGHT:STEP`: where the process ends itself.
const CRASH: &str = "TENOR_WORKER_CRASH";
/// After the last block, begin again with a new store beside this one, and never end.
const FOR_EVER: &str = "TENOR_WORKER_FOR_EVER";

const REFUSED: i32 = 3;
const WENT_ON: i32 = 4;

/// The options of every store here: the smallest buffers, so that tables are written.
pub(crate) fn options() -> StoreOptions {
    StoreOptions { memory_bytes_max: 0, ..StoreOptions::default() }
}

/// How a worker ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Every block is committed.
    Done,
    /// An error was returned, and the worker wrote it down and stopped.
    Refused(String),
    /// The process was ended from inside or outside.
    Killed,
}

/// What a worker has left behind, apart from its store.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// The last block that it said was committed.
    pub(crate) acknowledged: Option<Height>,
    pub(crate) end: End,
}

/// The worker's command line, before anything is made to fail.
pub(crate) fn command(program: &Path, store: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(["--ignored", "--exact", "--nocapture", "worker::worker"])
        .env(DIRECTORY, store)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// This program.
pub(crate) fn program() -> PathBuf {
    std::env::current_exe().expect("this program has a file")
}

/// Runs a worker on `store` to its end, which `change` prepares.
pub(crate) fn run(store: &Path, change: impl FnOnce(&mut Command)) -> Run {
    let mut command = command(&program(), store);
    change(&mut command);
    read(&command.output().expect("the worker starts"))
}

/// Runs a worker that ends itself at `step` of the block at `height`.
pub(crate) fn run_until(store: &Path, height: Height, step: CommitStep) -> Run {
    run(store, |command| {
        command.env(CRASH, format!("{height}:{step:?}"));
    })
}

/// Makes the worker write store after store.
pub(crate) fn for_ever(command: &mut Command) {
    command.env(FOR_EVER, "1");
}

/// What a worker's output says.
///
/// # Panics
/// If it went on after an error, or ended in a way that nobody provided for.
pub(crate) fn read(output: &Output) -> Run {
    let text = String::from_utf8_lossy(&output.stdout);
    // A line that was cut short was not said.
    let whole = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    let acknowledged = whole.rev().find_map(acknowledgement);
    let words = String::from_utf8_lossy(&output.stderr);
    let said = words.lines().find_map(|line| line.strip_prefix("refused: "));
    let end = match (output.status.code(), said) {
        (Some(0), _) => End::Done,
        (Some(REFUSED), Some(said)) => End::Refused(said.to_owned()),
        (None, _) => End::Killed,
        (code, _) => panic!("the worker ended with {code:?}: {text}{words}"),
    };
    Run { acknowledged, end }
}

/// The height in a line by which the worker acknowledges a block.
pub(crate) fn acknowledgement(line: &str) -> Option<Height> {
    line.strip_prefix("committed ")?.parse().ok()
}

#[test]
#[ignore = "the process that the other tests make fail"]
fn worker() {
    let directory = PathBuf::from(std::env::var_os(DIRECTORY).expect("a directory"));
    if std::env::var_os(FOR_EVER).is_none() {
        return work(&directory);
    }
    for number in 0u64.. {
        work(&directory.join(store_name(number)));
        say(&format!("finished {number}"));
        if let Some(before) = number.checked_sub(2) {
            std::fs::remove_dir_all(directory.join(store_name(before))).expect("removed");
        }
    }
}

/// The directory of the `number`-th store of a worker that never ends.
pub(crate) fn store_name(number: u64) -> String {
    format!("{number:06}")
}

fn work(directory: &Path) {
    let (mut chain, first) = begin(directory);
    for height in first..ledger::BLOCKS {
        // An opening that finds blocks does other things than one that finds none.
        if height == ledger::BLOCKS / 2 && height > first {
            drop(chain);
            (chain, _) = begin(directory);
        }
        if let Err(error) = commit(&chain, height) {
            // A caller that does not listen must find the store closed for writing.
            match commit(&chain, height) {
                Err(again) if again.is_fatal() => refuse(&error),
                other => {
                    eprintln!("after '{error}' the store answered {other:?}");
                    exit(WENT_ON);
                }
            }
        }
        say(&format!("committed {height}"));
    }
}

/// The store in `directory`, opened, and the height of its next block.
fn begin(directory: &Path) -> (Chain, Height) {
    let opened = RocksDatabase::open(directory, &Chain::chain_id(), &options());
    let database = opened.unwrap_or_else(|error| refuse(&error));
    if let Ok(place) = std::env::var(CRASH) {
        crash_at(&database, &place);
    }
    let next = database.tip().map_or(0, |tip| tip.height + 1);
    (Chain::new(Arc::new(database)), next)
}

fn commit(chain: &Chain, height: Height) -> Result<(), StateError> {
    chain.commit(&ledger::writes(height), &ledger::nonces(height)).map(drop)
}

fn refuse(error: &dyn std::fmt::Display) -> ! {
    eprintln!("refused: {error}");
    // As a node does: the store is not closed in order any more.
    exit(REFUSED)
}

/// To whoever keeps the ledger of what was acknowledged.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).expect("somebody listens");
}

fn crash_at(database: &RocksDatabase, place: &str) {
    let (height, step) = place.split_once(':').expect("HEIGHT:STEP");
    let height: Height = height.parse().expect("a height");
    let step = CommitStep::ALL.into_iter().find(|known| format!("{known:?}") == step);
    let step = step.expect("a step's name");
    let next = std::sync::atomic::AtomicU64::new(database.tip().map_or(0, |tip| tip.height + 1));
    let watcher = move |reached: CommitStep| {
        use std::sync::atomic::Ordering::Relaxed;
        if reached == step && next.load(Relaxed) == height {
            std::process::abort();
        }
        if reached == CommitStep::HeadMoved {
            next.fetch_add(1, Relaxed);
        }
    };
    assert!(database.watch_steps(Box::new(watcher)), "nobody else watches");
}
