//! Coupon dates that change their frequency.

use super::*;
use crate::{DateRule, Frequency, coupon_amount};

/// 4 % a year up to 15 January 2027, then 1 % a quarter for a year.
fn yearly_then_quarterly() -> BondTerms {
    let mut terms = annual("0.04", "2025-01-15", "2028-01-15");
    terms.coupon_stages = alloc::vec![DateRule::every(date("2027-01-15"), Frequency::QUARTERLY)];
    terms
}

#[test]
fn each_payment_is_discounted_by_its_time_in_the_frequency_of_the_quote() {
    let terms = yearly_then_quarterly();
    let none = Assumptions::default();
    // 4/1.045 + 4/1.045² + 1/1.045^2.25 + 1/1.045^2.5 + 1/1.045^2.75 + 101/1.045³, with fifty digits elsewhere.
    let at_issue = valued(&terms, "2025-01-15", &none);
    assert_eq!(dirty(&at_issue, "0.045", YieldConvention::Isma), "98.684125445613878");
    let periods: Vec<f64> = at_issue.flows().iter().map(|flow| flow.periods).collect();
    assert_eq!(periods, [1.0, 2.0, 2.25, 2.5, 2.75, 3.0]);
    // 120 days of 360 later; QuantLib 1.44 (CashFlows.npv, compounded annually, 30E/360) has 100.14272237532074.
    let later = valued(&terms, "2025-05-15", &none);
    assert_eq!(dirty(&later, "0.045", YieldConvention::Isma), "100.142722375320723");
    assert!((later.accrued() - 4.0 / 3.0).abs() < 1e-15);
    // In the last quarter, street discounts by simple interest: 101 / (1 + 0.045 · 60/360).
    let last = valued(&terms, "2027-11-15", &none);
    assert_eq!(dirty(&last, "0.045", YieldConvention::Street), "100.248138957816377");
}

#[test]
fn a_half_yearly_quote_takes_quarters_for_halves_of_a_period() {
    let mut terms = annual("0.04", "2025-01-15", "2026-07-15");
    terms.schedule.frequency = Frequency::SEMI_ANNUAL;
    terms.coupon_stages = alloc::vec![DateRule::every(date("2026-01-15"), Frequency::QUARTERLY)];
    let valuation = valued(&terms, "2025-01-15", &Assumptions::default());
    // 2/1.025 + 2/1.025² + 1/1.025^2.5 + 101/1.025³, with fifty digits elsewhere.
    assert_eq!(dirty(&valuation, "0.05", YieldConvention::Isma), "98.583524057111955");
}

#[test]
fn under_icma_a_quarter_of_a_stage_is_a_quarter_of_a_year() {
    let mut terms = yearly_then_quarterly();
    terms.day_count = DayCount::ActActIcma;
    let schedule = schedule(&terms).expect("a schedule");
    let none = Observations::default();
    let paid =
        |index| coupon_amount(&terms, &schedule, index, 100_000, &none).map(|c| c.gross_minor);
    assert_eq!((paid(1), paid(2), paid(5)), (Ok(4_000), Ok(1_000), Ok(1_000)));
    // 31 of 90 days of the quarter from 15 January 2027, rule 251.1(iii): 344.4 of 1,000.
    let accrued = crate::accrued(&terms, &schedule, date("2027-02-15"), 100_000, &none);
    assert_eq!(accrued.expect("accrued").amount_minor, 344);
    // The last quarter of one that ends a month early is 61 of its 92 days: 663.04 of 1,000.
    terms.maturity = Some(date("2027-12-15"));
    let schedule = crate::schedule(&terms).expect("a schedule");
    let last = coupon_amount(&terms, &schedule, 5, 100_000, &none).expect("a coupon");
    assert_eq!(last.gross_minor, 663);
}
