//! The executor's errors, in bands: invalid (never in a block), reverted and halted (receipts),
//! fatal (the node stops).

use crate::SystemError;
use tenor_primitives::{Address, ChainId, Hash, Roles, Timestamp, VerifyError};
use tenor_state::StateError;
use thiserror::Error;

/// The node cannot go on, but for [`FatalError::Deadline`]: what it reads or runs can no longer be
/// trusted.
#[derive(Debug, Error)]
pub enum FatalError {
    /// The store failed.
    #[error("the state could not be read: {0}")]
    State(#[from] StateError),
    /// A stored record does not decode.
    #[error("a record of the ledger's own state is corrupt: {what}")]
    CorruptRecord {
        /// Which kind of record.
        what: &'static str,
    },
    /// The engine failed in a way that no receipt can carry.
    #[error("the engine failed: {0}")]
    Engine(String),
    /// The time of this request is over. Engines for questions and dry runs give it, and only the
    /// request ends; an engine for blocks has no deadline.
    #[error("the time for this request is over")]
    Deadline,
}

/// Why a transaction cannot enter a block. It costs its sender nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidTransaction {
    /// The bytes are not a transaction.
    #[error("malformed transaction: {0}")]
    Malformed(String),
    /// Another format version.
    #[error("expected transaction version {expected}, got {got}")]
    Version {
        /// What this node takes.
        expected: u8,
        /// What was sent.
        got: u8,
    },
    /// For another ledger.
    #[error("expected chain id {expected}, got {got}; sign for this ledger")]
    Chain {
        /// This ledger.
        expected: ChainId,
        /// The transaction's.
        got: ChainId,
    },
    /// Larger than the parameters allow.
    #[error("expected at most {max} bytes, got {got}")]
    TooLarge {
        /// The bound.
        max: u32,
        /// The size.
        got: u64,
    },
    /// No message or too many.
    #[error("expected 1 to {max} messages, got {got}")]
    MessageCount {
        /// The bound.
        max: u32,
        /// The count.
        got: usize,
    },
    /// No signature or too many.
    #[error("expected 1 to {max} signatures, got {got}")]
    SignatureCount {
        /// The bound.
        max: u32,
        /// The count.
        got: usize,
    },
    /// A signature does not verify.
    #[error("signature {index}: {error}")]
    Signature {
        /// Its position, from 0.
        index: usize,
        /// Why.
        error: VerifyError,
    },
    /// One key signed twice.
    #[error("signature {index}: this key has signed already; each key signs once")]
    DuplicateSigner {
        /// Its position, from 0.
        index: usize,
    },
    /// A key that is not in the account's policy signed.
    #[error("signature {index}: the key is not in the account's policy; remove the signature")]
    StrangerSigner {
        /// Its position, from 0.
        index: usize,
    },
    /// No such account.
    #[error("no account {sender:?}; an operator opens accounts")]
    UnknownSender {
        /// The sender.
        sender: Address,
    },
    /// The signatures do not satisfy the account's key policy.
    #[error(
        "the signatures do not satisfy the account's key policy: expected {approvals_required} \
         approving key(s) with one that may initiate, or {admins_required} admin key(s) for a \
         change of its own policy"
    )]
    NotAuthorized {
        /// Approving keys needed.
        approvals_required: u8,
        /// Admin keys needed for a change of policy.
        admins_required: u8,
    },
    /// A message that the sender has no role for. Not even a failure: it takes no room in a block.
    #[error(
        "message {message}: the sender needs one of the roles {needed}; an operator grants them"
    )]
    MissingRole {
        /// The message's position, from 0.
        message: usize,
        /// Any of these is enough.
        needed: Roles,
    },
    /// A lane that does not exist.
    #[error("expected a nonce lane below {max}, got {got}")]
    Lane {
        /// The bound.
        max: u8,
        /// The lane.
        got: u8,
    },
    /// The lane's number was used.
    #[error("stale nonce: lane {lane} expects {expected}, got {got}; ask for the next one")]
    StaleNonce {
        /// The lane.
        lane: u8,
        /// The next number.
        expected: u64,
        /// The transaction's.
        got: u64,
    },
    /// The lane's number is not next yet.
    #[error("early nonce: lane {lane} expects {expected}, got {got}; send the ones between first")]
    EarlyNonce {
        /// The lane.
        lane: u8,
        /// The next number.
        expected: u64,
        /// The transaction's.
        got: u64,
    },
    /// Its time is over.
    #[error("valid until {} ms, but block time is {} ms", valid_until.unix_ms, block_time.unix_ms)]
    Expired {
        /// The last valid block time.
        valid_until: Timestamp,
        /// The block's time.
        block_time: Timestamp,
    },
    /// Valid for too long.
    #[error(
        "expected valid_until at most 24 hours after block time {} ms, got {} ms",
        block_time.unix_ms,
        valid_until.unix_ms
    )]
    ValidTooLong {
        /// The last valid block time.
        valid_until: Timestamp,
        /// The block's time.
        block_time: Timestamp,
    },
    /// A gas limit below what the transaction costs before it runs, or above the bound.
    #[error("expected a gas limit of {min} to {max}, got {got}")]
    GasLimit {
        /// What size and signatures cost.
        min: u64,
        /// The bound.
        max: u64,
        /// The transaction's.
        got: u64,
    },
    /// The same messages had their effect under this reference.
    #[error("client reference used by transaction {transaction:?}; its receipt is the answer")]
    DuplicateClientRef {
        /// The transaction that used it.
        transaction: Hash,
    },
    /// The reference stands for something else.
    #[error(
        "client reference used by transaction {transaction:?} for other messages; take another"
    )]
    ClientRefTaken {
        /// The transaction that has it.
        transaction: Hash,
    },
    /// A dry run that would approve code and run it.
    #[error("a dry run does not run code that is not approved yet; try the approval alone")]
    UnapprovedDryRun,
    /// The block has no room left.
    #[error("the block is full; the transaction fits a later one")]
    BlockFull,
}

/// Why a block's execution stops short.
#[derive(Debug, Error)]
pub enum ApplyError {
    /// The transaction cannot be in this block; the block goes on without it.
    #[error(transparent)]
    Invalid(#[from] InvalidTransaction),
    /// The node stops, or the request's time is over.
    #[error(transparent)]
    Fatal(#[from] FatalError),
}

/// Why a message of a transaction does not take effect.
#[derive(Debug, Error)]
pub(crate) enum MessageError {
    /// The ledger refuses.
    #[error("refused")]
    System(#[from] SystemError),
    /// A contract refuses.
    #[error("a contract refused")]
    Contract(tenor_primitives::ContractFailure),
    /// Execution is stopped.
    #[error("stopped")]
    Halted(tenor_primitives::Halted),
    /// The node stops.
    #[error(transparent)]
    Fatal(#[from] FatalError),
}
