//! TARGET, London, Zürich.

use super::day::Day;
use crate::Weekday::Monday;

/// ECB: long-term calendar since 2002 (1 January, Good Friday, Easter Monday, 1 May, 25 and 26
/// December), and the closing days announced for 1999 to 2001.
pub(super) fn target(day: &Day) -> bool {
    let since_2000 = day.year >= 2000;
    day.is(1, 1)
        || day.is(12, 25)
        || (since_2000
            && (day.is_good_friday() || day.is_easter_monday() || day.is(5, 1) || day.is(12, 26)))
        || (day.is(12, 31) && matches!(day.year, 1999 | 2001))
}

/// Banking and Financial Dealings Act 1971 and the royal proclamations that moved or added days.
pub(super) fn london(day: &Day) -> bool {
    let new_year = day.is(1, 1) || (day.weekday == Monday && (day.is(1, 2) || day.is(1, 3)));
    let early_may = match day.year {
        1995 | 2020 => day.is(5, 8),
        _ => day.is_nth(1, Monday, 5),
    };
    let spring = match day.year {
        2002 => day.is(6, 3) || day.is(6, 4),
        2012 => day.is(6, 4) || day.is(6, 5),
        2022 => day.is(6, 2) || day.is(6, 3),
        _ => day.is_last(Monday, 5),
    };
    let once = day.is_on(1981, 7, 29)
        || day.is_on(1999, 12, 31)
        || day.is_on(2011, 4, 29)
        || day.is_on(2022, 9, 19)
        || day.is_on(2023, 5, 8);
    new_year
        || day.is_good_friday()
        || day.is_easter_monday()
        || early_may
        || spring
        || day.is_last(Monday, 8)
        || day.is_christmas_or_boxing_day_with_substitutes()
        || once
}

/// Bank holidays of the canton of Zürich, as the Swiss interbank clearing keeps them.
pub(super) fn zurich(day: &Day) -> bool {
    day.is(1, 1)
        || day.is(1, 2)
        || day.is_good_friday()
        || day.is_easter_monday()
        || day.is(5, 1)
        || day.days_after_easter() == 39
        || day.days_after_easter() == 50
        || day.is(8, 1)
        || day.is(12, 25)
        || day.is(12, 26)
}
