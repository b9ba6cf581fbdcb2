//! What one accrual period contributes to a valuation.

use super::flows::{NEAREST, Walk, YEAR_DAYS};
use crate::accrual::{Interest, Share, accrued_part, share};
use crate::floating::{between, with_margin};
use crate::indexation::{interest_ratio, principal_ratio};
use crate::principal::repayment_factors;
use crate::rounding::mul_div;
use crate::{
    Coupon, CouponPeriod, Date, Decimal, Error, Exercise, Fraction, InterestUse, PeriodCoupon,
    PeriodKind,
};

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

/// What has accrued at settlement in the current period, in per cent of the original face.
pub(super) struct Now {
    /// The period; `None` before the first.
    period_index: Option<u32>,
    /// Part of a year accrued; negative when ex.
    year_fraction: Fraction,
    ex: bool,
    pub(super) interest: Decimal,
}

impl Now {
    const NOTHING: Self = Self {
        period_index: None,
        year_fraction: Fraction::ZERO,
        ex: false,
        interest: Decimal::ZERO,
    };
}

impl Leg {
    /// The leg with its amounts put to another scale.
    pub(super) fn scaled(
        mut self,
        scale: impl Fn(Decimal) -> Result<Decimal, Error>,
    ) -> Result<Self, Error> {
        self.interest = scale(self.interest)?;
        self.principal = scale(self.principal)?;
        self.coupon.pool_factor = scale(self.coupon.pool_factor)?;
        Ok(self)
    }
}

/// The coupon of a period, and whether its rate is the one that is taken for granted.
struct PricedCoupon {
    coupon: PeriodCoupon,
    assumed: bool,
}

