//! Payments that lag behind the end of their period: who gets them.

use super::*;
use crate::{
    DayOffset, ExRule, Instalment, Redemption, Reduction, Rounding, accrued, settlement_amount,
};

/// Three per cent semi-annual to 15 January 2028; the coupon of 15 July 2025 is paid on the 22nd to who holds
/// at the end of the 21st.
fn lagging() -> BondTerms {
    let mut terms = annual("0.03", "2025-01-15", "2028-01-15");
    terms.schedule.frequency = crate::Frequency::SEMI_ANNUAL;
    terms.payment_lag_business_days = 5;
    terms
}

fn accrued_on(terms: &BondTerms, day: &str) -> (i128, i128) {
    let schedule = schedule(terms).expect("a schedule");
    let found = accrued(terms, &schedule, date(day), 100_000, &Observations::default());
    let found = found.expect("accrued");
    (found.amount_minor, found.due_minor)
}

#[test]
fn a_coupon_that_is_not_paid_yet_is_the_buyers_up_to_the_record_date() {
    let terms = lagging();
    // 1,500 each half-year on 100,000; 6 days of 360 at 3 % are 50, 7 are 58.33.
    assert_eq!(accrued_on(&terms, "2025-07-14"), (1_492, 0));
    assert_eq!(accrued_on(&terms, "2025-07-15"), (1_500, 1_500));
    assert_eq!(accrued_on(&terms, "2025-07-21"), (1_550, 1_500));
    assert_eq!(accrued_on(&terms, "2025-07-22"), (58, 0));
    let undiscounted = |day: &str| {
        let valuation = valued(&terms, day, &Assumptions::default());
        let price = valuation.exact_dirty_from_yield(Decimal::ZERO, YieldConvention::Isma);
        let next = valuation.flows().first().expect("a payment").date;
        (price.expect("in range").to_string(), next.to_string())
    };
    // Six coupons of 1.5, or the five after the first, and the principal.
    let (first, second) = ("2025-07-22".to_string(), "2026-01-22".to_string());
    assert_eq!(undiscounted("2025-07-21"), ("109".into(), first));
    assert_eq!(undiscounted("2025-07-22"), ("107.5".into(), second));
}

/// On a coupon date a bond that yields its coupon is worth par beside the coupon that is due, which no
/// convention discounts.
#[test]
fn the_clean_price_does_not_jump_where_a_period_ends() {
    let terms = lagging();
    let valuation = valued(&terms, "2025-07-15", &Assumptions::default());
    for convention in [YieldConvention::Isma, YieldConvention::Street, YieldConvention::UsTreasury]
    {
        assert_eq!(dirty(&valuation, "0.03", convention), "101.5", "{convention:?}");
        let clean = valuation.exact_clean_from_yield(decimal("0.03"), convention);
        assert_eq!(clean, Ok(Decimal::HUNDRED), "{convention:?}");
        let risk = valuation.risk(0.03, convention).expect("a risk");
        let price = |rate| valuation.dirty_from_yield(rate, convention).expect("in range");
        let slope = (price(0.0301) - price(0.0299)) / 0.0002;
        assert!((risk.modified_duration + slope / 101.5).abs() < 1e-6);
    }
    // In the last period but for the coupon that is due.
    let last = valued(&terms, "2027-07-15", &Assumptions::default());
    assert_eq!(dirty(&last, "0.03", YieldConvention::Street), "101.5");
}

#[test]
fn with_an_ex_rule_the_ex_day_decides() {
    let mut terms = lagging();
    // Three business days before the 22nd: the 17th.
    terms.ex = Some(ExRule { offset: DayOffset::business(3), cum_on_ex_date: false });
    assert_eq!(accrued_on(&terms, "2025-07-16"), (1_508, 1_500));
    assert_eq!(accrued_on(&terms, "2025-07-17"), (17, 0));
    let payments =
        |day| valued(&terms, day, &Assumptions::default()).flows().first().map(|flow| flow.date);
    assert_eq!(payments("2025-07-16"), Some(date("2025-07-22")));
    assert_eq!(payments("2025-07-17"), Some(date("2026-01-22")));
}

/// Half is repaid with the coupon that is due: interest goes on on the other half.
#[test]
fn a_repayment_that_is_due_goes_with_its_coupon() {
    let mut terms = lagging();
    let half = Instalment { date: date("2025-07-15"), percent: Decimal::from_integer(50) };
    terms.redemption = Redemption::Instalments { instalments: alloc::vec![half] };
    terms.rounding = Rounding::per_position(2);
    for reduction in [Reduction::PoolFactor, Reduction::Nominal] {
        terms.reduction = reduction;
        // 1,500 due and six days on 50,000: 25.
        assert_eq!(accrued_on(&terms, "2025-07-21"), (1_525, 1_500), "{reduction:?}");
        let valuation = valued(&terms, "2025-07-21", &Assumptions::default());
        let amounts: Vec<f64> = valuation.flows().iter().map(|flow| flow.amount).collect();
        assert_eq!(amounts, [51.5, 0.75, 0.75, 0.75, 0.75, 50.75], "{reduction:?}");
        assert_eq!(valuation.exact_accrued(), Ok(decimal("1.525")));
        assert_eq!(valuation.outstanding(), Decimal::ONE);
    }
}

#[test]
fn what_a_trade_pays_has_the_coupon_that_is_due() {
    let terms = lagging();
    let schedule = schedule(&terms).expect("a schedule");
    let none = Observations::default();
    let day = date("2025-07-21");
    let trade = settlement_amount(&terms, &schedule, Decimal::HUNDRED, day, 100_000, &none);
    assert_eq!(trade.expect("an amount").total_minor, 101_550);
}
