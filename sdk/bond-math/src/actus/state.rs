//! The state of a contract and what each event does to it.

use super::annuity::{Owed, level_sum};
use super::events::{Due, EventKind};
use super::{ContractKind, ContractTerms, InterestBase, Observed, RateReset, exotic};
use crate::principal::interest_on;
use crate::{Date, Decimal, Error, RoundingMode};

const NEAREST: RoundingMode = RoundingMode::HalfUp;

pub(super) struct State {
    /// Day to which interest has been accrued.
    since: Date,
    pub(super) notional: Decimal,
    pub(super) rate: Decimal,
    pub(super) accrued: Decimal,
    base: Decimal,
    next_principal: Decimal,
    interest_scale: Decimal,
    notional_scale: Decimal,
}

impl State {
    /// The state on the status date: empty before the initial exchange.
    pub(super) fn at_status_date(terms: &ContractTerms) -> Result<Self, Error> {
        let mut state = Self {
            since: terms.status_date,
            notional: Decimal::ZERO,
            rate: Decimal::ZERO,
            accrued: Decimal::ZERO,
            base: Decimal::ZERO,
            next_principal: terms.next_principal.unwrap_or(Decimal::ZERO),
            interest_scale: Decimal::ONE,
            notional_scale: Decimal::ONE,
        };
        if terms.initial_exchange < terms.status_date {
            state.start(terms, terms.status_date)?;
        }
        Ok(state)
    }

    /// Principal, rate and what has accrued when the contract is entered on `date`.
    fn start(&mut self, terms: &ContractTerms, date: Date) -> Result<(), Error> {
        self.notional = terms.signed(terms.notional);
        self.rate = terms.rate;
        self.base = match (terms.base, terms.base_amount) {
            (InterestBase::Initial | InterestBase::Lagged(_), Some(amount)) => terms.signed(amount),
            _ => self.notional,
        };
        self.accrued = Decimal::ZERO;
        if let Some(accrued) = terms.accrued {
            self.accrued = terms.signed(accrued);
        } else if let Some(from) = last_interest_date(terms, date)? {
            self.since = from;
            self.accrue(terms, date)?;
        }
        self.since = date;
        Ok(())
    }

    /// Adds the interest up to `date`.
    fn accrue(&mut self, terms: &ContractTerms, date: Date) -> Result<(), Error> {
        let part = terms.year_fraction(self.since, date)?;
        let interest = interest_on(self.base, self.rate, part)?;
        self.accrued = self.accrued.plus(interest)?;
        self.since = date;
        Ok(())
    }

    /// Applies an event and gives its payoff.
    pub(super) fn apply(
        &mut self,
        terms: &ContractTerms,
        due: &Due,
        observed: &Observed,
        annuity: &[Date],
    ) -> Result<Decimal, Error> {
        if due.kind == EventKind::InitialExchange {
            self.start(terms, due.computed)?;
            let paid = terms.notional.plus(terms.premium_discount)?;
            return negated(terms.signed(paid));
        }
        self.accrue(terms, due.computed)?;
        match due.kind {
            EventKind::Principal => {
                let staged = exotic::amount_on(terms, due.date)?;
                self.next_principal = staged.unwrap_or(self.next_principal);
                self.repay(terms)
            }
            EventKind::PrincipalIncrease => {
                let lent = exotic::amount_on(terms, due.date)?.unwrap_or(Decimal::ZERO);
                let lent = terms.signed(lent);
                self.notional = self.notional.plus(lent)?;
                self.follow(terms);
                negated(lent.times(self.notional_scale, NEAREST)?)
            }
            EventKind::Interest => {
                let paid = self.accrued.times(self.interest_scale, NEAREST)?;
                self.accrued = Decimal::ZERO;
                Ok(paid)
            }
            EventKind::Capitalization => {
                self.notional = self.notional.plus(self.accrued)?;
                self.accrued = Decimal::ZERO;
                self.follow(terms);
                Ok(Decimal::ZERO)
            }
            EventKind::PrincipalFixing | EventKind::PrincipalRefixing => {
                let owed = Owed { notional: self.notional, accrued: self.accrued, rate: self.rate };
                let sum = level_sum(terms, annuity, due.computed, &owed)?;
                self.next_principal = terms.signed(sum);
                Ok(Decimal::ZERO)
            }
            EventKind::RateReset | EventKind::RateResetFixed => {
                self.reset(terms, due, observed)?;
                Ok(Decimal::ZERO)
            }
            EventKind::Purchase => {
                let price = terms.purchase.map_or(Decimal::ZERO, |purchase| purchase.price);
                // The standard adds the signed accrual inside the role's sign.
                negated(terms.signed(price.plus(self.accrued)?))
            }
            EventKind::Termination => {
                let price = terms.termination.map_or(Decimal::ZERO, |end| end.price);
                let paid = terms.signed(price.plus(self.accrued)?);
                self.close();
                Ok(paid)
            }
            EventKind::Scaling => {
                self.scale(terms, due, observed)?;
                Ok(Decimal::ZERO)
            }
            EventKind::InterestBase => {
                self.base = self.notional;
                Ok(Decimal::ZERO)
            }
            EventKind::Maturity => {
                let paid = self.notional.times(self.notional_scale, NEAREST)?;
                self.close();
                Ok(paid)
            }
            EventKind::InitialExchange => Ok(Decimal::ZERO),
        }
    }

