//! What a store of the ledger must do. Object-safe and synchronous, so that the executor, the
//! ledger and the simulator hold an `Arc<dyn Database>` and nothing else.

use crate::trie::TrieUpdate;
use crate::{StateError, StateReader, View, WriteSet};
use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;
use tenor_primitives::{
    Block, BlockId, ChainId, CommitCertificate, Hash, Header, Height, Receipt, ValidatorSet,
};

/// The last committed block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tip {
    /// Its height.
    pub height: Height,
    /// Its identity.
    pub block_id: BlockId,
    /// The root of the state after it.
    pub state_root: Hash,
}

/// The snapshot that a store was filled from: of the blocks below, it holds the first alone.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Base {
    /// The snapshot's height.
    pub height: Height,
    /// The validators that voted for its block.
    pub validators: ValidatorSet,
}

/// The head and its state.
#[derive(Clone)]
pub struct Head {
    /// The last committed block; `None` before the genesis block.
    pub tip: Option<Tip>,
    /// The state after it.
    pub reader: Arc<dyn StateReader>,
}

/// Where a committed transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct TransactionPosition {
    /// The block's height.
    pub height: Height,
    /// Its place in the block, and its receipt's, from 0.
    pub index: u32,
}

/// Everything that becomes durable together.
#[derive(Clone, Copy, Debug)]
pub struct CommitBatch<'a> {
    /// The block; its header carries `update.root` as state root.
    pub block: &'a Block,
    /// One receipt per transaction, in order.
    pub receipts: &'a [Receipt],
    /// The votes that decided it; the genesis block alone has none.
    pub certificate: Option<&'a CommitCertificate>,
    /// The block's writes, as given to [`Database::prepare`].
    pub writes: &'a WriteSet,
    /// What [`Database::prepare`] returned for them.
    pub update: &'a TrieUpdate,
}

/// The store of one ledger.
pub trait Database: Send + Sync {
    /// The ledger this store belongs to.
    fn chain_id(&self) -> &ChainId;

    /// The head; `None` before the genesis block is committed.
    fn tip(&self) -> Option<Tip>;

    /// The head together with a view of its state, both of the same moment: for answers that name
    /// the height they hold for.
    fn head(&self) -> Result<Head, StateError>;

    /// A consistent view of the state at the head. Later commits do not change what it sees.
    fn reader(&self) -> Arc<dyn StateReader>;

    /// The state and the trie after the block at `height`, by default the head. Refused with
    /// [`StateError::NotKept`] below [`Database::oldest_state`].
    fn view(&self, height: Option<Height>) -> Result<View, StateError>;

    /// The snapshot that this store was filled from; `None` when it holds all blocks.
    fn base(&self) -> Result<Option<Base>, StateError>;

    /// The lowest height whose state is kept; 0 before the genesis block.
    fn oldest_state(&self) -> Result<Height, StateError>;

    /// The trie after `writes` over the head, as the next block would leave it. Changes nothing.
    fn prepare(&self, writes: &WriteSet) -> Result<TrieUpdate, StateError>;

    /// Appends one block: all of the batch or nothing, durable when this returns `Ok`. Removes the
    /// undecided blocks up to its height. After an error other than `Stale` and `Refused` the store
    /// refuses further writes, and whether the block is there shows at the next opening.
    fn commit(&self, batch: &CommitBatch<'_>) -> Result<(), StateError>;

    /// Bytes that are free where the store lies; `None` for one that lies on no disk.
    fn free_bytes(&self) -> Result<Option<u64>, StateError> {
        Ok(None)
    }

    /// The block at `height`.
    fn block(&self, height: Height) -> Result<Option<Block>, StateError>;

    /// The header at `height`.
    fn header(&self, height: Height) -> Result<Option<Header>, StateError>;

    /// The receipts at `height`, in the order of the block's transactions.
    fn receipts(&self, height: Height) -> Result<Option<Vec<Receipt>>, StateError>;

    /// The certificate at `height`; `None` for the genesis block.
    fn certificate(&self, height: Height) -> Result<Option<CommitCertificate>, StateError>;

    /// Where the transaction with this hash was committed.
    fn transaction(&self, hash: &Hash) -> Result<Option<TransactionPosition>, StateError>;

    /// Keeps a proposed block, durable when this returns. Replaces the one of the same height and
    /// round; refused when `height` is already committed.
    fn put_undecided(&self, height: Height, round: u32, block: &Block) -> Result<(), StateError>;

    /// The proposed blocks kept for `height`, by ascending round.
    fn undecided(&self, height: Height) -> Result<Vec<(u32, Block)>, StateError>;
}

impl CommitBatch<'_> {
    /// Checks that the batch belongs on `tip` of ledger `chain_id` and agrees with itself, and
    /// returns the tip it leads to. Every database calls this before it writes.
    pub fn check(&self, chain_id: &ChainId, tip: Option<&Tip>) -> Result<Tip, StateError> {
        let header = &self.block.header;
        let head = tip.map_or(Hash::ZERO, |tip| tip.state_root);
        let height = next_height(tip);
        if self.update.parent_root != head || Some(self.update.height) != height {
            return Err(StateError::Stale { prepared: self.update.parent_root, head });
        }
        let block_id = header.id();
        let refused = |reason: &str| {
            Err(StateError::Refused { height: header.height, reason: reason.to_owned() })
        };
        let parent = tip.map_or(Hash::ZERO, |tip| tip.block_id);
        if header.chain_id != *chain_id {
            return refused("its chain id is not this store's");
        }
        if Some(header.height) != height || header.parent != parent {
            return refused("it is not the child of the last committed block");
        }
        if header.state_root != self.update.root {
            return refused("its state root is not the prepared update's");
        }
        if self.receipts.len() != self.block.transactions.len() {
            return refused("expected one receipt per transaction");
        }
        let certified = match self.certificate {
            None => header.height == 0,
            Some(votes) => votes.height == header.height && votes.block_id == block_id,
        };
        if !certified {
            return refused("expected a certificate over this very block");
        }
        Ok(Tip { height: header.height, block_id, state_root: header.state_root })
    }
}

/// The height after `tip`; `None` after the last possible one.
pub fn next_height(tip: Option<&Tip>) -> Option<Height> {
    tip.map_or(Some(0), |tip| tip.height.checked_add(1))
}

/// Checks that a proposed block's height is still open. Every database calls this before it keeps
/// one.
pub fn check_undecided(height: Height, tip: Option<&Tip>) -> Result<(), StateError> {
    if tip.is_some_and(|tip| height <= tip.height) {
        let reason = "a block of this height is already committed".to_owned();
        return Err(StateError::Refused { height, reason });
    }
    Ok(())
}
