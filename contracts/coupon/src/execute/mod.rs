//! What changes payments: one file per feature.

mod advance;
mod compute;
mod escrow;
mod fund;
mod guard;
mod load;
mod pay;
mod release;
mod timeliness;

use crate::state::{CONFIG, RESERVED};
use tenor_bond_math::Decimal;
use tenor_interfaces::coupon::{Error, ExecuteMsg, InstantiateMsg};
use tenor_sdk::prelude::*;

/// There are sixteen tax classes.
const TAX_RATES_MAX: u32 = 16;

pub(crate) fn instantiate(ctx: &mut Context, message: InstantiateMsg) -> Result<()> {
    let rates = &message.tax_rates;
    let got = u32::try_from(rates.len()).unwrap_or(u32::MAX);
    ctx.require(got <= TAX_RATES_MAX, Error::Count { min: 0, max: TAX_RATES_MAX, got })?;
    let mut last_class = None;
    for rate in rates {
        let tax_class = rate.tax_class;
        let in_range = rate.rate >= Decimal::ZERO && rate.rate <= Decimal::ONE;
        let ascends = last_class.is_none_or(|last| last < tax_class);
        ctx.require(in_range && ascends, Error::InvalidTaxRate { tax_class })?;
        last_class = Some(tax_class);
    }
    // This instance's own account pays: it cannot be where the tax goes.
    let account = message.tax_account;
    ctx.require(account != ctx.own_address(), Error::OwnTaxAccount { account })?;
    CONFIG.save(ctx, &message)?;
    Ok(RESERVED.save(ctx, &Amount::ZERO)?)
}

pub(crate) fn execute(ctx: &mut Context, message: ExecuteMsg) -> Result<Response> {
    match message {
        ExecuteMsg::Advance { limit } => reply(advance::advance(ctx, limit)?),
        ExecuteMsg::Fund { period, amount, reference } => {
            reply(fund::fund(ctx, period, amount, reference)?)
        }
        ExecuteMsg::Release { period } => reply(release::release(ctx, period)?),
        ExecuteMsg::ClaimEscrow { account } => reply(escrow::claim(ctx, account)?),
        ExecuteMsg::ReturnExcess { reference } => reply(fund::return_excess(ctx, reference)?),
        ExecuteMsg::ReturnFunding { period, reference } => {
            reply(fund::return_funding(ctx, period, reference)?)
        }
    }
}
