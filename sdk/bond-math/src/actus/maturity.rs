//! The maturity, where it follows from the other terms.

use super::events::principal_cycle;
use super::{ContractKind, ContractTerms, exotic};
use crate::principal::interest_on;
use crate::{Date, Decimal, Error, RoundingMode};

const NEAREST: RoundingMode = RoundingMode::HalfUp;
/// Most repayments that are searched for the end.
const REPAYMENTS_MAX: i32 = 10_000;

/// The maturity as given, the date an annuity is computed to, or the date of the repayment that leaves
/// nothing.
pub(super) fn of(terms: &ContractTerms) -> Result<Date, Error> {
    if let Some(date) = terms.maturity {
        return Ok(date);
    }
    if terms.kind == ContractKind::Exotic {
        return exotic::maturity(terms);
    }
    let open = Error::Unsupported {
        what: "the maturity",
        reason: "neither given nor derivable from repayments that end",
    };
    let (Some(cycle), Some(payment)) = (principal_cycle(terms), terms.next_principal) else {
        return terms.amortization.ok_or(open);
    };
    let interest = match terms.kind {
        ContractKind::Linear => Decimal::ZERO,
        _ => {
            let next = cycle.nth(1, terms.end_of_month)?;
            let part = terms.year_fraction(cycle.anchor, next)?;
            interest_on(Decimal::ONE, terms.rate, part)?
        }
    };
    let mut rest = terms.notional;
    for times in 0..REPAYMENTS_MAX {
        let date = cycle.nth(times, terms.end_of_month)?;
        if is_past(terms, date) {
            continue;
        }
        let grown = rest.plus(rest.times(interest, NEAREST)?)?;
        let next = grown.minus(payment)?;
        if next <= Decimal::ZERO {
            return terms.adjusted(date);
        }
        if next >= rest {
            return Err(open);
        }
        rest = next;
    }
    Err(open)
}

/// Whether a repayment had been made before the status date, when the principal is what was left.
pub(super) fn is_past(terms: &ContractTerms, date: Date) -> bool {
    terms.initial_exchange < terms.status_date && date < terms.status_date
}

/// The part of the principal of each repayment, the one at maturity included.
pub(super) fn equal_part(terms: &ContractTerms, maturity: Date) -> Result<Decimal, Error> {
    let repayments = match principal_cycle(terms) {
        Some(cycle) => {
            let dates = cycle.dates(&terms.end(maturity), true)?;
            dates.into_iter().filter(|date| !is_past(terms, *date)).count()
        }
        None => 1,
    };
    let count = i64::try_from(repayments).map_err(|_| Error::overflow("a number of dates"))?;
    terms.notional.over(Decimal::from_integer(count.max(1)), NEAREST)
}
