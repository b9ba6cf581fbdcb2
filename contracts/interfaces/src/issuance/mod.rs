//! Issuance: one instance per ISIN keeps the terms, the book and the holdings.

mod error;
mod events;
mod messages;
mod types;

pub use error::*;
pub use events::*;
pub use messages::{ExecuteMsg, InstantiateMsg, IssuanceClient, IssuanceQueries, QueryMsg};
pub use types::*;
