//! One batched update: the write set's paths are sorted, the trie is walked once from the top, and
//! every branch on the way is read once and hashed once.

use super::{Link, Node, NodeReader, Position, load, root};
use crate::{StateError, WriteSet};
use std::convert::Infallible;
use tenor_primitives::{Hash, Height};
use tenor_proof::{Path, path_of, value_hash};

/// What a write set does to the trie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrieUpdate {
    /// The height of the block that writes.
    pub height: Height,
    /// The root it starts from.
    pub parent_root: Hash,
    /// The root it leads to.
    pub root: Hash,
    /// The new link to the topmost node; `None` when the trie is empty.
    pub top: Option<Link>,
    /// The branches to store, each place once, all of this height. Writes that change nothing leave
    /// no trace here.
    pub nodes: Vec<NodeWrite>,
    /// The branches that belong to the trie no more, each of a lower height.
    pub stale: Vec<Position>,
}

/// A new branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeWrite {
    /// Where it is stored.
    pub position: Position,
    /// The branch.
    pub node: Node,
    /// Its hash.
    pub hash: Hash,
}

/// From so many changes on either side, the sides are worth a thread each: some hundred
/// microseconds of work.
const PARALLEL_MIN: usize = 64;

/// A leaf's new value hash, or `None` for a deletion.
type Change = (Path, Option<Hash>);

/// The trie of `nodes` after `writes`, which are those of the block at `height`. Changes nothing.
pub fn update(
    nodes: &dyn NodeReader,
    writes: &WriteSet,
    height: Height,
) -> Result<TrieUpdate, StateError> {
    let mut changes: Vec<Change> = writes
        .iter()
        .map(|(key, value)| (path_of(key), value.as_deref().map(value_hash)))
        .collect();
    changes.sort_unstable_by_key(|(path, _)| *path);
    let old_top = nodes.top()?;
    let mut written = Written::default();
    let top = Walk { nodes, height }.apply(old_top, &changes, &mut written)?;
    Ok(TrieUpdate {
        height,
        parent_root: root(old_top.as_ref()),
        root: root(top.as_ref()),
        top,
        nodes: written.nodes,
        stale: written.stale,
    })
}

/// The trie of these leaves alone, sorted by path, as if the block at `height` had written them
/// all. Each branch goes to `store` as soon as it is known, children before their parents, and what
/// `store` refuses ends it.
pub fn build<E>(
    leaves: &[(Path, Hash)],
    height: Height,
    store: &mut impl FnMut(NodeWrite) -> Result<(), E>,
) -> Result<Option<Link>, E> {
    let (Some((first, value_hash)), Some((last, _))) = (leaves.first(), leaves.last()) else {
        return Ok(None);
    };
    let Some(bit) = first.first_difference(last) else {
        return Ok(Some(Link::Leaf { path: *first, value_hash: *value_hash }));
    };
    let (left, right) = leaves.split_at(leaves.partition_point(|(path, _)| !path.bit(bit)));
    let left = build(left, height, store)?;
    let right = build(right, height, store)?;
    let (Some(left), Some(right)) = (left, right) else { return Ok(left.or(right)) };
    let write = branch(Position::new(bit, first, height), left, right);
    store(write)?;
    Ok(Some(Link::Branch { position: write.position, hash: write.hash }))
}

/// A branch of two children, hashed.
fn branch(position: Position, left: Link, right: Link) -> NodeWrite {
    let node = Node { left, right };
    NodeWrite { position, node, hash: node.hash(&position) }
}

/// What an update leaves to be stored.
#[derive(Default)]
struct Written {
    nodes: Vec<NodeWrite>,
    stale: Vec<Position>,
}

impl Written {
    /// The link to two subtrees: a new branch, or the only one of them.
    fn join(
        &mut self,
        position: Position,
        left: Option<Link>,
        right: Option<Link>,
    ) -> Option<Link> {
        let (Some(left), Some(right)) = (left, right) else { return left.or(right) };
        let write = branch(position, left, right);
        self.nodes.push(write);
        Some(Link::Branch { position: write.position, hash: write.hash })
    }

