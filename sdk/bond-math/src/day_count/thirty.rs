//! Conventions that count months of thirty days. Each says what the 31st and the end of February
//! become; the rest is one formula.

use crate::Date;

/// Days between two dates in a year of twelve months of thirty days.
fn between(start: (i32, u8, u8), end: (i32, u8, u8)) -> i64 {
    let days = |(year, month, day): (i32, u8, u8)| {
        i64::from(year) * 360 + i64::from(month) * 30 + i64::from(day)
    };
    days(end) - days(start)
}

fn is_end_of_february(date: Date) -> bool {
    date.month() == 2 && date.is_end_of_month()
}

/// Bond basis: a 31st at the start is the 30th; one at the end is, when the start is the 30th or 31st.
pub(super) fn isda(start: Date, end: Date) -> i64 {
    let (mut from, mut to) = (start.ymd(), end.ymd());
    from.2 = from.2.min(30);
    if from.2 == 30 {
        to.2 = to.2.min(30);
    }
    between(from, to)
}

/// Bond basis, and with `february` the end of February is the 30th at the start, and at the end when
/// both are ends of February.
pub(super) fn us(start: Date, end: Date, february: bool) -> i64 {
    let (mut from, mut to) = (start.ymd(), end.ymd());
    if february && is_end_of_february(start) {
        if is_end_of_february(end) {
            to.2 = 30;
        }
        from.2 = 30;
    }
    if to.2 == 31 && from.2 >= 30 {
        to.2 = 30;
    }
    from.2 = from.2.min(30);
    between(from, to)
}

/// Bond basis, and the end of February is the 30th at the start.
pub(super) fn psa(start: Date, end: Date) -> i64 {
    let (mut from, mut to) = (start.ymd(), end.ymd());
    if from.2 == 31 || is_end_of_february(start) {
        from.2 = 30;
    }
    if from.2 == 30 {
        to.2 = to.2.min(30);
    }
    between(from, to)
}

/// Eurobond basis: a 31st is the 30th.
pub(super) fn eurobond(start: Date, end: Date) -> i64 {
    let (mut from, mut to) = (start.ymd(), end.ymd());
    from.2 = from.2.min(30);
    to.2 = to.2.min(30);
    between(from, to)
}

/// Every month end is the 30th, except an end that is the maturity at the end of February.
pub(super) fn e_isda(start: Date, end: Date, maturity: Option<Date>) -> i64 {
    let (mut from, mut to) = (start.ymd(), end.ymd());
    if start.is_end_of_month() {
        from.2 = 30;
    }
    let february_maturity = end.month() == 2 && maturity == Some(end);
    if end.is_end_of_month() && !february_maturity {
        to.2 = 30;
    }
    between(from, to)
}

/// A 31st at the start is the 30th, at the end the 1st of the next month.
pub(super) fn e_plus(start: Date, end: Date) -> i64 {
    let (mut from, to) = (start.ymd(), end.ymd());
    from.2 = from.2.min(30);
    // Month m, day 31 and month m + 1, day 1 are the same day number in months of thirty days.
    between(from, to)
}
