//! One batched update: the write set's paths are sorted, the trie is walked once from the top, and
//! every branch on the way is read once and hashed once.

use super::node::in_one_record;
use super::{Inside, Leaf, Link, Node, NodeReader, Position, load, root};
use crate::{StateError, WriteSet};
use rayon::prelude::*;
use std::convert::Infallible;
use std::sync::Arc;
use tenor_primitives::{Hash, Height, StorageKey};
use tenor_proof::{Path, value_hash};

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
    /// The records to store, each place once, all of this height. Writes that change nothing leave
    /// no trace here.
    pub nodes: Vec<NodeWrite>,
    /// The records that belong to the trie no more, each of a lower height.
    pub stale: Vec<Position>,
}

/// A new record: a branch, with those inside.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// One write of a write set.
type Write<'a> = (&'a StorageKey, &'a Option<Vec<u8>>);

/// A leaf's new value hash, or `None` for a deletion.
type Change = (Path, Option<Hash>);

/// The trie of `nodes` after `writes`, which are those of the block at `height`. Changes nothing.
pub fn update(
    nodes: &dyn NodeReader,
    writes: &WriteSet,
    height: Height,
) -> Result<TrieUpdate, StateError> {
    let changes = changes(writes);
    let old_top = nodes.top()?;
    let parent_root = root(old_top.as_ref());
    let mut written = Written::default();
    let walk = Walk { nodes, height };
    let top = walk.apply(old_top, &changes, &mut written)?.grown;
    let top = top.map(|top| walk.settle(None, top, &mut written)).transpose()?;
    Ok(TrieUpdate {
        height,
        parent_root,
        root: root(top.as_ref()),
        top,
        nodes: written.nodes,
        stale: written.stale,
    })
}

/// Paths and value hashes of a write set, by path.
fn changes(writes: &WriteSet) -> Vec<Change> {
    let writes: Vec<Write<'_>> = writes.iter().collect();
    let mut changes: Vec<Change> = if writes.len() < 2 * PARALLEL_MIN {
        hashed(&writes)
    } else {
        writes.par_chunks(PARALLEL_MIN).flat_map_iter(hashed).collect()
    };
    changes.sort_unstable_by_key(|(path, _)| *path);
    changes
}

