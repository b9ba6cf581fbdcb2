//! The facts of a call.

use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Address, ChainId, Hash, Height, Timestamp};

/// What a contract may know about the call it serves. There is no origin: authority is the direct
/// caller's alone.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CallContext {
    /// The ledger.
    pub chain_id: ChainId,
    /// The block being executed; for a query, the head.
    pub block_height: Height,
    /// The block's time; for a query, the head's.
    pub block_time: Timestamp,
    /// The transaction; [`Hash::ZERO`] in a query.
    pub transaction_hash: Hash,
    /// Who calls: the sender's account, or the calling contract. In a query from outside,
    /// the account the reader proved to be, or [`Address::SYSTEM`].
    pub caller: Address,
    /// The instance that is called.
    pub contract: Address,
}
