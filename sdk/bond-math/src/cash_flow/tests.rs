//! Cash flows: what is paid when, on one denomination.

use super::*;
use crate::test_terms::{date, decimal, series, terms};
use crate::{Calendar, FixingRule, FloatingRate, Indexation, Rounding, schedule};

fn flows(terms: &BondTerms, observations: &Observations) -> Vec<CashFlow> {
    let schedule = schedule(terms).expect("a schedule");
    cash_flows(terms, &schedule, observations).expect("cash flows")
}

fn amounts(flows: &[CashFlow], kind: CashFlowKind) -> Vec<Option<i128>> {
    let of_kind = flows.iter().filter(|flow| flow.kind == kind);
    of_kind.map(|flow| flow.amount_minor).collect()
}

#[test]
fn a_fixed_bond_pays_coupons_and_its_face() {
    let flows = flows(&terms(), &Observations::default());
    assert_eq!(amounts(&flows, CashFlowKind::Coupon), [Some(375_000); 6]);
    assert_eq!(amounts(&flows, CashFlowKind::Principal), [Some(25_000_000)]);
    let last = flows.last().expect("a flow");
    assert_eq!(last.payment_date, date("2028-01-17"));
}

#[test]
fn a_zero_pays_once() {
    let mut terms = terms();
    terms.coupon = Coupon::Zero;
    let flows = flows(&terms, &Observations::default());
    assert_eq!(amounts(&flows, CashFlowKind::Coupon), []);
    assert_eq!(amounts(&flows, CashFlowKind::Principal), [Some(25_000_000)]);
}

#[test]
fn a_floater_has_amounts_as_far_as_it_is_fixed() {
    let mut terms = terms();
    terms.coupon = Coupon::Floating(FloatingRate {
        index: "SORA-6M".into(),
        spread: decimal("0.005"),
        gearing: decimal("1"),
        cap: None,
        floor: Some(decimal("0")),
        fixing: FixingRule::Term { offset_business_days: 2, in_arrears: false },
        calendar: Calendar::weekends(),
        rate_decimals: 7,
    });
    let observations = Observations {
        rates: series(&[("2025-01-13", "0.025"), ("2025-07-11", "-0.02")]),
        ..Observations::default()
    };
    let flows = flows(&terms, &observations);
    let coupons = amounts(&flows, CashFlowKind::Coupon);
    assert_eq!(coupons, [Some(375_000), Some(0), None, None, None, None]);
    assert_eq!(amounts(&flows, CashFlowKind::Principal), [Some(25_000_000)]);
}

#[test]
fn an_indexed_bond_follows_its_index_and_never_repays_less_than_par() {
    let mut terms = terms();
    terms.maturity = Some(date("2026-01-15"));
    terms.rounding = Rounding::per_position(2);
    terms.indexation = Some(Indexation {
        ratio_decimals: 5,
        par_floor: true,
        ..Indexation::by_day("CPI", decimal("200"))
    });
    let observations = Observations {
        index_levels: series(&[("2025-07-15", "210"), ("2026-01-15", "190")]),
        ..Observations::default()
    };
    let flows = flows(&terms, &observations);
    assert_eq!(amounts(&flows, CashFlowKind::Coupon), [Some(393_750), Some(356_250)]);
    assert_eq!(amounts(&flows, CashFlowKind::Principal), [Some(25_000_000)]);
}
