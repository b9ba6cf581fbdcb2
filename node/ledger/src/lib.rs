//! The ledger: blocks are built, checked and committed here, over the executor and a database.
//!
//! [`Ledger`] is the boundary that any consensus engine drives; [`ChainLedger`] is its one
//! implementation. Below it everything is synchronous, and time and proposer come from
//! [`BlockContext`] alone. [`SoloDriver`] runs a ledger with one validator; its certificates have
//! the form that several validators give, so a solo ledger can become a consortium's.

mod certificate;
mod chain;
mod clock;
mod driver;
mod error;
mod head;
mod ledger;
#[cfg(test)]
mod tests;

pub use certificate::sign_alone;
pub use chain::{ChainLedger, PastHeads, genesis_block};
pub use clock::{Clock, ManualClock, SystemClock};
pub use driver::{
    ConsensusDriver, DriverControl, DriverError, DriverThread, Mempool, Pace, SoloDriver,
};
pub use error::{CheckError, HeaderField, InvalidBlock, LedgerError};
pub use head::{Head, HeadCell};
pub use ledger::{BlockContext, Candidate, CommittedBlock, Ledger, TransactionSource};
