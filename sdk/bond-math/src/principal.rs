//! What is outstanding in each period and what is repaid at its end, as parts of the original face.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::coupon::{Ratio, rounded_amount, to_currency};
use crate::indexation::principal_ratio;
use crate::rounding::mul_div;
use crate::{
    BondTerms, CouponPeriod, Currency, Decimal, Error, Fraction, InterestBase, Observations,
    PaymentInKind, Redemption, Reduction, RoundingMode, Schedule,
};

mod level;
mod plan;

const NEAREST: RoundingMode = RoundingMode::HalfUp;

/// The principal of one period, as parts of the original face (1 is all of it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PrincipalStep {
    /// The accrual period.
    pub period_index: u32,
    /// Outstanding during the period: the pool factor.
    pub outstanding: Decimal,
    /// What its interest is computed on: mostly what is outstanding.
    pub interest_base: Decimal,
    /// Interest of earlier parts of the coupon period, not yet paid.
    pub carried: Decimal,
    /// Interest added to the principal at its end.
    pub capitalised: Decimal,
    /// Repaid at its end; below zero when more is drawn.
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
    match plan::steps(terms, schedule, observations, usize::MAX)? {
        (steps, None) => Ok(steps),
        (_, Some(missing)) => Err(missing),
    }
}

/// The steps of all periods, worked out once for what asks for many of them.
#[cfg(feature = "pricing")]
pub(crate) struct Steps {
    known: Vec<PrincipalStep>,
    /// What the next one waits for.
    missing: Option<Error>,
}

#[cfg(feature = "pricing")]
impl Steps {
    pub(crate) fn new(
        terms: &BondTerms,
        schedule: &Schedule,
        observations: &Observations,
    ) -> Result<Self, Error> {
        let (known, missing) = plan::steps(terms, schedule, observations, usize::MAX)?;
        Ok(Self { known, missing })
    }

    /// The step of period `index`.
    pub(crate) fn get(&self, index: u32) -> Result<&PrincipalStep, Error> {
        let known = usize::try_from(index).ok().and_then(|index| self.known.get(index));
        known.ok_or_else(|| self.missing.clone().unwrap_or(Error::overflow("a period of the plan")))
    }
}

/// The plan as far as fixings are known.
pub(crate) fn known_plan(
    terms: &BondTerms,
    schedule: &Schedule,
    observations: &Observations,
) -> Result<Vec<PrincipalStep>, Error> {
    plan::steps(terms, schedule, observations, usize::MAX).map(|(steps, _)| steps)
}

/// The steps of the periods up to `index`.
pub(crate) fn plan_to(
    terms: &BondTerms,
    schedule: &Schedule,
    index: u32,
    observations: &Observations,
) -> Result<Vec<PrincipalStep>, Error> {
    let count = usize::try_from(index).unwrap_or(usize::MAX).saturating_add(1);
    match plan::steps(terms, schedule, observations, count)? {
        (steps, None) => Ok(steps),
        (_, Some(missing)) => Err(missing),
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

fn count(schedule: &Schedule) -> u32 {
    u32::try_from(schedule.periods.len()).unwrap_or(u32::MAX)
}

/// The step of period `index`; the whole plan is computed only where the principal changes.
pub(crate) fn step(
    terms: &BondTerms,
    schedule: &Schedule,
    index: u32,
    observations: &Observations,
) -> Result<PrincipalStep, Error> {
    let period = schedule.period(index)?;
    if let Some(step) = plain_step(terms, schedule, period) {
        return Ok(step);
    }
    let steps = plan_to(terms, schedule, index, observations)?;
    steps.into_iter().next_back().ok_or(Error::overflow("a period of the plan"))
}

/// The step of a period of a bond whose principal stays what it is to the end.
pub(crate) fn plain_step(
    terms: &BondTerms,
    schedule: &Schedule,
    period: &CouponPeriod,
) -> Option<PrincipalStep> {
    let index = period.index;
    let bullet = terms.redemption.is_in_one()
        && terms.payment_in_kind == PaymentInKind::Never
        && terms.interest_base == InterestBase::Outstanding;
    let nothing_owed = index > 0 || terms.opening_interest.is_zero();
    if !(bullet && nothing_owed && schedule.is_whole(period)) {
        return None;
    }
    let due = is_last(schedule, index) && terms.redemption != Redemption::Never;
    Some(PrincipalStep {
        period_index: index,
        outstanding: Decimal::ONE,
        interest_base: Decimal::ONE,
        carried: Decimal::ZERO,
        capitalised: Decimal::ZERO,
        repaid: if due { Decimal::ONE } else { Decimal::ZERO },
        repaid_before: Decimal::ZERO,
    })
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
            Reduction::PoolFactor => self.interest_base,
        }
    }

    /// Interest carried into the period, as a part of the original face.
    pub(crate) fn carried_in(&self, terms: &BondTerms) -> Result<Decimal, Error> {
        if terms.reduction == Reduction::Nominal && !self.carried.is_zero() {
            return Err(Error::Unsupported {
                what: "interest accrued in parts",
                reason: "holdings that shrink say nothing of the face it accrued on",
            });
        }
        Ok(self.carried)
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
    /// Part of the original face that is repaid; 1 for a bullet at maturity, 0 when nothing is due, below
    /// zero when more is drawn.
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

/// What a holding is at the beginning of each step of a plan, less each repayment.
pub(crate) fn shrinking(
    terms: &BondTerms,
    plan: &[PrincipalStep],
    face_minor: u128,
) -> Result<Vec<u128>, Error> {
    let mut held = face_minor;
    let mut all = Vec::with_capacity(plan.len());
    for step in plan {
        all.push(held);
        let part = Fraction::new(step.repaid.units(), step.outstanding.units().max(1))?;
        let repaid = rounded_amount(terms, held, &[part.ratio()])?;
        held = i128::try_from(held)
            .ok()
            .and_then(|held| u128::try_from(held.checked_sub(repaid)?).ok())
            .ok_or(Error::overflow("a holding that shrinks"))?;
    }
    Ok(all)
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
            let part = [step.repaid.to_fraction().ratio()];
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
    rounded_amount(terms, face_minor, &[part.ratio()])
}

/// What the part repaid of the face is multiplied by: by nominal the face that is left, the
/// redemption price, the index ratio, in lowest terms. Empty for parts of the original face at par.
pub(crate) fn repayment_factors(
    terms: &BondTerms,
    schedule: &Schedule,
    step: &PrincipalStep,
    observations: &Observations,
) -> Result<Vec<Ratio>, Error> {
    let mut factors = Vec::new();
    if terms.reduction == Reduction::Nominal {
        factors.push(Fraction::new(Decimal::ONE.units(), step.outstanding.units())?.ratio());
    }
    if let (true, Redemption::Bullet { price }) =
        (is_last(schedule, step.period_index), &terms.redemption)
        && *price != Decimal::HUNDRED
    {
        factors.push(price.over(Decimal::HUNDRED, NEAREST)?.to_fraction().ratio());
    }
    let day = schedule.period(step.period_index)?.unadjusted_end;
    let ratio = principal_ratio(terms, day, observations)?;
    factors.extend(ratio.map(|ratio| ratio.to_fraction().ratio()));
    Ok(factors)
}

#[cfg(test)]
mod tests;
