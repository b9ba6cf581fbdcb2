//! A state as a file: everything that a ledger goes on from, in chunks with checksums. `docs/state.md`
//! specifies the format.

mod chunk;
mod error;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use error::SnapshotError;
pub use read::{Checked, SnapshotReader, Verified};
pub use write::SnapshotWriter;

use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Block, CommitCertificate, Receipt, ValidatorSet};

/// The version of the format.
pub const VERSION: u32 = 1;

/// What a snapshot says before its entries: the block after which they are the state, with all that
/// a store keeps beside it, and the block that the ledger began with.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Manifest {
    /// Block 0.
    pub genesis: Block,
    /// The block after which the entries are the state.
    pub block: Block,
    /// Its receipts.
    pub receipts: Vec<Receipt>,
    /// The votes over it; none for block 0.
    pub certificate: Option<CommitCertificate>,
    /// The validators that voted.
    pub validators: ValidatorSet,
}
