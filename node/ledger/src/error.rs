//! What can go wrong with blocks.

use std::fmt;
use tenor_executor::{FatalError, GenesisError, InvalidTransaction};
use tenor_primitives::{BlockId, ChainId, Height, Timestamp};
use tenor_state::StateError;
use thiserror::Error;

/// The ledger cannot do what it was asked. Met while a block is made, each stops the node; a question
/// about a height that is not kept any more is only refused.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The store failed or refused.
    #[error(transparent)]
    State(#[from] StateError),
    /// Execution failed in a way that no receipt can carry.
    #[error(transparent)]
    Execution(#[from] FatalError),
    /// The genesis breaks a rule.
    #[error("the genesis is refused: {0}")]
    Genesis(#[from] GenesisError),
    /// The store belongs to another ledger.
    #[error("expected a store of ledger {expected}, got one of {got}; check the data directory")]
    OtherChain {
        /// The genesis's name.
        expected: ChainId,
        /// The store's.
        got: ChainId,
    },
    /// The store began with another genesis.
    #[error(
        "expected a store that begins with block {expected}, got {got}; it was made from another \
         genesis of the same name"
    )]
    OtherGenesis {
        /// The genesis block that the genesis gives.
        expected: BlockId,
        /// The store's.
        got: BlockId,
    },
    /// A block was asked for on another parent than the last committed block.
    #[error("expected the last block {expected} as parent, got {got}")]
    NotTheTip {
        /// The last committed block.
        expected: BlockId,
        /// The parent given.
        got: BlockId,
    },
    /// The block's time does not follow its parent's.
    #[error("expected a block time after {} ms, got {} ms", parent.unix_ms, got.unix_ms)]
    Time {
        /// The parent's time.
        parent: Timestamp,
        /// The time given.
        got: Timestamp,
    },
    /// Heights are used up.
    #[error("there is no height after {0}")]
    LastHeight(Height),
}

/// A field of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // named as the header's fields are
pub enum HeaderField {
    Version,
    ChainId,
    Height,
    Parent,
    Time,
    Proposer,
    ParametersHash,
    GasUsed,
    TransactionsRoot,
    ReceiptsRoot,
    StateRoot,
    ValidatorsHash,
    NextValidatorsHash,
}

impl fmt::Display for HeaderField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Version => "version",
            Self::ChainId => "chain_id",
            Self::Height => "height",
            Self::Parent => "parent",
            Self::Time => "time",
            Self::Proposer => "proposer",
            Self::ParametersHash => "parameters_hash",
            Self::GasUsed => "gas_used",
            Self::TransactionsRoot => "transactions_root",
            Self::ReceiptsRoot => "receipts_root",
            Self::StateRoot => "state_root",
            Self::ValidatorsHash => "validators_hash",
            Self::NextValidatorsHash => "next_validators_hash",
        })
    }
}

/// Why a proposed block does not get a vote.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidBlock {
    /// A header field is not what re-execution gives.
    #[error("header field {field}: expected {expected}, got {got}")]
    Header {
        /// The field.
        field: HeaderField,
        /// What it must be.
        expected: String,
        /// What it is.
        got: String,
    },
    /// More transactions than the parameters allow.
    #[error("expected at most {max} transactions, got {got}")]
    TransactionCount {
        /// The bound.
        max: u32,
        /// The count.
        got: usize,
    },
    /// A transaction that cannot be in this block.
    #[error("transaction {index}: {error}")]
    Transaction {
        /// Its place, from 0.
        index: usize,
        /// Why.
        error: InvalidTransaction,
    },
}

/// Why a check gives no candidate.
#[derive(Debug, Error)]
pub enum CheckError {
    /// The block is wrong; this node is fine.
    #[error("invalid block: {0}")]
    Invalid(#[from] InvalidBlock),
    /// This node cannot check.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<FatalError> for CheckError {
    fn from(error: FatalError) -> Self {
        Self::Ledger(error.into())
    }
}

impl From<StateError> for CheckError {
    fn from(error: StateError) -> Self {
        Self::Ledger(error.into())
    }
}
