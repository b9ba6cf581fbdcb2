//! Why a snapshot is not written, or proves no state.

use std::io;
use tenor_primitives::{Hash, Height};

/// A snapshot that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file could not be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The file is none.
    #[error("expected a snapshot, got another file; check the path")]
    NotASnapshot,
    /// Another version wrote it.
    #[error("expected a snapshot of format {supported}, got one of {found}; use its own version")]
    Version {
        /// The file's format.
        found: u32,
        /// The format read here.
        supported: u32,
    },
    /// A chunk is not what was written, or is missing.
    #[error("the snapshot is damaged in chunk {chunk}: {what}; take another copy")]
    Damaged {
        /// The chunk, from 0.
        chunk: u64,
        /// What was found.
        what: &'static str,
    },
    /// The manifest contradicts itself.
    #[error("the snapshot's block does not hold: expected {expected}, got another")]
    Block {
        /// What does not agree.
        expected: &'static str,
    },
    /// The entries are not the state of the block.
    #[error(
        "the snapshot's entries give the state root {got}, its block {height} has {expected}; it is \
         not the state of that block"
    )]
    Root {
        /// The block's height.
        height: Height,
        /// The block's root.
        expected: Hash,
        /// What the entries give.
        got: Hash,
    },
    /// The store that is read from or written to failed.
    #[error(transparent)]
    State(#[from] crate::StateError),
}
