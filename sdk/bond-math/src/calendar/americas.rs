//! New York (US government securities) and São Paulo.

use super::day::Day;
use crate::Weekday::{Monday, Thursday};

/// Days on which US government securities do not settle: SIFMA's full closes and every Good Friday. A
/// holiday on a Saturday moves to Friday, except New Year's Day and Veterans Day; one on a Sunday moves to
/// Monday.
pub(super) fn new_york(day: &Day) -> bool {
    // Where the employment report is due on Good Friday, the market trades until noon and SIFMA recommends
    // that nothing settles; the New York Fed publishes no SOFR for it.
    let good_friday = day.is_good_friday();
    let king = day.is_nth(3, Monday, 1);
    let juneteenth = day.year >= 2022 && day.is_observed_american(6, 19);
    let once = day.is_on(1994, 4, 27)
        || day.is_on(2001, 9, 12)
        || day.is_on(2004, 6, 11)
        || day.is_on(2012, 10, 30)
        || day.is_on(2018, 12, 5);
    day.is_or_monday_after_sunday(1, 1)
        || king
        || day.is_nth(3, Monday, 2)
        || good_friday
        || day.is_last(Monday, 5)
        || juneteenth
        || day.is_observed_american(7, 4)
        || day.is_nth(1, Monday, 9)
        || day.is_nth(2, Monday, 10)
        || day.is_or_monday_after_sunday(11, 11)
        || day.is_nth(4, Thursday, 11)
        || day.is_observed_american(12, 25)
        || once
}

/// National bank holidays of Brazil; no day is moved. 20 November is national since 2024.
pub(super) fn sao_paulo(day: &Day) -> bool {
    day.is(1, 1)
        || matches!(day.days_after_easter(), -48 | -47 | -2 | 60)
        || day.is(4, 21)
        || day.is(5, 1)
        || day.is(9, 7)
        || day.is(10, 12)
        || day.is(11, 2)
        || day.is(11, 15)
        || (day.year >= 2024 && day.is(11, 20))
        || day.is(12, 25)
}
