//! Branches as they are stored: some levels of them in one record, which lies at the position of the
//! topmost.

use std::fmt;
use std::sync::Arc;
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

/// Branches that divide at bits of one group of so many lie in one record, if one is below the other.
const LEVELS_PER_RECORD: u16 = 3;

/// Whether a branch that divides at `child` lies in the record of its parent, which divides at
/// `parent`. The trie's shape alone decides it.
pub(super) const fn in_one_record(parent: u16, child: u16) -> bool {
    parent / LEVELS_PER_RECORD == child / LEVELS_PER_RECORD
}

/// A child: a leaf, held here, or a branch, in this record or stored at its own position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// A leaf.
    Leaf {
        /// The leaf's full path.
        path: Path,
        /// Keccak-256 of its value.
        value_hash: Hash,
    },
    /// A branch with a record of its own.
    Branch {
        /// Where it is stored.
        position: Position,
        /// Its hash.
        hash: Hash,
    },
    /// A branch in the record of its parent.
    Inside(Arc<Inside>),
}

/// A branch in the record of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// Its place; the height is that of a block that wrote it, and means nothing.
    pub position: Position,
    /// The branch.
    pub node: Node,
    /// Its hash.
    pub hash: Hash,
}

impl Link {
    /// The child's hash. A leaf's is computed: the stored value hash also serves proofs of absence.
    pub fn hash(&self) -> Hash {
        match self {
            Self::Leaf { path, value_hash } => leaf_hash(path, value_hash),
            Self::Branch { hash, .. } => *hash,
            Self::Inside(inside) => inside.hash,
        }
    }

    /// A path below this child: the leaf's own, or the branch's prefix.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Leaf { path, .. } => path,
            Self::Branch { position, .. } => position.prefix(),
            Self::Inside(inside) => inside.position.prefix(),
        }
    }

    /// The bit at which the child divides; `None` for a leaf.
    pub(super) fn bit(&self) -> Option<u16> {
        match self {
            Self::Leaf { .. } => None,
            Self::Branch { position, .. } => Some(position.bit()),
            Self::Inside(inside) => Some(inside.position.bit()),
        }
    }
}

/// A branch.
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// The links that lead out of the record whose topmost branch this is, in the order of their
    /// paths: leaves, and branches with records of their own.
    pub fn ends(&self) -> Vec<&Link> {
        let mut ends = Vec::new();
        for link in [&self.left, &self.right] {
            match link {
                Link::Inside(inside) => ends.append(&mut inside.node.ends()),
                end => ends.push(end),
            }
        }
        ends
    }

    /// How many other branches lie in the record whose topmost branch this is.
    pub fn inside(&self) -> usize {
        let of = |link: &Link| match link {
            Link::Inside(inside) => 1 + inside.node.inside(),
            _ => 0,
        };
        of(&self.left) + of(&self.right)
    }

    /// The child on the way of `path`, then the other.
    pub(crate) fn children(&self, position: &Position, path: &Path) -> (&Link, &Link) {
        if path.bit(position.bit) { (&self.right, &self.left) } else { (&self.left, &self.right) }
    }
}
