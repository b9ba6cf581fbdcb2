//! Rates that reset on dates of their own.

use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::test_terms::{date, decimal, series, terms};
use crate::{
    Calendar, CashFlowKind, DateRule, Frequency, Period, Redemption, cash_flows, schedule,
    schedule_to,
};

/// Five per cent for five years, then an index and 2.5 per cent, set anew by the rule.
fn resetting(dates: DateRule) -> BondTerms {
    let mut terms = terms();
    terms.coupon = Coupon::Floating(FloatingRate {
        index: "USD swap, five years".into(),
        spread: decimal("0.025"),
        gearing: Decimal::ONE,
        cap: None,
        floor: None,
        fixing: FixingRule::Reset(ResetRule {
            fixed: vec![RateStep { from: date("2025-01-15"), rate: decimal("0.05") }],
            dates: Some(dates),
            offset_business_days: 2,
            rise_max: None,
            fall_max: None,
        }),
        calendar: Calendar::weekends(),
        rate_decimals: 18,
    });
    terms
}

fn perpetual() -> BondTerms {
    let every_five_years = Frequency::Every(Period::months(60));
    let mut terms = resetting(DateRule::every(date("2030-01-15"), every_five_years));
    terms.maturity = None;
    terms.redemption = Redemption::Never;
    terms
}

fn coupons(terms: &BondTerms, until: &str, observations: &Observations) -> Vec<Option<i128>> {
    let schedule = schedule_to(terms, date(until)).expect("a schedule");
    let flows = cash_flows(terms, &schedule, observations).expect("cash flows");
    let of_coupons = flows.iter().filter(|flow| flow.kind == CashFlowKind::Coupon);
    of_coupons.map(|flow| flow.amount_minor).collect()
}

/// Half a year's interest on 250,000.00: 6,250.00 at 5 %, 6,875.00 at 3 + 2.5 %, 4,375.00 at 1 + 2.5 %.
#[test]
fn a_perpetual_bond_resets_for_ever() {
    let terms = perpetual();
    assert_eq!(terms.validate(), Ok(()));
    let observations = Observations {
        rates: series(&[("2030-01-11", "0.03"), ("2035-01-11", "0.01")]),
        ..Observations::default()
    };
    let expected: Vec<_> =
        [(Some(625_000), 10), (Some(687_500), 10), (Some(437_500), 10), (None, 3)]
            .into_iter()
            .flat_map(|(amount, times)| vec![amount; times])
            .collect();
    assert_eq!(coupons(&terms, "2041-03-01", &observations), expected);
    // How far it is looked at changes nothing.
    for until in ["2029-12-01", "2030-01-15", "2036-05-05"] {
        let seen = coupons(&terms, until, &observations);
        assert_eq!(Some(seen.as_slice()), expected.get(..seen.len()), "{until}");
    }
    // The day before which nothing follows is not the end: no reset is left out for it.
    let mut long_last = perpetual();
    if let Coupon::Floating(floating) = &mut long_last.coupon
        && let FixingRule::Reset(ResetRule { dates: Some(dates), .. }) = &mut floating.fixing
    {
        dates.long_last = true;
    }
    assert_eq!(coupons(&long_last, "2041-03-01", &observations), expected);
}

/// Yearly coupons at rates that reset every half year: those whose rates are published are known, whatever
/// is to come.
#[test]
fn coupons_are_known_as_far_as_their_rates_are() {
    let mut terms = resetting(DateRule::every(date("2025-07-15"), Frequency::SEMI_ANNUAL));
    terms.schedule.frequency = Frequency::ANNUAL;
    let observations = Observations {
        rates: series(&[("2025-07-11", "0.03"), ("2026-01-13", "0.01"), ("2026-07-13", "0.02")]),
        ..Observations::default()
    };
    // 2.5 + 2.75 per cent, then 1.75 + 2.25.
    assert_eq!(
        coupons(&terms, "2028-01-15", &observations),
        [Some(1_312_500), Some(1_000_000), None]
    );
    let periods = schedule(&terms).expect("a schedule");
    let paid = crate::coupon_amount(&terms, &periods, 1, 25_000_000, &observations);
    assert_eq!(paid.map(|coupon| coupon.gross_minor), Ok(1_312_500));
}
