//! A market's business days: its calendar for the years that it knows, then the years that officers
//! have appended. Which of the two answers depends on the year alone, so a known day never changes.

use tenor_bond_math::{Calendar, Date, HolidayTable};
use tenor_interfaces::registry::{Error, Market};
use tenor_sdk::prelude::*;

/// No market closes for longer.
const CLOSED_DAYS_MAX: u32 = 31;
/// Where a calendar that names no centre and no table ends: it knows every date there is.
const LAST_YEAR: i32 = 9_999;

/// What officers have decided about a market since it was opened.
pub(crate) trait Decided {
    /// Seconds by which a day ends later.
    fn delay_seconds(&self, date: Date) -> Result<u32>;
    /// The appended years that contain `year`.
    fn years_with(&self, year: i32) -> Result<Option<HolidayTable>>;
}

/// The last year that every part of a calendar knows.
pub(crate) fn last_known_year(calendar: &Calendar) -> i32 {
    let centres = calendar.centres.iter().map(|centre| *centre.known_years().end());
    let tables = calendar.tables.iter().map(|table| table.last_year);
    centres.chain(tables).min().unwrap_or(LAST_YEAR)
}

/// Whether `date` is a business day of the market.
pub(crate) fn is_business_day(market: &Market, date: Date, decided: &impl Decided) -> Result<bool> {
    let unknown = || Failure::from(Error::DateUnknown { date });
    if date.year() <= last_known_year(&market.calendar) {
        return market.calendar.is_business_day(date).map_err(|_| unknown());
    }
    let table = decided.years_with(date.year())?.ok_or_else(unknown)?;
    of_table(table).is_business_day(date).map_err(|_| unknown())
}

/// The first business day of the market on or after `date`.
pub(crate) fn first_from(market: &Market, date: Date, decided: &impl Decided) -> Result<Date> {
    let unknown = || Failure::from(Error::DateUnknown { date });
    let mut day = date;
    for _ in 0..CLOSED_DAYS_MAX {
        if is_business_day(market, day, decided)? {
            return Ok(day);
        }
        day = day.plus_days(1).map_err(|_| unknown())?;
    }
    Err(unknown())
}

/// The last business day of the market on or before `date`; `None` when its calendar does not know.
pub(crate) fn last_until(
    market: &Market,
    date: Date,
    decided: &impl Decided,
) -> Result<Option<Date>> {
    let mut day = date;
    for _ in 0..CLOSED_DAYS_MAX {
        match is_business_day(market, day, decided) {
            Ok(true) => return Ok(Some(day)),
            Ok(false) => {}
            Err(failure) => {
                return match failure.to_error() {
                    Some(Error::DateUnknown { .. }) => Ok(None),
                    _ => Err(failure),
                };
            }
        }
        let Ok(before) = day.plus_days(-1) else { return Ok(None) };
        day = before;
    }
    Ok(None)
}

/// A table alone as a calendar.
pub(crate) fn of_table(table: HolidayTable) -> Calendar {
    Calendar { centres: Vec::new(), tables: vec![table] }
}
