//! What one holder gets: the arithmetic is bond-math's, this puts it together.

use crate::state::PeriodFacts;
use tenor_bond_math::{
    BondTerms, Decimal, Observations, Schedule, principal_amount, schedule, withhold,
};
use tenor_interfaces::coupon::{Entitlement, EntitlementStatus, Error, TaxRate};
use tenor_sdk::prelude::*;

/// Computes entitlements of one payment.
pub(crate) struct Calculator<'a> {
    terms: &'a BondTerms,
    facts: &'a PeriodFacts,
    /// Only where principal is repaid.
    schedule: Option<Schedule>,
    tax_rates: &'a [TaxRate],
}

impl<'a> Calculator<'a> {
    pub(crate) fn new(
        terms: &'a BondTerms,
        facts: &'a PeriodFacts,
        tax_rates: &'a [TaxRate],
    ) -> Result<Self, Error> {
        let schedule =
            facts.repays.then(|| schedule(terms)).transpose().map_err(|_| Error::Overflow)?;
        Ok(Self { terms, facts, schedule, tax_rates })
    }

    /// Interest before tax on a face amount.
    pub(crate) fn gross(&self, face: Amount) -> Result<Amount, Error> {
        amount(self.facts.coupon.amount(self.terms, face.0).map(|coupon| coupon.gross_minor))
    }

    /// Principal on a face amount.
    fn principal(&self, face: Amount) -> Result<Amount, Error> {
        let Some(schedule) = &self.schedule else { return Ok(Amount::ZERO) };
        let (period, none) = (self.facts.coupon.period_index, Observations::default());
        let due = principal_amount(self.terms, schedule, period, face.0, &none);
        amount(due.map(|principal| principal.gross_minor))
    }

    /// What a holder of `face` in a tax class gets. Tax is taken from interest, rounded down, so
    /// that a rounding never costs a holder more than the rate.
    pub(crate) fn entitlement(
        &self,
        account: Address,
        face_amount: Amount,
        tax_class: u8,
    ) -> Result<Entitlement, Error> {
        let gross = self.gross(face_amount)?;
        let rate = self.tax_rates.iter().find(|rate| rate.tax_class == tax_class);
        let rate = rate.map_or(Decimal::ZERO, |rate| rate.rate);
        let signed = i128::try_from(gross.0).map_err(|_| Error::Overflow)?;
        let mode = tenor_bond_math::RoundingMode::Down;
        let tax = amount(withhold(signed, rate, mode).map(|split| split.tax_minor))?;
        let principal = self.principal(face_amount)?;
        let net = gross.checked_sub(tax).and_then(|after_tax| after_tax.checked_add(principal));
        let net = net.ok_or(Error::Overflow)?;
        let status = EntitlementStatus::Open;
        Ok(Entitlement { account, face_amount, gross, tax, principal, net, status })
    }
}

fn amount(computed: Result<i128, tenor_bond_math::Error>) -> Result<Amount, Error> {
    computed.ok().and_then(|minor| u128::try_from(minor).ok()).map(Amount).ok_or(Error::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenor_bond_math::{Coupon, Frequency, Rounding, period_coupon};

    fn terms() -> BondTerms {
        let date = |text: &str| text.parse().expect("a date");
        let mut terms = BondTerms::plain(
            "SGXF10000002".parse().expect("an ISIN"),
            "SGD".parse().expect("a currency"),
            100_000,
            10_000_000,
            date("2025-01-15"),
            date("2027-01-15"),
            Coupon::Fixed { rate: "0.0333".parse().expect("a rate") },
        );
        terms.schedule.frequency = Frequency::ANNUAL;
        terms
    }

    fn facts(terms: &BondTerms, period: u32, repays: bool) -> PeriodFacts {
        let schedule = schedule(terms).expect("a schedule");
        let none = Observations::default();
        let coupon = period_coupon(terms, &schedule, period, &none).expect("a coupon");
        PeriodFacts { coupon, repays }
    }

    const CLASS_3: TaxRate = TaxRate { tax_class: 3, rate: Decimal::from_bps(1_500) };

    #[test]
    fn gross_tax_and_net() {
        let terms = terms();
        let facts = facts(&terms, 0, false);
        let rates = [CLASS_3];
        let calculator = Calculator::new(&terms, &facts, &rates).expect("computable");
        let holder = Address([7; 32]);
        // 3.33 % of 1,000.00 is 33.30; of three denominations 99.90; 15 % of 99.90 is 14.985.
        let taxed = calculator.entitlement(holder, Amount(300_000), 3).expect("computable");
        let parts = (taxed.gross.0, taxed.tax.0, taxed.principal.0, taxed.net.0);
        assert_eq!(parts, (9_990, 1_498, 0, 8_492));
        let exempt = calculator.entitlement(holder, Amount(300_000), 0).expect("computable");
        assert_eq!((exempt.tax.0, exempt.net.0), (0, 9_990));
    }

    #[test]
    fn the_last_payment_repays_the_principal_untaxed() {
        let terms = terms();
        let facts = facts(&terms, 1, true);
        let rates = [CLASS_3];
        let calculator = Calculator::new(&terms, &facts, &rates).expect("computable");
        let last =
            calculator.entitlement(Address([7; 32]), Amount(100_000), 3).expect("computable");
        assert_eq!((last.gross.0, last.tax.0), (3_330, 499));
        assert_eq!((last.principal.0, last.net.0), (100_000, 102_831));
    }

    #[test]
    fn what_is_repaid_in_parts_is_the_face() {
        let mut terms = terms();
        terms.maturity = Some("2028-01-15".parse().expect("a date"));
        terms.redemption = tenor_bond_math::Redemption::Linear { first: None };
        let holder = Address([7; 32]);
        let principal = [0, 1, 2].map(|period| {
            let facts = facts(&terms, period, true);
            let calculator = Calculator::new(&terms, &facts, &[]).expect("computable");
            calculator.entitlement(holder, Amount(100_000), 0).expect("computable").principal.0
        });
        assert_eq!(principal, [33_333, 33_334, 33_333]);
    }

    #[test]
    fn positions_rounded_one_by_one_leave_a_residue() {
        let mut terms = terms();
        terms.denomination_minor = 1;
        terms.rounding = Rounding::per_position(2);
        let facts = facts(&terms, 0, false);
        let calculator = Calculator::new(&terms, &facts, &[]).expect("computable");
        let gross = |face| calculator.gross(Amount(face)).expect("computable").0;
        // 3.33 % of 50 is 1.665: two holders of 50 get 2 each, the whole of 100 only 3.
        assert_eq!((gross(50) + gross(50), gross(100)), (4, 3));
    }
}
