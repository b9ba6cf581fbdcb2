//! A whole namespace, or a range of its keys: all the entries, and that there are no others.

use crate::proof::{decode, fold};
use crate::{End, Path, ProofError, Sibling, subtree_hash, value_hash};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Address, Hash};

/// Keys of a namespace from `start`, inclusive, to `end`, exclusive; open where `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct KeyRange {
    /// The first key.
    pub start: Option<Vec<u8>>,
    /// The key after the last.
    pub end: Option<Vec<u8>>,
}

impl KeyRange {
    /// Whether `key` lies in the range.
    pub fn contains(&self, key: &[u8]) -> bool {
        self.start.as_deref().is_none_or(|start| start <= key)
            && self.end.as_deref().is_none_or(|end| key < end)
    }

    /// Whether the range is the whole namespace.
    pub fn is_whole(&self) -> bool {
        self.start.as_deref().is_none_or(<[u8]>::is_empty) && self.end.is_none()
    }
}

/// A proof that `entries` are all there is in a namespace, or in a range of its keys ("these are all
/// the holders"). A namespace is one subtree, so its root follows from its keys and the hashes of its
/// values alone; beside them the proof needs only the nodes above. The trie orders keys by their
/// hash, so that a range is proved by naming the keys outside it too, without their values.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct MapProof {
    /// Keys of the range and values, ascending by key.
    pub entries: Vec<(Vec<u8>, Vec<u8>)>,
    /// Keys outside the range and the hashes of their values, ascending by key.
    pub others: Vec<(Vec<u8>, Hash)>,
    /// The nodes beside the way to the namespace's subtree, from the root down.
    pub siblings: Vec<Sibling>,
    /// For an empty namespace, and only then: what lies where it would be.
    pub absent: Option<End>,
}

impl MapProof {
    /// The most bytes of an encoded proof: 64 MiB, about half a million holdings.
    pub const BYTES_MAX: usize = 64 << 20;

    /// Decodes exactly one proof.
    pub fn decode(bytes: &[u8]) -> Result<Self, ProofError> {
        decode(bytes, Self::BYTES_MAX)
    }

    /// Checks that [`MapProof::entries`] is all of `contract`'s `namespace` in `range`, under `root`.
    pub fn verify(
        &self,
        root: &Hash,
        contract: &Address,
        namespace: u16,
        range: &KeyRange,
    ) -> Result<(), ProofError> {
        self.check_keys(range)?;
        let map = Path::of_map(contract, namespace);
        let (hash, depth) = match &self.absent {
            None => (self.subtree(&map)?, Path::MAP_BITS),
            Some(end) => self.absence(end, &map)?,
        };
        let got = fold(&self.siblings, &map, depth, hash)?;
        let expected = *root;
        (got == expected).then_some(()).ok_or(ProofError::Root { expected, got })
    }

    /// Each key once, in its list, on its side.
    fn check_keys(&self, range: &KeyRange) -> Result<(), ProofError> {
        let ascending = self.entries.is_sorted_by(|(a, _), (b, _)| a < b)
            && self.others.is_sorted_by(|(a, _), (b, _)| a < b);
        if !ascending {
            return Err(ProofError::Shape("entries out of order"));
        }
        let sorted_out = self.entries.iter().all(|(key, _)| range.contains(key))
            && !self.others.iter().any(|(key, _)| range.contains(key));
        sorted_out.then_some(()).ok_or(ProofError::Shape("an entry on the wrong side of the range"))
    }

    fn subtree(&self, map: &Path) -> Result<Hash, ProofError> {
        if self.entries.is_empty() && self.others.is_empty() {
            return Err(ProofError::Shape("neither entries nor a proof that there are none"));
        }
        let entries = self.entries.iter().map(|(key, value)| (key, value_hash(value)));
        let others = self.others.iter().map(|(key, hash)| (key, *hash));
        let leaf = |(key, hash): (&Vec<u8>, Hash)| (map.with_key(key), hash);
        let mut leaves: Vec<(Path, Hash)> = entries.chain(others).map(leaf).collect();
        leaves.sort_unstable_by_key(|(path, _)| *path);
        Ok(subtree_hash(&leaves))
    }

    fn absence(&self, end: &End, map: &Path) -> Result<(Hash, u16), ProofError> {
        let end = end.resolve(map)?;
        // What differs later is an entry of this very namespace.
        let outside = end.value_hash.is_none() && end.depth < Path::MAP_BITS;
        if !outside || !self.entries.is_empty() || !self.others.is_empty() {
            return Err(ProofError::Shape("an entry of a namespace shown as empty"));
        }
        Ok((end.hash, end.depth))
    }
}
