//! Which events a contract has, and in which order.

use alloc::vec::Vec;

use super::{ContractKind, ContractTerms, Cycle, InterestBase, exotic};
use crate::{Date, Error};

/// What happens. The order is that of events on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// IED: principal is paid out.
    InitialExchange,
    /// PR: principal is repaid.
    Principal,
    /// PI: more principal is paid out.
    PrincipalIncrease,
    /// PRF before the first repayment: an annuity's sum is computed.
    PrincipalFixing,
    /// IPCI: interest is added to the principal.
    Capitalization,
    /// IP: interest is paid.
    Interest,
    /// RR: the rate is reset.
    RateReset,
    /// RRF: the rate is set to one already known.
    RateResetFixed,
    /// PRF after a reset of the rate.
    PrincipalRefixing,
    /// PRD: the contract is bought.
    Purchase,
    /// TD: the contract ends early.
    Termination,
    /// SC: the scaling index is read.
    Scaling,
    /// IPCB: the base of interest is set to the outstanding principal.
    InterestBase,
    /// MD: the rest is repaid.
    Maturity,
}

/// An event that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    /// Shown date.
    pub(super) date: Date,
    /// Date interest is computed to.
    pub(super) computed: Date,
    pub(super) kind: EventKind,
}

/// All events from the status date to the maturity or an early end.
pub(super) fn timetable(terms: &ContractTerms, maturity: Date) -> Result<Vec<Due>, Error> {
    let mut due = Vec::new();
    let mut fixed = |kind, date| {
        due.push(Due { date, computed: date, kind });
    };
    fixed(EventKind::InitialExchange, terms.initial_exchange);
    fixed(EventKind::Maturity, maturity);
    if let Some(purchase) = terms.purchase {
        fixed(EventKind::Purchase, purchase.date);
    }
    if let Some(termination) = terms.termination {
        fixed(EventKind::Termination, termination.date);
    }
    scheduled(terms, maturity, &mut due)?;
    let ends = terms.termination.map(|termination| termination.date);
    due.retain(|event| {
        event.date >= terms.status_date
            && ends.is_none_or(|end| {
                event.date < end || (event.date == end && event.kind <= EventKind::Termination)
            })
    });
    due.sort_by_key(|event| (event.date, event.kind));
    Ok(due)
}

fn scheduled(terms: &ContractTerms, maturity: Date, due: &mut Vec<Due>) -> Result<(), Error> {
    let mut add = |kind, dates: Vec<Date>| -> Result<(), Error> {
        for date in dates {
            let shown = if date == maturity { date } else { terms.adjusted(date)? };
            let computed = if terms.compute_on_adjusted { shown } else { date };
            due.push(Due { date: shown, computed, kind });
        }
        Ok(())
    };
    let until_end = |cycle: &Cycle| cycle.dates(&terms.end(maturity), false);
    for (date, increase) in exotic::principal_dates(terms, maturity)? {
        let kind = if increase { EventKind::PrincipalIncrease } else { EventKind::Principal };
        add(kind, [date].into())?;
    }
    let fixed = terms.stages.rates.iter().map(|stage| stage.from);
    add(EventKind::RateResetFixed, fixed.filter(|date| *date < maturity).collect())?;
    let (capitalized, paid) = interest_dates(terms, maturity)?;
    add(EventKind::Capitalization, capitalized)?;
    add(EventKind::Interest, paid)?;
    if let Some(principal) = principal_cycle(terms) {
        let dates = until_end(&principal)?;
        if let (ContractKind::Annuity, None, Some(first)) =
            (terms.kind, terms.next_principal, dates.first())
        {
            add(
                EventKind::PrincipalFixing,
                [first.plus_days(-1)?.max(terms.initial_exchange)].into(),
            )?;
        }
        add(EventKind::Principal, dates)?;
    }
    if let Some(reset) = &terms.reset {
        let dates = until_end(&reset.cycle)?;
        let after_status = |date: &&Date| **date > terms.status_date;
        let known = reset.next.and_then(|_| dates.iter().find(after_status).copied());
        if terms.kind == ContractKind::Annuity {
            add(EventKind::PrincipalRefixing, dates.clone())?;
        }
        let open = dates.iter().copied().filter(|date| Some(*date) != known);
        add(EventKind::RateReset, open.collect())?;
        add(EventKind::RateResetFixed, known.into_iter().collect())?;
    }
    if let Some(scaling) = &terms.scaling {
        add(EventKind::Scaling, until_end(&scaling.cycle)?)?;
    }
    if let InterestBase::Lagged(Some(cycle)) = &terms.base {
        add(EventKind::InterestBase, until_end(cycle)?)?;
    }
    Ok(())
}

/// The cycle of repayments; none for a bullet.
pub(super) fn principal_cycle(terms: &ContractTerms) -> Option<Cycle> {
    terms.principal.filter(|_| terms.kind != ContractKind::Bullet)
}

/// Days interest is added to the principal, and days it is paid.
fn interest_dates(terms: &ContractTerms, maturity: Date) -> Result<(Vec<Date>, Vec<Date>), Error> {
    let own = terms.interest;
    let end = terms.end(maturity);
    let mut dates = Vec::new();
    match (terms.kind, principal_cycle(terms)) {
        (ContractKind::Negative | ContractKind::Annuity, Some(principal)) => {
            // Interest is part of each repayment; a cycle of its own runs before the first.
            dates.extend(principal.dates(&end, true)?);
            if let Some(own) = own.filter(|own| own.anchor < principal.anchor) {
                dates.extend(own.dates(&terms.end(principal.anchor), false)?);
            }
        }
        (ContractKind::Exotic, _) => dates.extend(exotic::interest_dates(terms, maturity)?),
        _ => {
            if let Some(own) = own {
                dates.extend(own.dates(&end, true)?);
            } else {
                dates.push(maturity);
            }
        }
    }
    let mut capitalized = Vec::new();
    if let Some(end) = terms.capitalization_end {
        capitalized = dates.iter().copied().filter(|date| *date < end).collect();
        capitalized.push(end);
        dates.retain(|date| *date > end);
    }
    dates.sort_unstable();
    dates.dedup();
    Ok((capitalized, dates))
}
