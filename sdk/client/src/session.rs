//! Sessions: who reads, shown by a signature that is good for a while.
//!
//! A session is a statement that an account's key signs. Its token is the statement with the
//! signature, whole: a node keeps nothing of it, so that it is good at every node of the ledger and
//! after a restart, until its time is over or the key leaves the account's policy.

use crate::signer::{Signer, SignerError, Statement, signed_by};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use tenor_primitives::{
    Address, Domain, Hash, PublicKey, Signature, SignatureEntry, SigningKey, Timestamp,
    VerifyError, verify,
};

/// The statement.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Session {
    /// The ledger, as its status shows it.
    pub genesis_id: Hash,
    /// Who reads.
    pub account: Address,
    /// Until when, by the node's clock.
    pub valid_until: Timestamp,
}

/// A statement with a signature; not checked yet. Whoever has it reads, so that its debug form
/// leaves the signature out.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SignedSession {
    /// The statement.
    pub session: Session,
    /// A key of the account's policy.
    pub public_key: PublicKey,
    /// Its signature of [`Session::hash`].
    pub signature: Signature,
}

/// Text that is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the hex of a signed session")]
pub struct TokenError;

impl Session {
    /// What the key signs.
    pub fn hash(&self) -> Hash {
        Domain::Session.hash(self)
    }

    /// The session, signed by `signer`.
    ///
    /// # Errors
    /// [`SignerError`]: it refuses, cannot be reached, or signs with another key.
    pub async fn signed_by(self, signer: &dyn Signer) -> Result<SignedSession, SignerError> {
        let entry = signed_by(signer, &Statement::session(&self)).await?;
        let SignatureEntry { public_key, signature } = entry;
        Ok(SignedSession { session: self, public_key, signature })
    }

    /// The session, signed by a key in memory.
    pub fn sign(self, key: &SigningKey) -> SignedSession {
        let signature = key.sign(&self.hash());
        SignedSession { session: self, public_key: key.public_key(), signature }
    }
}

impl SignedSession {
    /// Whether the key made the signature.
    pub fn verify(&self) -> Result<(), VerifyError> {
        verify(&self.public_key, &self.session.hash(), &self.signature)
    }
}

impl fmt::Debug for SignedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { session, public_key, signature: _ } = self;
        let mut shown = f.debug_struct("SignedSession");
        shown.field("session", session).field("public_key", public_key).finish_non_exhaustive()
    }
}

impl fmt::Display for SignedSession {
    /// The token: what stands in `Authorization` behind `Bearer`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(borsh::to_vec(self).map_err(|_| fmt::Error)?))
    }
}

impl FromStr for SignedSession {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let bytes = hex::decode(text).map_err(|_| TokenError)?;
        borsh::from_slice(&bytes).map_err(|_| TokenError)
    }
}

/// A session on its way, or why there is none.
pub type LoggingIn<'a> = Pin<Box<dyn Future<Output = Result<SignedSession, String>> + Send + 'a>>;

/// Who signs sessions for a client. Asked only when a node wants one.
pub trait Login: fmt::Debug + Send + Sync {
    /// A session at the ledger of `genesis_id`, good for at most `ms_max` by the node's clock.
    fn session<'a>(&'a self, genesis_id: &'a Hash, ms_max: u64) -> LoggingIn<'a>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: u8) -> SigningKey {
        SigningKey::from_bytes(&[secret; 32]).expect("a secret")
    }

    #[test]
    fn a_token_carries_what_was_signed_and_nothing_else() {
        let session = Session {
            genesis_id: Hash([1; 32]),
            account: Address([2; 32]),
            valid_until: Timestamp::from_unix_ms(3),
        };
        let signed = session.clone().sign(&key(7));
        let token = signed.to_string();
        assert_eq!(token.parse(), Ok(signed.clone()));
        assert_eq!(signed.verify(), Ok(()));
        let debug = format!("{signed:?}");
        assert!(!debug.contains(&hex::encode(&signed.signature.0[..8])), "{debug}");
        for other in [
            SignedSession { public_key: key(8).public_key(), ..signed.clone() },
            SignedSession {
                session: Session { account: Address([9; 32]), ..session },
                ..signed.clone()
            },
        ] {
            assert!(other.verify().is_err(), "{other:?}");
        }
        for bad in ["", "00", &token[2..], &format!("{token}00"), &token.replace('0', "x")] {
            assert_eq!(bad.parse::<SignedSession>(), Err(TokenError), "{bad}");
        }
    }
}
