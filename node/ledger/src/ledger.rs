//! The boundary between a ledger and whoever decides its blocks.

use crate::{CheckError, LedgerError};
use std::sync::Arc;
use std::time::Instant;
use tenor_executor::{InvalidTransaction, ParametersInForce, VerifiedTransaction};
use tenor_primitives::{
    Address, Block, BlockId, CommitCertificate, Height, Receipt, Timestamp, ValidatorSet,
};
use tenor_state::trie::TrieUpdate;
use tenor_state::{Tip, WriteSet};

/// What a proposer decides of a block besides its transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockContext {
    /// The block's time, later than its parent's.
    pub time: Timestamp,
    /// Who proposes it.
    pub proposer: Address,
}

/// Transactions on offer for one block, in order.
pub trait TransactionSource {
    /// The next one, with its signatures checked; `None` when there is no more for now.
    fn next(&mut self) -> Option<Arc<VerifiedTransaction>>;

    /// The last one could not be included. After [`InvalidTransaction::BlockFull`] nothing more is
    /// asked for.
    fn refused(&mut self, transaction: &VerifiedTransaction, error: &InvalidTransaction);
}

/// A block with what it does, not yet decided. Dropping it leaves no trace.
#[derive(Debug)]
pub struct Candidate {
    pub(crate) block: Block,
    pub(crate) block_id: BlockId,
    pub(crate) receipts: Vec<Receipt>,
    pub(crate) writes: WriteSet,
    pub(crate) update: TrieUpdate,
    pub(crate) parameters: ParametersInForce,
    pub(crate) next_validators: ValidatorSet,
}

impl Candidate {
    /// The block.
    pub fn block(&self) -> &Block {
        &self.block
    }

    /// The header's hash: what validators vote on.
    pub fn block_id(&self) -> BlockId {
        self.block_id
    }

    /// One receipt per transaction, in order.
    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }
}

/// A block that is durable.
#[derive(Debug)]
pub struct CommittedBlock {
    /// The block.
    pub block: Block,
    /// Its identity.
    pub block_id: BlockId,
    /// One receipt per transaction, in order.
    pub receipts: Vec<Receipt>,
}

/// A ledger as a consensus engine sees it.
pub trait Ledger: Send {
    /// The last committed block.
    fn tip(&self) -> Tip;

    /// The last committed block's time; the next block's must be later.
    fn tip_time(&self) -> Timestamp;

    /// The validators of the next block.
    fn validators(&self) -> ValidatorSet;

    /// Makes a block on `parent`, which must be the tip, out of what `source` offers until
    /// `deadline`. Transactions that cannot be included are handed back to the source.
    fn build(
        &mut self,
        parent: &Tip,
        context: &BlockContext,
        source: &mut dyn TransactionSource,
        deadline: Instant,
    ) -> Result<Candidate, LedgerError>;

    /// Re-executes a proposed block on `parent`, which must be the tip, and compares every field of
    /// its header. Whether its time is close to this machine's clock is for the caller to judge.
    fn check(&mut self, parent: &Tip, block: &Block) -> Result<Candidate, CheckError>;

    /// Makes a candidate durable: one synced batch. The caller has checked that `certificate` holds
    /// enough votes.
    fn commit(
        &mut self,
        candidate: Candidate,
        certificate: CommitCertificate,
    ) -> Result<Arc<CommittedBlock>, LedgerError>;

    /// A committed block with its certificate, for nodes that catch up; the genesis block has none.
    fn block(
        &self,
        height: Height,
    ) -> Result<Option<(Block, Option<CommitCertificate>)>, LedgerError>;

    /// Keeps a proposed block durably, so that a restart proposes the same one.
    fn put_undecided(&self, height: Height, round: u32, block: &Block) -> Result<(), LedgerError>;

    /// The proposed blocks kept for `height`, by ascending round.
    fn undecided(&self, height: Height) -> Result<Vec<(u32, Block)>, LedgerError>;
}
