//! Contract events after the ACTUS standard, for five amortisation patterns.
//!
//! ACTUS describes a financial contract by terms, a schedule of typed events, and functions that give
//! each event's payoff and the state after it. This module generates those events for PAM (bullet),
//! LAM (linear), NAM (negative amortiser), ANN (annuity) and LAX (stages with fixed rates) on the
//! dates, day counts and decimals of this crate, so that the crate can be held against the standard's
//! own reference cases.
//! Source: ACTUS technical specification 1.1 and data dictionary.

use alloc::vec::Vec;

use crate::{Date, Decimal, Error, FixingSeries};

mod annuity;
mod cycle;
mod events;
mod exotic;
mod maturity;
mod state;
mod terms;

pub use cycle::Cycle;
pub use events::EventKind;
pub use exotic::{PrincipalStage, RateStage, Stages};
pub use terms::{ContractKind, ContractTerms, InterestBase, Priced, RateReset, Scaling};

use events::timetable;
use state::State;

/// One event with its payoff and the state after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Day of the event, after business-day adjustment.
    pub date: Date,
    /// What happens.
    pub kind: EventKind,
    /// Paid to the record's creator; negative when paid by it.
    pub payoff: Decimal,
    /// Outstanding principal, negative for a liability.
    pub notional: Decimal,
    /// Rate of a year.
    pub rate: Decimal,
    /// Interest accrued and not yet paid.
    pub accrued: Decimal,
}

/// Numbers a contract observes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Rates of the reset index.
    pub rates: FixingSeries,
    /// Values of the scaling index.
    pub scaling: FixingSeries,
}

/// The events of a contract from its status date to `until` (to its maturity when `None`), in order.
/// A contract bought later has no events before its purchase.
///
/// # Errors
/// [`Error::MissingFixing`] when an index value is not observed; [`Error::Unsupported`] when the
/// maturity is neither given nor derivable; [`Error::Overflow`].
pub fn events(
    terms: &ContractTerms,
    observed: &Observed,
    until: Option<Date>,
) -> Result<Vec<Event>, Error> {
    let mut terms = terms.clone();
    let maturity = maturity::of(&terms)?;
    terms.next_principal = match terms.next_principal {
        None if terms.kind == ContractKind::Linear => Some(maturity::equal_part(&terms, maturity)?),
        given => given,
    };
    let timetable = timetable(&terms, maturity)?;
    let annuity = annuity::dates(&terms, maturity)?;
    let mut state = State::at_status_date(&terms)?;
    let mut events = Vec::with_capacity(timetable.len());
    let mut bought = terms.purchase.is_none();
    for due in &timetable {
        if until.is_some_and(|until| due.date > until) {
            break;
        }
        let payoff = state.apply(&terms, due, observed, &annuity)?;
        bought |= due.kind == EventKind::Purchase;
        if bought {
            events.push(Event {
                date: due.date,
                kind: due.kind,
                payoff,
                notional: state.notional,
                rate: state.rate,
                accrued: state.accrued,
            });
        }
    }
    Ok(events)
}

#[cfg(test)]
mod tests;
