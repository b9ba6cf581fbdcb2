//! What is outstanding in each period and what is repaid at its end, as parts of the original face.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::coupon::{index_ratio, period_fraction, rounded_amount, to_currency};
use crate::rounding::mul_div;
use crate::{
    BondTerms, CouponPeriod, Currency, Date, Decimal, Error, Fraction, Observations, PaymentInKind,
    Redemption, Reduction, RoundingMode, Schedule, period_rate,
};

const NEAREST: RoundingMode = RoundingMode::HalfUp;

/// The principal of one period, as parts of the original face (1 is all of it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PrincipalStep {
    /// The coupon period.
    pub period_index: u32,
    /// Outstanding during the period: the pool factor.
    pub outstanding: Decimal,
    /// Interest added to the principal at its end.
    pub capitalised: Decimal,
    /// Repaid at its end.
    pub repaid: Decimal,
    /// Repaid at the ends of all periods before it.
    pub repaid_before: Decimal,
}

impl PrincipalStep {
    /// Outstanding after the end of the period.
    ///
    /// # Errors
    /// [`Error::Overflow`].
    pub fn remaining(&self) -> Result<Decimal, Error> {
        self.outstanding.plus(self.capitalised)?.minus(self.repaid)
    }
}

/// The outstanding principal and the repayments of every period.
///
/// # Errors
/// [`Error::MissingFixing`] when interest that is not yet fixed is added to the principal;
/// [`Error::Unsupported`] when a repayment falls on no coupon date, or the sum of an annuity does not
/// cover the interest of a long stub.
pub fn principal_plan(
    terms: &BondTerms,
    schedule: &Schedule,
    observations: &Observations,
) -> Result<Vec<PrincipalStep>, Error> {
    check_instalment_dates(terms, schedule)?;
    let mut plan = Plan {
        terms,
        schedule,
        observations,
        repaying: repaying_periods(terms, schedule),
        level: None,
    };
    let mut outstanding = Decimal::ONE;
    let mut repaid_before = Decimal::ZERO;
    let mut steps = Vec::with_capacity(schedule.periods.len());
    for period in &schedule.periods {
        let capitalised = plan.capitalised(period, outstanding)?;
        let step = PrincipalStep {
            period_index: period.index,
            outstanding,
            capitalised,
            repaid: plan.repaid(period, outstanding, capitalised)?,
            repaid_before,
        };
        outstanding = step.remaining()?;
        repaid_before = repaid_before.plus(step.repaid)?;
        steps.push(step);
    }
    Ok(steps)
}

struct Plan<'a> {
    terms: &'a BondTerms,
    schedule: &'a Schedule,
    observations: &'a Observations,
    repaying: Repaying,
    /// The level payment of an annuity, once it is known.
    level: Option<Decimal>,
}

impl Plan<'_> {
    fn capitalised(&self, period: &CouponPeriod, outstanding: Decimal) -> Result<Decimal, Error> {
        match self.terms.payment_in_kind {
            PaymentInKind::Until { date } if period.unadjusted_end <= date => {
                self.interest(period, outstanding)
            }
            _ => Ok(Decimal::ZERO),
        }
    }

    /// What is repaid at the end of `period`; the last one repays the rest.
    fn repaid(
        &mut self,
        period: &CouponPeriod,
        outstanding: Decimal,
        capitalised: Decimal,
    ) -> Result<Decimal, Error> {
        let started = period.index >= self.repaying.first;
        let is_last = is_last(self.schedule, period.index);
        match &self.terms.redemption {
            Redemption::Never => Ok(Decimal::ZERO),
            _ if is_last => outstanding.plus(capitalised),
            Redemption::Linear { .. } if started => linear_part(self.repaying.count),
            Redemption::Annuity { .. } if started => {
                let level = self.level_payment(outstanding)?;
                let interest = self.interest(period, outstanding)?;
                let repaid = level.minus(interest)?.min(outstanding);
                if repaid.is_negative() {
                    return Err(Error::Unsupported {
                        what: "an annuity",
                        reason: "the level sum does not cover the interest of a long period",
                    });
                }
                Ok(repaid)
            }
            Redemption::Instalments { instalments } => instalments
                .iter()
                .find(|part| part.date == period.unadjusted_end)
                .map_or(Ok(Decimal::ZERO), |part| {
                    let part = part.percent.over(Decimal::HUNDRED, NEAREST)?;
                    Ok(part.min(outstanding))
                }),
            _ => Ok(Decimal::ZERO),
        }
    }

    /// Interest of one period on `outstanding`.
    fn interest(&self, period: &CouponPeriod, outstanding: Decimal) -> Result<Decimal, Error> {
        let rate = period_rate(self.terms, period, self.observations)?;
        let part = period_fraction(self.terms, self.schedule, period)?;
        interest_on(outstanding, rate, part)
    }

    /// The level sum of interest and principal that repays `outstanding` over the periods from the
    /// first repayment: outstanding / sum of discount factors at the coupon rate.
    fn level_payment(&mut self, outstanding: Decimal) -> Result<Decimal, Error> {
        if let Some(level) = self.level {
            return Ok(level);
        }
        let mut discount = Decimal::ONE;
        let mut sum = Decimal::ZERO;
        let repaying = |period: &&CouponPeriod| period.index >= self.repaying.first;
        for period in self.schedule.periods.iter().filter(repaying) {
            let growth = Decimal::ONE.plus(self.interest(period, Decimal::ONE)?)?;
            discount = discount.over(growth, NEAREST)?;
            sum = sum.plus(discount)?;
        }
        let level = outstanding.over(sum, NEAREST)?;
        self.level = Some(level);
        Ok(level)
    }
}

