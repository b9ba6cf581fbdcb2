//! The directory of instances: which contract keeps a bond, which one a currency, which ones settle.
//!
//! Each is asked what it is before it is listed: a bond of another registry obeys other freezes, and
//! a currency's cash that is of another currency would settle the wrong amounts for ever.

use super::proposal::Order;
use crate::query::load_market;
use crate::state::{CASH, Listing, SECURITIES, SETTLEMENTS};
use tenor_bond_math::Isin;
use tenor_interfaces::cash::CashQueries;
use tenor_interfaces::issuance::{BondStatus, IssuanceQueries};
use tenor_interfaces::registry::*;
use tenor_interfaces::settlement::SettlementQueries;
use tenor_sdk::prelude::*;

pub(super) fn security(ctx: &mut Context, security: Security) -> Result<()> {
    let Security { isin, issuance, market } = security;
    ctx.require(!SECURITIES.has(ctx, &isin)?, Error::SecurityExists { isin })?;
    load_market(ctx, market)?;
    let bond = IssuanceQueries::new(ctx, issuance).bond()?;
    let agrees = [
        (bond.isin == isin, ListingField::Isin),
        (bond.market == market, ListingField::Market),
        (bond.registry == ctx.own_address(), ListingField::Registry),
        (bond.status >= BondStatus::Book, ListingField::Terms),
    ];
    require_all(issuance, &agrees)?;
    SECURITIES.save(ctx, &isin, &Listing { security, suspended: false, resumed_at: None })?;
    ctx.emit(&SecurityListed { isin, issuance });
    Ok(())
}

fn require_all(contract: Address, agrees: &[(bool, ListingField)]) -> Result<()> {
    match agrees.iter().find(|(agrees, _)| !agrees) {
        Some((_, field)) => Err(Error::ListingRefused { contract, field: *field }.into()),
        None => Ok(()),
    }
}

pub(super) fn suspend(ctx: &mut Context, isin: Isin, suspended: bool, order: &Order) -> Result<()> {
    let listing = SECURITIES.may_load(ctx, &isin)?.ok_or(Error::NoSuchSecurity { isin })?;
    let lifted = listing.suspended && !suspended;
    let resumed_at = if lifted { Some(ctx.block_time()) } else { listing.resumed_at };
    SECURITIES.save(ctx, &isin, &Listing { suspended, resumed_at, ..listing })?;
    ctx.emit(&SecuritySuspended { isin, suspended, reason: order.reason });
    Ok(())
}

pub(super) fn cash(ctx: &mut Context, listing: &CashListing) -> Result<()> {
    let (currency, cash) = (listing.currency, listing.cash);
    ctx.require(!CASH.has(ctx, &currency)?, Error::CashExists { currency })?;
    let config = CashQueries::new(ctx, cash).config()?;
    let agrees = [
        (config.currency == currency, ListingField::Currency),
        (config.registry == ctx.own_address(), ListingField::Registry),
    ];
    require_all(cash, &agrees)?;
    CASH.save(ctx, &currency, &cash)?;
    ctx.emit(&CashListed { currency, cash });
    Ok(())
}

pub(super) fn settlement(ctx: &mut Context, settlement: Address, listed: bool) -> Result<()> {
    if listed {
        let config = SettlementQueries::new(ctx, settlement).config()?;
        let own = config.registry == ctx.own_address();
        require_all(settlement, &[(own, ListingField::Registry)])?;
        SETTLEMENTS.insert(ctx, &settlement)?;
    } else {
        SETTLEMENTS.remove(ctx, &settlement)?;
    }
    ctx.emit(&SettlementSet { settlement, listed });
    Ok(())
}
