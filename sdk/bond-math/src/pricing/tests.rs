//! Pricing: the conventions against each other, and the way back from every price.

use super::*;
use crate::{Calendar, Coupon, DayCount, Decimal, Stub, schedule};
use alloc::string::ToString as _;

mod accrued;
mod bills;
mod exercise;
mod lagging;
mod linkers;
mod margins;
mod pool_factor;
mod stages;

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

fn decimal(text: &str) -> Decimal {
    text.parse().expect("valid")
}

/// Annual, 30E/360, at a fixed rate, never ex, paid on the day it is due.
fn annual(rate: &str, dated: &str, maturity: &str) -> BondTerms {
    let mut terms = BondTerms::plain(
        "SGXF10000002".parse().expect("valid"),
        "SGD".parse().expect("valid"),
        100_000,
        100_000_000,
        date(dated),
        date(maturity),
        Coupon::Fixed { rate: decimal(rate) },
    );
    terms.schedule.frequency = crate::Frequency::ANNUAL;
    terms
}

/// A valuation with nothing published.
fn valued(terms: &BondTerms, settlement: &str, assumptions: &Assumptions) -> Valuation {
    terms.validate().expect("terms");
    let schedule = schedule(terms).expect("a schedule");
    let none = Observations::default();
    Valuation::assuming(terms, &schedule, date(settlement), &none, assumptions).expect("live")
}

/// The dirty price at a yield to fifteen decimals; its yield is that yield again, and the search agrees.
#[track_caller]
fn dirty(valuation: &Valuation, rate: &str, convention: YieldConvention) -> alloc::string::String {
    let rate = decimal(rate);
    let price = valuation.exact_dirty_from_yield(rate, convention).expect("in range");
    let searched = valuation.dirty_from_yield(rate.to_f64(), convention).expect("in range");
    assert!((searched - price.to_f64()).abs() < 1e-10, "{searched} {price}");
    let back = valuation.exact_yield_from_dirty(price, convention).expect("a yield");
    assert!(back.minus(rate).expect("small").units().abs() <= 10_000, "{rate} {back}");
    price.to_string()
}

const ALL: [YieldConvention; 6] = [
    YieldConvention::Isma,
    YieldConvention::Street,
    YieldConvention::UsTreasury,
    YieldConvention::MoneyMarket { year_days: 360 },
    YieldConvention::Simple,
    YieldConvention::Annual,
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
    let flat =
        |rate: f64| Curve::of_zero_rates(from, &[(date("2099-01-01"), rate)]).expect("a curve");
    let (own, lower) = (flat(0.03), flat(0.01));
    let dirty = valuation.present_value(|to| own.factor(to).expect("known"));
    let none = valuation.z_spread(dirty, &own).expect("in range");
    let some = valuation.z_spread(dirty, &lower).expect("in range");
    assert!(none.abs() < 1e-12);
    assert!((some - 0.02).abs() < 1e-12);
    let again = valuation.dirty_from_z_spread(0.02, &lower).expect("in range");
    assert!((again - dirty).abs() < 1e-10);
    let short = Curve::of_zero_rates(from, &[(date("2024-06-01"), 0.03)]).expect("a curve");
    assert!(valuation.z_spread(dirty, &short).is_err());
}

#[test]
fn nothing_is_priced_after_maturity_or_at_an_impossible_yield() {
    let valuation = valuation(fixed(), "2024-05-03");
    assert!(valuation.dirty_from_yield(-2.0, YieldConvention::Isma).is_err());
    assert!(valuation.yield_from_dirty(-5.0, YieldConvention::Isma).is_err());
}

/// A Treasury security of the examples in 31 CFR 356 Appendix B.
struct Treasury {
    rate: &'static str,
    dated: &'static str,
    maturity: &'static str,
    stub: Stub,
    settlement: &'static str,
    at_yield: &'static str,
    clean: &'static str,
}

impl Treasury {
    fn valuation(&self) -> Valuation {
        let mut terms = BondTerms::plain(
            "SGXF10000002".parse().expect("valid"),
            "USD".parse().expect("valid"),
            100_000,
            100_000_000,
            date(self.dated),
            date(self.maturity),
            Coupon::Fixed { rate: self.rate.parse().expect("valid") },
        );
        terms.day_count = DayCount::ActActIcma;
        terms.schedule.stub = self.stub;
        // The regulation counts a bond dated on a Monday from that Monday, not from the Sunday of its
        // roll day; payments are not moved.
        terms.calendar = Calendar::default();
        let schedule = schedule(&terms).expect("a schedule");
        let none = Observations::default();
        Valuation::new(&terms, &schedule, date(self.settlement), &none).expect("live")
    }
}

