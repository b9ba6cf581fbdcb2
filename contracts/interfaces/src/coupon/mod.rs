//! Coupon: one instance per ISIN pays interest and principal.

mod messages;
mod outcome;
mod types;

pub use messages::{CouponClient, CouponQueries, ExecuteMsg, InstantiateMsg, QueryMsg};
pub use outcome::*;
pub use types::*;
