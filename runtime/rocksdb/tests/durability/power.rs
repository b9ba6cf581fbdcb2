//! Loss of power: the disk under a file system that a worker writes to is copied at random moments,
//! without what the file system still holds in memory; the copy is mounted and the store opened.
//!
//! The disk is an image that lies on a second file system. Freezing that one stops every write to
//! the disk in the same moment, while the file system above knows nothing and flushes nothing.

use crate::disk::Disk;
use crate::ledger::{BLOCKS, number};
use crate::worker::{self, End, Run};
use crate::{check, is_long, places};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Child;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tenor_primitives::Height;
use tenor_state::Database as _;
use tenor_testing::skipped;

/// MiB of the disk. Some stores of the worker fit.
const DISK_MIB: u64 = 192;

/// What the worker has said so far.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    /// The number of the store it works on.
    store: u64,
    acknowledged: Option<Height>,
}

/// A worker whose every word is noted as it comes.
struct Writer {
    child: Child,
    said: Arc<Mutex<Said>>,
}

impl Writer {
    fn start(directory: &Path) -> Self {
        let mut command = worker::command(&worker::program(), directory);
        worker::for_ever(&mut command);
        let mut child = command.spawn().expect("the worker starts");
        let said = Arc::new(Mutex::new(Said::default()));
        let (heard, lines) = (Arc::clone(&said), child.stdout.take().expect("piped"));
        std::thread::spawn(move || {
            for line in BufReader::new(lines).lines().map_while(Result::ok) {
                let mut heard = heard.lock().expect("not poisoned");
                if let Some(store) = line.strip_prefix("finished ") {
                    let store: u64 = store.parse().expect("a number");
                    *heard = Said { store: store + 1, acknowledged: None };
                } else if let Some(height) = worker::acknowledgement(&line) {
                    heard.acknowledged = Some(height);
                }
            }
        });
        Self { child, said }
    }

    fn said(&self) -> Said {
        *self.said.lock().expect("not poisoned")
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The disk inside a file on another disk.
struct Nested {
    // Dropped in this order.
    inner: Disk,
    outer: Disk,
    _files: tempfile::TempDir,
}

const INNER: &str = "disk.img";

impl Nested {
    fn make() -> Result<Self, String> {
        let files = tempfile::TempDir::new().map_err(|error| error.to_string())?;
        let outer = Disk::make(&files.path().join("outer.img"), DISK_MIB + 64)?;
        let inner = Disk::make(&outer.path().join(INNER), DISK_MIB)?;
        Ok(Self { inner, outer, _files: files })
    }
}

#[test]
fn nothing_acknowledged_is_lost_with_the_power() {
    let disks = match Nested::make() {
        Ok(disks) => disks,
        Err(reason) => return skipped("loss of power", reason),
    };
    let images = if is_long() { 600 } else { 60 };
    let writer = Writer::start(disks.inner.path());
    let (mut stores, mut heights) = (0, 0);
    for image in 0..images {
        std::thread::sleep(Duration::from_micros(number(&[image]) % 60_000));
        let copies = places::memory();
        let copy = copies.path().join("copy.img");
        let said = writer.said();
        disks.outer.copy_at_once(&disks.outer.path().join(INNER), &copy).expect("copied");
        let disk = Disk::mount(&copy).expect("the file system recovers");
        stores += said.store;
        heights += examine(disk.path(), said, image);
    }
    println!(
        "{images} losses of power, {stores} stores and {heights} acknowledged blocks, none lost"
    );
    assert!(heights > images, "there was a load: {heights}");
}

/// Checks the store that the worker was at, and the one before; returns the blocks that were
/// acknowledged.
fn examine(disk: &Path, said: Said, image: u64) -> u64 {
    let what = format!("image {image}, {said:?}");
    if let Some(before) = said.store.checked_sub(1) {
        let whole = Run { acknowledged: Some(BLOCKS - 1), end: End::Killed };
        check::after_crash(&disk.join(worker::store_name(before)), &whole, &what);
    }
    let store = disk.join(worker::store_name(said.store));
    let database = check::open(&store).unwrap_or_else(|error| panic!("{what}: {error}"));
    let height = database.tip().map(|tip| tip.height);
    assert!(height >= said.acknowledged, "{what}: the store has {height:?}");
    check::is_model(&database, &what).unwrap_or_else(|error| panic!("{what}: {error}"));
    database.verify().unwrap_or_else(|error| panic!("{what}: {error}"));
    said.acknowledged.map_or(0, |height| height + 1)
}
