//! Which past states are kept, and one state with its trie.

use crate::trie::NodeReader;
use crate::{StateReader, Tip};
use std::fmt;
use std::sync::Arc;
use tenor_primitives::Height;

/// Which states a store keeps beside the head's. Blocks, receipts and certificates are always kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// The states after so many blocks before the head; 0 keeps the head's alone.
    Blocks(u64),
    /// All of them, from when this was first set.
    Archive,
}

impl Default for Retention {
    /// A little more than a day of blocks, one a second.
    fn default() -> Self {
        Self::Blocks(100_000)
    }
}

impl Retention {
    /// The lowest height whose state is wanted when the head is at `head`.
    pub const fn oldest(self, head: Height) -> Height {
        match self {
            Self::Blocks(blocks) => head.saturating_sub(blocks),
            Self::Archive => 0,
        }
    }
}

/// The state after one block, flat and as a trie, both of the same moment: for queries, and for
/// proofs against that block's state root. Later commits do not change what it sees.
#[derive(Clone)]
pub struct View {
    /// The block.
    pub tip: Tip,
    /// The state after it.
    pub state: Arc<dyn StateReader>,
    /// The trie over that state.
    pub nodes: Arc<dyn NodeReader>,
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("tip", &self.tip).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_state_follows_the_head() {
        assert_eq!(Retention::Blocks(0).oldest(7), 7);
        assert_eq!(Retention::Blocks(3).oldest(7), 4);
        assert_eq!(Retention::Blocks(9).oldest(7), 0);
        assert_eq!(Retention::Archive.oldest(7), 0);
    }
}
