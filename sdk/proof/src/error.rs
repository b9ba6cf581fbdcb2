//! Why a proof does not count.

use tenor_primitives::Hash;

/// A refused proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// More bytes than any proof of this kind needs.
    #[error("expected a proof of at most {max} bytes, got {got}")]
    TooLarge {
        /// The bound.
        max: usize,
        /// The proof's size.
        got: usize,
    },
    /// The bytes are not the borsh encoding of such a proof, or bytes are left over.
    #[error("expected the borsh encoding of a proof and nothing after it")]
    Encoding,
    /// The proof's nodes do not lie on the way to the key, or are out of order.
    #[error("expected nodes on the way from the root to the key, got {0}")]
    Shape(&'static str),
    /// The proof leads to another root.
    #[error("expected a proof against root {expected:?}, this one leads to {got:?}")]
    Root {
        /// The root it was checked against.
        expected: Hash,
        /// The root it leads to.
        got: Hash,
    },
    /// The value shown is not the one proved, or a value is shown where absence is proved.
    #[error("the value given is not the one the proof shows")]
    Value,
    /// The validator set breaks its own rules, or is not the trusted one.
    #[cfg(feature = "certificate")]
    #[error("expected the trusted validator set, got {0}")]
    Validators(&'static str),
    /// The certificate does not belong to the block, or its votes are not what they should be.
    #[cfg(feature = "certificate")]
    #[error("expected a certificate of more than two thirds over this block, got {0}")]
    Certificate(&'static str),
    /// A vote's signature does not verify.
    #[cfg(feature = "certificate")]
    #[error("vote {index} of the certificate: {reason}")]
    Signature {
        /// The vote's place in the certificate, from 0.
        index: usize,
        /// What is wrong with it.
        reason: tenor_primitives::VerifyError,
    },
    /// The votes weigh too little.
    #[cfg(feature = "certificate")]
    #[error("expected votes of more than two thirds of {total}, got {got}")]
    Power {
        /// The weight of the votes.
        got: u64,
        /// The weight of all validators.
        total: u64,
    },
    /// The header is of another format or another ledger.
    #[cfg(feature = "certificate")]
    #[error("expected a header of the asked ledger in a known version, got {0}")]
    Header(&'static str),
}
