//! What changes state.

use crate::messages::{Counted, CounterClient, CounterError, ExecuteMsg};
use crate::state::{COUNTERS, LIMIT, OWNER};
use tenor_sdk::prelude::*;

pub(crate) fn execute(ctx: &mut Context, message: ExecuteMsg) -> Result<Response> {
    match message {
        ExecuteMsg::Increment { by } => reply(increment(ctx, by)?),
        ExecuteMsg::Forward { to, by } => reply(CounterClient::new(ctx, to).increment(by)?),
        ExecuteMsg::Reset { account } => reply(reset(ctx, &account)?),
    }
}

fn increment(ctx: &mut Context, by: u64) -> Result<u64> {
    ctx.require(by > 0, CounterError::NoStep)?;
    let (account, limit) = (ctx.caller(), LIMIT.load(ctx)?);
    let value = COUNTERS.update(ctx, &account, |value| {
        let value = value.unwrap_or(0);
        let sum = value.checked_add(by).filter(|sum| *sum <= limit);
        sum.ok_or(CounterError::LimitReached { limit, value })
    })?;
    ctx.emit(&Counted { account, value });
    Ok(value)
}

fn reset(ctx: &mut Context, account: &Address) -> Result<()> {
    ctx.require(ctx.caller() == OWNER.load(ctx)?, CounterError::NotOwner)?;
    COUNTERS.remove(ctx, account)?;
    ctx.emit(&Counted { account: *account, value: 0 });
    Ok(())
}
