//! Accrued interest: across a period, across the ex date, before and after the life of a bond.

use super::*;
use crate::test_terms::{date, series, terms};
use crate::{DayCount, DayOffset, ExRule, schedule};

fn on(terms: &BondTerms, day: &str) -> Accrued {
    let schedule = schedule(terms).expect("a schedule");
    accrued(terms, &schedule, date(day), 25_000_000, &Observations::default()).expect("accrued")
}

#[test]
fn nothing_accrues_outside_the_life() {
    for day in ["2024-12-31", "2028-01-15", "2030-01-01"] {
        assert_eq!(on(&terms(), day), Accrued::NONE, "{day}");
    }
    let at_start = on(&terms(), "2025-01-15");
    assert_eq!((at_start.amount_minor, at_start.period_index), (0, Some(0)));
}

#[test]
fn accrual_starts_again_with_each_period() {
    assert_eq!(on(&terms(), "2025-07-14").amount_minor, 372_917); // 179 days
    assert_eq!(on(&terms(), "2025-07-15").amount_minor, 0);
    assert_eq!(on(&terms(), "2025-07-16").amount_minor, 2_083);
}

#[test]
fn ex_takes_the_coupon_back() {
    let mut terms = terms();
    terms.day_count = DayCount::ActActIcma;
    terms.ex = Some(ExRule { offset: DayOffset::business(3), cum_on_ex_date: false });
    // Payment on Tuesday 15 July 2025: ex from Thursday the 10th.
    let (cum, ex) = (on(&terms, "2025-07-09"), on(&terms, "2025-07-10"));
    assert!(!cum.ex && cum.amount_minor > 0 && cum.days == 175);
    assert!(ex.ex && ex.days == -5);
    assert_eq!(ex.amount_minor, -10_359); // 375,000 × 5 / 181
    terms.ex = Some(ExRule { offset: DayOffset::business(3), cum_on_ex_date: true });
    assert!(!on(&terms, "2025-07-10").ex);
    assert!(on(&terms, "2025-07-11").ex);
}

#[test]
fn one_over_one_accrues_nothing_on_its_first_day() {
    let mut terms = terms();
    terms.day_count = DayCount::OneOne;
    assert_eq!(on(&terms, "2025-07-15").amount_minor, 0);
}

/// Compounded at actual days over 360, without spread.
fn compounded(lookback_business_days: u8) -> BondTerms {
    let mut terms = terms();
    terms.day_count = DayCount::Act360;
    terms.rounding = crate::Rounding::per_position(2);
    terms.coupon = Coupon::Floating(crate::FloatingRate {
        index: "SORA".into(),
        spread: crate::Decimal::ZERO,
        gearing: crate::Decimal::ONE,
        cap: None,
        floor: None,
        fixing: crate::FixingRule::Compounded {
            year_days: 360,
            lookback_business_days,
            observation: crate::Observation::Lag,
            lockout_business_days: 0,
        },
        calendar: crate::Calendar::weekends(),
        rate_decimals: 18,
    });
    terms
}

/// A compounded coupon accrues what has been compounded so far, before its rate is known.
#[test]
fn a_compounded_coupon_accrues_day_by_day() {
    let terms = compounded(0);
    let rates = series(&[("2025-01-15", "0.036"), ("2025-01-16", "0.072")]);
    let observations = Observations { rates, ..Observations::default() };
    let schedule = schedule(&terms).expect("a schedule");
    let on = |day: &str, face| accrued(&terms, &schedule, date(day), face, &observations);
    assert_eq!(on("2025-01-15", 1_000_000).map(|now| now.amount_minor), Ok(0));
    assert_eq!(on("2025-01-16", 1_000_000).map(|now| now.amount_minor), Ok(100));
    // 10,000.00 × (1.0001 × 1.0002 − 1) = 3.0002
    assert_eq!(on("2025-01-17", 100_000_000).map(|now| now.amount_minor), Ok(30_002));
    assert!(matches!(on("2025-01-18", 1_000_000), Err(Error::MissingFixing { .. })));
}

/// Twelve days of 2025 from Wednesday, 15 January, ex from Thursday the 23rd, on a face of 100 million.
fn ex_accrued(terms: &mut BondTerms, rates: &[(&str, &str)], day: &str) -> Result<i128, Error> {
    terms.maturity = Some(date("2025-01-27"));
    terms.schedule = crate::ScheduleRule::every(crate::Frequency::Term);
    terms.ex = Some(ExRule { offset: DayOffset::business(2), cum_on_ex_date: false });
    let observations = Observations { rates: series(rates), ..Observations::default() };
    let schedule = schedule(terms).expect("a schedule");
    accrued(terms, &schedule, date(day), 10_000_000_000, &observations).map(|now| now.amount_minor)
}

/// What the seller owes on an ex day is what the rates of the days to come compound to, not a part of the
/// whole coupon: 10^10 × (the factor to settlement − the factor to the end), each `Π (1 + r·n/360)`.
#[test]
fn an_ex_day_takes_back_what_is_still_compounded() {
    let rates = [
        ("2025-01-15", "0.036"),
        ("2025-01-16", "0.072"),
        ("2025-01-17", "0.0413"),
        ("2025-01-20", "0.0327"),
        ("2025-01-21", "0.0519"),
        ("2025-01-22", "0.0448"),
        ("2025-01-23", "0.0602"),
        ("2025-01-24", "0.0381"),
    ];
    let mut terms = compounded(0);
    // 4,964,235 by days alone.
    assert_eq!(ex_accrued(&mut terms, &rates, "2025-01-23"), Ok(-4_852_620));
    assert_eq!(ex_accrued(&mut terms, &rates, "2025-01-24"), Ok(-3_178_719));
    // Without the rate of the last day it is not known.
    let missing = ex_accrued(&mut terms, &rates[..7], "2025-01-24");
    assert_eq!(missing, Err(Error::MissingFixing { date: date("2025-01-24") }));
}

/// With a lookback that is not shorter than the ex period, every rate has been published before settlement.
#[test]
fn with_a_lookback_an_ex_day_waits_for_no_rate() {
    let rates = [
        ("2025-01-08", "0.031"),
        ("2025-01-09", "0.0325"),
        ("2025-01-10", "0.0337"),
        ("2025-01-13", "0.0401"),
        ("2025-01-14", "0.0399"),
        ("2025-01-15", "0.0412"),
        ("2025-01-16", "0.0428"),
        ("2025-01-17", "0.0407"),
    ];
    assert_eq!(ex_accrued(&mut compounded(5), &rates, "2025-01-23"), Ok(-4_584_597));
}
