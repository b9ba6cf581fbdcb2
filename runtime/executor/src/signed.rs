//! Transactions whose signatures have been checked: once, before anything else looks at them, and
//! on as many cores as there are.

use crate::InvalidTransaction;
use tenor_primitives::{Hash, PublicKey, Transaction, verify};

/// A transaction with valid signatures. Whether they are enough is a question for the state.
#[derive(Clone, Debug)]
pub struct VerifiedTransaction {
    transaction: Transaction,
    hash: Hash,
    encoded_len: u64,
    signers: Vec<PublicKey>,
}

impl VerifiedTransaction {
    /// Signatures that are looked at before the parameters are known.
    pub const SIGNATURES_MAX: u32 = 64;

    /// Checks every signature. Pure and slow (one curve operation each): run it on a worker.
    pub fn verify(transaction: Transaction) -> Result<Self, InvalidTransaction> {
        let hash = transaction.hash();
        let encoded_len = borsh::object_length(&transaction)
            .map_err(|error| InvalidTransaction::Malformed(error.to_string()))?;
        let got = transaction.signatures.len();
        if got == 0 || got > Self::SIGNATURES_MAX as usize {
            let max = Self::SIGNATURES_MAX;
            return Err(InvalidTransaction::SignatureCount { max, got });
        }
        let mut signers = Vec::with_capacity(got);
        for (index, entry) in transaction.signatures.iter().enumerate() {
            if signers.contains(&entry.public_key) {
                return Err(InvalidTransaction::DuplicateSigner { index });
            }
            verify(&entry.public_key, &hash, &entry.signature)
                .map_err(|error| InvalidTransaction::Signature { index, error })?;
            signers.push(entry.public_key);
        }
        Ok(Self { transaction, hash, encoded_len: encoded_len as u64, signers })
    }

    /// Decodes and checks.
    pub fn decode(bytes: &[u8]) -> Result<Self, InvalidTransaction> {
        let transaction = Transaction::decode(bytes)
            .map_err(|error| InvalidTransaction::Malformed(error.to_string()))?;
        Self::verify(transaction)
    }

    /// For a dry run: the keys count as if each had signed.
    pub(crate) fn assume_signed(transaction: Transaction, signers: Vec<PublicKey>) -> Self {
        let hash = transaction.hash();
        let encoded_len = borsh::object_length(&transaction).map_or(u64::MAX, |len| len as u64);
        Self { transaction, hash, encoded_len, signers }
    }

    /// A transaction of a committed block: its signatures were checked before the block was voted
    /// for, and all of them are good. Only for executing such a block again.
    pub(crate) fn committed(transaction: Transaction) -> Self {
        let signers = transaction.signatures.iter().map(|entry| entry.public_key).collect();
        Self::assume_signed(transaction, signers)
    }

    /// The transaction.
    pub fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// Its hash.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// Its leaf in the block's transactions root.
    pub fn leaf(&self) -> Hash {
        Transaction::leaf(&self.hash, &self.transaction.signatures)
    }

    /// Its size in bytes.
    pub fn encoded_len(&self) -> u64 {
        self.encoded_len
    }

    /// The keys that signed it, each once.
    pub fn signers(&self) -> &[PublicKey] {
        &self.signers
    }

    /// Gives the transaction back.
    pub fn into_transaction(self) -> Transaction {
        self.transaction
    }
}
