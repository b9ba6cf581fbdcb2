//! Why a store does not open, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

/// A refused opening. Nearly all of it is seen before RocksDB opens the store for writing (`look.rs`), and
/// leaves the store as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be read, written or created.
    #[error(
        "{}: {reason}; run the node as the directory's owner, or give it read and write permission",
        path.display()
    )]
    Permission {
        /// The store's directory.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The directory holds something else.
    #[error("{}: expected a ledger's store or an empty directory; name another", path.display())]
    NotAStore {
        /// The directory.
        path: PathBuf,
    },
    /// A snapshot is to be restored where something is already.
    #[error("{}: expected no store here yet, or an empty directory; name another", path.display())]
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
    /// Another process has the store open.
    #[error("{}: the store is in use by another process; stop that one first", path.display())]
    Locked {
        /// The store's directory.
        path: PathBuf,
    },
    /// A newer version wrote the store.
    #[error(
        "{}: the store has format {found}, this version knows {supported}; run a newer version",
        path.display()
    )]
    NewerFormat {
        /// The store's directory.
        path: PathBuf,
        /// The store's format.
        found: u32,
        /// The newest format known here.
        supported: u32,
    },
    /// An older version wrote the store.
    #[error(
        "{}: the store has format {found}, this version reads {supported} alone; fill a new one \
         from a snapshot or from blocks",
        path.display()
    )]
    OlderFormat {
        /// The store's directory.
        path: PathBuf,
        /// The store's format.
        found: u32,
        /// The format read here.
        supported: u32,
    },
    /// The store belongs to another ledger.
    #[error(
        "{}: the store belongs to ledger '{found}', not '{expected}'; name another directory",
        path.display()
    )]
    OtherChain {
        /// The store's directory.
        path: PathBuf,
        /// The store's ledger.
        found: String,
        /// The ledger that was asked for.
        expected: String,
    },
    /// The store's parts contradict each other, or RocksDB found damage.
    #[error(
        "{}: the store is damaged: {what}; keep a copy, then restore a backup or resynchronise",
        path.display()
    )]
    Corrupted {
        /// The store's directory.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// The system failed: no space, too many files, a broken disk.
    #[error("{}: {reason}; check free space and the disk, then start again", path.display())]
    Io {
        /// The store's directory.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
}

impl OpenError {
    /// What the system says of a directory.
    pub(crate) fn from_io(path: &Path, error: &io::Error) -> Self {
        let reason = error.to_string();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Permission { path: path.into(), reason }
            }
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                Self::NotAStore { path: path.into() }
            }
            _ => Self::Io { path: path.into(), reason },
        }
    }
}
