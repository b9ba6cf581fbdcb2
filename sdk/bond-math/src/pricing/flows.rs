//! From terms and a settlement date to the payments that are left.

use alloc::vec::Vec;

use super::exact::{Exact, ExactFlow};
use crate::rounding::mul_div;
use crate::{
    Accrued, BondTerms, Coupon, CouponPeriod, Date, DayCount, DayCountContext, Decimal, Error,
    Fraction, Frequency, InterestUse, Observations, PeriodCoupon, PeriodKind, PrincipalStep,
    Reduction, RoundingBasis, RoundingMode, Schedule, Stub, accrued, period_coupon,
    principal_amount, principal_plan, schedule,
};

/// Face on which principal is computed: large enough that rounding to a minor unit does not show.
const FACE: i128 = 1_000_000_000_000_000;

/// Days in a year for bonds without coupon periods.
const YEAR_DAYS: i64 = 365;

const NEAREST: RoundingMode = RoundingMode::HalfEven;

pub(super) fn exact(
    terms: &BondTerms,
    schedule: &Schedule,
    settlement: Date,
    observations: &Observations,
) -> Result<Exact, Error> {
    if schedule.periods.iter().any(|period| !period.pays_interest) {
        return Err(Error::Unsupported {
            what: "a price by a yield convention",
            reason: "it counts whole coupon periods, and these terms change between coupon dates",
        });
    }
    let exact = unrounded(terms);
    let quasi = quasi_schedule(&exact)?;
    let walk = Walk {
        terms: &exact,
        schedule: quasi.as_ref().unwrap_or(schedule),
        settlement,
        observations,
        periods_per_year: periods_per_year(terms)?,
    };
    walk.run()
}

/// The terms with principal computed on the whole position, so that it keeps its digits, and a
/// zero coupon spelt as a rate of zero.
fn unrounded(terms: &BondTerms) -> BondTerms {
    let mut exact = terms.clone();
    exact.rounding.basis = RoundingBasis::PerPosition;
    exact.rounding.decimals = exact.currency.minor_digits();
    exact.dual_currency = None;
    if exact.coupon == Coupon::Zero && exact.schedule.frequency != Frequency::Term {
        exact.coupon = Coupon::Fixed { rate: Decimal::ZERO };
        if exact.schedule.stub == Stub::Implied {
            exact.schedule.stub = Stub::ShortFirst;
        }
    }
    exact
}

/// The coupon periods a zero-coupon bond would have; `None` where the given schedule will do.
fn quasi_schedule(exact: &BondTerms) -> Result<Option<Schedule>, Error> {
    let zero = Coupon::Fixed { rate: Decimal::ZERO };
    if exact.coupon == zero && exact.maturity.is_some() {
        schedule(exact).map(Some)
    } else {
        Ok(None)
    }
}

/// Coupons in a year; one without a frequency in months.
fn periods_per_year(terms: &BondTerms) -> Result<Fraction, Error> {
    let months = terms.schedule.frequency.months().filter(|months| *months > 0);
    months.map_or(Ok(Fraction::ONE), |months| Fraction::new(12, i128::from(months)))
}

/// `part` of a number of per cent.
fn part_of(percent: Decimal, part: Fraction) -> Result<Decimal, Error> {
    let units = [percent.units(), part.numerator()];
    mul_div(&units, &[part.denominator()], NEAREST).map(Decimal::from_units)
}

struct Walk<'a> {
    terms: &'a BondTerms,
    schedule: &'a Schedule,
    settlement: Date,
    observations: &'a Observations,
    periods_per_year: Fraction,
}

/// What one period contributes.
struct Leg {
    coupon: PeriodCoupon,
    /// Part of a year of the whole period.
    whole: Fraction,
    /// Part of a year still to accrue.
    left: Fraction,
    interest: Decimal,
    principal: Decimal,
}

