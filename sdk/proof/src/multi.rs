//! Many keys under one root, their common nodes once.

use crate::proof::decode;
use crate::{PATH_BITS, Path, ProofError, branch_hash, leaf_hash, path_of};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Hash, StorageKey};

/// A node of a [`MultiProof`]. "The keys here" are those asked for whose way leads to this node.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = false)]
pub enum Twig {
    /// A subtree that no key leads to.
    Skipped {
        /// Its hash.
        hash: Hash,
    },
    /// The leaf of the only key here.
    Present {
        /// Keccak-256 of the value.
        value_hash: Hash,
    },
    /// A leaf; the keys here other than its own, all or all but one, are absent.
    Leaf {
        /// The leaf's path.
        path: Path,
        /// Keccak-256 of its value.
        value_hash: Hash,
    },
    /// A branch that all keys here pass through; left and right follow.
    Through {
        /// The branch's bit.
        bit: u16,
    },
    /// A branch whose compressed prefix some keys here leave: they are absent. Left and right
    /// follow.
    Aside {
        /// The branch's bit.
        bit: u16,
        /// Its prefix, zero padded.
        prefix: Path,
    },
}

/// A proof of presence or absence of many keys: the part of the trie that they lie in, in preorder.
/// Empty for the empty trie.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct MultiProof {
    /// The nodes, each before its left subtree, that before its right.
    pub twigs: Vec<Twig>,
}

impl MultiProof {
    /// The most bytes of an encoded proof: 16 MiB, some twenty thousand keys among a million.
    pub const BYTES_MAX: usize = 16 << 20;

    /// Decodes exactly one proof.
    pub fn decode(bytes: &[u8]) -> Result<Self, ProofError> {
        decode(bytes, Self::BYTES_MAX)
    }

    /// Checks the proof for `keys` against `root`: per key, in the order given, the hash of its
    /// value, or `None` when it is proved absent. A key may be asked for twice.
    pub fn verify(
        &self,
        root: &Hash,
        keys: &[StorageKey],
    ) -> Result<Vec<Option<Hash>>, ProofError> {
        let mut asked: Vec<(Path, usize)> = (0..).zip(keys).map(|(i, k)| (path_of(k), i)).collect();
        asked.sort_unstable();
        let mut walk = Walk { twigs: &self.twigs, found: alloc::vec![None; keys.len()] };
        let got = if self.twigs.is_empty() { Hash::ZERO } else { walk.node(&asked, 0)? };
        if !walk.twigs.is_empty() {
            return Err(ProofError::Shape("nodes left over"));
        }
        let expected = *root;
        (got == expected).then_some(walk.found).ok_or(ProofError::Root { expected, got })
    }
}

struct Walk<'a> {
    twigs: &'a [Twig],
    found: Vec<Option<Hash>>,
}

type Asked = (Path, usize);

impl Walk<'_> {
    /// The hash of the next node, whose bit is `from` or later and to which `asked`, sorted, lead.
    fn node(&mut self, asked: &[Asked], from: u16) -> Result<Hash, ProofError> {
        let (twig, rest) = self.twigs.split_first().ok_or(ProofError::Shape("too few nodes"))?;
        self.twigs = rest;
        match (twig, asked) {
            (Twig::Skipped { hash }, []) => Ok(*hash),
            (Twig::Present { value_hash }, [(path, _), ..]) => {
                let hash = self.leaf(path, value_hash, asked);
                let alone = asked.iter().all(|(other, _)| other == path);
                let shape = ProofError::Shape("one leaf for several keys");
                alone.then_some(hash).ok_or(shape)
            }
            (Twig::Leaf { path, value_hash }, [_, ..]) => Ok(self.leaf(path, value_hash, asked)),
            (Twig::Through { bit }, [(first, _), ..]) => {
                let all = asked.iter().all(|(path, _)| path.shares_prefix(first, *bit));
                let shape = ProofError::Shape("keys beside a branch they should pass");
                all.then_some(()).ok_or(shape)?;
                self.branch(*bit, first, asked, from)
            }
            (Twig::Aside { bit, prefix }, [_, ..]) => {
                if *bit >= PATH_BITS || prefix.prefix(*bit) != *prefix {
                    return Err(ProofError::Shape("a prefix longer than its branch's bit"));
                }
                let start = asked.partition_point(|(path, _)| path.prefix(*bit) < *prefix);
                let end = asked.partition_point(|(path, _)| path.prefix(*bit) <= *prefix);
                self.branch(*bit, prefix, &asked[start..end], from)
            }
            _ => Err(ProofError::Shape("a node of the wrong kind for the keys that lead to it")),
        }
    }

    fn leaf(&mut self, path: &Path, value_hash: &Hash, asked: &[Asked]) -> Hash {
        for (_, index) in asked.iter().filter(|(asked, _)| asked == path) {
            self.found[*index] = Some(*value_hash);
        }
        leaf_hash(path, value_hash)
    }

    /// A branch at `bit` of `prefix` and the two subtrees that follow; `asked` pass through it.
    fn branch(
        &mut self,
        bit: u16,
        prefix: &Path,
        asked: &[Asked],
        from: u16,
    ) -> Result<Hash, ProofError> {
        if bit < from || bit >= PATH_BITS {
            return Err(ProofError::Shape("branches out of order"));
        }
        let (left, right) = asked.split_at(asked.partition_point(|(path, _)| !path.bit(bit)));
        let left = self.node(left, bit + 1)?;
        let right = self.node(right, bit + 1)?;
        Ok(branch_hash(bit, prefix, &left, &right))
    }
}
