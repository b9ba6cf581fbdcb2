//! The rate of each period, whatever the coupon; resets are carried from one to the next.

use alloc::vec::Vec;

use crate::floating::{between, business_days_before, rate_until, with_margin};
use crate::{
    BondTerms, Coupon, CouponPeriod, Date, Decimal, Error, FixingRule, FloatingRate, Fraction,
    Observations, PARTS, RateStep, ResetRule, RoundingMode, Schedule,
};

/// The rates of a bond's periods. What the periods have in common is worked out once.
pub(crate) struct Rates<'a> {
    terms: &'a BondTerms,
    pub(crate) observations: &'a Observations,
    resets: Option<Resets<'a>>,
    /// Rate with the adjustments that have been added up, and their number.
    adjusted: Option<(usize, Decimal)>,
    /// First and last part of the coupon period that was looked at last.
    coupon: Option<(u32, u32)>,
}

impl<'a> Rates<'a> {
    /// Those of periods that end at `horizon` or before.
    ///
    /// # Errors
    /// Those of [`crate::DateRule::dates_before`].
    pub(crate) fn new(
        terms: &'a BondTerms,
        horizon: Date,
        observations: &'a Observations,
    ) -> Result<Self, Error> {
        let resets = match &terms.coupon {
            Coupon::Floating(floating) => match &floating.fixing {
                FixingRule::Reset(rule) if PARTS => {
                    Some(Resets::new(terms, horizon, floating, rule)?)
                }
                _ => None,
            },
            _ => None,
        };
        Ok(Self { terms, observations, resets, adjusted: None, coupon: None })
    }

    /// The part of a year that a period of the schedule accrues. Asked for in order, the parts of a coupon
    /// period are gone through once.
    ///
    /// # Errors
    /// As [`crate::DayCount::year_fraction`].
    pub(crate) fn year_fraction(
        &mut self,
        schedule: &Schedule,
        period: &CouponPeriod,
    ) -> Result<Fraction, Error> {
        if matches!(self.terms.coupon, Coupon::Zero) {
            return Ok(Fraction::ZERO);
        }
        let whole = (period, period);
        let coupon = if !PARTS || schedule.is_whole(period) {
            whole
        } else {
            match self.coupon {
                Some((first, last)) if (first..=last).contains(&period.index) => {
                    (schedule.period(first)?, schedule.period(last)?)
                }
                _ => {
                    let coupon = schedule.coupon_of(period);
                    self.coupon = Some((coupon.0.index, coupon.1.index));
                    coupon
                }
            }
        };
        let context = schedule.context_within(self.terms, period, coupon);
        self.terms.day_count.year_fraction(period.accrual_start, period.accrual_end, &context)
    }

    /// The rate of a year that applies to a period.
    ///
    /// # Errors
    /// [`Error::MissingFixing`] while it is not fixed.
    pub(crate) fn of(&mut self, period: &CouponPeriod) -> Result<Decimal, Error> {
        self.until(period, period.accrual_end)
    }

    /// The rate as far as it is known on a day of the period.
    pub(crate) fn until(&mut self, period: &CouponPeriod, until: Date) -> Result<Decimal, Error> {
        let start = period.unadjusted_start;
        match &self.terms.coupon {
            Coupon::Zero => Ok(Decimal::ZERO),
            Coupon::Fixed { rate } => Ok(*rate),
            Coupon::StepUp { steps } => {
                step_on(steps, start).ok_or(Error::MissingFixing { date: start })
            }
            Coupon::SustainabilityLinked { rate, adjustments } => {
                let count = adjustments.partition_point(|adjustment| adjustment.from <= start);
                let (done, rate) =
                    self.adjusted.filter(|(done, _)| *done <= count).unwrap_or((0, *rate));
                let open = adjustments.iter().take(count).skip(done);
                let rate = open.into_iter().try_fold(rate, |rate, adjustment| {
                    let missed = self.observations.targets.get(adjustment.observed_on)?;
                    rate.plus(adjustment.step.times(missed, RoundingMode::HalfUp)?)
                })?;
                self.adjusted = Some((count, rate));
                Ok(rate)
            }
            Coupon::Floating(floating) => match &mut self.resets {
                Some(resets) if PARTS => resets.rate_on(start, self.observations),
                _ => rate_until(floating, period, until, self.observations),
            },
        }
    }

    /// Whether the rate is reset, or set by the terms, on the first day of a period.
    pub(crate) fn is_set_on(&self, date: Date) -> bool {
        self.resets.as_ref().is_some_and(|resets| {
            resets.dates.binary_search(&date).is_ok() || resets.is_given_on(date)
        })
    }
}

