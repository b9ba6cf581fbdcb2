//! Tests of contracts on the real executor.
//!
//! A [`Chain`] is a ledger in memory: accounts with keys, blocks of one transaction, time that the
//! test moves. Its [`Engine`] runs contracts either as native functions ([`Engine::native`]) or as
//! compiled modules on any [`tenor_executor::Vm`] ([`Engine::new`]). The same test body runs on both,
//! and [`compare`] says where results, events or storage differ.

mod backend;
mod chain;
mod compare;
mod engine;
mod native;
mod skipped;
mod values;

pub use chain::{Chain, Outcome, Refusal};
pub use compare::{Difference, compare};
pub use engine::{Attempt, Engine, Explain};
pub use native::NativeVm;
pub use skipped::skipped;
