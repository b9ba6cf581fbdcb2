//! The state before a block, rebuilt in memory from genesis: for stores that keep the head's alone.

use std::sync::Arc;
use tenor_executor::trace::{TransactionTrace, execute_block, trace_transaction};
use tenor_executor::{ApplyError, FatalError, Genesis, GenesisError, Vm};
use tenor_primitives::{Block, Height};
use tenor_state::{Database as _, MemoryDatabase, Overlay, StateReader};
use thiserror::Error;

/// Why a transaction cannot be traced.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// The genesis file makes no ledger.
    #[error("the genesis file: {0}")]
    Genesis(#[from] GenesisError),
    /// Blocks come in order.
    #[error("expected block {expected}, got block {got}")]
    Order {
        /// The next block.
        expected: Height,
        /// The block given.
        got: Height,
    },
    /// The block does not execute as it did.
    #[error("block {height} does not execute as it did: {error}")]
    Execution {
        /// The block.
        height: Height,
        /// What happened.
        error: String,
    },
    /// The block has other results than its header says.
    #[error("block {height} used {expected} gas and now uses {got}")]
    Differs {
        /// The block.
        height: Height,
        /// What its header says.
        expected: u64,
        /// What it uses now.
        got: u64,
    },
    /// The block has no such transaction.
    #[error("block {height} has no transaction {index}")]
    NoTransaction {
        /// The block.
        height: Height,
        /// The transaction's place.
        index: usize,
    },
    /// The time for this request is over.
    #[error("the time for this request is over")]
    Deadline,
}

/// A ledger's state in memory, moved forward block by block.
pub struct Replay {
    state: Arc<Overlay>,
    next: Height,
}

impl Replay {
    /// The state after block 0.
    ///
    /// # Errors
    /// When `genesis` makes no ledger.
    pub fn from_genesis(genesis: &Genesis) -> Result<Self, ReplayError> {
        let nothing = MemoryDatabase::new(genesis.chain_id.clone()).reader();
        let state = Arc::new(Overlay::with_writes(nothing, genesis.execute()?));
        Ok(Self { state, next: 1 })
    }

    /// The height of the block that comes next.
    pub fn next_height(&self) -> Height {
        self.next
    }

    /// Executes the next block.
    ///
    /// # Errors
    /// When it is another one, or does not execute as it did.
    pub fn apply(&mut self, vm: &Arc<dyn Vm>, block: &Block) -> Result<(), ReplayError> {
        self.expect(block)?;
        let height = block.header.height;
        let output = execute_block(self.reader(), Arc::clone(vm), block);
        let output = output.map_err(|error| failed(height, error))?;
        let (expected, got) = (block.header.gas_used, output.gas_used);
        if expected != got {
            return Err(ReplayError::Differs { height, expected, got });
        }
        // Nobody else holds the state between two blocks, so nothing is copied.
        Arc::make_mut(&mut self.state).apply(output.writes);
        self.next = height.saturating_add(1);
        Ok(())
    }

    /// Traces transaction `index` of the next block, which is not applied.
    ///
    /// # Errors
    /// As [`Replay::apply`], and when there is no such transaction.
    pub fn trace(
        &self,
        vm: &Arc<dyn Vm>,
        block: &Block,
        index: usize,
    ) -> Result<TransactionTrace, ReplayError> {
        self.expect(block)?;
        let height = block.header.height;
        let traced = trace_transaction(self.reader(), Arc::clone(vm), block, index);
        let traced = traced.map_err(|error| failed(height, error))?;
        traced.ok_or(ReplayError::NoTransaction { height, index })
    }

    /// The state as it is now.
    pub fn reader(&self) -> Arc<dyn StateReader> {
        Arc::clone(&self.state) as Arc<dyn StateReader>
    }

    fn expect(&self, block: &Block) -> Result<(), ReplayError> {
        let (expected, got) = (self.next, block.header.height);
        if expected == got { Ok(()) } else { Err(ReplayError::Order { expected, got }) }
    }
}

impl std::fmt::Debug for Replay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replay").field("next", &self.next).finish_non_exhaustive()
    }
}

fn failed(height: Height, error: ApplyError) -> ReplayError {
    match error {
        ApplyError::Fatal(FatalError::Deadline) => ReplayError::Deadline,
        error => ReplayError::Execution { height, error: error.to_string() },
    }
}
