//! Floating rates: fixing dates, compounding with its lags, caps and floors.

use super::*;
use crate::test_terms::{date, decimal, series, terms};
use crate::{Calendar, PeriodKind, schedule};

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
    let (start, end) = (date("2025-01-06"), date("2025-01-13"));
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

#[test]
fn an_index_ratio_is_its_growth_over_the_period() {
    let ratio = floating(FixingRule::IndexRatio { year_days: 360, offset_business_days: 2 });
    let observations = Observations {
        rates: series(&[("2025-01-02", "1.2"), ("2025-01-09", "1.2012")]),
        ..Observations::default()
    };
    let rate = period_rate(&ratio, &week(), &observations).expect("fixed");
    assert_eq!(rate, decimal("0.051428571428571429")); // 0.001 × 360 / 7
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
