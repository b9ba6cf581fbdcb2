//! A proof that needs nothing but a trusted validator set: for an investor's own position, an
//! auditor, a court.

use crate::proof::decode;
use crate::{Proof, ProofError, verify_certificate};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{
    BlockId, ChainId, CommitCertificate, Hash, Header, Height, StorageKey, Timestamp, ValidatorSet,
};

/// A value of the state, or its absence, with everything that shows it up to the validators' votes.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PositionProof {
    /// Format version, [`PositionProof::VERSION`].
    pub version: u16,
    /// The block after which the value holds.
    pub header: Header,
    /// The votes over it.
    pub certificate: CommitCertificate,
    /// The validators that voted.
    pub validators: ValidatorSet,
    /// Where the value lies.
    pub key: StorageKey,
    /// The value, `None` when there is none.
    pub value: Option<Vec<u8>>,
    /// The way from the header's state root to the value.
    pub proof: Proof,
}

/// What a [`PositionProof`] proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedPosition<'a> {
    /// The block after which it holds.
    pub block_id: BlockId,
    /// That block's height.
    pub height: Height,
    /// That block's time.
    pub time: Timestamp,
    /// Where the value lies.
    pub key: &'a StorageKey,
    /// The value, `None` when it is proved absent.
    pub value: Option<&'a [u8]>,
}

impl PositionProof {
    /// The version of this format.
    pub const VERSION: u16 = 1;
    /// The most bytes of an encoded proof: 2 MiB.
    pub const BYTES_MAX: usize = 2 << 20;

    /// Decodes exactly one proof.
    pub fn decode(bytes: &[u8]) -> Result<Self, ProofError> {
        decode(bytes, Self::BYTES_MAX)
    }

    /// Checks the whole of it. Trust comes from the caller: the ledger's name and the hash of the
    /// validator set, known from elsewhere, never from the proof.
    pub fn verify(
        &self,
        chain_id: &ChainId,
        validators_hash: &Hash,
    ) -> Result<VerifiedPosition<'_>, ProofError> {
        if self.version != Self::VERSION || self.header.version != Header::VERSION {
            return Err(ProofError::Header("another version"));
        }
        if self.header.chain_id != *chain_id {
            return Err(ProofError::Header("one of another ledger"));
        }
        if self.header.validators_hash != *validators_hash {
            return Err(ProofError::Validators("a header of other validators"));
        }
        verify_certificate(&self.header, &self.certificate, &self.validators)?;
        self.proof.verify_value(&self.header.state_root, &self.key, self.value.as_deref())?;
        Ok(VerifiedPosition {
            block_id: self.certificate.block_id,
            height: self.header.height,
            time: self.header.time,
            key: &self.key,
            value: self.value.as_deref(),
        })
    }
}
