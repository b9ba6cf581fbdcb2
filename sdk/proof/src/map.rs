//! A whole namespace: all its entries, and that there are no others.

use crate::proof::{decode, fold};
use crate::{End, Path, ProofError, Sibling, subtree_hash, value_hash};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Address, Hash};

/// A proof that `entries` are all there is in a namespace ("these are all the holders"). A namespace
/// is one subtree, so its root follows from the entries alone; beside them the proof needs only the
/// nodes above. Part of a namespace cannot be shown complete: the trie orders keys by their hash.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct MapProof {
    /// Keys and values, ascending by key.
    pub entries: Vec<(Vec<u8>, Vec<u8>)>,
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

    /// Checks that [`MapProof::entries`] is the whole of `contract`'s `namespace` under `root`.
    pub fn verify(
        &self,
        root: &Hash,
        contract: &Address,
        namespace: u16,
    ) -> Result<(), ProofError> {
        let map = Path::of_map(contract, namespace);
        let (hash, depth) = match &self.absent {
            None => (self.subtree(&map)?, Path::MAP_BITS),
            Some(end) => self.absence(end, &map)?,
        };
        let got = fold(&self.siblings, &map, depth, hash)?;
        let expected = *root;
        (got == expected).then_some(()).ok_or(ProofError::Root { expected, got })
    }

    fn subtree(&self, map: &Path) -> Result<Hash, ProofError> {
        if self.entries.is_empty() {
            return Err(ProofError::Shape("neither entries nor a proof that there are none"));
        }
        if !self.entries.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(ProofError::Shape("entries out of order"));
        }
        let leaf = |(key, value): &(Vec<u8>, Vec<u8>)| (map.with_key(key), value_hash(value));
        let mut leaves: Vec<(Path, Hash)> = self.entries.iter().map(leaf).collect();
        leaves.sort_unstable_by_key(|(path, _)| *path);
        Ok(subtree_hash(&leaves))
    }

    fn absence(&self, end: &End, map: &Path) -> Result<(Hash, u16), ProofError> {
        let end = end.resolve(map)?;
        // What differs later is an entry of this very namespace.
        let outside = end.value_hash.is_none() && end.depth < Path::MAP_BITS;
        if !outside || !self.entries.is_empty() {
            return Err(ProofError::Shape("an entry of a namespace shown as empty"));
        }
        Ok((end.hash, end.depth))
    }
}
