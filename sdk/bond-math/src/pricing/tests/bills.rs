//! Bills: discount rates and the bond equivalent yield of 31 CFR 356 Appendix B, VI, whatever the frequency.

use super::*;
use crate::{Frequency, Period};

fn bill(issued: &str, matures: &str, frequency: Frequency) -> Valuation {
    let mut terms = annual("0", issued, matures);
    terms.coupon = Coupon::Zero;
    terms.day_count = DayCount::Act360;
    terms.schedule.frequency = frequency;
    valued(&terms, issued, &Assumptions::default())
}

const FREQUENCIES: [Frequency; 4] = [
    Frequency::Term,
    Frequency::SEMI_ANNUAL,
    Frequency::ANNUAL,
    Frequency::Every(Period::months(1)),
];

const DISCOUNT: YieldConvention = YieldConvention::Discount { year_days: 360 };

/// The bond equivalent yield at a price, in per cent with the three digits of the regulation.
fn equivalent(bill: &Valuation, price: &str) -> alloc::string::String {
    let rate = bill.exact_yield_from_dirty(decimal(price), YieldConvention::UsTreasury);
    let percent = rate.and_then(|rate| rate.times(Decimal::HUNDRED, crate::RoundingMode::HalfUp));
    percent
        .and_then(|rate| rate.rounded(3, crate::RoundingMode::HalfUp))
        .expect("a yield")
        .to_string()
}

#[test]
fn any_frequency_will_do() {
    for frequency in FREQUENCIES {
        // VI.D.1: 20 days at a discount of 7.93 % cost 99.559444 and yield 8.076 %.
        let short = bill("1990-06-01", "1990-06-21", frequency);
        assert_eq!(dirty(&short, "0.0793", DISCOUNT), "99.559444444444444");
        assert_eq!(equivalent(&short, "99.559444"), "8.076");
        // VI.D.2: 364 days at a discount of 7.65 % cost 92.265 and yield 8.237 %.
        let long = bill("1990-06-07", "1991-06-06", frequency);
        assert_eq!(dirty(&long, "0.0765", DISCOUNT), "92.265");
        assert_eq!(equivalent(&long, "92.265"), "8.237");
        assert_eq!(long.flows().len(), 1, "{frequency}");
    }
}

#[test]
fn the_year_after_settlement_may_have_a_leap_day() {
    // From 28 February 2019 a year has 365 days, from 1 March 366: 30 days at 99.5 are i = 0.5/99.5 · y/30.
    let ordinary = bill("2019-02-28", "2019-03-30", Frequency::Term);
    assert_eq!(equivalent(&ordinary, "99.5"), "6.114");
    let leap = bill("2019-03-01", "2019-03-31", Frequency::Term);
    assert_eq!(equivalent(&leap, "99.5"), "6.131");
}

#[test]
fn derivatives_of_the_equivalent_yield_agree_with_differences() {
    let treasury = YieldConvention::UsTreasury;
    for matures in ["1990-10-01", "1991-06-06"] {
        let bill = bill("1990-06-07", matures, Frequency::Term);
        let price = |rate| bill.dirty_from_yield(rate, treasury).expect("in range");
        let risk = bill.risk(0.08, treasury).expect("a risk");
        let slope = (price(0.0801) - price(0.0799)) / 0.0002;
        assert!((risk.modified_duration + slope / price(0.08)).abs() < 1e-6);
        dirty(&bill, "0.08", treasury);
    }
}

/// A longer zero-coupon bond is no bill: half-yearly compounding over the coupon periods it would have.
#[test]
fn a_longer_discount_bond_compounds() {
    let strip = bill("2025-01-15", "2027-01-15", Frequency::SEMI_ANNUAL);
    // 100 / 1.02⁴
    assert_eq!(dirty(&strip, "0.04", YieldConvention::UsTreasury), "92.384542602651422");
    assert_eq!(dirty(&strip, "0.04", YieldConvention::Street), "92.384542602651422");
    assert_eq!(dirty(&strip, "0.04", DISCOUNT).get(..4), Some("91.8"));
}
