//! Proof files: a value of the ledger, or its absence, that anyone can check without a node.

mod contract;

pub use contract::{ContractProofs, ProvedContract};

use crate::api::{HexBytes, ProofView};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use tenor_primitives::{BlockId, ChainId, Hash, Height, StorageKey, Timestamp};
use tenor_proof::{PositionProof, ProofError};
use thiserror::Error;

/// A proof as a file. `proof` and `contract` are evidence; `about` is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofFile {
    /// The format, [`ProofFile::FORMAT`].
    format: String,
    /// What it is about, in the words of whoever made the file; never proved.
    pub about: String,
    /// The borsh bytes of the [`PositionProof`].
    proof: HexBytes,
    /// What key and value mean, for a value of a contract.
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
pub struct ProvedPosition {
    /// The block after which it holds.
    pub block_id: BlockId,
    /// That block's height.
    pub height: Height,
    /// That block's time.
    pub time: Timestamp,
    /// Where the value lies.
    pub key: StorageKey,
    /// The value, `None` when it is proved absent.
    pub value: Option<Vec<u8>>,
    /// The contract that keeps it, when the file proves that too.
    pub contract: Option<ProvedContract>,
}

impl ProofFile {
    /// The format's name and version.
    pub const FORMAT: &str = "tenor-proof-2";

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
    ) -> Result<ProvedPosition, ProofFileError> {
        let proof = PositionProof::decode(&self.proof.0)?;
        let verified = proof.verify(chain_id, validators_hash)?;
        let contract = match &self.contract {
            Some(proofs) => {
                let (block_id, contract) =
                    proofs.verify(&verified.key.contract, chain_id, validators_hash)?;
                same(block_id, verified.block_id, "proofs of one block")?;
                Some(contract)
            }
            None => None,
        };
        Ok(ProvedPosition {
            contract,
            block_id: verified.block_id,
            height: verified.height,
            time: verified.time,
            key: verified.key.clone(),
            value: verified.value.map(<[u8]>::to_vec),
        })
    }
}

/// Refuses a difference.
fn same<T: PartialEq>(got: T, wanted: T, expected: &'static str) -> Result<(), ProofFileError> {
    if got == wanted { Ok(()) } else { Err(ProofFileError::Contract { expected }) }
}