/// Base × rate × part of a year, at 10^-18.
pub(crate) fn interest_on(base: Decimal, rate: Decimal, part: Fraction) -> Result<Decimal, Error> {
    mul_div(
        &[base.units(), rate.units(), part.numerator()],
        &[Decimal::ONE.units(), part.denominator()],
        NEAREST,
    )
    .map(Decimal::from_units)
}

/// The first period with a repayment and how many there are, the last included.
struct Repaying {
    first: u32,
    count: u32,
}

fn repaying_periods(terms: &BondTerms, schedule: &Schedule) -> Repaying {
    let from: Option<Date> = match terms.redemption {
        Redemption::Linear { first } | Redemption::Annuity { first } => first,
        _ => None,
    };
    let first = from.map_or(0, |from| {
        let before = schedule.periods.partition_point(|period| period.unadjusted_end < from);
        u32::try_from(before).unwrap_or(u32::MAX)
    });
    Repaying { first, count: count(schedule).saturating_sub(first) }
}

fn count(schedule: &Schedule) -> u32 {
    u32::try_from(schedule.periods.len()).unwrap_or(u32::MAX)
}

fn check_instalment_dates(terms: &BondTerms, schedule: &Schedule) -> Result<(), Error> {
    let Redemption::Instalments { instalments } = &terms.redemption else {
        return Ok(());
    };
    let falls_on_coupon = |date: Date| {
        let ends = &schedule.periods;
        ends.binary_search_by_key(&date, |period| period.unadjusted_end).is_ok()
    };
    if instalments.iter().all(|part| falls_on_coupon(part.date)) {
        Ok(())
    } else {
        Err(Error::Unsupported {
            what: "a repayment",
            reason: "its date is no coupon date of the schedule",
        })
    }
}

fn linear_part(parts: u32) -> Result<Decimal, Error> {
    Decimal::ONE.over(Decimal::from_integer(i64::from(parts.max(1))), RoundingMode::Down)
}

/// The step of period `index`; the whole plan is computed only where the principal changes.
pub(crate) fn step(
    terms: &BondTerms,
    schedule: &Schedule,
    index: u32,
    observations: &Observations,
) -> Result<PrincipalStep, Error> {
    schedule.period(index)?;
    let bullet = matches!(terms.redemption, Redemption::Bullet { .. } | Redemption::Never);
    if bullet && terms.payment_in_kind == PaymentInKind::Never {
        let due = is_last(schedule, index) && terms.redemption != Redemption::Never;
        return Ok(PrincipalStep {
            period_index: index,
            outstanding: Decimal::ONE,
            capitalised: Decimal::ZERO,
            repaid: if due { Decimal::ONE } else { Decimal::ZERO },
            repaid_before: Decimal::ZERO,
        });
    }
    principal_plan(terms, schedule, observations)?
        .into_iter()
        .find(|step| step.period_index == index)
        .ok_or(Error::overflow("a period of the plan"))
}

fn is_last(schedule: &Schedule, index: u32) -> bool {
    index.saturating_add(1) == count(schedule)
}

impl PrincipalStep {
    /// The part of what is held on which the period's coupon is paid: the pool factor, or all of it
    /// where holdings shrink.
    pub(crate) fn held_part(&self, terms: &BondTerms) -> Decimal {
        match terms.reduction {
            Reduction::Nominal => Decimal::ONE,
            Reduction::PoolFactor => self.outstanding,
        }
    }
}

