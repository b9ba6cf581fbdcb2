//! From terms and a settlement date to the payments that are left.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::Assumptions;
use super::assumed;
use super::bill;
use super::clock::QuasiCoupons;
use super::exact::{Exact, ExactFlow};
use super::leg::{Leg, interest};
use crate::principal::Steps;
use crate::rates::Rates;
use crate::{
    BondTerms, Coupon, CouponPeriod, Date, DayCount, DayCountContext, Decimal, Error, Fraction,
    Frequency, Observations, Reduction, RoundingBasis, RoundingMode, Schedule, Stub, schedule,
};

/// Days in a year of curves, of spreads and of bonds without coupon periods.
pub(super) const YEAR_DAYS: u16 = 365;

pub(super) const NEAREST: RoundingMode = RoundingMode::HalfEven;

const NOTHING_LEFT: Error = Error::Unsupported {
    what: "a valuation",
    reason: "nothing is left to be paid after settlement",
};

pub(super) fn exact(
    terms: &BondTerms,
    schedule: &Schedule,
    settlement: Date,
    observations: &Observations,
    assumptions: &Assumptions,
) -> Result<Exact, Error> {
    if schedule.periods.iter().any(|period| !period.pays_interest) {
        return Err(Error::Unsupported {
            what: "a price by a yield convention",
            reason: "it counts whole coupon periods, and these terms change between coupon dates",
        });
    }
    check(terms, settlement, assumptions)?;
    let exact = unrounded(terms, assumptions);
    let quasi = quasi_schedule(&exact)?;
    let schedule = quasi.as_ref().unwrap_or(schedule);
    let schedule = &*up_to_exercise(terms, schedule, assumptions)?;
    let observations =
        &*assumed::published(terms, schedule, settlement, observations, assumptions)?;
    let horizon = schedule.periods.last().map_or(terms.dated_date, |last| last.unadjusted_end);
    let walk = Walk {
        terms: &exact,
        schedule,
        settlement,
        observations,
        assumptions,
        steps: Steps::new(&exact, schedule, observations)?,
        rates: Rates::new(&exact, horizon, observations)?,
        periods_per_year: periods_per_year(terms)?,
        half_years: match assumptions.exercise {
            None => bill::half_years(terms, settlement)?,
            Some(_) => None,
        },
    };
    walk.run()
}

/// Whether what is taken for granted fits the terms.
fn check(terms: &BondTerms, settlement: Date, assumptions: &Assumptions) -> Result<(), Error> {
    let refused = |what, reason| Err(Error::Unsupported { what, reason });
    if let Some(exercise) = &assumptions.exercise {
        if !terms.redemption.is_in_one() {
            return refused("an exercise", "part of the bond is repaid before");
        }
        if exercise.date <= settlement {
            return refused("an exercise", "it is not after settlement");
        }
    }
    let floats = matches!(terms.coupon, Coupon::Floating(_));
    if assumptions.index_rate.is_some() && !floats {
        return refused("an index rate", "the coupon does not float");
    }
    if assumptions.real && !terms.is_linker() {
        return refused("a real yield", "interest and principal do not both follow a price index");
    }
    Ok(())
}

/// The terms with principal computed on the whole position, so that it keeps its digits, and a
/// zero coupon spelt as a rate of zero; without the price index where payments are real.
fn unrounded(terms: &BondTerms, assumptions: &Assumptions) -> BondTerms {
    let mut exact = terms.clone();
    exact.rounding.basis = RoundingBasis::PerPosition;
    exact.rounding.decimals = exact.currency.minor_digits();
    exact.dual_currency = None;
    if assumptions.real {
        exact.indexation = None;
    }
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

/// The schedule up to the period of an exercise. A period that it cuts keeps its own end, by which its day
/// count goes, and is paid with the exercise, to whoever is redeemed.
fn up_to_exercise<'a>(
    terms: &BondTerms,
    schedule: &'a Schedule,
    assumptions: &Assumptions,
) -> Result<Cow<'a, Schedule>, Error> {
    let Some(exercise) = assumptions.exercise else { return Ok(Cow::Borrowed(schedule)) };
    let of = |period: &CouponPeriod| {
        period.unadjusted_start < exercise.date && exercise.date <= period.unadjusted_end
    };
    let at = schedule.periods.iter().position(of).ok_or(Error::Unsupported {
        what: "an exercise",
        reason: "its date is not within the schedule",
    })?;
    let mut cut = schedule.clone();
    cut.periods.truncate(at.saturating_add(1));
    if let Some(last) = cut.periods.last_mut().filter(|last| exercise.date < last.unadjusted_end) {
        let due = terms.adjusted(exercise.date)?;
        let lag = i32::from(terms.payment_lag_business_days);
        last.payment_date =
            if lag == 0 { due } else { terms.calendar.plus_business_days(due, lag)? };
        last.record_date = terms.record.before(last.payment_date, &terms.calendar)?;
        last.ex_date = None;
    }
    Ok(Cow::Owned(cut))
}

