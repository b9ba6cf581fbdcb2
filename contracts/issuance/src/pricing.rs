//! What the ledger can carry, and what units cost at issue.

use tenor_bond_math::{
    BondTerms, Coupon, Observations, PaymentInKind, Redemption, Reduction, Schedule, schedule,
    settlement_amount,
};
use tenor_interfaces::issuance::TermsPart;
use tenor_sdk::prelude::Amount;

/// The schedule of terms that this contract and the coupon contract can carry to the end.
///
/// Refused are terms whose payments depend on fixings, on holders' or the issuer's choices, or that
/// pay in kind, in a second currency or never.
pub(crate) fn supported_schedule(terms: &BondTerms) -> Result<Schedule, TermsPart> {
    terms.validate().map_err(|_| TermsPart::Terms)?;
    if matches!(terms.coupon, Coupon::Floating(_) | Coupon::SustainabilityLinked { .. }) {
        return Err(TermsPart::Coupon);
    }
    let repays = !matches!(terms.redemption, Redemption::Never);
    let by_factor = matches!(terms.redemption, Redemption::Bullet { .. })
        || terms.reduction == Reduction::PoolFactor;
    if !repays || !by_factor || terms.payment_in_kind != PaymentInKind::Never {
        return Err(TermsPart::Redemption);
    }
    if terms.indexation.is_some() || terms.dual_currency.is_some() {
        return Err(TermsPart::Currency);
    }
    if !terms.rights.is_empty() {
        return Err(TermsPart::Rights);
    }
    schedule(terms).map_err(|_| TermsPart::Schedule)
}

/// What `face` costs on the issue date: the issue price plus interest accrued since the dated date.
/// `None` when it is not an amount.
pub(crate) fn issue_amount(terms: &BondTerms, schedule: &Schedule, face: Amount) -> Option<Amount> {
    let amount = settlement_amount(
        terms,
        schedule,
        terms.issue_price,
        terms.issue_date,
        face.0,
        &Observations::default(),
    );
    amount.ok().and_then(|amount| u128::try_from(amount.total_minor).ok()).map(Amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenor_bond_math::{Decimal, Right, RightKind};

    fn terms() -> BondTerms {
        let date = |text: &str| text.parse().expect("a date");
        BondTerms::plain(
            "SGXF10000002".parse().expect("an ISIN"),
            "SGD".parse().expect("a currency"),
            25_000_000,
            10_000_000_000,
            date("2025-01-15"),
            date("2028-01-15"),
            Coupon::Fixed { rate: Decimal::from_bps(300) },
        )
    }

    #[test]
    fn units_cost_the_issue_price_and_accrued_interest() {
        let mut terms = terms();
        terms.issue_price = "99.5".parse().expect("a price");
        let schedule = supported_schedule(&terms).expect("supported");
        let cost = |terms: &BondTerms, schedule| issue_amount(terms, schedule, Amount(25_000_000));
        assert_eq!(cost(&terms, &schedule), Some(Amount(24_875_000)));

        // Dated 60 days (30E/360) before issue: 25,000,000 × 3 % × 60/360 = 125,000.
        terms.issue_date = "2025-03-15".parse().expect("a date");
        let schedule = supported_schedule(&terms).expect("supported");
        assert_eq!(cost(&terms, &schedule), Some(Amount(24_875_000 + 125_000)));
    }

    #[test]
    fn terms_that_cannot_be_carried_to_the_end_are_refused() {
        let refused = |change: fn(&mut BondTerms)| {
            let mut terms = terms();
            change(&mut terms);
            supported_schedule(&terms).expect_err("refused")
        };
        assert_eq!(refused(|terms| terms.issue_size_minor += 1), TermsPart::Terms);
        let pays_in_kind = |terms: &mut BondTerms| {
            let date = "2026-01-15".parse().expect("a date");
            terms.payment_in_kind = PaymentInKind::Until { date };
        };
        assert_eq!(refused(pays_in_kind), TermsPart::Redemption);
        assert_eq!(
            refused(|terms| {
                terms.rights.push(Right {
                    kind: RightKind::Call,
                    exercises: vec![tenor_bond_math::Exercise {
                        date: "2027-01-15".parse().expect("a date"),
                        value: Decimal::HUNDRED,
                    }],
                    notice_business_days: 5,
                });
            }),
            TermsPart::Rights
        );
    }
}
