//! A proof that needs nothing but a trusted validator set: for an investor's own position, an
//! auditor, a court.

use crate::proof::decode;
use crate::{Claim, ProofError, verify_certificate};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{
    BlockId, ChainId, CommitCertificate, Hash, Header, Height, Timestamp, ValidatorSet,
};

/// A claim about the state after a block, with everything that shows it up to the validators' votes.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct LedgerProof {
    /// Format version, [`LedgerProof::VERSION`].
    pub version: u16,
    /// The block after which the claim holds.
    pub header: Header,
    /// The votes over it.
    pub certificate: CommitCertificate,
    /// The validators that voted.
    pub validators: ValidatorSet,
    /// The claim, with the way from the header's state root to what it says.
    pub claim: Claim,
}

/// What a [`LedgerProof`] proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedClaim<'a> {
    /// The block after which it holds.
    pub block_id: BlockId,
    /// That block's height.
    pub height: Height,
    /// That block's time.
    pub time: Timestamp,
    /// What holds.
    pub claim: &'a Claim,
}

impl LedgerProof {
    /// The version of this format.
    pub const VERSION: u16 = 2;
    /// The most bytes of an encoded proof: 66 MiB, for a map of half a million holdings.
    pub const BYTES_MAX: usize = 66 << 20;

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
    ) -> Result<VerifiedClaim<'_>, ProofError> {
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
        self.claim.verify(&self.header.state_root)?;
        Ok(VerifiedClaim {
            block_id: self.certificate.block_id,
            height: self.header.height,
            time: self.header.time,
            claim: &self.claim,
        })
    }
}
