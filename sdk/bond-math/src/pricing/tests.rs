//! Pricing: the conventions against each other, and the way back from every price.

use super::*;
use crate::{Coupon, DayCount, Decimal, schedule};

fn date(text: &str) -> Date {
    text.parse().expect("valid")
}

fn valuation(coupon: Coupon, settlement: &str) -> Valuation {
    let mut terms = BondTerms::plain(
        "SGXF10000002".parse().expect("valid"),
        "SGD".parse().expect("valid"),
        100_000,
        100_000_000,
        date("2020-01-15"),
        date("2030-01-15"),
        coupon,
    );
    terms.day_count = DayCount::ActActIcma;
    let schedule = schedule(&terms).expect("regular");
    Valuation::new(&terms, &schedule, date(settlement), &Observations::default()).expect("live")
}

fn fixed() -> Coupon {
    Coupon::Fixed { rate: Decimal::from_bps(400) }
}

const ALL: [YieldConvention; 6] = [
    YieldConvention::Isma,
    YieldConvention::Street,
    YieldConvention::UsTreasury,
    YieldConvention::MoneyMarket { year_days: 360 },
    YieldConvention::Simple,
    YieldConvention::Annual { years_per_period: 0.5 },
];

#[test]
fn price_of_yield_of_price_is_the_price() {
    for settlement in ["2020-01-15", "2024-05-03", "2029-08-01", "2030-01-14"] {
        let valuation = valuation(fixed(), settlement);
        for convention in ALL {
            for price in [60.0, 95.0, 100.0, 101.5, 140.0] {
                let Ok(rate) = valuation.yield_from_dirty(price, convention) else {
                    // A day before maturity no yield in range gives these prices.
                    assert_eq!(settlement, "2030-01-14", "{convention:?} {price}");
                    continue;
                };
                let again = valuation.dirty_from_yield(rate, convention).expect("same yield");
                assert!((again - price).abs() < 1e-8, "{convention:?} {price} {again}");
            }
        }
    }
}

#[test]
fn derivatives_agree_with_differences() {
    let valuation = valuation(fixed(), "2024-05-03");
    for convention in ALL.into_iter().filter(|c| *c != YieldConvention::Simple) {
        let price = |rate| valuation.dirty_from_yield(rate, convention).expect("in range");
        let (rate, step) = (0.035, 1e-4);
        let risk = valuation.risk(rate, convention).expect("in range");
        let slope = (price(rate + step) - price(rate - step)) / (2.0 * step);
        let bend = (price(rate + step) - 2.0 * price(rate) + price(rate - step)) / (step * step);
        assert!((risk.modified_duration + slope / price(rate)).abs() < 1e-5);
        assert!((risk.convexity - bend / price(rate)).abs() < 1e-3);
        assert!((risk.basis_point_value + slope * 1e-4).abs() < 1e-6);
    }
    assert!(valuation.risk(0.03, YieldConvention::Simple).is_err());
}

#[test]
fn a_zero_coupon_bond_is_discounted_over_quasi_coupon_periods() {
    let valuation = valuation(Coupon::Zero, "2025-01-15");
    let price = valuation.dirty_from_yield(0.04, YieldConvention::Isma).expect("in range");
    assert!((price - 100.0 * 1.02_f64.powi(-10)).abs() < 1e-10);
}

#[test]
fn z_spread_over_the_own_curve_is_zero_and_over_a_lower_one_the_difference() {
    let valuation = valuation(fixed(), "2024-05-03");
    let from = date("2024-05-03");
    let curve = |rate: f64| {
        move |to: Date| {
            let days = i32::try_from(from.days_until(to)).expect("small");
            (-rate * f64::from(days) / 365.0).exp()
        }
    };
    let dirty = valuation.present_value(curve(0.03));
    let none = valuation.z_spread(dirty, curve(0.03)).expect("in range");
    let some = valuation.z_spread(dirty, curve(0.01)).expect("in range");
    assert!(none.abs() < 1e-12);
    assert!((some - 0.02).abs() < 1e-12);
}

#[test]
fn nothing_is_priced_after_maturity_or_at_an_impossible_yield() {
    let valuation = valuation(fixed(), "2024-05-03");
    assert!(valuation.dirty_from_yield(-2.0, YieldConvention::Isma).is_err());
    assert!(valuation.yield_from_dirty(-5.0, YieldConvention::Isma).is_err());
}
