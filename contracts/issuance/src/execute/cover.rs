//! Cash that an account holds in favour of this instance, behind an order.

use crate::state::{BOND, ORDERS};
use tenor_interfaces::Reference;
use tenor_interfaces::cash::{CashClient, CashQueries};
use tenor_interfaces::issuance::{BondFacts, BondStatus, Error, OrderStatus};
use tenor_sdk::prelude::*;

/// What an account holds for an order, as far as it can be taken now.
pub(super) fn of(
    ctx: &QueryContext,
    bond: &BondFacts,
    account: Address,
    reference: Reference,
) -> Result<Amount> {
    let hold = CashQueries::new(ctx, bond.cash).hold(account, ctx.own_address(), reference)?;
    let open = hold.filter(|hold| ctx.block_time() < hold.expiry);
    Ok(open.map_or(Amount::ZERO, |hold| hold.amount))
}

/// Gives back what is still held for an order that is done with: more than its price, or all of it.
pub(super) fn give_back(
    ctx: &mut Context,
    bond: &BondFacts,
    account: Address,
    reference: Reference,
) -> Result<()> {
    let own = ctx.own_address();
    if CashQueries::new(ctx, bond.cash).hold(account, own, reference)?.is_some() {
        CashClient::new(ctx, bond.cash).release_hold(account, own, reference)?;
    }
    Ok(())
}

/// Gives back what is held for an order that is done with, or that never was: a hold placed again by
/// mistake, after the closing say, would otherwise bind the cash until it expires. While orders are
/// taken, who holds first and orders then is not disturbed by others.
pub(super) fn release(ctx: &mut Context, account: Address, reference: Reference) -> Result<()> {
    let bond = BOND.load(ctx)?;
    let order = ORDERS.may_load(ctx, &(account, reference))?;
    let needed = match order.map(|order| order.status) {
        Some(OrderStatus::Placed | OrderStatus::Allotted) => bond.status < BondStatus::Live,
        Some(_) => false,
        None => bond.status < BondStatus::Closing && ctx.caller() != account,
    };
    ctx.require(!needed, Error::CoverNeeded { account, reference })?;
    give_back(ctx, &bond, account, reference)
}
