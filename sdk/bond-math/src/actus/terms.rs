//! Terms of an ACTUS contract, as far as the five patterns need them.

use super::cycle::End;
use super::{Cycle, Stages};
use crate::{
    BusinessDayConvention, Calendar, Date, DayCount, DayCountContext, Decimal, Error, Fraction,
};

/// How principal is repaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContractKind {
    /// PAM: all at maturity.
    Bullet,
    /// LAM: equal parts of principal.
    Linear,
    /// NAM: equal sums of which interest is paid first; principal may grow.
    Negative,
    /// ANN: equal sums that repay everything.
    Annuity,
    /// LAX: principal, interest and rates in stages.
    Exotic,
}

/// What interest is computed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterestBase {
    /// NT: the outstanding principal.
    Outstanding,
    /// NTIED: an amount fixed at the start.
    Initial,
    /// NTL: an amount that is set to the outstanding principal from time to time.
    Lagged(Option<Cycle>),
}

/// Rate resets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateReset {
    /// When.
    pub cycle: Cycle,
    /// Rate already known for the first reset.
    pub next: Option<Decimal>,
    /// Multiplies the index.
    pub multiplier: Decimal,
    /// Added to it.
    pub spread: Decimal,
    /// Lowest and highest rate for life.
    pub life: (Option<Decimal>, Option<Decimal>),
    /// Largest fall and rise at one reset.
    pub period: (Option<Decimal>, Option<Decimal>),
}

/// Scaling of payments by an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaling {
    /// When.
    pub cycle: Cycle,
    /// Index at the start.
    pub base: Decimal,
    /// Whether interest is scaled.
    pub interest: bool,
    /// Whether principal is scaled.
    pub notional: bool,
}

/// A purchase or an early end at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced {
    /// Day.
    pub date: Date,
    /// Price of the whole contract, without accrued interest.
    pub price: Decimal,
}

/// Terms of a contract. Field names follow the standard's dictionary in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractTerms {
    /// PAM, LAM, NAM, ANN or LAX.
    pub kind: ContractKind,
    /// Whether the record's creator is the lender (RPA) and not the borrower (RPL).
    pub asset: bool,
    /// Day the terms describe.
    pub status_date: Date,
    /// Day principal is paid out.
    pub initial_exchange: Date,
    /// Day the rest is repaid; derived when absent.
    pub maturity: Option<Date>,
    /// Day until which an annuity is computed.
    pub amortization: Option<Date>,
    /// Principal.
    pub notional: Decimal,
    /// Rate of a year.
    pub rate: Decimal,
    /// Interest accrued at the status date or the initial exchange.
    pub accrued: Option<Decimal>,
    /// Added to the principal when it is paid out.
    pub premium_discount: Decimal,
    /// Interest payments.
    pub interest: Option<Cycle>,
    /// Until this day interest is added to the principal.
    pub capitalization_end: Option<Date>,
    /// Repayments.
    pub principal: Option<Cycle>,
    /// Schedules in stages, for LAX alone.
    pub stages: Stages,
    /// Amount of a repayment.
    pub next_principal: Option<Decimal>,
    /// Rate resets.
    pub reset: Option<RateReset>,
    /// Base of interest.
    pub base: InterestBase,
    /// Its amount at the start, where it is not the principal.
    pub base_amount: Option<Decimal>,
    /// Scaling by an index.
    pub scaling: Option<Scaling>,
    /// Bought by the record's creator.
    pub purchase: Option<Priced>,
    /// Ended early.
    pub termination: Option<Priced>,
    /// Day count.
    pub day_count: DayCount,
    /// Business-day convention of scheduled events.
    pub convention: BusinessDayConvention,
    /// Whether interest runs to the adjusted date (SC) and not to the unadjusted one (CS).
    pub compute_on_adjusted: bool,
    /// Business days.
    pub calendar: Calendar,
    /// Whether the contract ends in the last second of the day before its maturity (or the date an
    /// annuity is computed to): such an end never falls on a cycle.
    pub ends_late: bool,
    /// Whether schedules that begin at a month end stay there.
    pub end_of_month: bool,
}

impl ContractTerms {
    /// An amount with the sign of the record's creator.
    pub(super) fn signed(&self, amount: Decimal) -> Decimal {
        if self.asset { amount } else { Decimal::from_units(amount.units().saturating_neg()) }
    }

    /// Part of a year between two dates.
    pub(super) fn year_fraction(&self, start: Date, end: Date) -> Result<Fraction, Error> {
        let context = DayCountContext {
            maturity: self.maturity,
            calendar: Some(&self.calendar),
            ..DayCountContext::default()
        };
        self.day_count.year_fraction(start, end, &context)
    }

    /// A schedule's end on `date`; late when that is the contract's own.
    pub(super) fn end(&self, date: Date) -> End {
        let own = self.maturity.or(self.amortization) == Some(date);
        End { date, late: self.ends_late && own, end_of_month: self.end_of_month }
    }

    pub(super) fn adjusted(&self, date: Date) -> Result<Date, Error> {
        self.convention.adjust(date, &self.calendar)
    }
}