/// The rate of the last step on a day; `None` before the first.
fn step_on(steps: &[RateStep], day: Date) -> Option<Decimal> {
    let count = steps.partition_point(|step| step.from <= day);
    steps.get(count.checked_sub(1)?).map(|step| step.rate)
}

/// Resets on dates of their own.
struct Resets<'a> {
    terms: &'a BondTerms,
    floating: &'a FloatingRate,
    rule: &'a ResetRule,
    dates: Vec<Date>,
    /// Number of resets that have been worked out, and the rate of the last.
    known: (usize, Decimal),
}

impl<'a> Resets<'a> {
    fn new(
        terms: &'a BondTerms,
        horizon: Date,
        floating: &'a FloatingRate,
        rule: &'a ResetRule,
    ) -> Result<Self, Error> {
        let end = terms.maturity.unwrap_or(Date::MAX);
        let dates = rule.dates.map_or(Ok(Vec::new()), |dates| dates.dates_within(end, horizon))?;
        Ok(Self { terms, floating, rule, dates, known: (0, Decimal::ZERO) })
    }

    fn is_given_on(&self, date: Date) -> bool {
        self.rule.fixed.binary_search_by_key(&date, |step| step.from).is_ok()
    }

    /// The last rate that the terms give, from a day up to `day`.
    fn given(&self, day: Date) -> Option<(Date, Decimal)> {
        let count = self.rule.fixed.partition_point(|step| step.from <= day);
        let last = self.rule.fixed.get(count.checked_sub(1)?)?;
        Some((last.from, last.rate))
    }

    fn rate_on(&mut self, day: Date, observations: &Observations) -> Result<Decimal, Error> {
        let count = self.dates.partition_point(|date| *date <= day);
        let last = count.checked_sub(1).and_then(|index| self.dates.get(index)).copied();
        match (self.given(day), last) {
            (Some((from, rate)), last) if last.is_none_or(|reset| from >= reset) => Ok(rate),
            (_, Some(reset)) if self.is_bounded() => self.bounded(count, reset, observations),
            (_, Some(reset)) => {
                let rate = self.indexed(reset, observations)?;
                Ok(between(rate, self.floating.floor, self.floating.cap))
            }
            (_, None) => Err(Error::MissingFixing { date: day }),
        }
    }

    fn is_bounded(&self) -> bool {
        self.rule.rise_max.is_some() || self.rule.fall_max.is_some()
    }

    fn indexed(&self, reset: Date, observations: &Observations) -> Result<Decimal, Error> {
        let day = self.terms.accrual_date(reset)?;
        let fixed_on = business_days_before(self.floating, day, self.rule.offset_business_days)?;
        with_margin(self.floating, observations.rates.get(fixed_on)?)
    }

    /// The rate of the reset that is number `count`, on `last`: each one may differ from the rate before
    /// it by so much only.
    fn bounded(
        &mut self,
        count: usize,
        last: Date,
        observations: &Observations,
    ) -> Result<Decimal, Error> {
        let (done, mut rate) = if self.known.0 <= count { self.known } else { (0, Decimal::ZERO) };
        let open: Vec<Date> = self.dates.iter().take(count).skip(done).copied().collect();
        for reset in open {
            rate = self.next(reset, rate, observations)?;
        }
        self.known = (count, rate);
        match self.given(last) {
            Some((from, given)) if from == last => Ok(given),
            _ => Ok(rate),
        }
    }

    /// The rate from `reset` on, after one of `rate` unless the terms have given another since.
    fn next(
        &self,
        reset: Date,
        rate: Decimal,
        observations: &Observations,
    ) -> Result<Decimal, Error> {
        let earlier = self.dates.partition_point(|date| *date < reset).checked_sub(1);
        let earlier = earlier.and_then(|index| self.dates.get(index)).copied();
        let before = match self.given(reset) {
            Some((from, given)) if from == reset => return Ok(given),
            Some((from, given)) if earlier.is_none_or(|earlier| from >= earlier) => given,
            Some(_) => rate,
            None => return Err(Error::MissingFixing { date: reset }),
        };
        let change = self.indexed(reset, observations)?.minus(before)?;
        let fall = self.rule.fall_max.map(|most| Decimal::ZERO.minus(most)).transpose()?;
        let bounded = before.plus(between(change, fall, self.rule.rise_max))?;
        Ok(between(bounded, self.floating.floor, self.floating.cap))
    }
}

#[cfg(all(test, feature = "parts"))]
mod tests;