/// The principal that is repaid on one holding at the end of one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PrincipalAmount {
    /// Paid, in minor units of `currency`: the redemption price, index and exchange rate included.
    pub gross_minor: i128,
    /// Currency of payment.
    pub currency: Currency,
    /// Part of the original face that is repaid; 1 for a bullet at maturity, 0 when nothing is due.
    pub repaid: Decimal,
}

/// The principal due on `face_minor` at the end of period `index`.
///
/// With [`Reduction::PoolFactor`], `face_minor` is the original face, and the repayments of a bond
/// redeemed at par add up to it exactly: each is what has been repaid up to its period, rounded, less
/// what had been before. With [`Reduction::Nominal`], `face_minor` is what is held before the
/// repayment.
///
/// # Errors
/// As [`principal_plan`] and [`crate::coupon_amount`].
///
/// ```
/// use tenor_bond_math::{BondTerms, Coupon, Decimal, Observations, principal_amount, schedule};
/// let terms = BondTerms::plain(
///     "SGXF10000002".parse()?, "SGD".parse()?, 25_000_000, 10_000_000_000,
///     "2025-01-15".parse()?, "2026-01-15".parse()?,
///     Coupon::Fixed { rate: Decimal::from_bps(300) },
/// );
/// let schedule = schedule(&terms)?;
/// let due = |index| principal_amount(&terms, &schedule, index, 50_000_000, &Observations::default());
/// assert_eq!(due(0)?.gross_minor, 0);
/// assert_eq!(due(1)?.gross_minor, 50_000_000);
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
pub fn principal_amount(
    terms: &BondTerms,
    schedule: &Schedule,
    index: u32,
    face_minor: u128,
    observations: &Observations,
) -> Result<PrincipalAmount, Error> {
    let step = step(terms, schedule, index, observations)?;
    amount_of_step(terms, schedule, &step, face_minor, observations)
}

/// The principal due on a face amount by a step of the plan.
pub(crate) fn amount_of_step(
    terms: &BondTerms,
    schedule: &Schedule,
    step: &PrincipalStep,
    face_minor: u128,
    observations: &Observations,
) -> Result<PrincipalAmount, Error> {
    let in_second = terms.dual_currency.filter(|dual| dual.principal);
    let amount = if step.repaid.is_zero() {
        0
    } else {
        let factors = repayment_factors(terms, schedule, step, observations)?;
        if factors.is_empty() {
            let before = repaid_amount(terms, face_minor, step.repaid_before)?;
            let after = repaid_amount(terms, face_minor, step.repaid_before.plus(step.repaid)?)?;
            after.checked_sub(before).ok_or(Error::overflow("a repayment"))?
        } else {
            let part = [step.repaid.to_fraction()];
            rounded_amount(terms, face_minor, &[&part[..], &factors[..]].concat())?
        }
    };
    let (gross_minor, currency) = to_currency(terms, amount, in_second)?;
    Ok(PrincipalAmount { gross_minor, currency, repaid: step.repaid })
}

/// What has been repaid of a face amount once `part` of it has been. Repayments are differences of
/// these amounts, so that rounding is made good by the next one and they add up to the face exactly.
fn repaid_amount(terms: &BondTerms, face_minor: u128, part: Decimal) -> Result<i128, Error> {
    if part == Decimal::ONE {
        return i128::try_from(face_minor).map_err(|_| Error::overflow("a face amount"));
    }
    rounded_amount(terms, face_minor, &[part.to_fraction()])
}

/// What the part repaid of the face is multiplied by: by nominal the face that is left, the
/// redemption price, the index ratio. Empty for parts of the original face at par.
fn repayment_factors(
    terms: &BondTerms,
    schedule: &Schedule,
    step: &PrincipalStep,
    observations: &Observations,
) -> Result<Vec<Fraction>, Error> {
    let mut factors = Vec::new();
    if terms.reduction == Reduction::Nominal {
        factors.push(Fraction::new(Decimal::ONE.units(), step.outstanding.units())?);
    }
    if let (true, Redemption::Bullet { price }) =
        (is_last(schedule, step.period_index), &terms.redemption)
        && *price != Decimal::HUNDRED
    {
        factors.push(price.over(Decimal::HUNDRED, NEAREST)?.to_fraction());
    }
    if let Some(indexation) = &terms.indexation {
        let day = schedule.period(step.period_index)?.unadjusted_end;
        let ratio = index_ratio(indexation, day, observations)?;
        let ratio = if indexation.par_floor { ratio.max(Decimal::ONE) } else { ratio };
        factors.push(ratio.to_fraction());
    }
    Ok(factors)
}

#[cfg(test)]
mod tests;
