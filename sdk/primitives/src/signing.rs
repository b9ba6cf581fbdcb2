//! Domain separation: a hash made for one purpose is never valid for another.

use crate::{Hash, Hasher};
use borsh::BorshSerialize;

/// What a hash is for. The tag is part of what is hashed; it never changes once used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Domain {
    /// A transaction's identity and what its signers sign.
    Transaction,
    /// A transaction with its signatures, as a leaf of the transactions root.
    SignedTransaction,
    /// A block header's identity.
    Header,
    /// A receipt, as a leaf of the receipts root.
    Receipt,
    /// What a validator signs to commit a block.
    Commit,
    /// A validator set.
    Validators,
    /// The parameters in force.
    Parameters,
    /// An account's address.
    Account,
    /// A contract instance's address.
    Instance,
    /// A genesis, as the ledger's state carries it.
    Genesis,
    /// The messages of a transaction: what a client reference stands for.
    Messages,
    /// A session: who reads, until when.
    Session,
}

impl Domain {
    /// The tag, ASCII, at most 31 bytes.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Transaction => "tenor/transaction/1",
            Self::SignedTransaction => "tenor/signed-transaction/1",
            Self::Header => "tenor/header/1",
            Self::Receipt => "tenor/receipt/1",
            Self::Commit => "tenor/commit/1",
            Self::Validators => "tenor/validators/1",
            Self::Parameters => "tenor/parameters/1",
            Self::Account => "tenor/account/1",
            Self::Instance => "tenor/instance/1",
            Self::Genesis => "tenor/genesis/1",
            Self::Messages => "tenor/messages/1",
            Self::Session => "tenor/session/1",
        }
    }

    /// Keccak-256 of: the tag's length (one byte), the tag, the borsh encoding of `value`.
    pub fn hash<T: BorshSerialize + ?Sized>(self, value: &T) -> Hash {
        let tag = self.tag().as_bytes();
        let mut hasher = Hasher::new();
        hasher.update(&[u8::try_from(tag.len()).expect("tags are at most 31 bytes")]);
        hasher.update(tag);
        value.serialize(&mut hasher).expect("hashing does not fail");
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_hashes_differently_per_domain() {
        assert_ne!(Domain::Header.hash(&7u64), Domain::Receipt.hash(&7u64));
    }
}
