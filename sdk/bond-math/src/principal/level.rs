//! Level sums of interest and principal on dates of their own.

use alloc::vec::Vec;

use super::plan::part;
use super::{NEAREST, interest_on};
use crate::{
    BondTerms, CouponPeriod, Date, DayCountContext, Decimal, Error, Fraction, LevelPayments,
};

/// Most terms of sums that are computed for one plan.
const TERMS_MAX: usize = 100_000;

/// What a level sum repays.
pub(super) struct Owed {
    pub(super) principal: Decimal,
    /// Interest not yet paid.
    pub(super) interest: Decimal,
}

/// The sum that is due on each date.
pub(super) struct Sums<'a> {
    terms: &'a BondTerms,
    rule: &'a LevelPayments,
    /// Dates before the maturity on which it is due.
    dates: Vec<Date>,
    /// Dates the annuity is computed over, its end included, and the part of a year before each.
    computed: Vec<(Date, Fraction)>,
    sum: Option<Decimal>,
    /// Whether a sum has been due.
    started: bool,
    terms_left: usize,
}

impl<'a> Sums<'a> {
    pub(super) fn new(
        terms: &'a BondTerms,
        rule: &'a LevelPayments,
        end: Date,
    ) -> Result<Self, Error> {
        let dates = rule.dates.dates_before(end)?;
        let mut computed = Vec::new();
        if rule.percent.is_none() || rule.follows_rate {
            let mut from = None;
            for date in rule.dates.dates_to(rule.computed_to.unwrap_or(end))? {
                let years = from.map_or(Ok(Fraction::ZERO), |from| years(terms, from, date))?;
                computed.push((date, years));
                from = Some(date);
            }
        }
        let sum = rule.percent.map(part).transpose()?;
        Ok(Self { terms, rule, dates, computed, sum, started: false, terms_left: TERMS_MAX })
    }

    pub(super) const fn follow_rate(&self) -> bool {
        self.rule.follows_rate
    }

    pub(super) fn falls_on(&self, date: Date) -> bool {
        self.dates.binary_search(&date).is_ok()
    }

    /// The sum due at the end of a period; an annuity is computed at the end of the first.
    pub(super) fn sum(
        &mut self,
        period: &CouponPeriod,
        owed: &Owed,
        rate: Decimal,
    ) -> Result<Decimal, Error> {
        let first = !core::mem::replace(&mut self.started, true);
        match self.sum {
            Some(sum) if !(first && self.rule.percent.is_none()) => return Ok(sum),
            _ => {}
        }
        let at_first = owed.principal.plus(owed.interest)?;
        self.compute(period.unadjusted_end, at_first, rate)
    }

    /// A new annuity from the start of a period on.
    pub(super) fn renew(
        &mut self,
        period: &CouponPeriod,
        owed: &Owed,
        rate: Decimal,
    ) -> Result<(), Error> {
        let start = period.unadjusted_start;
        let next = self.computed.partition_point(|(date, _)| *date <= start);
        let first = self.computed.get(next).map_or(start, |(date, _)| *date);
        let to_first = years(self.terms, period.accrual_start, first.max(period.accrual_start))?;
        let interest = interest_on(owed.principal, rate, to_first)?;
        let at_first = owed.principal.plus(owed.interest)?.plus(interest)?;
        self.compute(first, at_first, rate)?;
        Ok(())
    }

    /// `at_first` / (1 + Σ Π 1 / (1 + r·y)), products over the intervals after the first date.
    fn compute(&mut self, first: Date, at_first: Decimal, rate: Decimal) -> Result<Decimal, Error> {
        let past = self.computed.partition_point(|(date, _)| *date <= first);
        let left = self.computed.get(past..).unwrap_or_default();
        let overflow = Error::overflow("the number of annuities that resets ask for");
        self.terms_left = self.terms_left.checked_sub(left.len()).ok_or(overflow)?;
        let mut discount = Decimal::ONE;
        let mut sum = Decimal::ONE;
        for (_, years) in left {
            let growth = Decimal::ONE.plus(interest_on(Decimal::ONE, rate, *years)?)?;
            discount = discount.over(growth, NEAREST)?;
            sum = sum.plus(discount)?;
        }
        let level = at_first.over(sum, NEAREST)?;
        self.sum = Some(level);
        Ok(level)
    }
}

/// Part of a year between two dates that bound no coupon period.
fn years(terms: &BondTerms, start: Date, end: Date) -> Result<Fraction, Error> {
    let context = DayCountContext {
        maturity: terms.maturity,
        calendar: Some(&terms.calendar),
        ..DayCountContext::default()
    };
    terms.day_count.year_fraction(start, end, &context)
}
