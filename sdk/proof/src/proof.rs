//! One key, present or absent.

use crate::{PATH_BITS, Path, ProofError, branch_hash, leaf_hash, path_of, value_hash};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Hash, StorageKey};

/// A node beside the way from the root to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sibling {
    /// The bit of the branch whose other child this is.
    pub bit: u16,
    /// The other child's hash.
    pub hash: Hash,
}

/// What lies at the end of the way.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = false)]
pub enum End {
    /// The key's own leaf: present.
    Present {
        /// Keccak-256 of the value.
        value_hash: Hash,
    },
    /// Nothing: the whole trie is empty.
    Empty,
    /// The leaf of another key: absent, for the key's leaf would have split it off.
    OtherLeaf {
        /// The other key's path.
        path: Path,
        /// Keccak-256 of the other key's value.
        value_hash: Hash,
    },
    /// A branch whose compressed prefix the key's path leaves: absent.
    OtherBranch {
        /// The branch's bit.
        bit: u16,
        /// The branch's prefix, zero padded.
        prefix: Path,
        /// The left child's hash.
        left: Hash,
        /// The right child's hash.
        right: Hash,
    },
}

/// A proof that a key has a value, or has none, under a state root. About 780 bytes among a million
/// keys.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proof {
    /// The nodes beside the way, from the root down: bits ascend.
    pub siblings: Vec<Sibling>,
    /// The end of the way.
    pub end: End,
}

impl Proof {
    /// The most bytes of an encoded proof: 512 siblings and the largest end.
    pub const BYTES_MAX: usize = 4 + 512 * 34 + 131;

    /// Decodes exactly one proof.
    pub fn decode(bytes: &[u8]) -> Result<Self, ProofError> {
        decode(bytes, Self::BYTES_MAX)
    }

    /// Checks the proof for `key` against `root`: the hash of the key's value, or `None` when the
    /// key is proved absent.
    pub fn verify(&self, root: &Hash, key: &StorageKey) -> Result<Option<Hash>, ProofError> {
        self.verify_path(root, &path_of(key))
    }

    /// [`Proof::verify`], and that the value is `value`.
    pub fn verify_value(
        &self,
        root: &Hash,
        key: &StorageKey,
        value: Option<&[u8]>,
    ) -> Result<(), ProofError> {
        let proved = self.verify(root, key)?;
        (proved == value.map(value_hash)).then_some(()).ok_or(ProofError::Value)
    }

    /// [`Proof::verify`] for a path.
    pub fn verify_path(&self, root: &Hash, path: &Path) -> Result<Option<Hash>, ProofError> {
        let end = self.end.resolve(path)?;
        let got = fold(&self.siblings, path, end.depth, end.hash)?;
        if got != *root {
            return Err(ProofError::Root { expected: *root, got });
        }
        Ok(end.value_hash)
    }
}

/// What the end of a way says about the path it was walked for.
pub(crate) struct Resolved {
    /// The end's hash.
    pub(crate) hash: Hash,
    /// The bit below which every branch above the end must lie; for an absent path, the bit at
    /// which it leaves the trie.
    pub(crate) depth: u16,
    /// The value's hash, when the path is present.
    pub(crate) value_hash: Option<Hash>,
}

impl End {
    pub(crate) fn resolve(&self, path: &Path) -> Result<Resolved, ProofError> {
        let absent = |hash, depth| Resolved { hash, depth, value_hash: None };
        match self {
            Self::Present { value_hash } => Ok(Resolved {
                hash: leaf_hash(path, value_hash),
                depth: PATH_BITS,
                value_hash: Some(*value_hash),
            }),
            Self::Empty => Ok(absent(Hash::ZERO, 0)),
            Self::OtherLeaf { path: other, value_hash } => {
                let own = ProofError::Shape("the key's own leaf as another's");
                let difference = path.first_difference(other).ok_or(own)?;
                Ok(absent(leaf_hash(other, value_hash), difference))
            }
            Self::OtherBranch { bit, prefix, left, right } => {
                let on_the_way = ProofError::Shape("a branch that the key's path passes through");
                let known = *bit < PATH_BITS && prefix.prefix(*bit) == *prefix;
                let difference = path.first_difference(prefix).filter(|at| known && at < bit);
                let difference = difference.ok_or(on_the_way)?;
                Ok(absent(branch_hash(*bit, prefix, left, right), difference))
            }
        }
    }
}

/// The root over a node with `hash` on the way of `path`, all of whose branches above lie below bit
/// `depth`.
pub(crate) fn fold(
    siblings: &[Sibling],
    path: &Path,
    depth: u16,
    hash: Hash,
) -> Result<Hash, ProofError> {
    let ascending = siblings.is_sorted_by(|a, b| a.bit < b.bit);
    if !ascending || siblings.last().is_some_and(|last| last.bit >= depth) {
        return Err(ProofError::Shape("branches out of order or off the way"));
    }
    Ok(siblings.iter().rev().fold(hash, |hash, sibling| {
        let (left, right) =
            if path.bit(sibling.bit) { (&sibling.hash, &hash) } else { (&hash, &sibling.hash) };
        branch_hash(sibling.bit, path, left, right)
    }))
}

/// Decodes exactly one value of at most `max` bytes.
pub(crate) fn decode<T: BorshDeserialize>(bytes: &[u8], max: usize) -> Result<T, ProofError> {
    if bytes.len() > max {
        return Err(ProofError::TooLarge { max, got: bytes.len() });
    }
    borsh::from_slice(bytes).map_err(|_| ProofError::Encoding)
}