/// Coupons in a year; one without a frequency in months.
fn periods_per_year(terms: &BondTerms) -> Result<Fraction, Error> {
    let months = terms.schedule.frequency.months().filter(|months| *months > 0);
    months.map_or(Ok(Fraction::ONE), |months| Fraction::new(12, i128::from(months)))
}

pub(super) struct Walk<'a> {
    pub(super) terms: &'a BondTerms,
    pub(super) schedule: &'a Schedule,
    pub(super) settlement: Date,
    pub(super) observations: &'a Observations,
    pub(super) assumptions: &'a Assumptions,
    pub(super) steps: Steps,
    pub(super) rates: Rates<'a>,
    pub(super) periods_per_year: Fraction,
    half_years: Option<Fraction>,
}

/// What has been walked over so far.
struct Walked {
    flows: Vec<ExactFlow>,
    /// Payments of periods that have ended, and their interest.
    due: usize,
    due_interest: Decimal,
    periods: Fraction,
    years: Fraction,
    /// Periods that have not ended.
    open: usize,
    /// The coupon of a whole year at the rate of the first of them.
    annual_coupon: Option<Decimal>,
    redemption: Decimal,
}

impl Walk<'_> {
    fn run(mut self) -> Result<Exact, Error> {
        let now = self.now()?;
        let scale = Scale::new(&self)?;
        let quasi = QuasiCoupons::new(self.terms, self.end()?, self.settlement)?;
        let mut walked = Walked::nothing();
        for period in &self.schedule.periods {
            if period.is_due_to_buyer(self.settlement) {
                let leg = self.due_leg(period)?;
                let leg = scale.apply(leg, self.steps.get(period.index)?.outstanding)?;
                walked.add_due(self.settlement, period, &leg)?;
            } else if period.accrual_end > self.settlement {
                let leg = self.leg(period, &now)?;
                let leg = scale.apply(leg, self.steps.get(period.index)?.outstanding)?;
                self.add(&mut walked, period, &leg, quasi.as_ref())?;
            }
        }
        let Some(annual_coupon) = walked.annual_coupon.filter(|_| !walked.flows.is_empty()) else {
            return Err(NOTHING_LEFT);
        };
        let accrued = now.interest.over(scale.outstanding(), NEAREST)?;
        Ok(Exact {
            periods_per_year: self.periods_per_year,
            half_years: self.half_years,
            in_last_period: walked.open == 1,
            index_rate: self.assumptions.index_rate,
            outstanding: scale.outstanding(),
            accrued: accrued.plus(walked.due_interest)?,
            annual_coupon,
            redemption: walked.redemption,
            years_to_maturity: self.years_to(self.end()?)?,
            due: walked.due,
            flows: walked.flows,
        })
    }

    /// The date of the last payment of principal: an exercise, the maturity.
    fn end(&self) -> Result<Date, Error> {
        let last = self.schedule.periods.last().map(|last| last.unadjusted_end);
        let exercised = self.assumptions.exercise.map(|exercise| exercise.date);
        exercised.or(self.terms.maturity).or(last).ok_or(Error::overflow("an empty schedule"))
    }

    fn add(
        &self,
        walked: &mut Walked,
        period: &CouponPeriod,
        leg: &Leg,
        quasi: Option<&QuasiCoupons<'_>>,
    ) -> Result<(), Error> {
        walked.years = walked.years.plus(self.years_left(period, leg)?)?;
        walked.periods = match quasi {
            Some(quasi) => quasi.periods_to(self.settlement, period)?,
            None => walked.periods.plus(self.periods_left(period, leg)?)?,
        };
        walked.open = walked.open.saturating_add(1);
        walked.redemption = leg.principal;
        if walked.annual_coupon.is_none() {
            walked.annual_coupon = Some(interest(&leg.coupon, Fraction::ONE)?);
        }
        let amount = leg.interest.plus(leg.principal)?;
        // The coupon periods that a zero-coupon bond would have pay nothing.
        let quasi_coupon = self.terms.coupon == Coupon::Fixed { rate: Decimal::ZERO };
        if !(amount.is_zero() && quasi_coupon) {
            walked.flows.push(ExactFlow {
                date: period.payment_date,
                amount,
                periods: walked.periods,
                years: walked.years,
                days: self.settlement.days_until(period.payment_date),
            });
        }
        Ok(())
    }

    /// Years under the bond's own day count, as Japan counts them without 29 February; under actual
    /// days over 365 where it needs a coupon period.
    fn years_to(&self, maturity: Date) -> Result<Fraction, Error> {
        let context =
            DayCountContext { calendar: Some(&self.terms.calendar), ..Default::default() };
        let own = self.terms.day_count;
        match own.year_fraction(self.settlement, maturity, &context) {
            Ok(part) if own != DayCount::OneOne => Ok(part),
            _ => Fraction::of_days(self.settlement.days_until(maturity), i64::from(YEAR_DAYS)),
        }
    }
}

