//! The maturity and the equal parts, where they follow from the other terms.

use tenor_bond_math::{
    BondTerms, Date, DateRule, DayCountContext, Decimal, Error, Frequency, RoundingMode,
};

use super::mapping::{Dates, Pattern};
use super::read::{Read, Stop};

const NEAREST: RoundingMode = RoundingMode::HalfUp;
/// Most repayments that are searched for the end.
const REPAYMENTS_MAX: i32 = 10_000;

/// The date an annuity is computed to, or that of the repayment which leaves nothing.
pub(super) fn of(
    pattern: Pattern,
    dates: &Dates,
    terms: &BondTerms,
    notional: Decimal,
    rate: Decimal,
    payment: Option<Decimal>,
) -> Read<Date> {
    let open = || Stop::Failed("the maturity is neither given nor derivable".into());
    if pattern == Pattern::Exotic {
        return staged(dates, terms, notional)?.ok_or_else(open);
    }
    let (Some(rule), Some(payment)) = (dates.principal, payment) else {
        return dates.amortization.ok_or_else(open);
    };
    let interest = match pattern {
        Pattern::Linear => Decimal::ZERO,
        _ => {
            let context =
                DayCountContext { calendar: Some(&terms.calendar), ..DayCountContext::default() };
            let years = terms.day_count.year_fraction(rule.first, nth(&rule, 1)?, &context)?;
            rate.times(years.to_decimal(NEAREST)?, NEAREST)?
        }
    };
    let mut rest = notional;
    for times in 0..REPAYMENTS_MAX {
        let date = nth(&rule, times)?;
        if is_past(dates, date) {
            continue;
        }
        let next = rest.plus(rest.times(interest, NEAREST)?)?.minus(payment)?;
        if next <= Decimal::ZERO {
            return Ok(terms.payment_convention.adjust(date, &terms.calendar)?);
        }
        if next >= rest {
            break;
        }
        rest = next;
    }
    Err(open())
}

/// The date on which the stages have repaid everything.
fn staged(dates: &Dates, terms: &BondTerms, notional: Decimal) -> Read<Option<Date>> {
    let mut rest = notional;
    for (index, (rule, amount)) in dates.stages.iter().enumerate() {
        let next = dates.stages.get(index + 1).map(|(next, _)| next.first);
        for times in 0..REPAYMENTS_MAX {
            let date = nth(rule, times)?;
            if next.is_some_and(|next| date >= next) {
                break;
            }
            if !is_past(dates, date) {
                rest = rest.minus(*amount)?;
            }
            if rest <= Decimal::ZERO {
                return Ok(Some(terms.payment_convention.adjust(date, &terms.calendar)?));
            }
            if rule.frequency == Frequency::Term {
                break;
            }
        }
    }
    Ok(None)
}

fn nth(rule: &DateRule, times: i32) -> Result<Date, Error> {
    match rule.frequency {
        Frequency::Term => Ok(rule.first),
        frequency => rule.roll.nth(rule.first, frequency, times),
    }
}

/// Whether a repayment had been made before the status date, when the principal is what was left.
fn is_past(dates: &Dates, date: Date) -> bool {
    dates.exchange < dates.status && date < dates.status
}

/// The part of the principal of each repayment, the one at maturity included.
pub(super) fn equal_part(dates: &Dates, notional: Decimal) -> Read<Decimal> {
    let repayments = match dates.principal {
        Some(rule) => rule.dates_to(dates.maturity)?.len(),
        None => 1,
    };
    let count = i64::try_from(repayments).map_err(|_| "too many dates".to_owned())?;
    Ok(notional.over(Decimal::from_integer(count), NEAREST)?)
}
