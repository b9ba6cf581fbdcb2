//! Proofs of one state, checked before they are handed out: one that does not verify means that flat
//! state and trie disagree, and that is corruption.

use crate::{Entry, Scan, StateError, View, trie};
use tenor_primitives::{Address, StorageKey};
use tenor_proof::{Claim, KeyRange, MapProof, ProofError, path_of, value_hash};

/// Entries that are read at a time: few enough that the largest values fit memory.
const PAGE_ENTRIES: usize = 256;
/// Bytes of a namespace's entries in one proof: what is left is for the way to the root.
const MAP_BYTES_MAX: usize = MapProof::BYTES_MAX - (1 << 20);

impl View {
    /// The value under `key`, or its absence.
    pub fn prove(&self, key: &StorageKey) -> Result<Claim, StateError> {
        let value = self.state.get(key)?;
        let proof = trie::prove(&*self.nodes, &path_of(key))?;
        self.checked(Claim::Value { key: key.clone(), value, proof })
    }

    /// The values under `keys`, with one proof for all.
    pub fn prove_many(&self, keys: &[StorageKey]) -> Result<Claim, StateError> {
        let value = |key: &StorageKey| Ok((key.clone(), self.state.get(key)?));
        let values = keys.iter().map(value).collect::<Result<Vec<_>, StateError>>()?;
        let proof = trie::prove_many(&*self.nodes, keys.iter().map(path_of).collect())?;
        self.checked(Claim::Values { values, proof })
    }

    /// All entries of a namespace in a range of its keys, with the proof that there are no others.
    /// Reads the whole namespace into memory: `None` when it has more than `entries_max` entries, or
    /// more bytes than a proof may have.
    pub fn prove_map(
        &self,
        contract: &Address,
        namespace: u16,
        range: &KeyRange,
        entries_max: usize,
    ) -> Result<Option<Claim>, StateError> {
        let Some(mut entries) = self.whole_map(contract, namespace, entries_max)? else {
            return Ok(None);
        };
        let others = entries.extract_if(.., |(key, _)| !range.contains(key));
        let others = others.map(|(key, value)| (key, value_hash(&value))).collect();
        let (siblings, absent) = trie::prove_map(&*self.nodes, contract, namespace)?;
        let proof = MapProof { entries, others, siblings, absent };
        let (contract, range) = (*contract, range.clone());
        self.checked(Claim::Map { contract, namespace, range, proof }).map(Some)
    }

    /// All entries of a namespace, read page by page, if they are few enough for one proof.
    fn whole_map(
        &self,
        contract: &Address,
        namespace: u16,
        entries_max: usize,
    ) -> Result<Option<Vec<Entry>>, StateError> {
        let (mut entries, mut bytes): (Vec<Entry>, usize) = (Vec::new(), 0);
        loop {
            let behind = entries.last().map(|(key, _)| [key.as_slice(), &[0]].concat());
            let page = Scan::all(*contract, namespace, PAGE_ENTRIES);
            let page = self.state.scan(&Scan { start: behind.as_deref(), ..page })?;
            let is_last = page.len() < PAGE_ENTRIES;
            bytes += page.iter().map(|(key, value)| key.len() + value.len() + 8).sum::<usize>();
            entries.extend(page);
            if entries.len() > entries_max || bytes > MAP_BYTES_MAX {
                return Ok(None);
            }
            if is_last {
                return Ok(Some(entries));
            }
        }
    }

    fn checked(&self, claim: Claim) -> Result<Claim, StateError> {
        claim.verify(&self.tip.state_root).map_err(disagreement)?;
        Ok(claim)
    }
}

fn disagreement(error: ProofError) -> StateError {
    StateError::corrupt(format!("flat state and trie disagree: {error}"))
}
