//! What changes the registry: one file per feature.

mod account;
mod advance;
mod listing;
mod market;
mod office;
mod party;
mod proposal;

use tenor_interfaces::registry::{ExecuteMsg, InstantiateMsg};
use tenor_sdk::prelude::*;

pub(crate) fn instantiate(ctx: &mut Context, message: InstantiateMsg) -> Result<()> {
    office::appoint_first(ctx, &message.officers)
}

pub(crate) fn execute(ctx: &mut Context, message: ExecuteMsg) -> Result<Response> {
    match message {
        ExecuteMsg::Propose { actions, reason, document_hash } => {
            reply(proposal::propose(ctx, actions, reason, document_hash)?)
        }
        ExecuteMsg::Confirm { proposal, actions_hash } => {
            reply(proposal::confirm(ctx, proposal, actions_hash)?)
        }
        ExecuteMsg::Withdraw { proposal } => reply(proposal::withdraw(ctx, proposal)?),
        ExecuteMsg::Advance { limit } => reply(advance::advance(ctx, limit)?),
    }
}
