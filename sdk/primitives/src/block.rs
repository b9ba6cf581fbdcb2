//! Blocks and their headers.

use crate::{Address, ChainId, Domain, Hash, Timestamp, Transaction};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

/// A block's number; the genesis block is 0.
pub type Height = u64;

/// A header's hash: the block's identity.
pub type BlockId = Hash;

/// A block's header. The roots are those after this block's own transactions, so that a
/// certificate over the header attests the block's result.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Header {
    /// Format version, [`Header::VERSION`].
    pub version: u16,
    /// The ledger.
    pub chain_id: ChainId,
    /// The block's number.
    pub height: Height,
    /// The parent's identity; [`Hash::ZERO`] for genesis.
    pub parent: BlockId,
    /// Ledger time, later than the parent's.
    pub time: Timestamp,
    /// The validator that proposed the block.
    pub proposer: Address,
    /// Hash of the parameters in force (gas, limits, instrumentation).
    pub parameters_hash: Hash,
    /// Gas used by all transactions.
    pub gas_used: u64,
    /// Merkle root of the transactions with their signatures.
    pub transactions_root: Hash,
    /// Merkle root of the receipts (with their events).
    pub receipts_root: Hash,
    /// Root of the state trie after this block.
    pub state_root: Hash,
    /// Hash of the validator set that commits this block.
    pub validators_hash: Hash,
    /// Hash of the validator set of the next block.
    pub next_validators_hash: Hash,
}

impl Header {
    /// The version of this format.
    pub const VERSION: u16 = 1;

    /// The block's identity.
    pub fn id(&self) -> BlockId {
        Domain::Header.hash(self)
    }
}

/// A header and its transactions, in order.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Block {
    /// The header.
    pub header: Header,
    /// The transactions.
    pub transactions: Vec<Transaction>,
}
