//! Walking the stored trie for proofs. Each node on the way is checked against the hash its parent
//! holds.

use super::{Link, Node, NodeReader, Position, load};
use crate::StateError;
use tenor_primitives::{Address, Hash};
use tenor_proof::{End, MultiProof, PATH_BITS, Path, Proof, Sibling, Twig};

/// The proof for `path`, present or absent.
pub fn prove(nodes: &dyn NodeReader, path: &Path) -> Result<Proof, StateError> {
    let (siblings, stop) = walk(nodes, path, PATH_BITS)?;
    Ok(Proof { siblings, end: stop.end(path) })
}

/// What a proof of a whole namespace needs beside its entries: the nodes beside the way to its
/// subtree, and for an empty namespace what lies in its place.
pub fn prove_map(
    nodes: &dyn NodeReader,
    contract: &Address,
    namespace: u16,
) -> Result<(Vec<Sibling>, Option<End>), StateError> {
    let map = Path::of_map(contract, namespace);
    let (siblings, stop) = walk(nodes, &map, Path::MAP_BITS)?;
    let absent = (!stop.is_below(&map)).then(|| stop.end(&map));
    Ok((siblings, absent))
}

/// The proof for many paths, in any order.
pub fn prove_many(nodes: &dyn NodeReader, mut paths: Vec<Path>) -> Result<MultiProof, StateError> {
    paths.sort_unstable();
    paths.dedup();
    let mut twigs = Vec::new();
    if let Some(top) = nodes.top()? {
        grow(nodes, &top, &paths, &mut twigs)?;
    }
    Ok(MultiProof { twigs })
}

/// Where a walk ends.
enum Stop {
    Nothing,
    Leaf { path: Path, value_hash: Hash },
    Branch { position: Position, node: Box<Node> },
}

impl Stop {
    /// What the stop says of `path`, which is present only at its own leaf.
    fn end(&self, path: &Path) -> End {
        match self {
            Self::Nothing => End::Empty,
            Self::Leaf { path: found, value_hash } if found == path => {
                End::Present { value_hash: *value_hash }
            }
            Self::Leaf { path, value_hash } => {
                End::OtherLeaf { path: *path, value_hash: *value_hash }
            }
            Self::Branch { position, node } => End::OtherBranch {
                bit: position.bit(),
                prefix: *position.prefix(),
                left: node.left.hash(),
                right: node.right.hash(),
            },
        }
    }

    /// Whether everything from here on belongs to `map`.
    fn is_below(&self, map: &Path) -> bool {
        match self {
            Self::Nothing => false,
            Self::Leaf { path, .. } => path.shares_prefix(map, Path::MAP_BITS),
            Self::Branch { position, .. } => {
                position.bit() >= Path::MAP_BITS
                    && position.prefix().shares_prefix(map, Path::MAP_BITS)
            }
        }
    }
}

/// Follows `path` until it leaves the trie, reaches a leaf, or a branch at bit `until` or later.
fn walk(
    nodes: &dyn NodeReader,
    path: &Path,
    until: u16,
) -> Result<(Vec<Sibling>, Stop), StateError> {
    let mut siblings = Vec::new();
    let Some(mut link) = nodes.top()? else { return Ok((siblings, Stop::Nothing)) };
    loop {
        let (position, node) = match link {
            Link::Leaf { path, value_hash } => {
                return Ok((siblings, Stop::Leaf { path, value_hash }));
            }
            link => load_checked(nodes, &link)?,
        };
        if position.bit() >= until || !path.shares_prefix(position.prefix(), position.bit()) {
            return Ok((siblings, Stop::Branch { position, node: Box::new(node) }));
        }
        let (next, other) = node.children(&position, path);
        siblings.push(Sibling { bit: position.bit(), hash: other.hash() });
        link = next.clone();
    }
}

/// Adds the subtree behind `link` in preorder, as far as `paths`, sorted, lead into it.
fn grow(
    nodes: &dyn NodeReader,
    link: &Link,
    paths: &[Path],
    twigs: &mut Vec<Twig>,
) -> Result<(), StateError> {
    if paths.is_empty() {
        twigs.push(Twig::Skipped { hash: link.hash() });
        return Ok(());
    }
    if let Link::Leaf { path, value_hash } = *link {
        let alone = paths == [path];
        let leaf = Twig::Leaf { path, value_hash };
        twigs.push(if alone { Twig::Present { value_hash } } else { leaf });
        return Ok(());
    }
    let (position, node) = load_checked(nodes, link)?;
    let (bit, prefix) = (position.bit(), *position.prefix());
    let start = paths.partition_point(|path| path.prefix(bit) < prefix);
    let end = paths.partition_point(|path| path.prefix(bit) <= prefix);
    let passing = &paths[start..end];
    let all = passing.len() == paths.len();
    twigs.push(if all { Twig::Through { bit } } else { Twig::Aside { bit, prefix } });
    let (left, right) = passing.split_at(passing.partition_point(|path| !path.bit(bit)));
    grow(nodes, &node.left, left, twigs)?;
    grow(nodes, &node.right, right, twigs)
}

/// The branch that a link leads to. One with a record of its own is checked against the link's hash;
/// the hashes of those inside are computed as the record is read.
fn load_checked(nodes: &dyn NodeReader, link: &Link) -> Result<(Position, Node), StateError> {
    let (position, hash) = match link {
        Link::Leaf { .. } => return Err(StateError::corrupt("a leaf where a branch was expected")),
        Link::Inside(inside) => return Ok((inside.position, inside.node.clone())),
        Link::Branch { position, hash } => (*position, hash),
    };
    let node = load(nodes, &position, hash)?;
    if node.hash(&position) != *hash {
        return Err(StateError::corrupt(format!("wrong hash of the trie node at {position:?}")));
    }
    Ok((position, node))
}