impl Walk<'_> {
    fn run(&self) -> Result<Exact, Error> {
        let now = accrued(
            self.terms,
            self.schedule,
            self.settlement,
            self.terms.denomination_minor,
            self.observations,
        )?;
        let mut flows: Vec<ExactFlow> = Vec::new();
        let (mut periods, mut years) = (Fraction::ZERO, Fraction::ZERO);
        let mut first: Option<Leg> = None;
        let mut redemption = Decimal::ZERO;
        let remaining = |period: &&CouponPeriod| period.accrual_end > self.settlement;
        let plan = self.plan_of_shrinking()?;
        let mut held_first = None;
        for period in self.schedule.periods.iter().filter(remaining) {
            let mut leg = self.leg(period, &now)?;
            if let Some(step) = plan.get(period.index as usize) {
                let first = *held_first.get_or_insert(step.outstanding);
                let left = step.outstanding.over(first, NEAREST)?;
                leg.interest = leg.interest.times(left, NEAREST)?;
                leg.principal = leg.principal.times(left, NEAREST)?;
            }
            periods = periods.plus(self.periods_left(period, &leg)?)?;
            years = years.plus(self.years_left(period, &leg)?)?;
            redemption = leg.principal;
            flows.push(ExactFlow {
                date: period.payment_date,
                amount: leg.interest.plus(leg.principal)?,
                periods,
                years,
                days: self.settlement.days_until(period.payment_date),
            });
            first.get_or_insert(leg);
        }
        let (Some(first), Some(last)) = (first, flows.last()) else {
            return Err(Error::Unsupported {
                what: "a valuation",
                reason: "nothing is left to be paid after settlement",
            });
        };
        let maturity = self.terms.maturity.unwrap_or(last.date);
        let annual_coupon = interest(&first.coupon, Fraction::ONE)?;
        Ok(Exact {
            periods_per_year: self.periods_per_year,
            accrued: part_of(annual_coupon, now.year_fraction)?,
            annual_coupon,
            redemption,
            years_to_maturity: self.years_to(maturity)?,
            flows,
        })
    }

    /// Years under the bond's own day count, as Japan counts them without 29 February; under actual
    /// days over 365 where it needs a coupon period.
    fn years_to(&self, maturity: Date) -> Result<Fraction, Error> {
        let context =
            DayCountContext { calendar: Some(&self.terms.calendar), ..Default::default() };
        let own = self.terms.day_count;
        match own.year_fraction(self.settlement, maturity, &context) {
            Ok(part) if own != DayCount::OneOne => Ok(part),
            _ => Fraction::of_days(self.settlement.days_until(maturity), YEAR_DAYS),
        }
    }

    /// The plan of a bond whose holdings shrink: a price is per cent of what is held at settlement, and what a
    /// later period pays is on what is left of that. Empty for the others.
    fn plan_of_shrinking(&self) -> Result<Vec<PrincipalStep>, Error> {
        match self.terms.reduction {
            Reduction::PoolFactor => Ok(Vec::new()),
            Reduction::Nominal => principal_plan(self.terms, self.schedule, self.observations),
        }
    }

    fn leg(&self, period: &CouponPeriod, now: &Accrued) -> Result<Leg, Error> {
        let index = period.index;
        let coupon = period_coupon(self.terms, self.schedule, index, self.observations)?;
        let whole = coupon.year_fraction;
        let current = now.period_index == Some(index);
        let left = match (current, now.ex) {
            (true, true) => now.year_fraction.negated(),
            (true, false) => whole.minus(now.year_fraction)?,
            (false, _) => whole,
        };
        let paid = coupon.interest_use == InterestUse::Paid && !(current && now.ex);
        Ok(Leg {
            whole,
            left,
            interest: if paid { whole_coupon(&coupon)? } else { Decimal::ZERO },
            coupon,
            principal: self.principal(index)?,
        })
    }

    fn principal(&self, index: u32) -> Result<Decimal, Error> {
        let face = FACE.unsigned_abs();
        let amount = principal_amount(self.terms, self.schedule, index, face, self.observations)?;
        let units = [amount.gross_minor, Decimal::HUNDRED.units()];
        mul_div(&units, &[FACE], NEAREST).map(Decimal::from_units)
    }

    /// Coupon periods in what is left of a period: a regular one counts as one whatever its days.
    fn periods_left(&self, period: &CouponPeriod, leg: &Leg) -> Result<Fraction, Error> {
        let has_months = self.terms.schedule.frequency.months().is_some();
        if !leg.whole.is_zero() && has_months && period.kind == PeriodKind::Regular {
            leg.left.times(Fraction::new(leg.whole.denominator(), leg.whole.numerator())?)
        } else {
            self.years_left(period, leg)?.times(self.periods_per_year)
        }
    }

    /// Years in what is left of a period, by the bond's day count.
    fn years_left(&self, period: &CouponPeriod, leg: &Leg) -> Result<Fraction, Error> {
        if !leg.whole.is_zero() {
            return Ok(leg.left);
        }
        let from = period.accrual_start.max(self.settlement);
        Fraction::of_days(from.days_until(period.accrual_end), YEAR_DAYS)
    }
}

/// The coupon in per cent of par, with what was carried into it.
fn whole_coupon(coupon: &PeriodCoupon) -> Result<Decimal, Error> {
    let own = interest(coupon, coupon.year_fraction)?;
    if coupon.carried.is_zero() {
        return Ok(own);
    }
    own.plus(coupon.carried.times(coupon.index_ratio, NEAREST)?.times(Decimal::HUNDRED, NEAREST)?)
}

/// Interest of a part of a year in per cent of par, rounded once at 10^-18.
fn interest(coupon: &PeriodCoupon, part: Fraction) -> Result<Decimal, Error> {
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