impl Walked {
    const fn nothing() -> Self {
        Self {
            flows: Vec::new(),
            due: 0,
            due_interest: Decimal::ZERO,
            periods: Fraction::ZERO,
            years: Fraction::ZERO,
            open: 0,
            annual_coupon: None,
            redemption: Decimal::ZERO,
        }
    }

    fn add_due(&mut self, settlement: Date, period: &CouponPeriod, leg: &Leg) -> Result<(), Error> {
        self.due = self.due.saturating_add(1);
        self.due_interest = self.due_interest.plus(leg.interest)?;
        self.flows.push(ExactFlow {
            date: period.payment_date,
            amount: leg.interest.plus(leg.principal)?,
            periods: Fraction::ZERO,
            years: Fraction::ZERO,
            days: settlement.days_until(period.payment_date),
        });
        Ok(())
    }
}

/// What amounts are in per cent of: what is outstanding at settlement, as a part of the original face.
enum Scale {
    /// Holdings keep their face.
    PoolFactor(Decimal),
    /// Holdings shrink: what a later period pays is on what is left of this.
    Shrinking(Decimal),
}

impl Scale {
    fn new(walk: &Walk<'_>) -> Result<Self, Error> {
        let live = |period: &&CouponPeriod| {
            period.is_due_to_buyer(walk.settlement) || period.accrual_end > walk.settlement
        };
        let Some(first) = walk.schedule.periods.iter().find(live) else {
            return Err(NOTHING_LEFT);
        };
        let outstanding = walk.steps.get(first.index)?.outstanding;
        if outstanding.is_zero() {
            return Err(NOTHING_LEFT);
        }
        Ok(match walk.terms.reduction {
            Reduction::PoolFactor => Self::PoolFactor(outstanding),
            Reduction::Nominal => Self::Shrinking(outstanding),
        })
    }

    /// The part of the original face that prices are in per cent of.
    const fn outstanding(&self) -> Decimal {
        match self {
            Self::PoolFactor(outstanding) => *outstanding,
            Self::Shrinking(_) => Decimal::ONE,
        }
    }

    /// A leg of a period during which so much is outstanding.
    fn apply(&self, leg: Leg, outstanding: Decimal) -> Result<Leg, Error> {
        match self {
            Self::PoolFactor(Decimal::ONE) => Ok(leg),
            Self::PoolFactor(factor) => leg.scaled(|amount| amount.over(*factor, NEAREST)),
            Self::Shrinking(first) => {
                let left = outstanding.over(*first, NEAREST)?;
                leg.scaled(|amount| amount.times(left, NEAREST))
            }
        }
    }
}
