//! Floating rates: fixing dates, compounding with its lags, caps and floors.

use alloc::vec;

use super::*;
use crate::test_terms::{date, decimal, series, terms};
use crate::{Calendar, FixingSeries, PeriodKind, schedule};

fn floating(fixing: FixingRule) -> FloatingRate {
    FloatingRate {
        index: "SOFR".into(),
        spread: Decimal::ZERO,
        gearing: Decimal::ONE,
        cap: None,
        floor: None,
        fixing,
        calendar: Calendar::weekends(),
        rate_decimals: 18,
    }
}

fn compounded(lookback: u8, observation: Observation, lockout: u8) -> FloatingRate {
    floating(FixingRule::Compounded {
        year_days: 360,
        lookback_business_days: lookback,
        observation,
        lockout_business_days: lockout,
    })
}

fn period_rate(
    floating: &FloatingRate,
    period: &CouponPeriod,
    observations: &Observations,
) -> Result<Decimal, Error> {
    rate_until(floating, period, period.accrual_end, observations)
}

/// Monday 6 January to Monday 13 January 2025: four single days and a weekend of three.
fn week() -> CouponPeriod {
    period("2025-01-06", "2025-01-13")
}

fn period(start: &str, end: &str) -> CouponPeriod {
    let (start, end) = (date(start), date(end));
    CouponPeriod {
        index: 0,
        kind: PeriodKind::Regular,
        unadjusted_start: start,
        pays_interest: true,
        unadjusted_end: end,
        accrual_start: start,
        accrual_end: end,
        ex_date: None,
        record_date: end,
        payment_date: end,
    }
}

fn rates() -> Observations {
    Observations {
        rates: series(&[
            ("2025-01-02", "0.041"),
            ("2025-01-03", "0.042"),
            ("2025-01-06", "0.043"),
            ("2025-01-07", "0.044"),
            ("2025-01-08", "0.045"),
            ("2025-01-09", "0.046"),
            ("2025-01-10", "0.047"),
        ]),
        ..Observations::default()
    }
}

/// The same formula in floating point.
fn expected(weighted: &[(f64, f64)]) -> f64 {
    let days: f64 = weighted.iter().map(|(_, days)| days).sum();
    let factor: f64 = weighted.iter().map(|(rate, days)| 1.0 + rate * days / 360.0).product();
    (factor - 1.0) * 360.0 / days
}

fn close(floating: &FloatingRate, weighted: &[(f64, f64)]) {
    let rate = period_rate(floating, &week(), &rates()).expect("all fixed");
    let difference = rate.units() as f64 / 1e18 - expected(weighted);
    assert!(difference.abs() < 1e-12, "{rate} differs by {difference}");
}

#[test]
fn plain_compounding_weights_the_weekend() {
    close(
        &compounded(0, Observation::Lag, 0),
        &[(0.043, 1.0), (0.044, 1.0), (0.045, 1.0), (0.046, 1.0), (0.047, 3.0)],
    );
}

#[test]
fn a_lag_moves_the_rates_and_keeps_the_weights() {
    close(
        &compounded(2, Observation::Lag, 0),
        &[(0.041, 1.0), (0.042, 1.0), (0.043, 1.0), (0.044, 1.0), (0.045, 3.0)],
    );
}

#[test]
fn a_shift_moves_rates_and_weights() {
    close(
        &compounded(2, Observation::Shift, 0),
        &[(0.041, 1.0), (0.042, 3.0), (0.043, 1.0), (0.044, 1.0), (0.045, 1.0)],
    );
}

#[test]
fn a_lockout_freezes_the_last_rates() {
    close(
        &compounded(0, Observation::Lag, 2),
        &[(0.043, 1.0), (0.044, 1.0), (0.045, 1.0), (0.046, 1.0), (0.046, 3.0)],
    );
}

#[test]
fn a_missing_day_is_named() {
    let mut observations = rates();
    observations.rates = series(&[("2025-01-06", "0.043")]);
    let refused = period_rate(&compounded(0, Observation::Lag, 0), &week(), &observations);
    assert_eq!(refused, Err(Error::MissingFixing { date: date("2025-01-07") }));
}

#[test]
fn fixing_dates_are_those_the_rate_needs() {
    let dates = fixing_dates(&compounded(2, Observation::Lag, 2), &week()).expect("known");
    let expected = ["2025-01-02", "2025-01-03", "2025-01-06", "2025-01-07"].map(date);
    assert_eq!(dates, expected);
    let term = floating(FixingRule::Term { offset_business_days: 2, in_arrears: true });
    assert_eq!(fixing_dates(&term, &week()), Ok([date("2025-01-09")].into()));
}

/// Known trap: two fixings in one period. A single-fixing coupon takes the one of its own date and
/// ignores others; two values for one day are refused.
#[test]
fn trap_two_fixings_in_one_period() {
    let term = floating(FixingRule::Term { offset_business_days: 0, in_arrears: false });
    assert_eq!(period_rate(&term, &week(), &rates()), Ok(decimal("0.043")));
    let mut series = rates().rates;
    assert_eq!(series.insert(date("2025-01-06"), decimal("0.043")), Ok(()));
    assert_eq!(
        series.insert(date("2025-01-06"), decimal("0.044")),
        Err(Error::DuplicateFixing { date: date("2025-01-06") })
    );
}

