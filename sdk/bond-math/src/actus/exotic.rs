//! LAX: schedules in stages, each with an amount or a rate of its own.

use alloc::vec::Vec;

use super::maturity::is_past;
use super::{ContractKind, ContractTerms, Cycle};
use crate::{Date, Decimal, Error};

/// Most dates of one stage that are searched for the end.
const DATES_MAX: i32 = 10_000;

/// What a contract of kind LAX has instead of single cycles. A stage lasts until the anchor of the next
/// one; one without a cycle is its anchor alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    /// Interest payments.
    pub interest: Vec<Cycle>,
    /// Changes of principal.
    pub principal: Vec<PrincipalStage>,
    /// Rates that replace the first one.
    pub rates: Vec<RateStage>,
}

/// Equal changes of principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrincipalStage {
    /// When.
    pub cycle: Cycle,
    /// How much at each date.
    pub amount: Decimal,
    /// Whether principal is lent (INC) and not repaid (DEC).
    pub increase: bool,
}

/// A fixed rate from a date on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateStage {
    /// First day.
    pub from: Date,
    /// Rate of a year.
    pub rate: Decimal,
}

/// Dates of principal before the maturity, and whether principal grows on them.
pub(super) fn principal_dates(
    terms: &ContractTerms,
    maturity: Date,
) -> Result<Vec<(Date, bool)>, Error> {
    let stages = &terms.stages.principal;
    let mut dates = Vec::new();
    for (index, stage) in stages.iter().enumerate() {
        let until = until(stages.get(index.saturating_add(1)).map(|next| &next.cycle), maturity);
        let own = stage.cycle.dates(&terms.end(until), false)?;
        dates.extend(own.into_iter().map(|date| (date, stage.increase)));
    }
    Ok(dates)
}

/// Dates of interest, the maturity included.
pub(super) fn interest_dates(terms: &ContractTerms, maturity: Date) -> Result<Vec<Date>, Error> {
    let cycles = &terms.stages.interest;
    let mut dates = Vec::new();
    for (index, cycle) in cycles.iter().enumerate() {
        let next = cycles.get(index.saturating_add(1));
        dates.extend(cycle.dates(&terms.end(until(next, maturity)), next.is_none())?);
    }
    if dates.last().is_none_or(|last| *last < maturity) {
        dates.push(maturity);
    }
    Ok(dates)
}

fn until(next: Option<&Cycle>, maturity: Date) -> Date {
    next.map_or(maturity, |next| next.anchor.min(maturity))
}

/// The date on which the stages have repaid everything.
pub(super) fn maturity(terms: &ContractTerms) -> Result<Date, Error> {
    let stages = &terms.stages.principal;
    let mut rest = terms.notional;
    for (index, stage) in stages.iter().enumerate() {
        let next = stages.get(index.saturating_add(1)).map(|next| next.cycle.anchor);
        for times in 0..DATES_MAX {
            let date = stage.cycle.nth(times, terms.end_of_month)?;
            if next.is_some_and(|next| date >= next) {
                break;
            }
            if !is_past(terms, date) {
                rest = if stage.increase {
                    rest.plus(stage.amount)?
                } else {
                    rest.minus(stage.amount)?
                };
            }
            if rest <= Decimal::ZERO {
                return terms.adjusted(date);
            }
            if stage.cycle.period.is_none() {
                break;
            }
        }
    }
    Err(Error::Unsupported {
        what: "the maturity",
        reason: "not given, and the stages do not repay everything",
    })
}

/// The amount of the stage that `date` lies in; `None` for the other kinds.
pub(super) fn amount_on(terms: &ContractTerms, date: Date) -> Result<Option<Decimal>, Error> {
    if terms.kind != ContractKind::Exotic {
        return Ok(None);
    }
    let mut amount = None;
    for stage in &terms.stages.principal {
        if terms.adjusted(stage.cycle.anchor)? <= date {
            amount = Some(stage.amount);
        }
    }
    Ok(amount)
}

/// The rate of the stage that begins on `date` or last began before it.
pub(super) fn rate_on(terms: &ContractTerms, date: Date) -> Result<Option<Decimal>, Error> {
    let mut rate = None;
    for stage in &terms.stages.rates {
        if terms.adjusted(stage.from)? <= date {
            rate = Some(stage.rate);
        }
    }
    Ok(rate)
}
