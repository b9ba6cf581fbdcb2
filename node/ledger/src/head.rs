//! The last committed block and everything that speaks of it, as one consistent value.

use parking_lot::RwLock;
use std::fmt;
use std::sync::Arc;
use tenor_executor::{BlockEnvironment, ParametersInForce};
use tenor_primitives::{BlockId, Header, ValidatorSet};
use tenor_state::{StateReader, Tip};

/// The head. Its state is a snapshot: later blocks do not change it.
#[derive(Clone)]
pub struct Head {
    /// Height, identity, state root.
    pub tip: Tip,
    /// The header.
    pub header: Header,
    /// The identity of block 0.
    pub genesis_id: BlockId,
    /// The validators that committed it.
    pub validators: ValidatorSet,
    /// The validators of the next block.
    pub next_validators: ValidatorSet,
    /// The parameters it ran under.
    pub parameters: ParametersInForce,
    /// The state after it.
    pub state: Arc<dyn StateReader>,
}

impl Head {
    /// What the head's own transactions could know of their block; for queries and admission.
    pub fn environment(&self) -> BlockEnvironment {
        BlockEnvironment {
            chain_id: self.header.chain_id.clone(),
            height: self.header.height,
            time: self.header.time,
            parameters: self.parameters.clone(),
        }
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Head").field("tip", &self.tip).finish_non_exhaustive()
    }
}

/// Where the ledger publishes its head and everybody else reads it.
#[derive(Debug)]
pub struct HeadCell(RwLock<Arc<Head>>);

impl HeadCell {
    pub(crate) fn new(head: Head) -> Self {
        Self(RwLock::new(Arc::new(head)))
    }

    /// The head now.
    pub fn get(&self) -> Arc<Head> {
        Arc::clone(&self.0.read())
    }

    pub(crate) fn set(&self, head: Head) {
        *self.0.write() = Arc::new(head);
    }
}
