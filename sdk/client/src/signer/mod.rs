//! Who signs: a key in memory, a service over HTTP, a hardware module.
//!
//! A signer is given what it signs whole, not only its hash, so that one that decides can read it.
//! What it gives back is checked before it is used: a wrong key is an error here, not a refusal by
//! the ledger later.

mod error;
mod local;
mod pkcs11;
mod remote;
mod statement;

pub use error::SignerError;
pub use pkcs11::{Pkcs11Key, Pkcs11Signer};
pub use remote::{RemoteSigner, SignRequest, SignResponse};
pub use statement::Statement;

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use tenor_primitives::{PublicKey, Signature, SignatureEntry, verify};

/// A signature on its way.
pub type Signing<'a> = Pin<Box<dyn Future<Output = Result<Signature, SignerError>> + Send + 'a>>;

/// Somebody who signs with one key.
pub trait Signer: Debug + Send + Sync {
    /// The key.
    fn public_key(&self) -> PublicKey;

    /// Signs the statement's hash: ECDSA over secp256k1, low s.
    fn sign<'a>(&'a self, statement: &'a Statement) -> Signing<'a>;
}

/// The signer's signature, checked to be its key's.
///
/// # Errors
/// [`SignerError`]: it refuses, cannot be reached, or signs with another key.
pub async fn signed_by(
    signer: &dyn Signer,
    statement: &Statement,
) -> Result<SignatureEntry, SignerError> {
    let public_key = signer.public_key();
    let signature = signer.sign(statement).await?;
    verify(&public_key, &statement.hash(), &signature)
        .map_err(|reason| SignerError::WrongSignature { public_key, reason })?;
    Ok(SignatureEntry { public_key, signature })
}
