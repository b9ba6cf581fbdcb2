//! What a person signs.

use crate::{Address, ChainId, Domain, Hash, Message, SignatureEntry, Timestamp};
use alloc::{string::String, vec::Vec};
use borsh::{BorshDeserialize, BorshSerialize, io};
use core::fmt;

/// Nonce lanes per account: independent queues, so that one stuck instruction blocks only its own.
pub const LANES_MAX: u8 = 64;
/// The furthest ahead of block time that `valid_until` may lie: 24 hours.
pub const VALID_FOR_MAX_MS: u64 = 24 * 60 * 60 * 1000;

/// A caller's own reference, 1 to 64 printable ASCII bytes; the same reference of one account has
/// one effect while it is kept (at least two days past the transaction's validity).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct ClientRef(String);

impl ClientRef {
    /// Checks and wraps a reference.
    pub fn new(text: &str) -> Option<Self> {
        let valid =
            (1..=64).contains(&text.len()) && text.bytes().all(|b| (0x21..=0x7e).contains(&b));
        valid.then(|| Self(text.into()))
    }

    /// The reference.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl BorshDeserialize for ClientRef {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let text = String::deserialize_reader(reader)?;
        Self::new(&text).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "client ref"))
    }
}

impl fmt::Display for ClientRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything a transaction says; its hash is the transaction's identity and what is signed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct TransactionBody {
    /// Format version, [`TransactionBody::VERSION`].
    pub version: u8,
    /// The ledger it is for.
    pub chain_id: ChainId,
    /// The account that acts.
    pub sender: Address,
    /// The nonce lane, below [`LANES_MAX`].
    pub lane: u8,
    /// The lane's next number, from 0.
    pub nonce: u64,
    /// The last block time at which it may be included, at most [`VALID_FOR_MAX_MS`] ahead.
    pub valid_until: Timestamp,
    /// The sender's own reference, if any.
    pub client_ref: Option<ClientRef>,
    /// The most gas it may use.
    pub gas_limit: u64,
    /// What it does: all of it or nothing, in order.
    pub messages: Vec<Message>,
}

impl TransactionBody {
    /// The version of this format.
    pub const VERSION: u8 = 1;

    /// The transaction's identity; what each key signs.
    pub fn hash(&self) -> Hash {
        Domain::Transaction.hash(self)
    }

    /// What the transaction would do, whatever its nonce and times: two of one sender with one
    /// client reference are the same request only if this is the same.
    pub fn messages_hash(&self) -> Hash {
        Domain::Messages.hash(&self.messages)
    }
}

/// A body with its signatures. Signatures are outside the identity: people sign one after another.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Transaction {
    /// What is signed.
    pub body: TransactionBody,
    /// Who signed it, each key once.
    pub signatures: Vec<SignatureEntry>,
}

impl Transaction {
    /// The body's hash.
    pub fn hash(&self) -> Hash {
        self.body.hash()
    }

    /// The transaction's leaf in a block's transactions root, given its body's hash: it commits to
    /// the signatures too, because gas depends on them and who signed must be provable.
    pub fn leaf(hash: &Hash, signatures: &[SignatureEntry]) -> Hash {
        Domain::SignedTransaction.hash(&(hash, signatures))
    }

    /// Decodes exactly one transaction; bytes left over are an error.
    pub fn decode(bytes: &[u8]) -> io::Result<Self> {
        borsh::from_slice(bytes)
    }
}
