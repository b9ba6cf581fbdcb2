//! Who decides blocks, on a thread of its own.

mod control;
mod solo;
mod thread;

pub use control::DriverControl;
pub use solo::{Pace, SoloDriver};
pub use thread::DriverThread;

use crate::{CommittedBlock, Ledger, LedgerError, TransactionSource};
use std::sync::Arc;
use tenor_primitives::PublicKey;
use thiserror::Error;

/// What waits for inclusion.
pub trait Mempool: Send + Sync {
    /// Whether a block made now could include something.
    fn has_ready(&self) -> bool;

    /// The transactions on offer for one block.
    fn source(&self) -> Box<dyn TransactionSource + '_>;

    /// A block became durable. What it included has had its effect; called in order of heights.
    fn committed(&self, block: &Arc<CommittedBlock>);
}

/// Decides the blocks of a ledger until it is told to stop.
pub trait ConsensusDriver: Send {
    /// Runs to the end. An error means that the node must stop.
    fn run(
        self: Box<Self>,
        ledger: &mut dyn Ledger,
        mempool: &dyn Mempool,
    ) -> Result<(), DriverError>;
}

/// Why a driver stopped by itself.
#[derive(Debug, Error)]
pub enum DriverError {
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// This node's key cannot commit blocks alone.
    #[error(
        "expected the key of the ledger's only validator{}, got {key} from this node's key file; give the \
         validator's key file, or leave this node a copy that follows the ledger",
        only.as_ref().map_or_else(String::new, |only| format!(", {only}"))
    )]
    NotTheValidator {
        /// This node's key.
        key: PublicKey,
        /// The key that makes blocks, if there is one alone.
        only: Option<PublicKey>,
    },
    /// Block time cannot advance any more.
    #[error("ledger time is at its end")]
    EndOfTime,
    /// A bug: the driver panicked.
    #[error("the driver panicked: {0}")]
    Panicked(String),
    /// The system gave no thread.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
}
