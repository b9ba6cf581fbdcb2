//! The two hashes of the trie. Each input is at most 131 bytes, one block of Keccak-256 (136): a
//! node costs one permutation.

use crate::Path;
use tenor_primitives::{Hash, Hasher, keccak256};

const LEAF: u8 = 0;
const BRANCH: u8 = 1;

/// What a leaf says of its value: Keccak-256 of the bytes.
pub fn value_hash(value: &[u8]) -> Hash {
    keccak256(value)
}

/// A leaf: keccak(0x00 ‖ path ‖ hash of the value).
pub fn leaf_hash(path: &Path, value_hash: &Hash) -> Hash {
    Hasher::new().chain(&[LEAF]).chain(&path.0).chain(&value_hash.0).finish()
}

/// A branch: keccak(0x01 ‖ bit, big-endian ‖ the first `bit` bits of the path, zero padded to 64
/// bytes ‖ left ‖ right). `bit` is the first at which the paths below differ: those with 0 there
/// are on the left. The position is part of the hash, so a node proves where it lies, and it does
/// not change when an ancestor is split or collapses.
pub fn branch_hash(bit: u16, path: &Path, left: &Hash, right: &Hash) -> Hash {
    Hasher::new()
        .chain(&[BRANCH])
        .chain(&bit.to_be_bytes())
        .chain(&path.prefix(bit).0)
        .chain(&left.0)
        .chain(&right.0)
        .finish()
}