    fn close(&mut self) {
        self.notional = Decimal::ZERO;
        self.accrued = Decimal::ZERO;
        self.base = Decimal::ZERO;
    }

    /// The base follows the principal where the terms say so.
    fn follow(&mut self, terms: &ContractTerms) {
        if terms.base == InterestBase::Outstanding {
            self.base = self.notional;
        }
    }

    /// Repays the sum less interest (LAM: the sum), never more than is outstanding.
    fn repay(&mut self, terms: &ContractTerms) -> Result<Decimal, Error> {
        let sum = terms.signed(self.next_principal);
        let principal = match terms.kind {
            ContractKind::Linear | ContractKind::Exotic => sum,
            _ => sum.minus(self.accrued)?,
        };
        let magnitude = terms.signed(principal).min(terms.signed(self.notional));
        let repaid = terms.signed(magnitude);
        self.notional = self.notional.minus(repaid)?;
        self.follow(terms);
        repaid.times(self.notional_scale, NEAREST)
    }

    fn reset(
        &mut self,
        terms: &ContractTerms,
        due: &Due,
        observed: &Observed,
    ) -> Result<(), Error> {
        if terms.kind == ContractKind::Exotic {
            self.rate = exotic::rate_on(terms, due.date)?.unwrap_or(self.rate);
            return Ok(());
        }
        let Some(reset) = &terms.reset else {
            return Ok(());
        };
        self.rate = match (due.kind, reset.next) {
            (EventKind::RateResetFixed, Some(known)) => known,
            _ => self.observed_rate(reset, observed.rates.get(due.computed)?)?,
        };
        Ok(())
    }

    fn observed_rate(&self, reset: &RateReset, index: Decimal) -> Result<Decimal, Error> {
        let rate = index.times(reset.multiplier, NEAREST)?.plus(reset.spread)?;
        let change = between(rate.minus(self.rate)?, reset.period);
        Ok(between(self.rate.plus(change)?, reset.life))
    }

    fn scale(
        &mut self,
        terms: &ContractTerms,
        due: &Due,
        observed: &Observed,
    ) -> Result<(), Error> {
        if let Some(scaling) = &terms.scaling {
            let ratio = observed.scaling.get(due.computed)?.over(scaling.base, NEAREST)?;
            if scaling.interest {
                self.interest_scale = ratio;
            }
            if scaling.notional {
                self.notional_scale = ratio;
            }
        }
        Ok(())
    }
}

fn negated(amount: Decimal) -> Result<Decimal, Error> {
    Decimal::ZERO.minus(amount)
}

/// The value between a floor and a cap.
fn between(value: Decimal, (floor, cap): (Option<Decimal>, Option<Decimal>)) -> Decimal {
    let capped = cap.map_or(value, |cap| value.min(cap));
    floor.map_or(capped, |floor| capped.max(floor))
}

/// The last date of the interest cycle before `date`, from which interest has accrued on it.
fn last_interest_date(terms: &ContractTerms, date: Date) -> Result<Option<Date>, Error> {
    let Some(interest) = terms.interest.filter(|interest| interest.anchor < date) else {
        return Ok(None);
    };
    let dates = interest.dates(&terms.end(date), false)?;
    Ok(dates.last().copied())
}
