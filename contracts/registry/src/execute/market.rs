//! Markets, delays of their days, and years appended to their calendars.

use super::proposal::Order;
use crate::business_days::{is_business_day, last_known_year, of_table};
use crate::market_day::{DELAY_SECONDS_MAX, instant};
use crate::query::{DAY_SECONDS, Stored, current_day, load_market};
use crate::state::{ANNOUNCED, DELAYS, MARKETS, YEARS};
use tenor_bond_math::{Calendar, Date, HolidayTable};
use tenor_interfaces::MarketCode;
use tenor_interfaces::registry::{DayDelayed, Error, Market, MarketExtended, MarketOpened};
use tenor_sdk::prelude::*;

/// The most years that one action appends.
const NEW_YEARS_MAX: i32 = 100;

pub(super) fn open(ctx: &mut Context, market: &Market) -> Result<()> {
    let code = market.code;
    ctx.require(!MARKETS.has(ctx, &code)?, Error::MarketExists { market: code })?;
    let in_order = market.cut_off_seconds <= market.end_of_day_seconds
        && market.end_of_day_seconds <= DAY_SECONDS;
    let valid = in_order && calendar_is_sound(&market.calendar);
    ctx.require(valid, Error::InvalidMarket { market: code })?;
    MARKETS.save(ctx, &code, market)?;
    let today = current_day(ctx, market)?.date;
    ANNOUNCED.save(ctx, &code, &today)?;
    ctx.emit(&MarketOpened { market: code });
    Ok(())
}

/// A valid calendar, and no run of closed days that never ends.
fn calendar_is_sound(calendar: &Calendar) -> bool {
    calendar.validate().is_ok() && opens_again(calendar)
}

/// Whether a business day follows every holiday of the tables, or the calendar's last year ends.
fn opens_again(calendar: &Calendar) -> bool {
    let mut holidays = calendar.tables.iter().flat_map(|table| &table.holidays);
    let shut = |day: &Date| {
        let next = calendar.next_or_same(*day);
        matches!(next, Err(tenor_bond_math::Error::NoBusinessDay { .. }))
    };
    !holidays.any(shut)
}

pub(super) fn extend(ctx: &mut Context, code: MarketCode, years: HolidayTable) -> Result<()> {
    let market = load_market(ctx, code)?;
    let last = YEARS.prefix(&code).reversed().load(ctx, 1)?.into_iter().next();
    let last_known = last.map_or(last_known_year(&market.calendar), |(_, table)| table.last_year);
    let (first_year, last_year) = (years.first_year, years.last_year);
    let expected_first = last_known.saturating_add(1);
    let refused = Error::InvalidYears { market: code, expected_first, got_first: first_year };
    let follows = first_year == expected_first;
    let few = last_year.saturating_sub(first_year) < NEW_YEARS_MAX;
    let calendar = of_table(years);
    ctx.require(follows && few && calendar_is_sound(&calendar), refused)?;
    for table in &calendar.tables {
        YEARS.save(ctx, &(code, first_year), table)?;
    }
    ctx.emit(&MarketExtended { market: code, first_year, last_year });
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
    let business_day = is_business_day(&market, date, &Stored(ctx, code))?;
    let bounded = by_seconds > 0 && delay_seconds <= DELAY_SECONDS_MAX;
    ctx.require(open && business_day && bounded, Error::InvalidDelay { date, delay_seconds })?;
    DELAYS.save(ctx, &(code, date), &delay_seconds)?;
    ctx.emit(&DayDelayed { market: code, date, delay_seconds, reason: order.reason });
    Ok(())
}
