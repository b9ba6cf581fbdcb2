//! What changes cash: one file per feature.

mod agent;
mod balance;
mod hold;
mod supply;
mod transfer;

use crate::state::{CONFIG, TOTALS};
use tenor_interfaces::cash::{ExecuteMsg, InstantiateMsg, Totals};
use tenor_sdk::prelude::*;

pub(crate) fn instantiate(ctx: &mut Context, message: InstantiateMsg) -> Result<()> {
    CONFIG.save(ctx, &message)?;
    TOTALS.save(ctx, &Totals::default())?;
    Ok(())
}

pub(crate) fn execute(ctx: &mut Context, message: ExecuteMsg) -> Result<Response> {
    match message {
        ExecuteMsg::Mint { account, amount, reference } => {
            reply(supply::mint(ctx, account, amount, reference)?)
        }
        ExecuteMsg::Burn { amount, reference } => reply(supply::burn(ctx, amount, reference)?),
        ExecuteMsg::Transfer { to, amount, reference } => {
            reply(transfer::transfer(ctx, to, amount, reference)?)
        }
        ExecuteMsg::TransferBatch { payments, reference } => {
            reply(transfer::batch(ctx, &payments, reference)?)
        }
        ExecuteMsg::Hold { account, amount, agent, expiry, reference } => {
            reply(hold::place(ctx, account, amount, agent, expiry, reference)?)
        }
        ExecuteMsg::ExecuteHold { account, reference, to, amount } => {
            reply(hold::execute(ctx, account, reference, to, amount)?)
        }
        ExecuteMsg::ReleaseHold { account, agent, reference } => {
            reply(hold::release(ctx, (account, agent, reference))?)
        }
        ExecuteMsg::AppointAgent { agent, right } => reply(agent::appoint(ctx, agent, right)?),
        ExecuteMsg::Advance { limit } => reply(hold::advance(ctx, limit)?),
    }
}
