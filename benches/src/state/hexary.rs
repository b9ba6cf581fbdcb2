//! A yardstick: a trie of sixteen children per branch in memory, with the same hash, without a store,
//! versions, proofs or path compression above the leaves. It updates a sorted batch in one walk, as
//! ours does, on one thread.

use tenor_primitives::{Hash, Hasher, keccak256};
use tenor_state::WriteSet;

/// A leaf's place, and what is hashed of it.
type Leaf = ([u8; 32], Hash);

#[derive(Clone, Debug)]
enum Child {
    Empty,
    Leaf(Box<(Leaf, Hash)>),
    Branch(Box<Branch>),
}

#[derive(Clone, Debug)]
struct Branch {
    children: [Child; 16],
    hash: Hash,
}

/// The trie.
#[derive(Clone, Debug)]
pub struct HexaryTrie {
    top: Branch,
}

impl Child {
    fn hash(&self) -> Option<&Hash> {
        match self {
            Self::Empty => None,
            Self::Leaf(leaf) => Some(&leaf.1),
            Self::Branch(branch) => Some(&branch.hash),
        }
    }

    fn leaf((path, value): Leaf) -> Self {
        let hash = Hasher::new().chain(&[0]).chain(&path).chain(&value.0).finish();
        Self::Leaf(Box::new(((path, value), hash)))
    }
}

impl Branch {
    fn empty() -> Self {
        Self { children: [const { Child::Empty }; 16], hash: Hash::ZERO }
    }

    /// Puts `leaves`, sorted, below this branch at `depth` nibbles.
    fn put(&mut self, leaves: &[Leaf], depth: usize) {
        let mut rest = leaves;
        while let Some((path, _)) = rest.first() {
            let nibble = nibble(path, depth);
            let (here, after) = rest
                .split_at(rest.partition_point(|(path, _)| self::nibble(path, depth) == nibble));
            let child = &mut self.children[nibble];
            match (&mut *child, here) {
                (Child::Branch(branch), _) => branch.put(here, depth + 1),
                (Child::Empty, [only]) => *child = Child::leaf(*only),
                (Child::Leaf(old), [only]) if old.0.0 == only.0 => *child = Child::leaf(*only),
                (old, _) => {
                    let mut all = here.to_vec();
                    if let Child::Leaf(old) = old
                        && let Err(place) = all.binary_search_by_key(&old.0.0, |(path, _)| *path)
                    {
                        all.insert(place, old.0);
                    }
                    let mut branch = Box::new(Self::empty());
                    branch.put(&all, depth + 1);
                    *child = Child::Branch(branch);
                }
            }
            rest = after;
        }
        let mut hasher = Hasher::new().chain(&[1]);
        for child in &self.children {
            hasher.update(&child.hash().unwrap_or(&Hash::ZERO).0);
        }
        self.hash = hasher.finish();
    }
}

fn nibble(path: &[u8; 32], depth: usize) -> usize {
    let byte = path[depth / 2];
    usize::from(if depth.is_multiple_of(2) { byte >> 4 } else { byte & 15 })
}

impl Default for HexaryTrie {
    fn default() -> Self {
        Self { top: Branch::empty() }
    }
}

impl HexaryTrie {
    /// The root after `writes`, which delete nothing.
    pub fn update(&mut self, writes: &WriteSet) -> Hash {
        let leaf = |(key, value): (&tenor_primitives::StorageKey, &Option<Vec<u8>>)| {
            let value = value.as_deref().unwrap_or_default();
            (keccak256(&key.key).0, keccak256(value))
        };
        let mut leaves: Vec<Leaf> = writes.iter().map(leaf).collect();
        leaves.sort_unstable_by_key(|(path, _)| *path);
        self.top.put(&leaves, 0);
        self.top.hash
    }
}
