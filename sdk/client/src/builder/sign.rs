//! Signing.

use tenor_primitives::{SignatureEntry, SigningKey, Transaction, TransactionBody};

/// The transaction with a signature by each of `keys`; a key given twice signs once.
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
