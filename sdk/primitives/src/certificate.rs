//! Who commits blocks, and the proof that they did. Checking one is `tenor-proof`'s work.

use crate::{Address, BlockId, ChainId, Domain, Hash, Height, PublicKey, Signature, keccak256};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

/// A validator: a key and its weight in votes.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Validator {
    /// The key that signs commits.
    pub public_key: PublicKey,
    /// Its weight, at least 1.
    pub power: u64,
}

impl Validator {
    /// The address a header names as proposer: Keccak-256 of the key.
    pub fn address(&self) -> Address {
        Address(keccak256(&self.public_key.0).0)
    }
}

/// The validators of a height, sorted by key, each once; 1 to 256 of them.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ValidatorSet {
    /// The validators.
    pub validators: Vec<Validator>,
}

impl ValidatorSet {
    /// The most validators of a set.
    pub const VALIDATORS_MAX: usize = 256;

    /// A set of one, as a solo node has.
    pub fn solo(public_key: PublicKey) -> Self {
        Self { validators: [Validator { public_key, power: 1 }].into() }
    }

    /// What headers carry.
    pub fn hash(&self) -> Hash {
        Domain::Validators.hash(self)
    }

    /// The sum of all weights, or `None` when it overflows.
    pub fn total_power(&self) -> Option<u64> {
        self.validators.iter().try_fold(0u64, |sum, v| sum.checked_add(v.power))
    }

    /// Whether the set keeps its own rules.
    pub fn is_valid(&self) -> bool {
        (1..=Self::VALIDATORS_MAX).contains(&self.validators.len())
            && self.validators.is_sorted_by(|a, b| a.public_key < b.public_key)
            && self.validators.iter().all(|v| v.power > 0 && v.public_key.is_compressed())
            && self.total_power().is_some()
    }
}

/// One validator's vote in a certificate.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CommitSignature {
    /// Who voted.
    pub public_key: PublicKey,
    /// The signature over [`CommitCertificate::sign_hash`].
    pub signature: Signature,
}

/// The votes that committed a block: more than two thirds of the power of its validators.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CommitCertificate {
    /// The block's number.
    pub height: Height,
    /// The consensus round in which it was decided; 0 on a solo node.
    pub round: u32,
    /// The block's identity.
    pub block_id: BlockId,
    /// The votes, sorted by key, each key once.
    pub signatures: Vec<CommitSignature>,
}

impl CommitCertificate {
    /// What a validator signs to commit `block_id`.
    pub fn sign_hash(chain_id: &ChainId, height: Height, round: u32, block_id: &BlockId) -> Hash {
        Domain::Commit.hash(&(chain_id, height, round, block_id))
    }
}
