//! What changes instructions: one file per feature.

mod advance;
mod cancel;
mod hold;
mod pair;
mod settle;
mod shortage;
mod submit;

use crate::state::CONFIG;
use tenor_interfaces::settlement::{Error, ExecuteMsg, InstantiateMsg, Tolerance};
use tenor_sdk::prelude::*;

/// The most tolerances of an instance.
const TOLERANCES_MAX: u32 = 100;
/// A tolerance is at most this part of the limit of small amounts.
const TOLERANCE_PART: u128 = 100;

pub(crate) fn instantiate(ctx: &mut Context, message: InstantiateMsg) -> Result<()> {
    let got = u32::try_from(message.tolerances.len()).unwrap_or(u32::MAX);
    ctx.require(got <= TOLERANCES_MAX, Error::Count { min: 0, max: TOLERANCES_MAX, got })?;
    let mut listed = Vec::new();
    for tolerance in &message.tolerances {
        let Tolerance { currency, small_amount_max, small, large } = *tolerance;
        // What a payer signs must stay close to what it pays.
        let largest = Amount(small_amount_max.0 / TOLERANCE_PART);
        let sound = small <= largest && large <= largest && !listed.contains(&currency);
        ctx.require(sound, Error::InvalidTolerance { currency })?;
        listed.push(currency);
    }
    Ok(CONFIG.save(ctx, &message)?)
}

pub(crate) fn execute(ctx: &mut Context, message: ExecuteMsg) -> Result<Response> {
    match message {
        ExecuteMsg::Submit { instruction } => reply(submit::submit(ctx, *instruction)?),
        ExecuteMsg::Cancel { reference } => reply(cancel::cancel(ctx, reference)?),
        ExecuteMsg::SetHold { reference, on_hold } => reply(hold::set(ctx, reference, on_hold)?),
        ExecuteMsg::Settle { id } => reply(settle::settle_now(ctx, id)?),
        ExecuteMsg::Advance { limit } => reply(advance::advance(ctx, limit)?),
        ExecuteMsg::WithdrawCancel { reference } => reply(cancel::withdraw(ctx, reference)?),
        ExecuteMsg::AdvanceAfter { id, limit } => reply(advance::advance_after(ctx, id, limit)?),
        ExecuteMsg::FindMatch { id, after } => reply(submit::rematch(ctx, id, after)?),
    }
}
