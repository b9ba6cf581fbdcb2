//! The directory of instances: which contract keeps a bond, which one a currency.

use crate::query::load_market;
use crate::state::{CASH, SECURITIES};
use tenor_interfaces::registry::{CashListed, CashListing, Error, Security, SecurityListed};
use tenor_sdk::prelude::*;

pub(super) fn security(ctx: &mut Context, security: &Security) -> Result<()> {
    let (isin, issuance) = (security.isin, security.issuance);
    ctx.require(!SECURITIES.has(ctx, &isin)?, Error::SecurityExists { isin })?;
    load_market(ctx, security.market)?;
    SECURITIES.save(ctx, &isin, security)?;
    ctx.emit(&SecurityListed { isin, issuance });
    Ok(())
}

pub(super) fn cash(ctx: &mut Context, listing: &CashListing) -> Result<()> {
    let (currency, cash) = (listing.currency, listing.cash);
    ctx.require(!CASH.has(ctx, &currency)?, Error::CashExists { currency })?;
    CASH.save(ctx, &currency, &cash)?;
    ctx.emit(&CashListed { currency, cash });
    Ok(())
}
