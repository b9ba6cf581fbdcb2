//! Markets and delays of their days.

use super::proposal::Order;
use crate::market_day::{DELAY_SECONDS_MAX, instant};
use crate::query::{DAY_SECONDS, current_day, load_market};
use crate::state::{ANNOUNCED, DELAYS, MARKETS};
use tenor_bond_math::Date;
use tenor_interfaces::MarketCode;
use tenor_interfaces::registry::{DayDelayed, Error, Market, MarketOpened};
use tenor_sdk::prelude::*;

pub(super) fn open(ctx: &mut Context, market: &Market) -> Result<()> {
    let code = market.code;
    ctx.require(!MARKETS.has(ctx, &code)?, Error::MarketExists { market: code })?;
    let in_order = market.cut_off_seconds <= market.end_of_day_seconds
        && market.end_of_day_seconds <= DAY_SECONDS;
    let valid = in_order && market.calendar.validate().is_ok();
    ctx.require(valid, Error::InvalidMarket { market: code })?;
    MARKETS.save(ctx, &code, market)?;
    let today = current_day(ctx, market)?.date;
    ANNOUNCED.save(ctx, &code, &today)?;
    ctx.emit(&MarketOpened { market: code });
    Ok(())
}

pub(super) fn delay(
    ctx: &mut Context,
    code: MarketCode,
    date: Date,
    by_seconds: u32,
    order: &Order,
) -> Result<()> {
    let market = load_market(ctx, code)?;
    let before = DELAYS.may_load(ctx, &(code, date))?.unwrap_or(0);
    let delay_seconds = before.saturating_add(by_seconds);
    let ends_at = instant(&market, date, market.end_of_day_seconds)?
        .checked_add_ms(u64::from(before) * 1_000)
        .ok_or(Error::DateUnknown { date })?;
    let open = ctx.block_time() < ends_at;
    let business_day =
        market.calendar.is_business_day(date).map_err(|_| Error::DateUnknown { date })?;
    let bounded = by_seconds > 0 && delay_seconds <= DELAY_SECONDS_MAX;
    ctx.require(open && business_day && bounded, Error::InvalidDelay { date, delay_seconds })?;
    DELAYS.save(ctx, &(code, date), &delay_seconds)?;
    ctx.emit(&DayDelayed { market: code, date, delay_seconds, reason: order.reason });
    Ok(())
}
