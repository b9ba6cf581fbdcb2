//! Margins of floating coupons, with the examples of 31 CFR 356 Appendix B, IV.

use super::*;
use crate::{
    Calendar, FixingRule, FixingSeries, FloatingRate, Observation, Rounding, RoundingMode,
};

/// A two-year Treasury floating rate note of 31 July 2012: quarterly on actual days over 360, at the index of
/// each day and a spread, never below zero.
fn note(spread: &str) -> BondTerms {
    let mut terms = annual("0", "2012-07-31", "2014-07-31");
    terms.schedule.frequency = crate::Frequency::QUARTERLY;
    terms.day_count = DayCount::Act360;
    terms.calendar = Calendar::default();
    terms.rounding = Rounding::per_position(2);
    terms.coupon = Coupon::Floating(FloatingRate {
        index: "13-week bill".into(),
        spread: decimal(spread),
        gearing: Decimal::ONE,
        cap: None,
        floor: Some(Decimal::ZERO),
        fixing: FixingRule::Averaged {
            lookback_business_days: 0,
            observation: Observation::Lag,
            lockout_business_days: 0,
        },
        calendar: Calendar::default(),
        rate_decimals: 18,
    });
    terms
}

/// The money-market yield of a bill of so many days auctioned at a discount rate: d / (1 − d·t/360).
fn index(discount: &str, days: i64) -> Decimal {
    let over = |value: Decimal, by| value.over(by, RoundingMode::HalfEven).expect("small");
    let discount = decimal(discount);
    let year = Decimal::from_integer(360);
    let share = over(Decimal::from_integer(days), year).times(discount, RoundingMode::HalfEven);
    over(discount, Decimal::ONE.minus(share.expect("small")).expect("small"))
}

fn at_index(terms: &BondTerms, settlement: &str, rates: FixingSeries, rate: Decimal) -> Valuation {
    let schedule = schedule(terms).expect("a schedule");
    let observations = Observations { rates, ..Observations::default() };
    let assumed = Assumptions { index_rate: Some(rate), ..Assumptions::default() };
    Valuation::assuming(terms, &schedule, date(settlement), &observations, &assumed).expect("live")
}

#[track_caller]
fn near(got: Decimal, expected: &str) {
    let off = got.minus(decimal(expected)).expect("small").units().abs();
    assert!(off <= 500_000_000_000, "{got} {expected}");
}

#[test]
fn a_new_note_at_its_own_spread_is_worth_par() {
    // IV.A: an index of 0.095022819 %, spread and margin of 0.12 %.
    let rate = index("0.00095", 91);
    near(rate, "0.000950228");
    let note = at_index(&note("0.0012"), "2012-07-31", FixingSeries::default(), rate);
    let price = note.exact_dirty_from_yield(decimal("0.0012"), YieldConvention::DiscountMargin);
    near(price.expect("in range"), "100");
    assert_eq!(note.exact_accrued(), Ok(Decimal::ZERO));
}

#[test]
fn a_note_whose_floor_binds_costs_a_premium() {
    // IV.B: spread and margin of −0.15 %, so that nothing accrues: 100 / 0.998885730.
    let note =
        at_index(&note("-0.0015"), "2012-07-31", FixingSeries::default(), index("0.00095", 91));
    assert_eq!(
        dirty(&note, "-0.0015", YieldConvention::DiscountMargin).get(..10),
        Some("100.111551")
    );
}

#[test]
fn a_reopened_note_has_the_price_and_accrued_interest_of_the_regulation() {
    // IV.C: reopened on 31 August 2012 at a margin of 0.10 %, after auctions at these rates.
    let auctions = [
        (1, "0.00095", 91),
        (6, "0.0011", 91),
        (7, "0.001", 91),
        (7, "0.0011", 91),
        (7, "0.00105", 92),
        (3, "0.00105", 91),
    ];
    let mut day = date("2012-07-31");
    let mut rates = FixingSeries::default();
    for (days, discount, of_days) in auctions {
        for _ in 0..days {
            rates.insert(day, index(discount, of_days)).expect("one a day");
            day = day.plus_days(1).expect("in range");
        }
    }
    assert_eq!(day, date("2012-08-31"));
    let terms = note("0.0012");
    let note = at_index(&terms, "2012-08-31", rates, index("0.00105", 91));
    let margin = decimal("0.001");
    let convention = YieldConvention::DiscountMargin;
    near(note.exact_accrued().expect("accrued"), "0.019433");
    near(note.exact_dirty_from_yield(margin, convention).expect("in range"), "100.058173");
    let clean = note.exact_clean_from_yield(margin, convention).expect("in range");
    near(clean, "100.038740");
    assert_eq!(
        note.exact_yield_from_clean(clean, convention).map(|m| m.to_string()),
        Ok("0.001".into())
    );
    let risk = note.risk(0.001, convention).expect("a risk");
    let price = |margin| note.dirty_from_yield(margin, convention).expect("in range");
    let slope = (price(0.0011) - price(0.0009)) / 0.0002;
    let bend = (price(0.0011) - 2.0 * price(0.001) + price(0.0009)) / 1e-8;
    assert!((risk.modified_duration + slope / price(0.001)).abs() < 1e-6);
    assert!((risk.convexity - bend / price(0.001)).abs() < 1e-2, "{} {bend}", risk.convexity);
}

/// Bought at 98, 2 are gained over two years of 730 days: (2 · 360/730 + 0.5) / 98.
#[test]
fn a_simple_margin_spreads_the_gain_evenly() {
    let terms = note("0.005");
    let note = at_index(&terms, "2012-07-31", FixingSeries::default(), decimal("0.01"));
    let margin = note.simple_margin(&terms, decimal("98")).expect("a margin");
    near(margin, "0.015166340");
    let fixed = annual("0.04", "2012-07-31", "2014-07-31");
    assert!(note.simple_margin(&fixed, decimal("98")).is_err());
}

#[test]
fn a_margin_needs_an_index_rate_and_a_floating_coupon() {
    let terms = annual("0.04", "2012-07-31", "2014-07-31");
    let schedule = schedule(&terms).expect("a schedule");
    let none = Observations::default();
    let assumed = Assumptions { index_rate: Some(Decimal::ZERO), ..Assumptions::default() };
    let day = date("2012-07-31");
    let valued = Valuation::assuming(&terms, &schedule, day, &none, &assumed);
    assert!(matches!(valued, Err(Error::Unsupported { what: "an index rate", .. })));
    let fixed = Valuation::new(&terms, &schedule, day, &none).expect("live");
    let margin = fixed.yield_from_dirty(100.0, YieldConvention::DiscountMargin);
    assert!(matches!(margin, Err(Error::Unsupported { what: "a discount margin", .. })));
}