#[test]
fn spread_gearing_cap_and_floor_come_in_order() {
    let mut term = floating(FixingRule::Term { offset_business_days: 0, in_arrears: false });
    term.gearing = decimal("2");
    term.spread = decimal("-0.001");
    assert_eq!(period_rate(&term, &week(), &rates()), Ok(decimal("0.085")));
    term.cap = Some(decimal("0.08"));
    assert_eq!(period_rate(&term, &week(), &rates()), Ok(decimal("0.08")));
    term.gearing = decimal("-1");
    term.floor = Some(decimal("0"));
    assert_eq!(period_rate(&term, &week(), &rates()), Ok(decimal("0")));
}

/// The SOFR index as the New York Fed published it for Friday 14 and Monday 17 August 2026: 1.25477279 and
/// 1.25515131. Between them lie three days at the SOFR of that Friday, which is published to two digits of a
/// per cent. A period that takes these numbers by a lag of two business days is of one day, Tuesday to
/// Wednesday: the rate is 3.62 %, not three times that.
#[test]
fn an_index_ratio_is_divided_by_the_days_between_the_published_numbers() {
    let ratio = floating(FixingRule::IndexRatio { year_days: 360, offset_business_days: 2 });
    let observations = Observations {
        rates: series(&[("2026-08-14", "1.25477279"), ("2026-08-17", "1.25515131")]),
        ..Observations::default()
    };
    let rate = period_rate(&ratio, &period("2026-08-18", "2026-08-19"), &observations);
    let rate = rate.expect("fixed");
    assert_eq!(rate.rounded(4, NEAREST), Ok(decimal("0.0362")));
    // (1.25515131 / 1.25477279 - 1) × 360 / 3
    assert_eq!(rate, decimal("0.036199701142706482"));
}

/// The index compounds what a shifted observation period compounds: from one to the other there is only
/// the rounding of the index to eight digits (five of a per cent, over a week).
#[test]
fn an_index_ratio_is_the_compounded_rate_of_the_shifted_period() {
    let shifted = period_rate(&compounded(2, Observation::Shift, 0), &week(), &rates());
    let mut index = Decimal::ONE;
    let mut published = vec![("2025-01-02", index)];
    for (until, rate, days) in [
        ("2025-01-03", "0.041", 1),
        ("2025-01-06", "0.042", 3),
        ("2025-01-07", "0.043", 1),
        ("2025-01-08", "0.044", 1),
        ("2025-01-09", "0.045", 1),
    ] {
        let growth = decimal(rate).times(Decimal::from_integer(days), NEAREST).expect("small");
        let growth = growth.over(Decimal::from_integer(360), NEAREST).expect("small");
        index = index.plus(index.times(growth, NEAREST).expect("small")).expect("small");
        published.push((until, index.rounded(8, NEAREST).expect("small")));
    }
    let observations = Observations {
        rates: FixingSeries::new(published.into_iter().map(|(day, value)| (date(day), value)))
            .expect("one a day"),
        ..Observations::default()
    };
    let ratio = floating(FixingRule::IndexRatio { year_days: 360, offset_business_days: 2 });
    let rate = period_rate(&ratio, &week(), &observations).expect("fixed");
    let difference = rate.minus(shifted.expect("fixed")).expect("small").units().abs();
    assert!(difference < 1_000_000_000_000, "{rate}"); // 10^-8 × 360 / 7, twice
}

/// From Saturday to Sunday no index is published and no business day passes.
#[test]
fn no_rate_is_known_before_a_day_is_published() {
    let weekend = period("2025-01-04", "2025-01-11");
    let rules = [
        floating(FixingRule::IndexRatio { year_days: 360, offset_business_days: 2 }),
        compounded(2, Observation::Shift, 0),
    ];
    for rule in rules {
        let rate = rate_until(&rule, &weekend, date("2025-01-05"), &rates());
        assert_eq!(rate, Ok(Decimal::ZERO));
    }
}

#[test]
fn the_index_rate_is_rounded_before_the_spread() {
    let mut compounded = compounded(0, Observation::Lag, 0);
    compounded.rate_decimals = 7;
    compounded.spread = decimal("0.00000001");
    let rate = period_rate(&compounded, &week(), &rates()).expect("fixed");
    assert_eq!(rate.units().rem_euclid(100_000_000_000), 10_000_000_000);
}

#[test]
fn a_schedule_gives_each_period_its_fixing() {
    let schedule = schedule(&terms()).expect("a schedule");
    let term = floating(FixingRule::Term { offset_business_days: 2, in_arrears: false });
    let first = schedule.period(0).expect("a period");
    assert_eq!(fixing_dates(&term, first), Ok([date("2025-01-13")].into()));
}
