//! What the integration tests share: runners for external vectors, and a ledger to drive.

pub mod engine;
pub mod parity;
pub mod vectors;
pub mod workspace;