impl Walk<'_> {
    /// Interest accrued at settlement, as [`crate::accrued()`] has it.
    pub(super) fn now(&mut self) -> Result<Now, Error> {
        let Some(period) = self.schedule.period_at(self.settlement) else {
            return Ok(Now::NOTHING);
        };
        let period_index = Some(period.index);
        if self.terms.coupon == Coupon::Zero {
            return Ok(Now { period_index, ..Now::NOTHING });
        }
        let found = share(self.terms, self.schedule, period, self.settlement, self.observations);
        let Share { year_fraction, ex, interest, .. } = match found {
            Err(Error::MissingFixing { .. }) if self.owes_the_rest_at_the_index_rate(period) => {
                return self.rest_at_the_index_rate(period);
            }
            found => found?,
        };
        let interest = match interest {
            Interest::Nothing => Decimal::ZERO,
            Interest::Of(coupon) => whole_coupon(&coupon)?,
            Interest::Part { part, index_ratio } => {
                part.times(index_ratio, NEAREST)?.times(Decimal::HUNDRED, NEAREST)?
            }
        };
        Ok(Now { period_index, year_fraction, ex, interest })
    }

    /// Whether settlement is on an ex day of a coupon whose rate becomes known day by day, and an index rate is
    /// taken for granted for the days that are to come.
    fn owes_the_rest_at_the_index_rate(&self, period: &CouponPeriod) -> bool {
        self.assumptions.index_rate.is_some()
            && self.terms.coupon.is_known_by_day()
            && period.ex_date.is_some_and(|ex_date| self.settlement >= ex_date)
    }

    fn rest_at_the_index_rate(&mut self, period: &CouponPeriod) -> Result<Now, Error> {
        let context = self.schedule.day_count_context(self.terms, period);
        let (year_fraction, _) = accrued_part(self.terms, period, &context, self.settlement, true)?;
        let PricedCoupon { coupon, .. } = self.coupon(period)?;
        Ok(Now {
            period_index: Some(period.index),
            year_fraction,
            ex: true,
            interest: interest(&coupon, year_fraction)?,
        })
    }

    pub(super) fn leg(&mut self, period: &CouponPeriod, now: &Now) -> Result<Leg, Error> {
        let PricedCoupon { coupon, assumed } = self.coupon(period)?;
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
        // Known up to settlement alone: what has accrued, and the rest at the index rate that is taken for
        // granted (31 CFR 356 Appendix B, IV.C).
        let partly_known = current && assumed && !now.ex;
        let interest = match coupon.interest_use {
            _ if cut.is_none() && to_seller => Decimal::ZERO,
            // What has accrued by an exercise is paid with its price, whatever its use would have been.
            InterestUse::Capitalised | InterestUse::Carried if cut.is_none() => Decimal::ZERO,
            _ if partly_known => {
                let rest = accrues.minus(now.year_fraction)?;
                now.interest.plus(interest(&coupon, rest)?)?
            }
            _ if cut.is_some() => whole_coupon(&PeriodCoupon { year_fraction: accrues, ..coupon })?,
            _ => whole_coupon(&coupon)?,
        };
        let principal = self.principal(period)?;
        Ok(Leg { coupon, whole, left, interest, principal })
    }

    /// The leg of a period that has ended and is still to be paid to the buyer.
    pub(super) fn due_leg(&mut self, period: &CouponPeriod) -> Result<Leg, Error> {
        let PricedCoupon { coupon, .. } = self.coupon(period)?;
        let paid = coupon.interest_use == InterestUse::Paid;
        Ok(Leg {
            whole: coupon.year_fraction,
            left: Fraction::ZERO,
            interest: if paid { whole_coupon(&coupon)? } else { Decimal::ZERO },
            principal: self.principal(period)?,
            coupon,
        })
    }

    /// The coupon of a period at the rate of its days, up to an exercise within it; at the index rate that is
    /// taken for granted where nothing is published.
    fn coupon(&mut self, period: &CouponPeriod) -> Result<PricedCoupon, Error> {
        let step = *self.steps.get(period.index)?;
        let cut = self.exercise_within(period);
        let until = match &cut {
            Some(exercise) => self.accrues_until(period, exercise)?,
            None => period.accrual_end,
        };
        let (rate, assumed) = match (self.rates.until(period, until), &self.terms.coupon) {
            (Err(Error::MissingFixing { date }), Coupon::Floating(floating)) => {
                let missing = Error::MissingFixing { date };
                let index_rate = self.assumptions.index_rate.ok_or(missing)?;
                (between(with_margin(floating, index_rate)?, floating.floor, floating.cap), true)
            }
            (rate, _) => (rate?, false),
        };
        let indexed_on = cut.map_or(period.unadjusted_end, |exercise| exercise.date);
        let coupon = PeriodCoupon {
            period_index: period.index,
            rate,
            year_fraction: self.rates.year_fraction(self.schedule, period)?,
            pool_factor: step.held_part(self.terms),
            index_ratio: interest_ratio(self.terms, indexed_on, self.observations)?,
            carried: step.carried_in(self.terms)?,
            interest_use: InterestUse::of(self.terms, period),
        };
        Ok(PricedCoupon { coupon, assumed })
    }

    /// The exercise, where it falls between the ends of a period.
    fn exercise_within(&self, period: &CouponPeriod) -> Option<Exercise> {
        self.assumptions
            .exercise
            .filter(|exercise| exercise.date < period.unadjusted_end)
            .filter(|exercise| period.unadjusted_start < exercise.date)
    }

    /// The day up to which a period accrues that an exercise cuts.
    fn accrues_until(&self, period: &CouponPeriod, exercise: &Exercise) -> Result<Date, Error> {
        Ok(self.terms.accrual_date(exercise.date)?.min(period.accrual_end))
    }

    /// The part of a year that accrues up to an exercise within a period, as accrued interest does.
    fn fraction_to(&self, period: &CouponPeriod, exercise: &Exercise) -> Result<Fraction, Error> {
        let until = self.accrues_until(period, exercise)?;
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
        let step = self.steps.get(period.index)?;
        if step.repaid.is_zero() {
            return Ok(Decimal::ZERO);
        }
        let factors = repayment_factors(self.terms, self.schedule, step, self.observations)?;
        let (mut up, mut down) = (alloc::vec![step.repaid.units(), 100], alloc::vec![1]);
        for (above, below) in factors {
            up.push(above);
            down.push(below);
        }
        mul_div(&up, &down, NEAREST).map(Decimal::from_units)
    }

    /// What is outstanding, at the price of the exercise, with the index of its date.
    fn exercised(&self, period: &CouponPeriod, exercise: &Exercise) -> Result<Decimal, Error> {
        let step = self.steps.get(period.index)?;
        let at_the_end = exercise.date == period.unadjusted_end;
        let owed =
            if at_the_end { step.outstanding.plus(step.capitalised)? } else { step.outstanding };
        let price = exercise.value.times(owed, NEAREST)?;
        match principal_ratio(self.terms, exercise.date, self.observations)? {
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
        Fraction::of_days(from.days_until(end), i64::from(YEAR_DAYS))
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
