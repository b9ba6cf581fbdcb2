//! Coupon periods from settlement to a payment, as the yield conventions count them.

use alloc::vec::Vec;

use crate::{
    BondTerms, CouponContext, CouponPeriod, Date, DayCount, DayCountContext, Error, Fraction,
    Frequency, PeriodKind, Roll,
};

/// Most quasi-coupon dates: monthly for three centuries.
const DATES_MAX: i32 = 4_000;

/// The coupon dates that the frequency of the quote would give, counted back from the end of the bond.
///
/// A bond whose coupon dates change their frequency is quoted at one, that of its schedule: each payment is
/// discounted by the time to it, in periods of that frequency.
pub(super) struct QuasiCoupons<'a> {
    terms: &'a BondTerms,
    frequency: Frequency,
    roll: Roll,
    /// Descending from the end to the last date up to settlement.
    dates: Vec<Date>,
}

impl<'a> QuasiCoupons<'a> {
    /// `None` where every coupon period is one of the quote: bonds without coupon stages, or without a
    /// frequency in months.
    pub(super) fn new(
        terms: &'a BondTerms,
        end: Date,
        settlement: Date,
    ) -> Result<Option<Self>, Error> {
        let frequency = terms.schedule.frequency;
        if terms.coupon_stages.is_empty() || frequency.months().is_none_or(|months| months == 0) {
            return Ok(None);
        }
        let roll = Roll::implied_by(end);
        let mut dates = Vec::from([end]);
        for times in 1..DATES_MAX {
            if dates.last().is_none_or(|date| *date <= settlement) {
                break;
            }
            dates.push(roll.nth(end, frequency, times.saturating_neg())?);
        }
        Ok(Some(Self { terms, frequency, roll, dates }))
    }

    /// Periods from settlement to the end of an accrual period.
    pub(super) fn periods_to(
        &self,
        settlement: Date,
        period: &CouponPeriod,
    ) -> Result<Fraction, Error> {
        let left = self.before_the_end(settlement)?;
        let later = self.before_the_end(period.unadjusted_end)?;
        let periods = left.minus(later)?;
        Ok(if periods.numerator() < 0 { Fraction::ZERO } else { periods })
    }

    /// Periods from a date to the end: whole ones, and the part of one, by the bond's day count.
    fn before_the_end(&self, date: Date) -> Result<Fraction, Error> {
        // Dates descend: those after `date` come first.
        let after = self.dates.partition_point(|quasi| *quasi > date);
        let whole = i128::try_from(after.saturating_sub(1)).unwrap_or_default();
        let (Some(next), Some(before)) =
            (after.checked_sub(1).and_then(|at| self.dates.get(at)), self.dates.get(after))
        else {
            return Ok(Fraction::ZERO);
        };
        Fraction::new(whole, 1)?.plus(self.part(date, *before, *next)?)
    }

    /// What lies after `date` of a quasi-coupon period, as a part of it.
    fn part(&self, date: Date, start: Date, end: Date) -> Result<Fraction, Error> {
        if date == start {
            return Ok(Fraction::ONE);
        }
        let context = DayCountContext {
            coupon: Some(CouponContext {
                start,
                end,
                frequency: self.frequency,
                roll: self.roll,
                kind: PeriodKind::Regular,
            }),
            maturity: self.terms.maturity,
            calendar: Some(&self.terms.calendar),
            end_of_month: self.roll == Roll::EndOfMonth,
        };
        let own = self.terms.day_count;
        if own != DayCount::OneOne {
            let whole = own.year_fraction(start, end, &context)?;
            let accrued = own.year_fraction(start, date, &context)?;
            if !whole.is_zero() {
                let part = accrued.times(Fraction::new(whole.denominator(), whole.numerator())?)?;
                return Fraction::ONE.minus(part);
            }
        }
        Fraction::of_days(date.days_until(end), start.days_until(end))
    }
}
