//! The certificate of a ledger with one validator.

use tenor_primitives::{BlockId, ChainId, CommitCertificate, CommitSignature, Height, SigningKey};

/// Commits `block_id` with one vote out of one, in round 0: the form that several validators give.
pub fn sign_alone(
    key: &SigningKey,
    chain_id: &ChainId,
    height: Height,
    block_id: BlockId,
) -> CommitCertificate {
    let round = 0;
    let digest = CommitCertificate::sign_hash(chain_id, height, round, &block_id);
    let vote = CommitSignature { public_key: key.public_key(), signature: key.sign(&digest) };
    CommitCertificate { height, round, block_id, signatures: vec![vote] }
}
