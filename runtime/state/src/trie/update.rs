//! One batched update: the write set's paths are sorted, the trie is walked once from the top, and
//! every branch on the way is read once and hashed once.

use super::{Link, Node, NodeReader, Position, load, root};
use crate::{StateError, WriteSet};
use tenor_primitives::Hash;
use tenor_proof::{Path, path_of, value_hash};

/// What a write set does to the trie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrieUpdate {
    /// The root it starts from.
    pub parent_root: Hash,
    /// The root it leads to.
    pub root: Hash,
    /// The new link to the topmost node; `None` when the trie is empty.
    pub top: Option<Link>,
    /// The branches to store or to remove, each position once. Writes that change nothing leave no
    /// trace here.
    pub nodes: Vec<NodeWrite>,
}

/// A change of one branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeWrite {
    /// Where it is stored.
    pub position: Position,
    /// The branch with its hash; `None` removes it.
    pub node: Option<(Node, Hash)>,
}

/// From so many changes on either side, the sides are worth a thread each: some hundred
/// microseconds of work.
const PARALLEL_MIN: usize = 64;

/// A leaf's new value hash, or `None` for a deletion.
type Change = (Path, Option<Hash>);

/// The trie of `nodes` after `writes`. Changes nothing.
pub fn update(nodes: &dyn NodeReader, writes: &WriteSet) -> Result<TrieUpdate, StateError> {
    let mut changes: Vec<Change> = writes
        .iter()
        .map(|(key, value)| (path_of(key), value.as_deref().map(value_hash)))
        .collect();
    changes.sort_unstable_by_key(|(path, _)| *path);
    let old_top = nodes.top()?;
    let mut written = Vec::new();
    let top = apply(nodes, old_top, &changes, &mut written)?;
    Ok(TrieUpdate {
        parent_root: root(old_top.as_ref()),
        root: root(top.as_ref()),
        top,
        nodes: written,
    })
}

/// The subtree that `link` leads to, after `changes`, which are sorted and belong below it.
fn apply(
    nodes: &dyn NodeReader,
    link: Option<Link>,
    changes: &[Change],
    written: &mut Vec<NodeWrite>,
) -> Result<Option<Link>, StateError> {
    let (Some((first, _)), Some((last, _))) = (changes.first(), changes.last()) else {
        return Ok(link);
    };
    match link {
        None => Ok(build(&puts(changes), written)),
        Some(Link::Leaf { path, value_hash }) => {
            let mut leaves = puts(changes);
            if let Err(place) = changes.binary_search_by_key(&path, |(path, _)| *path) {
                let kept = changes[..place].iter().filter(|(_, value)| value.is_some()).count();
                leaves.insert(kept, (path, value_hash));
            }
            Ok(build(&leaves, written))
        }
        Some(Link::Branch { position, hash }) => {
            let leaves_at = |path: &Path| path.first_difference(position.prefix());
            let differing = [first, last].into_iter().filter_map(leaves_at).min();
            match differing.filter(|bit| *bit < position.bit()) {
                None => descend(nodes, position, hash, changes, written),
                Some(bit) => split(nodes, link, &Position::new(bit, first), changes, written),
            }
        }
    }
}

/// All changes lie below the branch at `position`: each side by itself, then the branch anew.
fn descend(
    nodes: &dyn NodeReader,
    position: Position,
    hash: Hash,
    changes: &[Change],
    written: &mut Vec<NodeWrite>,
) -> Result<Option<Link>, StateError> {
    let old = load(nodes, &position, &hash)?;
    let sides = divide(changes, position.bit());
    let (left, right) = both(nodes, (Some(old.left), Some(old.right)), sides, written)?;
    if left == Some(old.left) && right == Some(old.right) {
        return Ok(Some(Link::Branch { position, hash }));
    }
    let joined = join(position, left, right, written);
    if left.is_none() || right.is_none() {
        written.push(NodeWrite { position, node: None });
    }
    Ok(joined)
}

/// Some changes leave the compressed prefix of the branch behind `link` at `position`: what is
/// there now becomes one side of a branch there.
fn split(
    nodes: &dyn NodeReader,
    link: Option<Link>,
    position: &Position,
    changes: &[Change],
    written: &mut Vec<NodeWrite>,
) -> Result<Option<Link>, StateError> {
    let old_is_right = link.is_some_and(|link| link.path().bit(position.bit()));
    let old = if old_is_right { (None, link) } else { (link, None) };
    let sides = divide(changes, position.bit());
    let (left, right) = both(nodes, old, sides, written)?;
    Ok(join(*position, left, right, written))
}

/// Two sides of a branch, each with its changes; with enough of them, on two threads. What is
/// written comes in the same order either way.
fn both(
    nodes: &dyn NodeReader,
    (left, right): (Option<Link>, Option<Link>),
    (to_left, to_right): (&[Change], &[Change]),
    written: &mut Vec<NodeWrite>,
) -> Result<(Option<Link>, Option<Link>), StateError> {
    if to_left.len().min(to_right.len()) < PARALLEL_MIN {
        let left = apply(nodes, left, to_left, written)?;
        return Ok((left, apply(nodes, right, to_right, written)?));
    }
    let mut beside = Vec::new();
    let (left, right) = rayon::join(
        || apply(nodes, left, to_left, written),
        || apply(nodes, right, to_right, &mut beside),
    );
    written.append(&mut beside);
    Ok((left?, right?))
}

/// The link to two subtrees: a new branch, or the only one of them.
fn join(
    position: Position,
    left: Option<Link>,
    right: Option<Link>,
    written: &mut Vec<NodeWrite>,
) -> Option<Link> {
    let (Some(left), Some(right)) = (left, right) else { return left.or(right) };
    let node = Node { left, right };
    let hash = node.hash(&position);
    written.push(NodeWrite { position, node: Some((node, hash)) });
    Some(Link::Branch { position, hash })
}

/// A subtree of these leaves alone, sorted by path.
fn build(leaves: &[(Path, Hash)], written: &mut Vec<NodeWrite>) -> Option<Link> {
    let ((first, value_hash), (last, _)) = (leaves.first()?, leaves.last()?);
    let Some(bit) = first.first_difference(last) else {
        return Some(Link::Leaf { path: *first, value_hash: *value_hash });
    };
    let middle = leaves.partition_point(|(path, _)| !path.bit(bit));
    let left = build(&leaves[..middle], written);
    let right = build(&leaves[middle..], written);
    join(Position::new(bit, first), left, right, written)
}

fn puts(changes: &[Change]) -> Vec<(Path, Hash)> {
    changes.iter().filter_map(|(path, value)| value.map(|value| (*path, value))).collect()
}

fn divide(changes: &[Change], bit: u16) -> (&[Change], &[Change]) {
    changes.split_at(changes.partition_point(|(path, _)| !path.bit(bit)))
}
