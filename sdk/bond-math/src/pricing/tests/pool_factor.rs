//! Bonds repaid in parts, and bonds that grow, are quoted on what is outstanding.

use super::*;
use crate::{PaymentInKind, Redemption, settlement_amount};

/// Four per cent, a quarter repaid on each of four dates.
fn amortising() -> BondTerms {
    let mut terms = annual("0.04", "2025-01-15", "2029-01-15");
    terms.redemption = Redemption::Linear { first: None };
    terms
}

/// A bond that yields its coupon is worth par on every coupon date, whatever has been repaid.
#[test]
fn par_is_a_hundred_of_what_is_outstanding() {
    for (day, factor) in [("2025-01-15", "1"), ("2026-01-15", "0.75"), ("2028-01-15", "0.25")] {
        let valuation = valued(&amortising(), day, &Assumptions::default());
        assert_eq!(valuation.outstanding(), decimal(factor));
        assert_eq!(dirty(&valuation, "0.04", YieldConvention::Isma), "100", "{day}");
    }
    // After two years 50 are outstanding: of 100 of them 54 are paid, then 52. Half a year on, 2 are accrued.
    let valuation = valued(&amortising(), "2027-07-15", &Assumptions::default());
    let amounts: Vec<f64> = valuation.flows().iter().map(|flow| flow.amount).collect();
    assert_eq!(amounts, [54.0, 52.0]);
    assert_eq!(valuation.exact_accrued(), Ok(decimal("2")));
    // 54/1.05^0.5 + 52/1.05^1.5, with fifty digits elsewhere.
    assert_eq!(dirty(&valuation, "0.05", YieldConvention::Isma), "101.028893266195768");
}

#[test]
fn a_trade_pays_for_what_is_outstanding_of_the_face() {
    let terms = amortising();
    let schedule = schedule(&terms).expect("a schedule");
    let none = Observations::default();
    let on = |day| {
        settlement_amount(&terms, &schedule, decimal("98"), date(day), 100_000, &none)
            .expect("an amount")
    };
    assert_eq!(on("2025-07-15").principal_minor, 98_000);
    // Half is left: 98 % of 50,000, and half a year of 4 % on it.
    let later = on("2027-07-15");
    assert_eq!((later.principal_minor, later.accrued_minor), (49_000, 1_000));
}

/// Two coupons of four per cent are added: 1.0816 of the face is outstanding, and par is that.
#[test]
fn what_is_paid_in_kind_is_quoted_on_the_grown_face() {
    let mut terms = annual("0.04", "2025-01-15", "2029-01-15");
    terms.payment_in_kind = PaymentInKind::Until { date: date("2027-01-15") };
    let valuation = valued(&terms, "2027-01-15", &Assumptions::default());
    assert_eq!(valuation.outstanding(), decimal("1.0816"));
    assert_eq!(dirty(&valuation, "0.04", YieldConvention::Isma), "100");
}
