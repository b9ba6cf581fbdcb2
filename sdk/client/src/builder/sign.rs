//! Signing.

use crate::signer::{Signer, SignerError, Statement, signed_by};
use std::sync::Arc;
use tenor_primitives::{SignatureEntry, SigningKey, Transaction, TransactionBody};

/// The transaction with a signature by each of `keys`, which are in memory; a key given twice signs once.
pub fn sign(body: TransactionBody, keys: &[SigningKey]) -> Transaction {
    let hash = body.hash();
    let mut signatures: Vec<SignatureEntry> = Vec::with_capacity(keys.len());
    for key in keys {
        let public_key = key.public_key();
        if signatures.iter().all(|entry| entry.public_key != public_key) {
            signatures.push(SignatureEntry { public_key, signature: key.sign(&hash) });
        }
    }
    Transaction { body, signatures }
}

/// The transaction with a signature by each of `signers`; a key that stands twice signs once.
///
/// # Errors
/// [`SignerError`] of the first one that gives none.
pub async fn sign_with(
    body: TransactionBody,
    signers: &[Arc<dyn Signer>],
) -> Result<Transaction, SignerError> {
    let statement = Statement::transaction(&body);
    let mut signatures: Vec<SignatureEntry> = Vec::with_capacity(signers.len());
    for signer in signers {
        let public_key = signer.public_key();
        if signatures.iter().all(|entry| entry.public_key != public_key) {
            signatures.push(signed_by(&**signer, &statement).await?);
        }
    }
    Ok(Transaction { body, signatures })
}
