//! What one accrual period contributes to a valuation.

use super::flows::{FACE, NEAREST, Walk, per_cent};
use crate::floating::{between, with_margin};
use crate::principal::step;
use crate::rounding::mul_div;
use crate::{
    Accrued, Coupon, CouponPeriod, Decimal, Error, Exercise, Fraction, InterestUse, PeriodCoupon,
    PeriodKind, principal_amount,
};

/// Days in a year for bonds without coupon periods.
const YEAR_DAYS: i64 = 365;

/// What one period contributes, in per cent of the original face.
pub(super) struct Leg {
    pub(super) coupon: PeriodCoupon,
    /// Part of a year of the whole period.
    whole: Fraction,
    /// Part of a year still to accrue, up to the exercise where that comes first.
    left: Fraction,
    pub(super) interest: Decimal,
    pub(super) principal: Decimal,
}

impl Walk<'_> {
    pub(super) fn leg(&self, period: &CouponPeriod, now: &Accrued) -> Result<Leg, Error> {
        let coupon = self.coupon(period)?;
        let current = now.period_index == Some(period.index);
        let cut = self.exercise_within(period);
        let whole = coupon.year_fraction;
        let accrues = match cut {
            Some(exercise) => self.fraction_to(period, &exercise)?,
            None => whole,
        };
        let left = match (current, now.ex) {
            (true, true) => now.year_fraction.negated(),
            (true, false) => accrues.minus(now.year_fraction)?,
            (false, _) => accrues,
        };
        let to_seller = current && now.ex;
        let interest = match coupon.interest_use {
            // What has accrued by an exercise is paid with its price, whatever its use would have been.
            _ if cut.is_some() => interest(&coupon, accrues)?,
            InterestUse::Paid if !to_seller => match self.partly_known(period, &coupon, now)? {
                Some(interest) => interest,
                None => whole_coupon(&coupon)?,
            },
            _ => Decimal::ZERO,
        };
        let principal = self.principal(period)?;
        Ok(Leg { coupon, whole, left, interest, principal })
    }

    /// The leg of a period that has ended and is still to be paid to the buyer.
    pub(super) fn due_leg(&self, period: &CouponPeriod) -> Result<Leg, Error> {
        let coupon = self.coupon(period)?;
        let paid = coupon.interest_use == InterestUse::Paid;
        Ok(Leg {
            whole: coupon.year_fraction,
            left: Fraction::ZERO,
            interest: if paid { whole_coupon(&coupon)? } else { Decimal::ZERO },
            principal: self.principal(period)?,
            coupon,
        })
    }

    /// The coupon of a period, at the index rate that is taken for granted where nothing is published.
    fn coupon(&self, period: &CouponPeriod) -> Result<PeriodCoupon, Error> {
        let coupon =
            crate::period_coupon(self.terms, self.schedule, period.index, self.observations);
        let (Err(Error::MissingFixing { .. }), Some(index_rate), Coupon::Floating(floating)) =
            (&coupon, self.assumptions.index_rate, &self.terms.coupon)
        else {
            return coupon;
        };
        let step = step(self.terms, self.schedule, period.index, self.observations)?;
        let context = self.schedule.day_count_context(self.terms, period);
        let (start, end) = (period.accrual_start, period.accrual_end);
        Ok(PeriodCoupon {
            period_index: period.index,
            rate: between(with_margin(floating, index_rate)?, floating.floor, floating.cap),
            year_fraction: self.terms.day_count.year_fraction(start, end, &context)?,
            pool_factor: step.held_part(self.terms),
            index_ratio: Decimal::ONE,
            carried: step.carried_in(self.terms)?,
            interest_use: InterestUse::of(self.terms, period),
        })
    }

    /// The coupon of the current period where its rate is known up to settlement alone: what has accrued, and
    /// the rest at the index rate that is taken for granted (31 CFR 356 Appendix B, IV.C).
    fn partly_known(
        &self,
        period: &CouponPeriod,
        coupon: &PeriodCoupon,
        now: &Accrued,
    ) -> Result<Option<Decimal>, Error> {
        let current = now.period_index == Some(period.index);
        let known = || crate::period_rate(self.terms, period, self.observations).is_ok();
        if !current || self.assumptions.index_rate.is_none() || known() {
            return Ok(None);
        }
        let rest = interest(coupon, coupon.year_fraction.minus(now.year_fraction)?)?;
        per_cent(now.amount_minor.saturating_sub(now.due_minor))?.plus(rest).map(Some)
    }

    /// The exercise, where it falls between the ends of a period.
    fn exercise_within(&self, period: &CouponPeriod) -> Option<Exercise> {
        self.assumptions
            .exercise
            .filter(|exercise| exercise.date < period.unadjusted_end)
            .filter(|exercise| period.unadjusted_start < exercise.date)
    }

    /// The part of a year that accrues up to an exercise within a period, as accrued interest does.
    fn fraction_to(&self, period: &CouponPeriod, exercise: &Exercise) -> Result<Fraction, Error> {
        let until = self.terms.accrual_date(exercise.date)?.min(period.accrual_end);
        let context = self.schedule.day_count_context(self.terms, period);
        self.terms.day_count.year_fraction(period.accrual_start, until, &context)
    }

    fn principal(&self, period: &CouponPeriod) -> Result<Decimal, Error> {
        let exercise = self.assumptions.exercise.filter(|exercise| {
            period.unadjusted_start < exercise.date && exercise.date <= period.unadjusted_end
        });
        if let Some(exercise) = exercise {
            return self.exercised(period, &exercise);
        }
        let face = FACE.unsigned_abs();
        let (terms, schedule) = (self.terms, self.schedule);
        let amount = principal_amount(terms, schedule, period.index, face, self.observations)?;
        per_cent(amount.gross_minor)
    }

    /// What is outstanding, at the price of the exercise, with the index of its date.
    fn exercised(&self, period: &CouponPeriod, exercise: &Exercise) -> Result<Decimal, Error> {
        let (terms, schedule) = (self.terms, self.schedule);
        let step = step(terms, schedule, period.index, self.observations)?;
        let at_the_end = exercise.date == period.unadjusted_end;
        let owed =
            if at_the_end { step.outstanding.plus(step.capitalised)? } else { step.outstanding };
        let price = exercise.value.times(owed, NEAREST)?;
        match crate::indexation::principal_ratio(terms, exercise.date, self.observations)? {
            Some(ratio) => price.times(ratio, NEAREST),
            None => Ok(price),
        }
    }

    /// Coupon periods in what is left of a period: a regular one counts as one whatever its days.
    pub(super) fn periods_left(&self, period: &CouponPeriod, leg: &Leg) -> Result<Fraction, Error> {
        let has_months = self.terms.schedule.frequency.months().is_some();
        if !leg.whole.is_zero() && has_months && period.kind == PeriodKind::Regular {
            leg.left.times(Fraction::new(leg.whole.denominator(), leg.whole.numerator())?)
        } else {
            self.years_left(period, leg)?.times(self.periods_per_year)
        }
    }

    /// Years in what is left of a period, by the bond's day count.
    pub(super) fn years_left(&self, period: &CouponPeriod, leg: &Leg) -> Result<Fraction, Error> {
        if !leg.whole.is_zero() {
            return Ok(leg.left);
        }
        let from = period.accrual_start.max(self.settlement);
        let end = match self.exercise_within(period) {
            Some(exercise) => exercise.date,
            None => period.accrual_end,
        };
        Fraction::of_days(from.days_until(end), YEAR_DAYS)
    }
}

/// The coupon in per cent of the original face, with what was carried into it.
fn whole_coupon(coupon: &PeriodCoupon) -> Result<Decimal, Error> {
    let own = interest(coupon, coupon.year_fraction)?;
    if coupon.carried.is_zero() {
        return Ok(own);
    }
    own.plus(coupon.carried.times(coupon.index_ratio, NEAREST)?.times(Decimal::HUNDRED, NEAREST)?)
}

/// Interest of a part of a year in per cent of the original face, rounded once at 10^-18.
pub(super) fn interest(coupon: &PeriodCoupon, part: Fraction) -> Result<Decimal, Error> {
    let one = Decimal::ONE.units();
    let rate = [coupon.rate.units(), 100, part.numerator()];
    // The common bond has whole principal and no index: its product fits 128 bits.
    if coupon.pool_factor == Decimal::ONE && coupon.index_ratio == Decimal::ONE {
        return mul_div(&rate, &[part.denominator()], NEAREST).map(Decimal::from_units);
    }
    let [rate, hundred, numerator] = rate;
    let factors =
        [coupon.pool_factor.units(), coupon.index_ratio.units(), rate, hundred, numerator];
    mul_div(&factors, &[one, one, part.denominator()], NEAREST).map(Decimal::from_units)
}
