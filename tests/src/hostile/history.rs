//! A ledger's blocks, run again from genesis.

use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;
use tenor_executor::{Genesis, Vm};
use tenor_ledger::{Candidate, ChainLedger, Ledger, sign_alone};
use tenor_primitives::{Block, BlockId, SigningKey};
use tenor_state::MemoryDatabase;

/// A genesis and the blocks after it.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize)]
pub struct History {
    /// What they start from.
    pub genesis: Genesis,
    /// From height 1 on.
    pub blocks: Vec<Block>,
}

/// Commits `candidate` with the vote of the one validator, whose key is `validator`.
///
/// # Panics
/// If the ledger refuses.
pub fn commit(ledger: &mut ChainLedger, validator: &SigningKey, candidate: Candidate) {
    let header = &candidate.block().header;
    let (chain_id, height) = (header.chain_id.clone(), header.height);
    let certificate = sign_alone(validator, &chain_id, height, candidate.block_id());
    ledger.commit(candidate, certificate).expect("commits");
}

impl History {
    /// Runs all blocks on `vm` and a store of its own. Each header is compared, and with it the state,
    /// every receipt and the gas; the last block's identity commits to all of it.
    ///
    /// # Panics
    /// If anything differs.
    pub fn replay(&self, vm: Arc<dyn Vm>) -> BlockId {
        let database = Arc::new(MemoryDatabase::new(self.genesis.chain_id.clone()));
        let mut ledger = ChainLedger::open(&self.genesis, database, vm).expect("an empty store");
        let anyone = SigningKey::from_bytes(&[1; 32]).expect("a valid secret");
        for block in &self.blocks {
            let tip = ledger.tip();
            let candidate = ledger.check(&tip, block).expect("every header agrees");
            commit(&mut ledger, &anyone, candidate);
        }
        ledger.tip().block_id
    }

    /// Transactions in all blocks.
    pub fn transactions(&self) -> usize {
        self.blocks.iter().map(|block| block.transactions.len()).sum()
    }
}
