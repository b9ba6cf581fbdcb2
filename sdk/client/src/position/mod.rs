//! Proof files: values of the ledger, their absence, or all entries of a map, that anyone can check
//! without a node.

mod contract;

pub use contract::{ContractProofs, ProvedContract};

use crate::api::{HexBytes, ProofView};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use tenor_primitives::{Address, BlockId, ChainId, Hash, Height, StorageKey, Timestamp};
use tenor_proof::{Claim, KeyRange, LedgerProof, ProofError};
use thiserror::Error;

/// A proof as a file. `proof` and `contract` are evidence; `about` is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofFile {
    /// The format, [`ProofFile::FORMAT`].
    format: String,
    /// What it is about, in the words of whoever made the file; never proved.
    pub about: String,
    /// The borsh bytes of the [`LedgerProof`].
    proof: HexBytes,
    /// What keys and values mean, for those of a contract.
    contract: Option<ContractProofs>,
}

/// Why a proof file proves nothing.
#[derive(Debug, Error)]
pub enum ProofFileError {
    /// The file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not a proof file.
    #[error("{path} is not a proof file: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The proof does not hold.
    #[error("the proof does not hold: {0}")]
    Invalid(#[from] ProofError),
    /// The proof holds, of something else than was asked for.
    #[error("expected a proof about {expected}, got one about {got}; ask for the right one")]
    Another {
        /// What was asked for.
        expected: String,
        /// What it is about.
        got: String,
    },
    /// What the file says of the contract does not go with the proof.
    #[error("the proof of the contract does not hold: expected {expected}, got another")]
    Contract {
        /// What does not agree.
        expected: &'static str,
    },
}

/// What a proof file proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// The block after which it holds.
    pub block_id: BlockId,
    /// That block's height.
    pub height: Height,
    /// That block's time.
    pub time: Timestamp,
    /// The owner of all that is proved.
    pub owner: Address,
    /// The values, `None` where there is none, and where they lie.
    pub values: Vec<(StorageKey, Option<Vec<u8>>)>,
    /// For the values of a map: that there are no others in this range of its keys.
    pub complete: Option<CompleteMap>,
    /// The contract that keeps them, when the file proves that too.
    pub contract: Option<ProvedContract>,
}

/// A namespace all of whose entries in a range are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompleteMap {
    /// The owner's namespace.
    pub namespace: u16,
    /// The range of its keys; the default is all of them.
    pub range: KeyRange,
}

impl ProofFile {
    /// The format's name and version.
    pub const FORMAT: &str = "tenor-proof-3";

    /// A file of a node's answer. `contract` must be of the same block.
    pub fn new(view: &ProofView, about: String, contract: Option<ContractProofs>) -> Self {
        Self { format: Self::FORMAT.into(), about, proof: view.bundle.clone(), contract }
    }

    /// Reads a file. Nothing is verified yet.
    pub fn load(path: &Path) -> Result<Self, ProofFileError> {
        let malformed = |reason: String| ProofFileError::Malformed { path: path.into(), reason };
        let text = std::fs::read_to_string(path)
            .map_err(|source| ProofFileError::Io { path: path.into(), source })?;
        let file: Self =
            serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        if file.format != Self::FORMAT {
            let reason = format!("expected the format {}, got {:?}", Self::FORMAT, file.format);
            return Err(malformed(reason));
        }
        Ok(file)
    }

    /// Writes the file.
    pub fn save(&self, path: &Path) -> Result<(), ProofFileError> {
        let io = |source| ProofFileError::Io { path: path.into(), source };
        let json = serde_json::to_string_pretty(self).map_err(|error| io(error.into()))?;
        std::fs::write(path, json + "\n").map_err(io)
    }

    /// Checks the proof up to the validators' votes. `chain_id` and `validators_hash` must be known
    /// from elsewhere, such as the genesis file.
    pub fn verify(
        &self,
        chain_id: &ChainId,
        validators_hash: &Hash,
    ) -> Result<Proved, ProofFileError> {
        let proof = LedgerProof::decode(&self.proof.0)?;
        let verified = proof.verify(chain_id, validators_hash)?;
        let (block_id, height, time) = (verified.block_id, verified.height, verified.time);
        let (owner, values, complete) = shown(proof.claim)?;
        let contract = match &self.contract {
            Some(proofs) => {
                let (of, contract) = proofs.verify(&owner, chain_id, validators_hash)?;
                same(of, block_id, "proofs of one block")?;
                Some(contract)
            }
            None => None,
        };
        Ok(Proved { block_id, height, time, owner, values, complete, contract })
    }
}

type Shown = (Address, Vec<(StorageKey, Option<Vec<u8>>)>, Option<CompleteMap>);

/// The owner, the values, and of which map they are all, of a claim that holds.
fn shown(claim: Claim) -> Result<Shown, ProofFileError> {
    match claim {
        Claim::Value { key, value, .. } => Ok((key.contract, vec![(key, value)], None)),
        Claim::Values { values, .. } => {
            let first = values.first().map(|(key, _)| key.contract);
            let owner = first.ok_or(ProofFileError::Contract { expected: "at least one value" })?;
            let strange = values.iter().any(|(key, _)| key.contract != owner);
            same(strange, false, "values of one contract")?;
            Ok((owner, values, None))
        }
        Claim::Map { contract, namespace, range, proof } => {
            let value = |(key, value)| (StorageKey::new(contract, namespace, key), Some(value));
            let values = proof.entries.into_iter().map(value).collect();
            Ok((contract, values, Some(CompleteMap { namespace, range })))
        }
    }
}

/// Refuses a difference.
fn same<T: PartialEq>(got: T, wanted: T, expected: &'static str) -> Result<(), ProofFileError> {
    if got == wanted { Ok(()) } else { Err(ProofFileError::Contract { expected }) }
}
