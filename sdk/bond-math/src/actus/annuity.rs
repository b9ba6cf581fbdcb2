//! The sum of an annuity.

use alloc::vec::Vec;

use super::ContractTerms;
use super::events::principal_cycle;
use crate::principal::interest_on;
use crate::{Date, Decimal, Error, RoundingMode};

const NEAREST: RoundingMode = RoundingMode::HalfUp;

/// The dates an annuity is computed over, its end included.
pub(super) fn dates(terms: &ContractTerms, maturity: Date) -> Result<Vec<Date>, Error> {
    let end = terms.amortization.unwrap_or(maturity);
    principal_cycle(terms).map_or(Ok(Vec::new()), |cycle| cycle.dates(&terms.end(end), true))
}

/// What an annuity repays.
pub(super) struct Owed {
    pub(super) notional: Decimal,
    /// Interest accrued so far.
    pub(super) accrued: Decimal,
    pub(super) rate: Decimal,
}

/// The level sum that repays what is owed on `from` over the dates after it: principal and interest
/// at the first of them, over 1 + Σ Π 1 / (1 + r·y), products over the periods between the dates.
pub(super) fn level_sum(
    terms: &ContractTerms,
    dates: &[Date],
    from: Date,
    owed: &Owed,
) -> Result<Decimal, Error> {
    let left: Vec<Date> = dates.iter().copied().filter(|date| *date > from).collect();
    let interest = |base, start, end| {
        let part = terms.year_fraction(start, end)?;
        interest_on(base, owed.rate, part)
    };
    let first = left.first().copied().unwrap_or(from);
    let at_first = owed.notional.plus(owed.accrued)?.plus(interest(owed.notional, from, first)?)?;
    let mut discount = Decimal::ONE;
    let mut sum = Decimal::ONE;
    for (start, end) in left.iter().zip(left.iter().skip(1)) {
        let growth = Decimal::ONE.plus(interest(Decimal::ONE, *start, *end)?)?;
        discount = discount.over(growth, NEAREST)?;
        sum = sum.plus(discount)?;
    }
    at_first.over(sum, NEAREST)
}
