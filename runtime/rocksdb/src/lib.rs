//! The ledger's store over RocksDB: the only crate that names it.
//!
//! One block is one synced write batch over all column families, so what a reader, a crash or a
//! power loss leaves is always a block boundary. `docs/state.md` lists column families, keys and
//! what opening checks.

mod cache;
mod columns;
mod commit;
mod database;
mod error;
mod front;
mod generations;
mod head;
mod history;
mod lock;
mod log_file;
mod logs;
mod look;
mod manifest;
mod open;
mod options;
mod past;
mod reader;
mod snapshot;
mod steps;
mod store;
#[cfg(test)]
mod tests;
mod torn_end;
mod values;
mod verify;
mod version_edit;

pub use database::RocksDatabase;
pub use error::OpenError;
pub use options::StoreOptions;
pub use snapshot::SnapshotSource;
pub use steps::{CommitStep, StepWatcher};
pub use verify::Verified;
