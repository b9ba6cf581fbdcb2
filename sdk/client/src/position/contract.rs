//! What a contract's bytes mean, proved: which code it runs, and what that code's spec is.
//!
//! The ledger keeps a record of every instance, with the hash of its code, and a record of all code,
//! with the hash of its spec section. Both are values of the state like any other.

use super::{ProofFileError, same};
use crate::api::{HexBytes, ProofView};
use serde::{Deserialize, Serialize};
use tenor_abi::spec::{self, ContractSpec};
use tenor_primitives::{Address, BlockId, ChainId, Hash, Height, StorageKey, keccak256};
use tenor_proof::{Claim, LedgerProof};

/// The ledger's namespace of code records, by code hash.
const CODE_RECORDS: u16 = 6;
/// The ledger's namespace of instance records, by address.
const INSTANCES: u16 = 7;

/// An instance's record: code hash, its bytes, its memory's pages, creator, label, height of
/// creation, migrations.
type Instance = (Hash, u32, u32, Address, String, Height, u32);
/// A code's record: uploader, height of upload, bytes, hash of the spec section, its memory's pages,
/// whether it migrates, who approved it.
type Code = (Address, Height, u32, Hash, u32, bool, Option<Address>);

/// Proofs of a contract's records, and the spec that they lead to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractProofs {
    /// The borsh bytes of the instance's [`LedgerProof`].
    instance: HexBytes,
    /// The borsh bytes of its code's [`LedgerProof`].
    code: HexBytes,
    /// The spec section; its hash is in the code's record.
    spec: HexBytes,
}

/// A contract, proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedContract {
    /// Its address.
    pub address: Address,
    /// The code it runs.
    pub code_hash: Hash,
    /// Who created it.
    pub creator: Address,
    /// Its label, which its creator chose.
    pub label: String,
    /// What it offers and keeps.
    pub spec: ContractSpec,
}

impl ContractProofs {
    /// Of a node's answers.
    pub fn new(instance: &ProofView, code: &ProofView, spec: Vec<u8>) -> Self {
        Self { instance: instance.bundle.clone(), code: code.bundle.clone(), spec: HexBytes(spec) }
    }

    /// Where the record of an instance lies.
    pub fn instance_key(contract: &Address) -> StorageKey {
        StorageKey::new(Address::SYSTEM, INSTANCES, contract.0)
    }

    /// Where the record of code lies.
    pub fn code_key(code_hash: &Hash) -> StorageKey {
        StorageKey::new(Address::SYSTEM, CODE_RECORDS, code_hash.0)
    }

    /// Checks all of it up to the validators' votes: the block after which it holds, and the
    /// contract.
    pub fn verify(
        &self,
        contract: &Address,
        chain_id: &ChainId,
        validators_hash: &Hash,
    ) -> Result<(BlockId, ProvedContract), ProofFileError> {
        let proved = |bytes, key| record(bytes, &key, chain_id, validators_hash);
        let (block_id, record) = proved(&self.instance, Self::instance_key(contract))?;
        let (code_hash, _, _, creator, label, _, _): Instance = decode(&record)?;
        let (code_block_id, record) = proved(&self.code, Self::code_key(&code_hash))?;
        let (_, _, _, spec_hash, _, _, _): Code = decode(&record)?;
        same(code_block_id, block_id, "proofs of one block")?;
        same(keccak256(&self.spec.0), spec_hash, "the spec of the contract's code")?;
        let spec = spec::decode(&self.spec.0)
            .map_err(|_| ProofFileError::Contract { expected: "a spec section" })?;
        let address = *contract;
        Ok((block_id, ProvedContract { address, code_hash, creator, label, spec }))
    }

    /// The hash of a code's spec section, by the proof of the code's record.
    pub fn spec_hash(
        view: &ProofView,
        code_hash: &Hash,
        chain_id: &ChainId,
        validators_hash: &Hash,
    ) -> Result<Hash, ProofFileError> {
        let key = Self::code_key(code_hash);
        let (_, record) = record(&view.bundle, &key, chain_id, validators_hash)?;
        let (_, _, _, spec_hash, _, _, _): Code = decode(&record)?;
        Ok(spec_hash)
    }
}

/// The value at `key` by a proof of it, and the block after which it holds.
fn record(
    bundle: &HexBytes,
    key: &StorageKey,
    chain_id: &ChainId,
    validators_hash: &Hash,
) -> Result<(BlockId, Vec<u8>), ProofFileError> {
    let proof = LedgerProof::decode(&bundle.0)?;
    let block_id = proof.verify(chain_id, validators_hash)?.block_id;
    match proof.claim {
        Claim::Value { key: of, value, .. } if of == *key => {
            Ok((block_id, value.unwrap_or_default()))
        }
        _ => Err(ProofFileError::Contract { expected: "the record of this contract" }),
    }
}

fn decode<T: borsh::BorshDeserialize>(record: &[u8]) -> Result<T, ProofFileError> {
    borsh::from_slice(record).map_err(|_| ProofFileError::Contract { expected: "a record" })
}
