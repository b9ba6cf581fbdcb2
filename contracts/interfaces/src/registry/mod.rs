//! The registry: who takes part, which accounts they have, what day it is.
//!
//! One per ledger. Everything that changes is proposed by one officer and confirmed by another.

mod messages;
mod outcome;
mod types;

pub use messages::{ExecuteMsg, InstantiateMsg, QueryMsg, RegistryClient, RegistryQueries};
pub use outcome::*;
pub use types::*;
