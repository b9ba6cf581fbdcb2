//! Settlement: instructions, matching, delivery versus payment. One per ledger.

mod messages;
mod outcome;
mod types;

pub use messages::{ExecuteMsg, InstantiateMsg, QueryMsg, SettlementClient, SettlementQueries};
pub use outcome::*;
pub use types::*;