fn hashed(writes: &[Write<'_>]) -> Vec<Change> {
    let mut changes = Vec::with_capacity(writes.len());
    let mut map: Option<(&StorageKey, Path)> = None;
    for (key, value) in writes {
        // The keys of one namespace come together: its half of the path is hashed once.
        let path = match map {
            Some((of, path)) if of.contract == key.contract && of.namespace == key.namespace => {
                path
            }
            _ => Path::of_map(&key.contract, key.namespace),
        };
        map = Some((key, path));
        changes.push((path.with_key(&key.key), value.as_deref().map(value_hash)));
    }
    changes
}

/// The trie of these leaves alone, sorted by path, as if the block at `height` had written them
/// all. Each record goes to `store` as soon as it is known, children before their parents, and what
/// `store` refuses ends it.
pub fn build<E>(
    leaves: &[Leaf],
    height: Height,
    store: &mut impl FnMut(NodeWrite) -> Result<(), E>,
) -> Result<Option<Link>, E> {
    let top = grow(leaves, height, store)?;
    top.map(|top| settle(None, top, store)).transpose()
}

/// A subtree on its way up to its parent.
enum Grown {
    /// A leaf, or what was there before.
    Link(Link),
    /// A branch of this update: its parent takes it in, or it gets a record of its own.
    Branch(Arc<Inside>),
}

/// A subtree of these leaves alone.
fn grow<E>(
    leaves: &[Leaf],
    height: Height,
    store: &mut impl FnMut(NodeWrite) -> Result<(), E>,
) -> Result<Option<Grown>, E> {
    let (Some((first, value_hash)), Some((last, _))) = (leaves.first(), leaves.last()) else {
        return Ok(None);
    };
    let Some(bit) = first.first_difference(last) else {
        return Ok(Some(Grown::Link(Link::Leaf { path: *first, value_hash: *value_hash })));
    };
    let (left, right) = leaves.split_at(leaves.partition_point(|(path, _)| !path.bit(bit)));
    let left = grow(left, height, store)?;
    let right = grow(right, height, store)?;
    let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
    let left = settle(Some(bit), left, store)?;
    let right = settle(Some(bit), right, store)?;
    Ok(Some(branch(Position::new(bit, first, height), left, right)))
}

/// The link to a subtree under a parent that divides at `parent`; `None` at the top.
fn settle<E>(
    parent: Option<u16>,
    grown: Grown,
    store: &mut impl FnMut(NodeWrite) -> Result<(), E>,
) -> Result<Link, E> {
    match grown {
        Grown::Link(link) => Ok(link),
        Grown::Branch(branch) => {
            if parent.is_some_and(|parent| in_one_record(parent, branch.position.bit())) {
                return Ok(Link::Inside(branch));
            }
            let Inside { position, node, hash } = Arc::unwrap_or_clone(branch);
            store(NodeWrite { position, node, hash })?;
            Ok(Link::Branch { position, hash })
        }
    }
}

/// A branch of two children, hashed.
fn branch(position: Position, left: Link, right: Link) -> Grown {
    let node = Node { left, right };
    let hash = node.hash(&position);
    Grown::Branch(Arc::new(Inside { position, node, hash }))
}

/// What an update leaves to be stored.
#[derive(Default)]
struct Written {
    nodes: Vec<NodeWrite>,
    stale: Vec<Position>,
}

impl Written {
    fn store(&mut self, write: NodeWrite) -> Result<(), Infallible> {
        self.nodes.push(write);
        Ok(())
    }
}

/// A subtree after its changes.
struct Applied {
    grown: Option<Grown>,
    /// Whether it is another than before.
    is_changed: bool,
}

impl Applied {
    fn changed(grown: Option<Grown>) -> Self {
        Self { grown, is_changed: true }
    }

    fn same(link: Option<Link>) -> Self {
        Self { grown: link.map(Grown::Link), is_changed: false }
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
    ) -> Result<Applied, StateError> {
        let (Some((first, _)), Some((last, _))) = (changes.first(), changes.last()) else {
            return Ok(Applied::same(link));
        };
        let position = match &link {
            None => {
                let leaves = puts(changes);
                let is_changed = !leaves.is_empty();
                return Ok(Applied { grown: self.grow(&leaves, written), is_changed });
            }
            Some(Link::Leaf { path, value_hash }) => {
                let before = (*path, *value_hash);
                let mut leaves = puts(changes);
                if let Err(place) = changes.binary_search_by_key(path, |(path, _)| *path) {
                    let kept = changes[..place].iter().filter(|(_, value)| value.is_some()).count();
                    leaves.insert(kept, before);
                }
                let is_changed = leaves != [before];
                return Ok(Applied { grown: self.grow(&leaves, written), is_changed });
            }
            Some(Link::Branch { position, .. }) => *position,
            Some(Link::Inside(inside)) => inside.position,
        };
        let leaves_at = |path: &Path| path.first_difference(position.prefix());
        let differing = [first, last].into_iter().filter_map(leaves_at).min();
        match differing.filter(|bit| *bit < position.bit()) {
            None => self.descend(link, changes, written),
            Some(bit) => self.split(link, Position::new(bit, first, self.height), changes, written),
        }
    }

    /// All changes lie below the branch behind `link`: each side by itself, then the branch anew.
    fn descend(
        self,
        link: Option<Link>,
        changes: &[Change],
        written: &mut Written,
    ) -> Result<Applied, StateError> {
        let (Inside { position, node, hash }, has_record) = match link {
            None | Some(Link::Leaf { .. }) => return Ok(Applied::same(link)),
            Some(Link::Branch { position, hash }) => {
                let node = load(self.nodes, &position, &hash)?;
                (Inside { position, node, hash }, true)
            }
            Some(Link::Inside(inside)) => (Arc::unwrap_or_clone(inside), false),
        };
        let sides = divide(changes, position.bit());
        let (left, right) = self.both((Some(node.left), Some(node.right)), sides, written)?;
        if left.is_changed || right.is_changed {
            if has_record {
                written.stale.push(position);
            }
            let position = position.written_at(self.height);
            return self.join(position, left, right, written).map(Applied::changed);
        }
        let before = match (left.grown, right.grown) {
            _ if has_record => Some(Link::Branch { position, hash }),
            (Some(Grown::Link(left)), Some(Grown::Link(right))) => {
                let node = Node { left, right };
                Some(Link::Inside(Arc::new(Inside { position, node, hash })))
            }
            _ => unreachable!("a side that is the same is the link it was"),
        };
        Ok(Applied::same(before))
    }

    /// Some changes leave the compressed prefix of the branch behind `link` at `position`: what is
    /// there now becomes one side of a branch there.
    fn split(
        self,
        link: Option<Link>,
        position: Position,
        changes: &[Change],
        written: &mut Written,
    ) -> Result<Applied, StateError> {
        let old_is_right = link.as_ref().is_some_and(|link| link.path().bit(position.bit()));
        let old = if old_is_right { (None, link) } else { (link, None) };
        let sides = divide(changes, position.bit());
        let (left, right) = self.both(old, sides, written)?;
        let is_changed = left.is_changed || right.is_changed;
        Ok(Applied { grown: self.join(position, left, right, written)?, is_changed })
    }

    /// Two sides of a branch, each with its changes; with enough of them, on two threads. What is
    /// written comes in the same order either way.
    fn both(
        self,
        (left, right): (Option<Link>, Option<Link>),
        (to_left, to_right): (&[Change], &[Change]),
        written: &mut Written,
    ) -> Result<(Applied, Applied), StateError> {
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

    /// A new branch over two subtrees, or the only one of them.
    fn join(
        self,
        position: Position,
        left: Applied,
        right: Applied,
        written: &mut Written,
    ) -> Result<Option<Grown>, StateError> {
        let (left, right) = match (left.grown, right.grown) {
            (Some(left), Some(right)) => (left, right),
            (one, other) => return Ok(one.or(other)),
        };
        let left = self.settle(Some(position.bit()), left, written)?;
        let right = self.settle(Some(position.bit()), right, written)?;
        Ok(Some(branch(position, left, right)))
    }

    /// A subtree of these leaves alone, sorted by path.
    fn grow(self, leaves: &[Leaf], written: &mut Written) -> Option<Grown> {
        let Ok(grown) = grow(leaves, self.height, &mut |write| written.store(write));
        grown
    }

    /// As [`settle`]; what was there before moves too, where its parent divides at another bit now.
    fn settle(
        self,
        parent: Option<u16>,
        grown: Grown,
        written: &mut Written,
    ) -> Result<Link, StateError> {
        let is_inside = |bit| parent.is_some_and(|parent| in_one_record(parent, bit));
        let grown = match grown {
            Grown::Link(Link::Branch { position, hash }) if is_inside(position.bit()) => {
                let node = load(self.nodes, &position, &hash)?;
                written.stale.push(position);
                Grown::Branch(Arc::new(Inside { position, node, hash }))
            }
            Grown::Link(Link::Inside(inside)) if !is_inside(inside.position.bit()) => {
                let Inside { position, node, hash } = Arc::unwrap_or_clone(inside);
                let position = position.written_at(self.height);
                Grown::Branch(Arc::new(Inside { position, node, hash }))
            }
            other => other,
        };
        let Ok(link) = settle(parent, grown, &mut |write| written.store(write));
        Ok(link)
    }
}

fn puts(changes: &[Change]) -> Vec<(Path, Hash)> {
    changes.iter().filter_map(|(path, value)| value.map(|value| (*path, value))).collect()
}

fn divide(changes: &[Change], bit: u16) -> (&[Change], &[Change]) {
    changes.split_at(changes.partition_point(|(path, _)| !path.bit(bit)))
}
