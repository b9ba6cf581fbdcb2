//! Repayment in parts: what is outstanding, what is repaid, what the coupons are paid on.

use super::*;
use crate::test_terms::{date, decimal, terms};
use crate::{Coupon, Instalment, Rounding, RoundingBasis, coupon_amount, schedule};
use alloc::vec;

fn plan(terms: &BondTerms) -> Vec<PrincipalStep> {
    let schedule = schedule(terms).expect("a schedule");
    principal_plan(terms, &schedule, &Observations::default()).expect("a plan")
}

fn total(steps: &[PrincipalStep]) -> i128 {
    steps.iter().map(|step| step.repaid.units()).sum()
}

fn with(redemption: Redemption) -> BondTerms {
    let mut terms = terms();
    terms.rounding = Rounding::per_position(2);
    terms.redemption = redemption;
    terms
}

#[test]
fn a_bullet_is_repaid_once() {
    let steps = plan(&terms());
    assert!(steps.iter().take(5).all(|step| step.repaid.is_zero()));
    assert_eq!(steps[5].repaid, Decimal::ONE);
}

#[test]
fn equal_parts_leave_nothing() {
    let steps = plan(&with(Redemption::Linear { first: None }));
    assert_eq!(steps[0].repaid, decimal("0.166666666666666666"));
    assert_eq!(total(&steps), Decimal::ONE.units());
    let late = plan(&with(Redemption::Linear { first: Some(date("2027-01-15")) }));
    assert_eq!(late[2].repaid, Decimal::ZERO);
    assert_eq!(late[3].repaid, decimal("0.333333333333333333"));
    assert_eq!(total(&late), Decimal::ONE.units());
}

#[test]
fn an_annuity_pays_the_same_every_time() {
    let terms = with(Redemption::Annuity { first: None });
    let schedule = schedule(&terms).expect("a schedule");
    let none = Observations::default();
    let paid = |index| {
        let coupon = coupon_amount(&terms, &schedule, index, 100_000_000, &none);
        let principal = principal_amount(&terms, &schedule, index, 100_000_000, &none);
        coupon.expect("a coupon").gross_minor + principal.expect("principal").gross_minor
    };
    // 1,000,000.00 at 1.5 per cent a period over six: 175,525.21.
    for index in 0..6 {
        assert!((paid(index) - 17_552_521).abs() <= 1, "{index}: {}", paid(index));
    }
    assert_eq!(total(&plan(&terms)), Decimal::ONE.units());
}

#[test]
fn instalments_sink_the_pool_factor() {
    let part = |day: &str, percent: &str| Instalment { date: date(day), percent: decimal(percent) };
    let terms = with(Redemption::Instalments {
        instalments: vec![part("2026-01-15", "25"), part("2027-01-15", "25")],
    });
    let schedule = schedule(&terms).expect("a schedule");
    let none = Observations::default();
    let coupon = |index| {
        coupon_amount(&terms, &schedule, index, 100_000_000, &none).expect("a coupon").gross_minor
    };
    assert_eq!([coupon(1), coupon(2), coupon(4)], [1_500_000, 1_125_000, 750_000]);
    let last = principal_amount(&terms, &schedule, 5, 100_000_000, &none).expect("principal");
    assert_eq!((last.gross_minor, last.repaid), (50_000_000, decimal("0.5")));
}

