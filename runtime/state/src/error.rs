//! What can go wrong between the ledger and its store.

use tenor_primitives::{Hash, Height};

/// A failed read or write of the state. Apart from [`StateError::Stale`], [`StateError::Refused`],
/// [`StateError::NotKept`] and [`StateError::NoGenesis`], which leave everything as it was, each of
/// these must stop the node: it never continues on a guess.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The store failed to read or to write.
    #[error("the store failed to {operation}: {reason}; stop the node, check disk and logs")]
    Io {
        /// What was attempted, as a verb and its object.
        operation: &'static str,
        /// The store's own words.
        reason: String,
    },
    /// What was read contradicts itself.
    #[error("the store is corrupted: {what}; restore a backup or resynchronise")]
    Corrupt {
        /// What was expected and what was found.
        what: String,
    },
    /// An update was prepared over another state than the head's.
    #[error(
        "the update was prepared over root {prepared:?}, the head's is {head:?}; prepare again"
    )]
    Stale {
        /// The root it was prepared over.
        prepared: Hash,
        /// The root of the head.
        head: Hash,
    },
    /// A batch does not belong on the head, or does not agree with itself.
    #[error("block {height} cannot be committed: {reason}")]
    Refused {
        /// The block's height.
        height: Height,
        /// What was expected and what was given.
        reason: String,
    },
    /// The state after that block is not kept, or there is no such block yet.
    #[error(
        "the state after block {asked} is not kept, those after blocks {oldest} to {head} are; ask \
         for one of these, or a node that keeps more"
    )]
    NotKept {
        /// The height asked for.
        asked: Height,
        /// The lowest height whose state is kept.
        oldest: Height,
        /// The head's height.
        head: Height,
    },
    /// The store holds no block yet.
    #[error("the store holds no block yet; commit the genesis block first")]
    NoGenesis,
    /// An earlier failure stopped the store; nothing is written any more.
    #[error("the store stopped after an earlier failure ({reason}); restart the node")]
    Stopped {
        /// The earlier failure.
        reason: String,
    },
}

impl StateError {
    /// Whether the node must stop.
    pub const fn is_fatal(&self) -> bool {
        let harmless = matches!(
            self,
            Self::Stale { .. } | Self::Refused { .. } | Self::NotKept { .. } | Self::NoGenesis
        );
        !harmless
    }

    /// The head is the last block that can be.
    pub fn last_height() -> Self {
        let reason = "there is no height after it".to_owned();
        Self::Refused { height: Height::MAX, reason }
    }

    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }
}
