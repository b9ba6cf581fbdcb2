//! Hostile cases: a ledger on two engines, and how a case must end.

mod end;
mod history;
mod row;
mod twin;

pub use end::End;
pub use history::{History, commit};
pub use row::{Row, render};
pub use twin::{CALL_GAS, PLENTY, Twin};