/// 1,000.00 in three equal parts is 333.33, 333.34 and 333.33, whatever the rounding clause: what a
/// rounding leaves is paid with the next part, and nothing of the face is left in the end.
#[test]
fn repayments_add_up_to_the_face() {
    let annuity = Redemption::Annuity { first: None };
    let part = |day: &str| Instalment { date: date(day), percent: decimal("33.333333") };
    let sinking =
        Redemption::Instalments { instalments: vec![part("2026-01-15"), part("2027-01-15")] };
    for redemption in [Redemption::Linear { first: None }, annuity, sinking, Redemption::default()]
    {
        for mode in [RoundingMode::HalfUp, RoundingMode::HalfEven, RoundingMode::Down] {
            for (basis, decimals) in [
                (RoundingBasis::PerDenomination, 2),
                (RoundingBasis::PerDenomination, 6),
                (RoundingBasis::PerPosition, 2),
                (RoundingBasis::PerPosition, 0),
            ] {
                let mut terms = with(redemption.clone());
                terms.denomination_minor = 100_050;
                terms.rounding = Rounding { mode, basis, decimals };
                for units in [1, 7, 1_000] {
                    assert_eq!(repaid_in_all(&terms, units), units * 100_050, "{terms:?}");
                }
            }
        }
    }
    let mut terms = with(Redemption::Linear { first: Some(date("2027-01-15")) });
    terms.denomination_minor = 100_000;
    let schedule = schedule(&terms).expect("a schedule");
    let parts: Vec<i128> = (3..6)
        .map(|index| {
            let due = principal_amount(&terms, &schedule, index, 100_000, &Observations::default());
            due.expect("principal").gross_minor
        })
        .collect();
    assert_eq!(parts, [33_333, 33_334, 33_333]);
}

fn repaid_in_all(terms: &BondTerms, units: i128) -> i128 {
    let schedule = schedule(terms).expect("a schedule");
    let units = u128::try_from(units).expect("small");
    let face = terms.denomination_minor.saturating_mul(units);
    let due = |index| {
        let due = principal_amount(terms, &schedule, index, face, &Observations::default());
        due.expect("principal").gross_minor
    };
    (0..6).map(due).sum()
}

/// By nominal, holdings shrink: the coupon is on what is held, and a part of it is repaid.
#[test]
fn nominal_reduction_works_on_what_is_held() {
    let mut terms = with(Redemption::Linear { first: None });
    terms.reduction = Reduction::Nominal;
    let schedule = schedule(&terms).expect("a schedule");
    let none = Observations::default();
    let mut held: u128 = 60_000_000;
    for index in 0..6 {
        let coupon = coupon_amount(&terms, &schedule, index, held, &none).expect("a coupon");
        assert_eq!(coupon.gross_minor, i128::try_from(held).expect("small") * 15 / 1_000);
        let repaid = principal_amount(&terms, &schedule, index, held, &none).expect("principal");
        assert_eq!(repaid.gross_minor, 10_000_000);
        held -= 10_000_000;
    }
    assert_eq!(held, 0);
    // Whoever keeps a holding gets its face back, and interest on what is left of it.
    let flows = crate::cash_flows_on(&terms, &schedule, 60_000_000, &none).expect("flows");
    let amounts: Vec<i128> = flows.iter().filter_map(|flow| flow.amount_minor).collect();
    assert_eq!(amounts[..4], [900_000, 10_000_000, 750_000, 10_000_000]);
    let repaid = flows.iter().filter(|flow| flow.kind == crate::CashFlowKind::Principal);
    assert_eq!(repaid.filter_map(|flow| flow.amount_minor).sum::<i128>(), 60_000_000);
}

#[test]
fn capitalised_interest_is_repaid_at_the_end() {
    let mut terms = with(Redemption::default());
    terms.payment_in_kind = PaymentInKind::Until { date: date("2028-01-15") };
    let schedule = schedule(&terms).expect("a schedule");
    let last = principal_amount(&terms, &schedule, 5, 100_000_000, &Observations::default());
    // 1.015^6
    assert_eq!(last.expect("principal").gross_minor, 109_344_326);
}

#[test]
fn a_premium_is_paid_at_maturity() {
    let terms = with(Redemption::Bullet { price: decimal("101.5") });
    let schedule = schedule(&terms).expect("a schedule");
    let last = principal_amount(&terms, &schedule, 5, 100_000_000, &Observations::default());
    assert_eq!(last.expect("principal").gross_minor, 101_500_000);
}

#[test]
fn a_repayment_off_the_coupon_dates_is_refused() {
    let terms = with(Redemption::Instalments {
        instalments: vec![Instalment { date: date("2026-01-16"), percent: decimal("10") }],
    });
    let schedule = schedule(&terms).expect("a schedule");
    let refused = principal_plan(&terms, &schedule, &Observations::default());
    assert!(matches!(refused, Err(Error::Unsupported { .. })));
    let mut zero = with(Redemption::default());
    zero.coupon = Coupon::Zero;
    assert_eq!(plan(&zero).len(), 1);
}
