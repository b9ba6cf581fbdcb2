//! Sydney.

use super::day::Day;
use crate::Weekday::Monday;

/// Bank holidays of New South Wales: public holidays and the bank holiday of August.
pub(super) fn sydney(day: &Day) -> bool {
    // Anzac Day moved from a Sunday until the Public Holidays Act 2010; since then only by the orders
    // for 2026 and 2027.
    let anzac = day.is(4, 25)
        || (day.year <= 2010 && day.is_or_monday_after_sunday(4, 25))
        || day.is_on(2026, 4, 27)
        || day.is_on(2027, 4, 26);
    day.is_or_monday_after_weekend(1, 1)
        || day.is_or_monday_after_weekend(1, 26)
        || day.is_good_friday()
        || day.is_easter_monday()
        || anzac
        || day.is_nth(2, Monday, 6)
        || day.is_nth(1, Monday, 8)
        || day.is_nth(1, Monday, 10)
        || day.is_christmas_or_boxing_day_with_substitutes()
        || day.is_on(2022, 9, 22)
}
