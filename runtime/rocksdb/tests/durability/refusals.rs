//! Places where a store cannot be kept: the worker says so in one line, and nothing is damaged.

use crate::ledger::BLOCKS;
use crate::worker::{self, End, Run};
use crate::{check, places};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use tenor_testing::skipped;

/// The user `nobody` of every Linux: the tests own nothing as that one.
const NOBODY: u32 = 65_534;

fn is_root() -> bool {
    let own = TempDir::new().expect("a temporary directory");
    chown(own.path(), Some(0), Some(0)).is_ok()
}

/// Asserts that the worker refused in one line which says all of `words`.
fn refused(run: &Run, words: &[&str]) {
    let End::Refused(line) = &run.end else { panic!("expected a refusal, got {run:?}") };
    for word in words {
        assert!(line.contains(word), "expected '{word}' in '{line}'");
    }
}

/// A store of some blocks in a directory that others may enter.
fn filled() -> (TempDir, Run) {
    let directory = places::memory();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).expect("own");
    let run = worker::run(&directory.path().join("store"), |_| ());
    assert_eq!(run.end, End::Done);
    (directory, run)
}

/// Runs a worker as nobody, who may read and run this program.
fn run_as_nobody(store: &Path) -> Run {
    let program = TempDir::new().expect("a temporary directory");
    fs::set_permissions(program.path(), fs::Permissions::from_mode(0o755)).expect("own");
    let copy = program.path().join("worker");
    fs::copy(worker::program(), &copy).expect("copied");
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).expect("own");
    let mut command = worker::command(&copy, store);
    command.uid(NOBODY).gid(NOBODY).current_dir("/");
    loop {
        match command.output() {
            // A process that another test was starting while the copy was written has it open for
            // writing too, until it runs its own program.
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(Duration::from_millis(10));
            }
            started => return worker::read(&started.expect("the worker starts")),
        }
    }
}

#[test]
fn a_second_process_is_told_that_the_store_is_in_use() {
    let (directory, first) = filled();
    let store = directory.path().join("store");
    let held = check::open(&store).expect("opens");
    refused(&worker::run(&store, |_| ()), &["store: the store is in use by another process"]);
    drop(held);
    check::after_crash(&store, &first, "after a second process");
}

#[test]
fn another_user_is_told_who_owns_the_store() {
    if !is_root() {
        return skipped("another user's store", "it takes root to be another user");
    }
    let (directory, first) = filled();
    let store = directory.path().join("store");
    fs::set_permissions(&store, fs::Permissions::from_mode(0o755)).expect("own");
    refused(
        &run_as_nobody(&store),
        &["Permission denied", "run the node as the directory's owner"],
    );
    refused(&run_as_nobody(&directory.path().join("new")), &["new: ", "Permission denied"]);
    check::after_crash(&store, &first, "after another user");
}

#[test]
fn a_read_only_directory_is_named() {
    if !is_root() {
        return skipped("a read-only directory", "it takes root to be its owner");
    }
    let (directory, first) = filled();
    let store = directory.path().join("store");
    let set = |mode_of_files: u32, mode: u32| {
        for entry in fs::read_dir(&store).expect("listed") {
            let path = entry.expect("read").path();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode_of_files)).expect("own");
            chown(path, Some(NOBODY), Some(NOBODY)).expect("root");
        }
        fs::set_permissions(&store, fs::Permissions::from_mode(mode)).expect("own");
        chown(&store, Some(NOBODY), Some(NOBODY)).expect("root");
    };
    set(0o444, 0o555);
    refused(&run_as_nobody(&store), &["Permission denied", "read and write permission"]);
    set(0o644, 0o755);
    check::after_crash(&store, &first, "after a read-only directory");
}

/// A file system in memory of so many KiB.
struct Small(TempDir);

impl Small {
    fn mount(kib: u32) -> Result<Self, String> {
        let at = TempDir::new().map_err(|error| error.to_string())?;
        let small = Self(at);
        small.run(&["-t", "tmpfs", "-o", &format!("size={kib}k"), "none"])?;
        Ok(small)
    }

    fn run(&self, arguments: &[&str]) -> Result<(), String> {
        let output = Command::new("mount").args(arguments).arg(self.0.path()).output();
        let output = output.map_err(|error| error.to_string())?;
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        output.status.success().then_some(()).ok_or(words)
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[test]
fn a_full_disk_stops_the_store_and_damages_nothing() {
    let mut most = None;
    for kib in (64..2_560).step_by(416) {
        let disk = match Small::mount(kib) {
            Ok(disk) => disk,
            Err(reason) => return skipped("a store on a full disk", reason),
        };
        let store = disk.0.path().join("store");
        let run = worker::run(&store, |_| ());
        let what = format!("{kib} KiB, {run:?}");
        let says = ["No space left on device", "bytes free on its disk"];
        let named = matches!(&run.end, End::Refused(line) if says.iter().any(|w| line.contains(w)));
        assert!(named, "{what}");
        // Not always more with more space: a flush that has begun needs the space a second time.
        most = most.max(run.acknowledged);
        disk.run(&["-o", "remount,size=64m"]).expect("more space");
        check::after_crash(&store, &run, &what);
        let rest = worker::run(&store, |_| ());
        assert_eq!((rest.end, rest.acknowledged), (End::Done, Some(BLOCKS - 1)), "{what}");
    }
    assert!(most > Some(1), "some space, some blocks: {most:?}");
}
