//! Branches as they are stored: by position, each with links to its two children.

use std::fmt;
use tenor_primitives::{Hash, Height};
use tenor_proof::{Path, branch_hash, leaf_hash};

/// Where a branch is stored: its place in the trie, which is the bit at which it divides and the
/// bits that all paths below it share, and the block that wrote it. The block is no part of any
/// hash; with it, past tries stay readable beside the head's until they are pruned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    prefix: Path,
    bit: u16,
    height: Height,
}

impl Position {
    /// The position of the branch that divides at `bit` on the way of `path`, written by the block
    /// at `height`.
    pub fn new(bit: u16, path: &Path, height: Height) -> Self {
        Self { prefix: path.prefix(bit), bit, height }
    }

    /// The same place, written by the block at `height`.
    #[must_use]
    pub const fn written_at(self, height: Height) -> Self {
        Self { height, ..self }
    }

    /// The block that wrote the branch.
    pub const fn height(&self) -> Height {
        self.height
    }

    /// The bit at which the branch divides.
    pub const fn bit(&self) -> u16 {
        self.bit
    }

    /// The first [`Position::bit`] bits, then zeros.
    pub const fn prefix(&self) -> &Path {
        &self.prefix
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = usize::from(self.bit.div_ceil(8));
        write!(f, "bit {} of ", self.bit)?;
        self.prefix.0[..bytes].iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, ", written at {}", self.height)
    }
}

/// A child: a leaf, held here, or a branch, stored at its own position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// A leaf.
    Leaf {
        /// The leaf's full path.
        path: Path,
        /// Keccak-256 of its value.
        value_hash: Hash,
    },
    /// A branch.
    Branch {
        /// Where it is stored.
        position: Position,
        /// Its hash.
        hash: Hash,
    },
}

impl Link {
    /// The child's hash. A leaf's is computed: the stored value hash also serves proofs of absence.
    pub fn hash(&self) -> Hash {
        match self {
            Self::Leaf { path, value_hash } => leaf_hash(path, value_hash),
            Self::Branch { hash, .. } => *hash,
        }
    }

    /// A path below this child: the leaf's own, or the branch's prefix.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Leaf { path, .. } => path,
            Self::Branch { position, .. } => position.prefix(),
        }
    }
}

/// A branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// The child whose paths have 0 at the branch's bit.
    pub left: Link,
    /// The child whose paths have 1 there.
    pub right: Link,
}

impl Node {
    /// The hash of this branch at `position`.
    pub fn hash(&self, position: &Position) -> Hash {
        branch_hash(position.bit, &position.prefix, &self.left.hash(), &self.right.hash())
    }

    /// The child on the way of `path`, then the other.
    pub(crate) fn children(&self, position: &Position, path: &Path) -> (&Link, &Link) {
        if path.bit(position.bit) { (&self.right, &self.left) } else { (&self.left, &self.right) }
    }
}
