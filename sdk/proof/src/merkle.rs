//! The Merkle tree over a list, for a block's transactions and receipts.
//!
//! The shape is that of RFC 6962, section 2.1: n > 1 leaves split at the largest power of two below
//! n. Leaves, nodes and the root are hashed apart (0x00, 0x01, 0x02), and the root binds the number
//! of leaves: without it, one place in a tree could be shown as another place in a tree of another
//! size. The root of the empty list is [`Hash::ZERO`].

use crate::ProofError;
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Hash, Hasher};

const LEAF: u8 = 0;
const NODE: u8 = 1;
const ROOT: u8 = 2;

/// The root over `leaves`, in order: keccak(0x02 ‖ count as u64, big-endian ‖ the topmost node).
pub fn root(leaves: &[Hash]) -> Hash {
    if leaves.is_empty() { Hash::ZERO } else { root_hash(count(leaves), &subtree(leaves)) }
}

/// The proof that `leaves[index]` is where it is; `None` when there is no such leaf.
pub fn prove(leaves: &[Hash], index: usize) -> Option<InclusionProof> {
    leaves.get(index)?;
    let mut siblings = Vec::new();
    let (mut rest, mut at) = (leaves, index);
    while rest.len() > 1 {
        let (left, right) = rest.split_at(split(rest.len()));
        let beside;
        (rest, beside) = if at < left.len() { (left, right) } else { (right, left) };
        at = at.checked_sub(left.len()).unwrap_or(at);
        siblings.push(subtree(beside));
    }
    let index = u64::try_from(index).expect("a list in memory has fewer than 2^64 leaves");
    Some(InclusionProof { index, count: count(leaves), siblings })
}

/// A proof that a leaf lies at a place of a list.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct InclusionProof {
    /// The leaf's place, from 0.
    pub index: u64,
    /// The number of leaves.
    pub count: u64,
    /// The nodes beside the way, from the root down.
    pub siblings: Vec<Hash>,
}

impl InclusionProof {
    /// The most bytes of an encoded proof: one sibling per bit of the count.
    pub const BYTES_MAX: usize = 8 + 8 + 4 + 64 * 32;

    /// Decodes exactly one proof.
    pub fn decode(bytes: &[u8]) -> Result<Self, ProofError> {
        crate::proof::decode(bytes, Self::BYTES_MAX)
    }

    /// Checks that `leaf` is at [`InclusionProof::index`] of the list with this root.
    pub fn verify(&self, root: &Hash, leaf: &Hash) -> Result<(), ProofError> {
        let hash = self.fold(leaf)?;
        let got = root_hash(self.count, &hash);
        let expected = *root;
        (got == expected).then_some(()).ok_or(ProofError::Root { expected, got })
    }

    fn fold(&self, leaf: &Hash) -> Result<Hash, ProofError> {
        if self.index >= self.count {
            return Err(ProofError::Shape("a place beyond the list's end"));
        }
        let sides = sides(self.index, self.count);
        if sides.len() != self.siblings.len() {
            return Err(ProofError::Shape("another number of nodes than the place has beside it"));
        }
        let way = sides.iter().zip(&self.siblings).rev();
        Ok(way.fold(leaf_hash(leaf), |hash, (is_right, sibling)| {
            if *is_right { node_hash(sibling, &hash) } else { node_hash(&hash, sibling) }
        }))
    }
}

/// From the root down, whether the way to `index` of `count` leaves goes right.
fn sides(mut index: u64, mut count: u64) -> Vec<bool> {
    let mut sides = Vec::new();
    while count > 1 {
        let left = 1u64 << (63 - (count - 1).leading_zeros());
        let is_right = index >= left;
        (index, count) = if is_right { (index - left, count - left) } else { (index, left) };
        sides.push(is_right);
    }
    sides
}

fn subtree(leaves: &[Hash]) -> Hash {
    match leaves {
        [leaf] => leaf_hash(leaf),
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&subtree(left), &subtree(right))
        }
    }
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: usize) -> usize {
    count.div_ceil(2).next_power_of_two()
}

fn count(leaves: &[Hash]) -> u64 {
    u64::try_from(leaves.len()).expect("a list in memory has fewer than 2^64 leaves")
}

fn leaf_hash(leaf: &Hash) -> Hash {
    Hasher::new().chain(&[LEAF]).chain(&leaf.0).finish()
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hasher::new().chain(&[NODE]).chain(&left.0).chain(&right.0).finish()
}

fn root_hash(count: u64, top: &Hash) -> Hash {
    Hasher::new().chain(&[ROOT]).chain(&count.to_be_bytes()).chain(&top.0).finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenor_primitives::keccak256;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|leaf| keccak256(&leaf.to_be_bytes())).collect()
    }

    #[test]
    fn every_place_of_every_small_list_is_proved_and_no_other() {
        for count in 1..20 {
            let leaves = leaves(count);
            let root = root(&leaves);
            for (index, leaf) in leaves.iter().enumerate() {
                let proof = prove(&leaves, index).expect("there");
                assert_eq!(proof.verify(&root, leaf), Ok(()));
                let bytes = borsh::to_vec(&proof).expect("encodes");
                assert_eq!(InclusionProof::decode(&bytes), Ok(proof.clone()));
                for other in (0..20).filter(|other| *other != proof.index) {
                    let moved = InclusionProof { index: other, ..proof.clone() };
                    assert!(moved.verify(&root, leaf).is_err());
                }
                for other in (0..40).filter(|other| *other != count) {
                    let resized = InclusionProof { count: other, ..proof.clone() };
                    assert!(resized.verify(&root, leaf).is_err());
                }
                assert!(proof.verify(&root, &Hash::ZERO).is_err());
            }
            assert_eq!(prove(&leaves, leaves.len()), None);
        }
    }

    #[test]
    fn the_shape_is_that_of_rfc_6962() {
        let leaves = leaves(5);
        let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|index| leaf_hash(&leaves[index]));
        let four = node_hash(&node_hash(&a, &b), &node_hash(&c, &d));
        assert_eq!(root(&leaves), root_hash(5, &node_hash(&four, &e)));
        assert_eq!(root(&[]), Hash::ZERO);
        assert_eq!(prove(&[], 0), None);
    }

    #[test]
    fn lengths_and_encodings_are_bounded() {
        let long = InclusionProof { index: 0, count: u64::MAX, siblings: leaves(65) };
        let bytes = borsh::to_vec(&long).expect("encodes");
        assert!(matches!(InclusionProof::decode(&bytes), Err(ProofError::TooLarge { .. })));
        assert!(matches!(long.verify(&Hash::ZERO, &Hash::ZERO), Err(ProofError::Shape(_))));
        assert_eq!(InclusionProof::decode(&[0; 21]), Err(ProofError::Encoding));
    }
}
