//! Where the tests keep their stores, and places where a store cannot be.

use std::path::Path;
use tempfile::TempDir;

/// A directory in memory where there is one: tests that do not look at the disk need none.
pub(crate) fn memory() -> TempDir {
    let shared = Path::new("/dev/shm");
    let made = if shared.is_dir() { TempDir::new_in(shared) } else { TempDir::new() };
    made.expect("a temporary directory")
}

/// Copies the files of one directory.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("listed") {
        let path = entry.expect("read").path();
        std::fs::copy(&path, to.join(path.file_name().expect("named"))).expect("copied");
    }
}
