//! Checks a proof where there is no node and no Rust: in a browser, on a phone. Compiled to
//! WebAssembly it has no imports, and four exports beside its memory:
//!
//! | Export | What it does |
//! |---|---|
//! | `reserve(bytes) -> address` | makes room for the input, which the caller then writes there |
//! | `verify_input(chain_id_bytes) -> code` | checks the input: 0 when the proof holds, else a [`Refusal`] |
//! | `statement() -> address`, `statement_bytes() -> bytes` | what was proved, borsh of [`Statement`] |
//!
//! The input is the trusted hash of the validator set (32 bytes), the ledger's name
//! (`chain_id_bytes` of them), then the borsh of a [`LedgerProof`]. Hash and name must come from
//! elsewhere than the proof. An instance serves one proof and is thrown away: it never gives memory back.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

#[cfg(target_arch = "wasm32")]
mod allocator;
#[cfg(target_arch = "wasm32")]
mod exports;

use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{BlockId, ChainId, Hash, Height, StorageKey, Timestamp};
use tenor_proof::{Claim, KeyRange, LedgerProof, ProofError};

/// What a proof proves.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Statement {
    /// The block after which it holds.
    pub block_id: BlockId,
    /// That block's height.
    pub height: Height,
    /// That block's time.
    pub time: Timestamp,
    /// The values, `None` where there is none, and where they lie.
    pub values: Vec<(StorageKey, Option<Vec<u8>>)>,
    /// For the values of a map: that there are no others in this range of its keys.
    pub complete: Option<KeyRange>,
}

/// Why a proof does not count, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The input is shorter than it says, or the name is none.
    Input = 1,
    /// The bytes are not a proof.
    Encoding = 2,
    /// It is of another format or another ledger.
    Header = 3,
    /// Its votes are not those of the trusted validators, or too few.
    Votes = 4,
    /// It does not show what it claims.
    Claim = 5,
}

/// Checks an input as the exports take it.
pub fn verify(input: &[u8], chain_id_bytes: usize) -> Result<Statement, Refusal> {
    let (validators, rest) = input.split_first_chunk::<32>().ok_or(Refusal::Input)?;
    let (chain_id, proof) = rest.split_at_checked(chain_id_bytes).ok_or(Refusal::Input)?;
    let chain_id = core::str::from_utf8(chain_id).map_err(|_| Refusal::Input)?;
    let chain_id = ChainId::new(chain_id).map_err(|_| Refusal::Input)?;
    let proof = LedgerProof::decode(proof).map_err(refusal)?;
    let verified = proof.verify(&chain_id, &Hash(*validators)).map_err(refusal)?;
    let (block_id, height, time) = (verified.block_id, verified.height, verified.time);
    let (values, complete) = match proof.claim {
        Claim::Value { key, value, .. } => (alloc::vec![(key, value)], None),
        Claim::Values { values, .. } => (values, None),
        Claim::Map { contract, namespace, range, proof } => {
            let value = |(key, value)| (StorageKey::new(contract, namespace, key), Some(value));
            (proof.entries.into_iter().map(value).collect::<Vec<_>>(), Some(range))
        }
    };
    Ok(Statement { block_id, height, time, values, complete })
}

fn refusal(error: ProofError) -> Refusal {
    match error {
        ProofError::TooLarge { .. } | ProofError::Encoding => Refusal::Encoding,
        ProofError::Header(_) => Refusal::Header,
        ProofError::Validators(_)
        | ProofError::Certificate(_)
        | ProofError::Signature { .. }
        | ProofError::Power { .. } => Refusal::Votes,
        _ => Refusal::Claim,
    }
}
