//! A transferable balance per account: two reads, two writes and an event per transfer. It is the
//! yardstick of the engine's benchmarks, and the shortest contract that moves something.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod messages;
mod state;

use tenor_sdk::prelude::*;

pub use messages::{
    ExecuteMsg, InstantiateMsg, QueryMsg, TokenClient, TokenError, TokenQueries, Transferred,
};

fn instantiate(ctx: &mut Context, message: InstantiateMsg) -> Result<()> {
    state::BALANCES.save(ctx, &message.owner, &message.supply)?;
    Ok(())
}

fn execute(ctx: &mut Context, message: ExecuteMsg) -> Result<Response> {
    match message {
        ExecuteMsg::Transfer { to, amount } => reply(transfer(ctx, to, amount)?),
    }
}

fn query(ctx: &QueryContext, message: QueryMsg) -> Result<Response> {
    match message {
        QueryMsg::Balance { account } => {
            reply(state::BALANCES.may_load(ctx, &account)?.unwrap_or_default())
        }
    }
}

/// Takes before it gives, so that a transfer to oneself moves nothing and makes nothing.
fn transfer(ctx: &mut Context, to: Address, amount: Amount) -> Result<()> {
    let from = ctx.caller();
    state::BALANCES.update(ctx, &from, |balance| {
        let available = balance.unwrap_or_default();
        let left = available.checked_sub(amount);
        left.ok_or(Failure::from(TokenError::Insufficient { available, required: amount }))
    })?;
    state::BALANCES.update(ctx, &to, |balance| {
        let sum = balance.unwrap_or_default().checked_add(amount);
        sum.ok_or(Failure::from(TokenError::TooMuch))
    })?;
    ctx.emit(&Transferred { from, to, amount });
    Ok(())
}

contract! {
    name: "token",
    instantiate: instantiate(InstantiateMsg),
    execute: execute(ExecuteMsg),
    query: query(QueryMsg),
    events: [Transferred],
    errors: TokenError,
    storage: state::STORAGE,
}
