//! What coupon answers.

use crate::state::{CONFIG, ENTITLEMENTS, ESCROW, PAYING, PAYMENTS, load_bond};
use tenor_interfaces::coupon::*;
use tenor_sdk::prelude::*;

/// The most entries of one page.
const PAGE_MAX: u32 = 100;

pub(crate) fn query(ctx: &QueryContext, message: QueryMsg) -> Result<Response> {
    match message {
        QueryMsg::Config => reply(CONFIG.load(ctx)?),
        QueryMsg::Payment { period } => reply(PAYMENTS.may_load(ctx, &period)?),
        QueryMsg::Payments { after, limit } => reply(payments(ctx, after, limit)?),
        QueryMsg::Entitlement { period, account } => {
            reply(ENTITLEMENTS.may_load(ctx, &(period, account))?)
        }
        QueryMsg::Entitlements { period, after, limit } => {
            reply(entitlements(ctx, period, after, limit)?)
        }
        QueryMsg::Escrow { account } => {
            reply(ESCROW.may_load(ctx, &account)?.unwrap_or(Amount::ZERO))
        }
        QueryMsg::EntitlementsFor { party, period, after, limit } => {
            let bond = load_bond(ctx)?;
            // A node lets only `party` itself ask what is for `party`.
            let expected = bond.paying_agent;
            let pays = [expected, bond.issuer].contains(&party);
            ctx.require(pays, Error::NotAllowed { expected, caller: party })?;
            reply(entitlements(ctx, period, after, limit)?)
        }
        QueryMsg::Paying => reply(PAYING.all().keys(ctx, 1)?.first().copied()),
    }
}

fn payments(ctx: &QueryContext, after: Option<u32>, limit: u32) -> Result<Vec<PaymentRecord>> {
    let page = PAYMENTS.all().after_if(after.as_ref()).load(ctx, limit.min(PAGE_MAX))?;
    Ok(page.into_iter().map(|(_, payment)| payment).collect())
}

/// A page of what holders get from a payment.
pub(crate) fn entitlements(
    ctx: &QueryContext,
    period: u32,
    after: Option<Address>,
    limit: u32,
) -> Result<Vec<Entitlement>> {
    let after = after.map(|account| (period, account));
    let range = ENTITLEMENTS.prefix(&period).after_if(after.as_ref());
    let page = range.load(ctx, limit.min(PAGE_MAX))?;
    Ok(page.into_iter().map(|(_, entitlement)| entitlement).collect())
}
