//! The trie over the flat state: stored nodes, one batched update per block, proofs.
//!
//! `docs/state.md` specifies nodes and hashing; `tenor-proof` computes the hashes.

mod encoding;
mod node;
mod prove;
#[cfg(test)]
mod tests;
mod update;

pub use encoding::height_prefix;
pub use node::{Inside, Link, Node, Position};
pub use prove::{prove, prove_many, prove_map};
pub use update::{NodeWrite, TrieUpdate, build, update};

use crate::StateError;
use tenor_primitives::{Hash, StorageKey};
use tenor_proof::{Path, path_of, subtree_hash, value_hash};

/// Reads the trie's stored nodes, all of one state.
pub trait NodeReader: Send + Sync {
    /// The link to the topmost node; `None` when the trie is empty.
    fn top(&self) -> Result<Option<Link>, StateError>;

    /// The branch at `position`, whose parent says that it has `hash`. The hash and the position's height
    /// together determine the whole branch and where its children lie, so a reader may keep branches by
    /// both for as long as it likes; the hash alone does not. It need not check the hash.
    fn node(&self, position: &Position, hash: &Hash) -> Result<Option<Node>, StateError>;
}

/// The root that `top` gives: its hash, or [`Hash::ZERO`] for the empty trie.
pub fn root(top: Option<&Link>) -> Hash {
    top.map_or(Hash::ZERO, Link::hash)
}

/// A leaf of the trie: a key's path and the hash of its value.
pub type Leaf = (Path, Hash);

/// The leaf of a value.
pub fn leaf(key: &StorageKey, value: &[u8]) -> Leaf {
    (path_of(key), value_hash(value))
}

/// The root over these leaves, in any order, each path once; computed without a stored trie.
pub fn root_of(mut leaves: Vec<Leaf>) -> Hash {
    leaves.sort_unstable();
    root_of_sorted(&leaves)
}

/// The root over these leaves, ascending by path, each path once.
pub fn root_of_sorted(leaves: &[Leaf]) -> Hash {
    subtree_hash(leaves)
}

/// The branch that a link leads to; that it is missing is corruption.
fn load(nodes: &dyn NodeReader, position: &Position, hash: &Hash) -> Result<Node, StateError> {
    let found = nodes.node(position, hash)?;
    found.ok_or_else(|| StateError::corrupt(format!("no trie node at {position:?}")))
}
