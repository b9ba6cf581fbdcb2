//! One opening at a time.

use crate::OpenError;
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::path::Path;

/// Takes the lock of the directory `path`, which goes when the file is closed, with the process at the latest.
///
/// RocksDB's lock is taken with the database, when it is opened for writing; this one is held from the first
/// look at its files until then. Otherwise one of two processes that are started together would look at files
/// while the other changes them, and call that damage.
pub(crate) fn lock(path: &Path) -> Result<File, OpenError> {
    let directory = File::open(path).map_err(|error| OpenError::from_io(path, &error))?;
    match flock(&directory, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(directory),
        Err(Errno::WOULDBLOCK) => Err(OpenError::Locked { path: path.into() }),
        Err(error) => Err(OpenError::from_io(path, &io::Error::from(error))),
    }
}
