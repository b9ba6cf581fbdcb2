//! What can be proved of a state.

use crate::{KeyRange, MapProof, MultiProof, Proof, ProofError, value_hash};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Address, Hash, StorageKey};

/// A value, `None` where there is none, and where it lies.
pub type ClaimedValue = (StorageKey, Option<Vec<u8>>);

/// A claim about a state, with the proof that leads to the state's root.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = false)]
pub enum Claim {
    /// One key has this value, or none.
    Value {
        /// Where the value lies.
        key: StorageKey,
        /// The value, `None` when there is none.
        value: Option<Vec<u8>>,
        /// The way to it.
        proof: Proof,
    },
    /// Each of these keys has this value, or none.
    Values {
        /// Keys and values, in the order in which they were asked for.
        values: Vec<ClaimedValue>,
        /// The ways to all of them.
        proof: MultiProof,
    },
    /// These are all entries of a namespace, or of a range of its keys.
    Map {
        /// The owner.
        contract: Address,
        /// The owner's namespace.
        namespace: u16,
        /// The keys it is about.
        range: KeyRange,
        /// The entries, and that there are no others.
        proof: MapProof,
    },
}

impl Claim {
    /// Checks the claim against a state root.
    pub fn verify(&self, root: &Hash) -> Result<(), ProofError> {
        match self {
            Self::Value { key, value, proof } => proof.verify_value(root, key, value.as_deref()),
            Self::Values { values, proof } => verify_values(root, values, proof),
            Self::Map { contract, namespace, range, proof } => {
                proof.verify(root, contract, *namespace, range)
            }
        }
    }
}

fn verify_values(
    root: &Hash,
    values: &[ClaimedValue],
    proof: &MultiProof,
) -> Result<(), ProofError> {
    let keys: Vec<StorageKey> = values.iter().map(|(key, _)| key.clone()).collect();
    let proved = proof.verify(root, &keys)?;
    let claimed = values.iter().map(|(_, value)| value.as_deref().map(value_hash));
    claimed.eq(proved).then_some(()).ok_or(ProofError::Value)
}