const TREASURIES: [Treasury; 7] = [
    // Regular first period.
    Treasury {
        rate: "0.0875",
        dated: "1990-05-15",
        maturity: "2020-05-15",
        stub: Stub::None,
        settlement: "1990-05-15",
        at_yield: "0.0884",
        clean: "99.057893",
    },
    // Short first period.
    Treasury {
        rate: "0.085",
        dated: "1990-04-02",
        maturity: "1992-03-31",
        stub: Stub::ShortFirst,
        settlement: "1990-04-02",
        at_yield: "0.0859",
        clean: "99.838183",
    },
    // Long first period.
    Treasury {
        rate: "0.085",
        dated: "1990-03-01",
        maturity: "1995-05-15",
        stub: Stub::LongFirst,
        settlement: "1990-03-01",
        at_yield: "0.0853",
        clean: "99.805118",
    },
    // Reopened in a regular period.
    Treasury {
        rate: "0.095",
        dated: "1985-11-15",
        maturity: "1995-11-15",
        stub: Stub::None,
        settlement: "1985-11-29",
        at_yield: "0.0954",
        clean: "99.730918",
    },
    // Reopened in a long first period.
    Treasury {
        rate: "0.1075",
        dated: "1985-07-02",
        maturity: "2005-08-15",
        stub: Stub::LongFirst,
        settlement: "1985-11-04",
        at_yield: "0.1047",
        clean: "102.214586",
    },
    // Reopened in a short first period.
    Treasury {
        rate: "0.105",
        dated: "1983-05-16",
        maturity: "1991-05-15",
        stub: Stub::ShortFirst,
        settlement: "1983-08-15",
        at_yield: "0.1053",
        clean: "99.777074",
    },
    // Reopened in the broken part of a long first period.
    Treasury {
        rate: "0.0975",
        dated: "1988-10-15",
        maturity: "1994-12-15",
        stub: Stub::LongFirst,
        settlement: "1988-11-15",
        at_yield: "0.0979",
        clean: "99.738045",
    },
];

#[test]
fn treasury_prices_are_those_of_the_regulation() {
    for example in &TREASURIES {
        let (valuation, treasury) = (example.valuation(), YieldConvention::UsTreasury);
        let rate: Decimal = example.at_yield.parse().expect("valid");
        let clean = valuation.exact_clean_from_yield(rate, treasury).expect("in range");
        // Its prices are dirty prices of six decimals less accrued interest of six.
        let off = clean.minus(example.clean.parse().expect("valid")).expect("small");
        assert!(off.units().abs() <= 1_000_000_000_000, "dated {}: {clean}", example.dated);
        let searched = valuation.clean_from_yield(rate.to_f64(), treasury).expect("in range");
        assert!((searched - clean.to_f64()).abs() < 1e-11);
        assert_eq!(valuation.exact_yield_from_clean(clean, treasury), Ok(rate));
    }
}

#[test]
fn exact_prices_agree_with_the_search_in_every_convention() {
    for settlement in ["2020-01-15", "2024-05-03", "2029-08-01", "2030-01-14"] {
        let valuation = valuation(fixed(), settlement);
        for convention in ALL {
            for bps in [-150, 0, 1, 375, 1_250] {
                let rate = Decimal::from_bps(bps);
                let exact = valuation.exact_dirty_from_yield(rate, convention).expect("in range");
                let near = valuation.dirty_from_yield(rate.to_f64(), convention).expect("same");
                assert!((exact.to_f64() - near).abs() < 1e-10, "{convention:?} {bps}");
                let back = valuation.exact_yield_from_dirty(exact, convention).expect("a yield");
                let off = back.minus(rate).expect("small").units().abs();
                // A day before maturity a digit of the price is four of the yield.
                assert!(off <= 10_000, "{convention:?} {settlement} {rate} {back}");
            }
        }
    }
}

#[test]
fn an_exact_price_has_the_digits_of_fifty_digit_arithmetic() {
    // 4 % semi-annual to 15 January 2030 at 3.75 % on 3 May 2024, w = 73/182, computed elsewhere.
    let valuation = valuation(fixed(), "2024-05-03");
    let rate = "0.0375".parse().expect("valid");
    for (convention, dirty) in [
        (YieldConvention::Isma, "102.465779638795402"),
        (YieldConvention::UsTreasury, "102.461527622293765"),
    ] {
        let exact = valuation.exact_dirty_from_yield(rate, convention).expect("in range");
        assert_eq!(exact.to_string(), dirty);
    }
}

#[test]
fn a_bill_is_discounted_off_its_redemption() {
    // 31 CFR 356 Appendix B, VI.A: 90 days at 7.61 per cent.
    let bill = valuation(Coupon::Zero, "2029-10-17");
    let discount = YieldConvention::Discount { year_days: 360 };
    let rate: Decimal = "0.0761".parse().expect("valid");
    let price = bill.exact_dirty_from_yield(rate, discount).expect("in range");
    assert_eq!(price.to_string(), "98.0975");
    assert_eq!(bill.exact_yield_from_dirty(price, discount), Ok(rate));
    assert!((bill.risk(0.0761, discount).expect("a risk").convexity).abs() < 1e-12);
    // Four hundred per cent for a quarter is all there is.
    assert!(bill.dirty_from_yield(4.0, discount).is_err());
    let coupons = valuation(fixed(), "2024-05-03");
    assert!(matches!(coupons.dirty_from_yield(0.05, discount), Err(Error::Unsupported { .. })));
    assert!(matches!(coupons.risk(0.05, discount), Err(Error::Unsupported { .. })));
}
