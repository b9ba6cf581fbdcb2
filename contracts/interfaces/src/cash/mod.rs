//! Cash: one instance per currency and cash provider.

mod messages;
mod outcome;
mod types;

pub use messages::{CashClient, CashQueries, ExecuteMsg, InstantiateMsg, QueryMsg};
pub use outcome::*;
pub use types::*;
