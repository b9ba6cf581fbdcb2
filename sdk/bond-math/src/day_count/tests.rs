//! Day counts: published examples and the traps between conventions.

use super::*;
use crate::test_terms::date;

fn fraction(day_count: DayCount, start: &str, end: &str) -> Fraction {
    day_count
        .year_fraction(date(start), date(end), &DayCountContext::default())
        .expect("no context needed")
}

fn of(numerator: i128, denominator: i128) -> Fraction {
    Fraction::new(numerator, denominator).expect("small")
}

/// ISDA's note of 1998 on ACT/ACT, third example: the long first stub of a bond. Known trap: a table
/// in circulation prints another figure; 0.504004790778 is right.
#[test]
fn trap_isda_long_first_stub() {
    let value = fraction(DayCount::ActActIsda, "2003-07-15", "2004-01-15");
    assert_eq!(value, of(170, 365).plus(of(14, 366)).expect("small"));
    let decimal = value.to_decimal(crate::RoundingMode::HalfUp).expect("small");
    assert_eq!(
        decimal.rounded(12, crate::RoundingMode::HalfUp).map(crate::Decimal::units),
        Ok(504_004_790_778_000_000)
    );
}

/// ISDA's note, all five examples under ICMA.
#[test]
fn icma_examples_of_isda() {
    let icma = |start: &str, end: &str, from: &str, to: &str, months: u16, kind| {
        let coupon = CouponContext {
            start: date(from),
            end: date(to),
            frequency: Frequency::Every(crate::Period::months(months)),
            roll: Roll::implied_by(date(if kind == PeriodKind::LastStub { from } else { to })),
            kind,
        };
        let context = DayCountContext { coupon: Some(coupon), ..DayCountContext::default() };
        DayCount::ActActIcma
            .year_fraction(date(start), date(end), &context)
            .expect("a coupon period")
    };
    let (regular, first, last) = (PeriodKind::Regular, PeriodKind::FirstStub, PeriodKind::LastStub);
    let whole = |from: &str, to: &str, months, kind| icma(from, to, from, to, months, kind);
    assert_eq!(whole("2003-11-01", "2004-05-01", 6, regular), of(1, 2));
    assert_eq!(whole("1999-02-01", "1999-07-01", 12, first), of(150, 365));
    let long_first = of(181, 181).plus(of(153, 184)).and_then(|sum| sum.times(of(1, 2)));
    assert_eq!(Ok(whole("2002-08-15", "2003-07-15", 6, first)), long_first);
    assert_eq!(whole("2000-01-30", "2000-06-30", 6, last), of(152, 364));
    let long_last = of(91, 91).plus(of(61, 92)).and_then(|sum| sum.times(of(1, 4)));
    let at_month_end = icma("1999-11-30", "2000-04-30", "1999-11-30", "2000-04-30", 3, last);
    assert_ne!(Ok(at_month_end), long_last); // the 30th of November rolls on the 30th …
    let coupon = CouponContext {
        start: date("1999-11-30"),
        end: date("2000-04-30"),
        frequency: Frequency::QUARTERLY,
        roll: Roll::EndOfMonth, // … and as ISDA reads it, at month ends
        kind: last,
    };
    let context = DayCountContext { coupon: Some(coupon), ..DayCountContext::default() };
    let isda = DayCount::ActActIcma.year_fraction(coupon.start, coupon.end, &context);
    assert_eq!(isda, long_last);
}

#[test]
fn the_31st_under_each_thirty_day_month() {
    let days = |day_count: DayCount| fraction(day_count, "2025-01-30", "2025-03-31");
    assert_eq!(days(DayCount::Thirty360Isda), of(60, 360));
    assert_eq!(days(DayCount::ThirtyE360), of(60, 360));
    assert_eq!(days(DayCount::ThirtyEPlus360), of(61, 360));
    let from_29 = |day_count: DayCount| fraction(day_count, "2025-01-29", "2025-03-31");
    assert_eq!(from_29(DayCount::Thirty360Isda), of(62, 360));
    assert_eq!(from_29(DayCount::ThirtyE360), of(61, 360));
}

#[test]
fn the_end_of_february_under_each_thirty_day_month() {
    let days = |day_count: DayCount| fraction(day_count, "2025-02-28", "2025-08-31");
    assert_eq!(days(DayCount::Thirty360Isda), of(183, 360));
    assert_eq!(days(DayCount::Thirty360UsEom), of(180, 360));
    assert_eq!(days(DayCount::ThirtyE360), of(182, 360));
    assert_eq!(days(DayCount::ThirtyE360Isda), of(180, 360));
}

#[test]
fn backwards_is_negative() {
    for day_count in DayCount::ALL {
        let needs_context = matches!(day_count, DayCount::ActActIcma | DayCount::Bus252);
        if needs_context || day_count == DayCount::OneOne {
            continue;
        }
        let there = fraction(day_count, "2024-02-29", "2025-11-30");
        let back = fraction(day_count, "2025-11-30", "2024-02-29");
        assert_eq!(back, there.negated(), "{day_count}");
    }
}

#[test]
fn missing_facts_are_named() {
    let refused = |day_count: DayCount| {
        day_count
            .year_fraction(date("2025-01-01"), date("2025-07-01"), &DayCountContext::default())
            .expect_err("needs context")
    };
    assert!(matches!(
        refused(DayCount::ActActIcma),
        Error::DayCountContext { needs: "the coupon period", .. }
    ));
    assert!(matches!(
        refused(DayCount::Bus252),
        Error::DayCountContext { needs: "a calendar", .. }
    ));
}
