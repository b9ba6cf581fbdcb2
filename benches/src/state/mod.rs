//! The authenticated state as the figures measure it, and what it is measured against.

pub mod hexary;
pub mod keys;
pub mod ledger;
pub mod plain;
