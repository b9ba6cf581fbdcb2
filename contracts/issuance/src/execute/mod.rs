//! What changes a bond: one file per feature.

mod agent;
mod allocate;
mod book;
mod close;
mod cover;
mod draft;
mod guard;
mod hold;
mod holding;
mod redeem;
mod transfer;

pub(crate) use close::quote;
pub(crate) use draft::instantiate;

use tenor_interfaces::issuance::ExecuteMsg;
use tenor_sdk::prelude::*;

pub(crate) fn execute(ctx: &mut Context, message: ExecuteMsg) -> Result<Response> {
    match message {
        ExecuteMsg::Accept { terms_hash } => reply(draft::accept(ctx, terms_hash)?),
        ExecuteMsg::PlaceOrder { face_amount, reference } => {
            reply(book::place(ctx, face_amount, reference)?)
        }
        ExecuteMsg::CancelOrder { reference } => reply(book::cancel(ctx, reference)?),
        ExecuteMsg::Allocate { allocations } => reply(allocate::allocate(ctx, allocations)?),
        ExecuteMsg::ConfirmBook { total, allocation_hash } => {
            reply(book::confirm(ctx, total, allocation_hash)?)
        }
        ExecuteMsg::Close { orders } => reply(close::close(ctx, orders)?),
        ExecuteMsg::EndClosing { limit } => reply(close::end(ctx, limit)?),
        ExecuteMsg::Hold { account, amount, agent, expiry, reference } => {
            reply(hold::place(ctx, account, amount, agent, expiry, reference)?)
        }
        ExecuteMsg::ExecuteHold { account, reference, to, amount } => {
            reply(hold::execute(ctx, account, reference, to, amount)?)
        }
        ExecuteMsg::ReleaseHold { account, agent, reference } => {
            reply(hold::release(ctx, (account, agent, reference))?)
        }
        ExecuteMsg::TransferFree { to, face_amount, reference } => {
            reply(transfer::free(ctx, to, face_amount, reference)?)
        }
        ExecuteMsg::Redeem { positions } => reply(redeem::redeem(ctx, &positions)?),
        ExecuteMsg::AppointAgent { agent, right } => reply(agent::appoint(ctx, agent, right)?),
        ExecuteMsg::Advance { limit } => reply(hold::advance(ctx, limit)?),
        ExecuteMsg::ReleaseCover { account, reference } => {
            reply(cover::release(ctx, account, reference)?)
        }
    }
}
