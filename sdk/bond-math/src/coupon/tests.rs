//! Coupons: rates that change, rounding, residues.

use super::*;
use crate::test_terms::{date, decimal, series, terms};
use crate::{Coupon, PaymentInKind, RateAdjustment, RateStep, Rounding, schedule};
use alloc::vec;

fn gross(terms: &BondTerms, index: u32, face_minor: u128) -> Result<i128, Error> {
    let schedule = schedule(terms).expect("a schedule");
    coupon_amount(terms, &schedule, index, face_minor, &Observations::default())
        .map(|coupon| coupon.gross_minor)
}

#[test]
fn a_fixed_coupon_is_face_times_rate_times_part_of_a_year() {
    assert_eq!(gross(&terms(), 0, 25_000_000), Ok(375_000));
    assert_eq!(gross(&terms(), 0, 10_000_000_000), Ok(150_000_000));
    assert!(matches!(gross(&terms(), 0, 25_000_001), Err(Error::NotAMultiple { .. })));
    assert!(matches!(gross(&terms(), 6, 25_000_000), Err(Error::Schedule { .. })));
}

/// Known trap: a held balance missing from the coupon base. Per denomination the parts always add up
/// to the whole, so a missing one shows.
#[test]
fn trap_every_holding_counts() {
    let mut terms = terms();
    terms.denomination_minor = 100;
    terms.coupon = Coupon::Fixed { rate: decimal("0.0333") };
    terms.rounding = Rounding::per_denomination(6);
    let holdings = [100, 300, 700, 12_300];
    let parts: i128 = holdings.iter().map(|face| gross(&terms, 0, *face).expect("a coupon")).sum();
    let whole = gross(&terms, 0, holdings.iter().sum()).expect("a coupon");
    assert!((whole - parts).abs() <= 4); // six decimals per unit, then cents per holder
    terms.rounding = Rounding::per_denomination(2);
    let parts: i128 = holdings.iter().map(|face| gross(&terms, 0, *face).expect("a coupon")).sum();
    assert_eq!(gross(&terms, 0, holdings.iter().sum()), Ok(parts));
}

#[test]
fn rounding_per_position_and_per_denomination_differ() {
    let mut terms = terms();
    terms.denomination_minor = 100;
    terms.coupon = Coupon::Fixed { rate: decimal("0.033") };
    terms.rounding = Rounding::per_denomination(2);
    assert_eq!(gross(&terms, 0, 1_000), Ok(20)); // ten times 1.65 cents rounded to 2
    terms.rounding = Rounding::per_position(2);
    assert_eq!(gross(&terms, 0, 1_000), Ok(17)); // 16.5 cents
    terms.rounding.mode = RoundingMode::HalfEven;
    assert_eq!(gross(&terms, 0, 1_000), Ok(16));
    terms.rounding.mode = RoundingMode::Down;
    assert_eq!(gross(&terms, 0, 1_000), Ok(16));
    terms.rounding = Rounding::per_position(0); // whole dollars
    assert_eq!(gross(&terms, 0, 100_000), Ok(1_700));
}

#[test]
fn a_step_up_takes_the_rate_of_its_start() {
    let mut terms = terms();
    let step = |from: &str, rate: &str| RateStep { from: date(from), rate: decimal(rate) };
    terms.coupon =
        Coupon::StepUp { steps: vec![step("2025-01-15", "0.03"), step("2026-07-15", "0.04")] };
    assert_eq!(gross(&terms, 2, 25_000_000), Ok(375_000));
    assert_eq!(gross(&terms, 3, 25_000_000), Ok(500_000));
}

#[test]
fn a_linked_rate_waits_for_its_target() {
    let mut terms = terms();
    terms.coupon = Coupon::SustainabilityLinked {
        rate: decimal("0.03"),
        adjustments: vec![RateAdjustment {
            observed_on: date("2026-12-31"),
            from: date("2027-01-15"),
            step: decimal("0.0025"),
        }],
    };
    let schedule = schedule(&terms).expect("a schedule");
    let rate = |index, observations: &Observations| {
        let period = schedule.period(index).expect("a period");
        period_rate(&terms, period, observations)
    };
    let mut observations = Observations::default();
    assert_eq!(rate(3, &observations), Ok(decimal("0.03")));
    assert_eq!(rate(4, &observations), Err(Error::MissingFixing { date: date("2026-12-31") }));
    observations.targets = series(&[("2026-12-31", "1")]);
    assert_eq!(rate(4, &observations), Ok(decimal("0.0325")));
    observations.targets = series(&[("2026-12-31", "0")]);
    assert_eq!(rate(4, &observations), Ok(decimal("0.03")));
}

#[test]
fn interest_paid_in_kind_is_no_cash() {
    let mut terms = terms();
    terms.rounding = Rounding::per_position(2);
    terms.payment_in_kind = PaymentInKind::Until { date: date("2026-01-15") };
    let schedule = schedule(&terms).expect("a schedule");
    let coupon = |index| {
        coupon_amount(&terms, &schedule, index, 1_000_000, &Observations::default())
            .expect("a coupon")
    };
    assert_eq!((coupon(0).gross_minor, coupon(0).capitalised_minor), (0, 15_000));
    assert_eq!((coupon(1).gross_minor, coupon(1).capitalised_minor), (0, 15_225));
    assert_eq!(coupon(2).pool_factor, decimal("1.030225"));
    assert_eq!((coupon(2).gross_minor, coupon(2).capitalised_minor), (15_453, 0));
}

#[test]
fn a_second_currency_has_its_own_minor_unit() {
    let mut terms = terms();
    terms.dual_currency = Some(DualCurrency {
        currency: "JPY".parse().expect("valid"),
        rate: decimal("110.5"),
        coupons: true,
        principal: false,
    });
    let schedule = schedule(&terms).expect("a schedule");
    let coupon = coupon_amount(&terms, &schedule, 0, 25_000_000, &Observations::default());
    let coupon = coupon.expect("a coupon");
    assert_eq!((coupon.gross_minor, coupon.currency.as_str()), (414_375, "JPY"));
}

#[test]
fn splits_add_up() {
    let split = split_residue(-100, &[1, 1, 1]).expect("small");
    assert_eq!((split.parts_minor, split.residue_minor), (vec![-33, -33, -33], -1));
    assert!(split_residue(1, &[]).is_ok_and(|split| split.residue_minor == 1));
    assert!(split_residue(1, &[0, 0]).is_err());
    assert!(split_residue(1, &[u128::MAX, 1]).is_err());
    assert!(withhold(-1, Decimal::ZERO, RoundingMode::Down).is_err());
    assert!(withhold(1, decimal("1.1"), RoundingMode::Down).is_err());
}