    /// A subtree of these leaves alone, sorted by path.
    fn build(&mut self, leaves: &[(Path, Hash)], height: Height) -> Option<Link> {
        let mut keep = |write| {
            self.nodes.push(write);
            Ok::<(), Infallible>(())
        };
        let Ok(top) = build(leaves, height, &mut keep);
        top
    }
}

/// One update on its way through the trie.
#[derive(Clone, Copy)]
struct Walk<'a> {
    nodes: &'a dyn NodeReader,
    height: Height,
}

impl Walk<'_> {
    /// The subtree that `link` leads to, after `changes`, which are sorted and belong below it.
    fn apply(
        self,
        link: Option<Link>,
        changes: &[Change],
        written: &mut Written,
    ) -> Result<Option<Link>, StateError> {
        let (Some((first, _)), Some((last, _))) = (changes.first(), changes.last()) else {
            return Ok(link);
        };
        match link {
            None => Ok(written.build(&puts(changes), self.height)),
            Some(Link::Leaf { path, value_hash }) => {
                let mut leaves = puts(changes);
                if let Err(place) = changes.binary_search_by_key(&path, |(path, _)| *path) {
                    let kept = changes[..place].iter().filter(|(_, value)| value.is_some()).count();
                    leaves.insert(kept, (path, value_hash));
                }
                Ok(written.build(&leaves, self.height))
            }
            Some(Link::Branch { position, hash }) => {
                let leaves_at = |path: &Path| path.first_difference(position.prefix());
                let differing = [first, last].into_iter().filter_map(leaves_at).min();
                match differing.filter(|bit| *bit < position.bit()) {
                    None => self.descend(position, hash, changes, written),
                    Some(bit) => {
                        let position = Position::new(bit, first, self.height);
                        self.split(link, position, changes, written)
                    }
                }
            }
        }
    }

    /// All changes lie below the branch at `position`: each side by itself, then the branch anew.
    fn descend(
        self,
        position: Position,
        hash: Hash,
        changes: &[Change],
        written: &mut Written,
    ) -> Result<Option<Link>, StateError> {
        let old = load(self.nodes, &position, &hash)?;
        let sides = divide(changes, position.bit());
        let (left, right) = self.both((Some(old.left), Some(old.right)), sides, written)?;
        if left == Some(old.left) && right == Some(old.right) {
            return Ok(Some(Link::Branch { position, hash }));
        }
        written.stale.push(position);
        Ok(written.join(position.written_at(self.height), left, right))
    }

    /// Some changes leave the compressed prefix of the branch behind `link` at `position`: what is
    /// there now becomes one side of a branch there.
    fn split(
        self,
        link: Option<Link>,
        position: Position,
        changes: &[Change],
        written: &mut Written,
    ) -> Result<Option<Link>, StateError> {
        let old_is_right = link.is_some_and(|link| link.path().bit(position.bit()));
        let old = if old_is_right { (None, link) } else { (link, None) };
        let sides = divide(changes, position.bit());
        let (left, right) = self.both(old, sides, written)?;
        Ok(written.join(position, left, right))
    }

    /// Two sides of a branch, each with its changes; with enough of them, on two threads. What is
    /// written comes in the same order either way.
    fn both(
        self,
        (left, right): (Option<Link>, Option<Link>),
        (to_left, to_right): (&[Change], &[Change]),
        written: &mut Written,
    ) -> Result<(Option<Link>, Option<Link>), StateError> {
        if to_left.len().min(to_right.len()) < PARALLEL_MIN {
            let left = self.apply(left, to_left, written)?;
            return Ok((left, self.apply(right, to_right, written)?));
        }
        let mut beside = Written::default();
        let (left, right) = rayon::join(
            || self.apply(left, to_left, written),
            || self.apply(right, to_right, &mut beside),
        );
        written.nodes.append(&mut beside.nodes);
        written.stale.append(&mut beside.stale);
        Ok((left?, right?))
    }
}

fn puts(changes: &[Change]) -> Vec<(Path, Hash)> {
    changes.iter().filter_map(|(path, value)| value.map(|value| (*path, value))).collect()
}

fn divide(changes: &[Change], bit: u16) -> (&[Change], &[Change]) {
    changes.split_at(changes.partition_point(|(path, _)| !path.bit(bit)))
}
