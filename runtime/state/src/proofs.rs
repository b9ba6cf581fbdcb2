//! Proofs at the head, checked before they are handed out: one that does not verify means that flat
//! state and trie disagree, and that is corruption.

use crate::trie::{self, NodeReader};
use crate::{Entry, Scan, StateError, StateReader, Tip};
use tenor_primitives::{Address, StorageKey};
use tenor_proof::{MapProof, MultiProof, Proof, ProofError, path_of, value_hash};

/// A value of the head with its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateProof {
    /// The block whose state root the proof leads to.
    pub tip: Tip,
    /// The value, `None` when the key is absent.
    pub value: Option<Vec<u8>>,
    /// The proof of presence or absence.
    pub proof: Proof,
}

/// Many values of the head with one proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultiStateProof {
    /// The block whose state root the proof leads to.
    pub tip: Tip,
    /// The values in the order of the keys, `None` for those that are absent.
    pub values: Vec<Option<Vec<u8>>>,
    /// The proof of all of them.
    pub proof: MultiProof,
}

/// All entries of a namespace at the head, with the proof that there are no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapStateProof {
    /// The block whose state root the proof leads to.
    pub tip: Tip,
    /// The entries and the proof.
    pub proof: MapProof,
}

/// The head, its flat state and its trie, all of one moment: what a database needs for its proofs.
pub struct Prover<'a> {
    /// The last committed block.
    pub tip: Tip,
    /// The state after it.
    pub state: &'a dyn StateReader,
    /// The trie over that state.
    pub nodes: &'a dyn NodeReader,
}

impl Prover<'_> {
    /// One key.
    pub fn key(&self, key: &StorageKey) -> Result<StateProof, StateError> {
        let value = self.state.get(key)?;
        let proof = trie::prove(self.nodes, &path_of(key))?;
        proof.verify_value(&self.tip.state_root, key, value.as_deref()).map_err(disagreement)?;
        Ok(StateProof { tip: self.tip, value, proof })
    }

    /// Many keys.
    pub fn keys(&self, keys: &[StorageKey]) -> Result<MultiStateProof, StateError> {
        let values = keys.iter().map(|key| self.state.get(key)).collect::<Result<Vec<_>, _>>()?;
        let proof = trie::prove_many(self.nodes, keys.iter().map(path_of).collect())?;
        let proved = proof.verify(&self.tip.state_root, keys).map_err(disagreement)?;
        let read = values.iter().map(|value| value.as_deref().map(value_hash));
        if !read.eq(proved) {
            return Err(disagreement(ProofError::Value));
        }
        Ok(MultiStateProof { tip: self.tip, values, proof })
    }

    /// A whole namespace.
    pub fn map(&self, contract: &Address, namespace: u16) -> Result<MapStateProof, StateError> {
        let entries: Vec<Entry> = self.state.scan(&Scan::all(*contract, namespace, usize::MAX))?;
        let (siblings, absent) = trie::prove_map(self.nodes, contract, namespace)?;
        let proof = MapProof { entries, siblings, absent };
        proof.verify(&self.tip.state_root, contract, namespace).map_err(disagreement)?;
        Ok(MapStateProof { tip: self.tip, proof })
    }
}

fn disagreement(error: ProofError) -> StateError {
    StateError::corrupt(format!("flat state and trie disagree: {error}"))
}
