//! What the integration tests share: runners for external vectors, and a ledger to drive.

pub mod auditor;
pub mod engine;
pub mod fuzz;
pub mod hostile;
pub mod parity;
pub mod process;
pub mod scenarios;
pub mod story;
pub mod vectors;
pub mod wasm;
pub mod workspace;
