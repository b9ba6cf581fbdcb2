//! A counter per account: the smallest contract that uses every part of the SDK.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod execute;
mod messages;
mod query;
mod state;

use execute::execute;
use query::query;
use tenor_sdk::prelude::*;

pub use messages::{
    Counted, CounterClient, CounterError, CounterQueries, ExecuteMsg, InstantiateMsg, QueryMsg,
};

fn instantiate(ctx: &mut Context, message: InstantiateMsg) -> Result<()> {
    state::LIMIT.save(ctx, &message.limit)?;
    let owner = ctx.caller();
    state::OWNER.save(ctx, &owner)?;
    Ok(())
}

contract! {
    name: "counter",
    instantiate: instantiate(InstantiateMsg),
    execute: execute(ExecuteMsg),
    query: query(QueryMsg),
    events: [Counted],
    errors: CounterError,
    storage: state::STORAGE,
}
