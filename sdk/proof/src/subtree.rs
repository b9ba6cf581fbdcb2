//! The trie over a known set of leaves, computed from nothing else: how a whole map is checked, and
//! the yardstick for every faster way.

use crate::{Path, branch_hash, leaf_hash};
use tenor_primitives::Hash;

/// The root of the trie whose leaves are exactly these: path and value hash, ascending by path,
/// each path once. [`Hash::ZERO`] for none.
pub fn subtree_hash(leaves: &[(Path, Hash)]) -> Hash {
    let (Some((first, value_hash)), Some((last, _))) = (leaves.first(), leaves.last()) else {
        return Hash::ZERO;
    };
    let Some(bit) = first.first_difference(last) else { return leaf_hash(first, value_hash) };
    let (left, right) = leaves.split_at(leaves.partition_point(|(path, _)| !path.bit(bit)));
    branch_hash(bit, first, &subtree_hash(left), &subtree_hash(right))
}
