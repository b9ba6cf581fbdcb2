//! Quotes of one bond, computed on chain: its schedule, payments, accrued interest and the rate of a period.
//!
//! Each function does its work `times` times, so that what one costs can be measured in a guest, in gas and
//! against the same function outside.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod compute;
mod messages;
mod state;

use messages::ExecuteMsg;
use tenor_sdk::prelude::*;

pub use compute::Quoter;
pub use messages::{Bond, InstantiateMsg, QueryMsg, QuoteError};

/// The functions that compute, by the name of what they do.
pub use messages::ExecuteMsg as Quote;

fn instantiate(ctx: &mut Context, message: InstantiateMsg) -> Result<()> {
    message.bond.terms.validate().map_err(|_| QuoteError::NotComputable)?;
    state::BOND.save(ctx, &message.bond)?;
    Ok(())
}

fn execute(ctx: &mut Context, message: ExecuteMsg) -> Result<Response> {
    let quoter = Quoter::new(state::BOND.load(ctx)?).ok_or(QuoteError::NotComputable)?;
    reply(quoter.compute(&message).ok_or(QuoteError::NotComputable)?)
}

fn query(ctx: &QueryContext, message: QueryMsg) -> Result<Response> {
    match message {
        QueryMsg::Bond {} => reply(state::BOND.load(ctx)?),
    }
}

contract! {
    name: "quote",
    instantiate: instantiate(InstantiateMsg),
    execute: execute(ExecuteMsg),
    query: query(QueryMsg),
    events: [],
    errors: QuoteError,
    storage: state::STORAGE,
}
