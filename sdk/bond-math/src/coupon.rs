//! What a coupon period pays.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::indexation::interest_ratio;
use crate::principal::{interest_on, step};
use crate::rates::Rates;
use crate::rounding::{mul_div, power_of_ten};
use crate::{
    BondTerms, CouponPeriod, Currency, Decimal, DualCurrency, Error, Fraction, Observations, PARTS,
    PaymentInKind, PrincipalStep, RoundingBasis, RoundingMode, Schedule,
};

/// The coupon of one holding for one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CouponAmount {
    /// Paid in cash before tax, in minor units of `currency`; 0 while interest is capitalised.
    pub gross_minor: i128,
    /// Added to the principal instead, in minor units of the bond's currency.
    pub capitalised_minor: i128,
    /// Currency of payment.
    pub currency: Currency,
    /// Rate of a year that was applied.
    pub rate: Decimal,
    /// Part of a year that was applied.
    pub year_fraction: Fraction,
    /// Part of the face the coupon was computed on: the pool factor.
    pub pool_factor: Decimal,
}

/// The coupon that period `index` pays on a face amount.
///
/// The gross amount is face × pool factor × rate × year fraction (× index ratio), rounded as the
/// terms say: per denomination, a holding is paid the same wherever it is held; per position, the sum
/// of the holdings' payments can differ from the payment on the whole by a residue (see
/// [`split_residue`]). With [`crate::Reduction::PoolFactor`], `face_minor` is the original face; with
/// [`crate::Reduction::Nominal`], what is held.
///
/// # Errors
/// [`Error::Schedule`] when there is no such period; [`Error::NotAMultiple`] when the terms round per
/// denomination and the face is no whole number of them; [`Error::MissingFixing`];
/// [`Error::Overflow`].
pub fn coupon_amount(
    terms: &BondTerms,
    schedule: &Schedule,
    index: u32,
    face_minor: u128,
    observations: &Observations,
) -> Result<CouponAmount, Error> {
    period_coupon(terms, schedule, index, observations)?.amount(terms, face_minor)
}

/// Everything the coupons of one period have in common: computed once, stored when the rate is fixed,
/// then applied to each holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(tenor_macros::Schema)]
pub struct PeriodCoupon {
    /// The coupon period.
    pub period_index: u32,
    /// Rate of a year.
    pub rate: Decimal,
    /// Part of a year.
    pub year_fraction: Fraction,
    /// Part of the face the coupon is computed on.
    pub pool_factor: Decimal,
    /// Index at the end of the period over index at the start of the bond; 1 without indexation.
    pub index_ratio: Decimal,
    /// Interest carried in from the earlier parts of the coupon period, as a part of the original face.
    pub carried: Decimal,
    /// What becomes of the interest at the end of the period.
    pub interest_use: InterestUse,
}

/// What becomes of interest at the end of an accrual period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum InterestUse {
    /// Paid in cash.
    Paid,
    /// Added to the principal.
    Capitalised,
    /// Carried, without interest on it, to the end of the coupon period.
    Carried,
}

impl InterestUse {
    /// What becomes of the interest of a period under the terms.
    #[must_use]
    pub fn of(terms: &BondTerms, period: &CouponPeriod) -> Self {
        match terms.payment_in_kind {
            PaymentInKind::Until { date }
                if period.unadjusted_end == date
                    || (period.unadjusted_end < date && period.pays_interest) =>
            {
                Self::Capitalised
            }
            _ if period.pays_interest => Self::Paid,
            _ => Self::Carried,
        }
    }
}

/// Computes what the coupons of period `index` have in common.
///
/// # Errors
/// As [`coupon_amount`].
pub fn period_coupon(
    terms: &BondTerms,
    schedule: &Schedule,
    index: u32,
    observations: &Observations,
) -> Result<PeriodCoupon, Error> {
    let step = step(terms, schedule, index, observations)?;
    let horizon = schedule.period(index)?.unadjusted_end;
    coupon_on(terms, schedule, &step, &mut Rates::new(terms, horizon, observations)?)
}

/// What the coupons of a period have in common, on a known step of the principal plan.
pub(crate) fn coupon_on(
    terms: &BondTerms,
    schedule: &Schedule,
    step: &PrincipalStep,
    rates: &mut Rates<'_>,
) -> Result<PeriodCoupon, Error> {
    let period = schedule.period(step.period_index)?;
    let observations = rates.observations;
    Ok(PeriodCoupon {
        period_index: step.period_index,
        rate: rates.of(period)?,
        year_fraction: rates.year_fraction(schedule, period)?,
        pool_factor: step.held_part(terms),
        index_ratio: interest_ratio(terms, period.unadjusted_end, observations)?,
        carried: step.carried_in(terms)?,
        interest_use: InterestUse::of(terms, period),
    })
}

impl PeriodCoupon {
    /// The coupon on a face amount.
    ///
    /// # Errors
    /// [`Error::NotAMultiple`], [`Error::Overflow`].
    pub fn amount(&self, terms: &BondTerms, face_minor: u128) -> Result<CouponAmount, Error> {
        self.amount_by(terms, &Amounts::new(terms, face_minor)?)
    }

    /// Whether a face amount is paid the same in this period as in another.
    pub(crate) fn pays_like(&self, other: &Self) -> bool {
        Self { period_index: other.period_index, ..*self } == *other
    }

    /// The coupon on the face that `amounts` are on.
    pub(crate) fn amount_by(
        &self,
        terms: &BondTerms,
        amounts: &Amounts,
    ) -> Result<CouponAmount, Error> {
        let (paid, capitalised_minor) = match self.interest_use {
            InterestUse::Paid => (self.interest(amounts)?, 0),
            InterestUse::Capitalised => (0, self.interest(amounts)?),
            InterestUse::Carried => (0, 0),
        };
        let in_second = terms.dual_currency.filter(|dual| dual.coupons);
        let (gross_minor, currency) = to_currency(terms, paid, in_second)?;
        Ok(CouponAmount {
            gross_minor,
            capitalised_minor,
            currency,
            rate: self.rate,
            year_fraction: self.year_fraction,
            pool_factor: self.pool_factor,
        })
    }

    /// Face × pool factor × rate × year fraction × index ratio, rounded as the terms say; with what was
    /// carried in.
    pub(crate) fn interest(&self, amounts: &Amounts) -> Result<i128, Error> {
        if PARTS && !self.carried.is_zero() {
            let part = self.carried.plus(self.accrued_part()?)?;
            return amounts.of(&[part.ratio(), self.index_ratio.ratio()]);
        }
        let (rate, years) = (self.rate.ratio(), self.year_fraction.ratio());
        if self.pool_factor == Decimal::ONE && self.index_ratio == Decimal::ONE {
            return amounts.of(&[rate, years]);
        }
        // Full precision together is rarely needed: in lowest terms the product mostly stays short.
        let short = |number: Decimal| number.to_fraction().ratio();
        amounts.of(&[short(self.pool_factor), short(self.rate), years, short(self.index_ratio)])
    }

    /// Interest of the period alone, as a part of the face.
    pub(crate) fn accrued_part(&self) -> Result<Decimal, Error> {
        interest_on(self.pool_factor, self.rate, self.year_fraction)
    }
}

/// The rate of a year that applies to a period.
///
/// # Errors
/// [`Error::MissingFixing`] while it is not fixed.
pub fn period_rate(
    terms: &BondTerms,
    period: &CouponPeriod,
    observations: &Observations,
) -> Result<Decimal, Error> {
    Rates::new(terms, period.unadjusted_end, observations)?.of(period)
}

/// An amount of the bond's currency in the currency it is paid in, both in minor units.
pub(crate) fn to_currency(
    terms: &BondTerms,
    amount_minor: i128,
    second: Option<DualCurrency>,
) -> Result<(i128, Currency), Error> {
    let Some(dual) = second else {
        return Ok((amount_minor, terms.currency));
    };
    let up = power_of_ten(dual.currency.minor_digits())?;
    let down = power_of_ten(terms.currency.minor_digits())?;
    let amount = mul_div(
        &[amount_minor, dual.rate.units(), up],
        &[Decimal::ONE.units(), down],
        terms.rounding.mode,
    )?;
    Ok((amount, dual.currency))
}

/// A number above a line and one below it, not in lowest terms.
pub(crate) type Ratio = (i128, i128);

/// How amounts on one face are computed and rounded: what they have in common is worked out once.
pub(crate) struct Amounts {
    /// What is rounded: a denomination or the whole face, in minor units.
    base: i128,
    /// How many of it the face has.
    count: i128,
    /// Kept units in a minor unit, and minor units in a kept unit; one of them is 1.
    finer: i128,
    coarser: i128,
    mode: RoundingMode,
}

impl Amounts {
    /// # Errors
    /// [`Error::NotAMultiple`], [`Error::Overflow`].
    pub(crate) fn new(terms: &BondTerms, face_minor: u128) -> Result<Self, Error> {
        let minor_digits = terms.currency.minor_digits();
        let rounding = terms.rounding;
        let (base, count) = match rounding.basis {
            RoundingBasis::PerDenomination => {
                (terms.denomination_minor, terms.units_of(face_minor)?)
            }
            RoundingBasis::PerPosition => (face_minor, 1),
        };
        let signed =
            |value: u128| i128::try_from(value).map_err(|_| Error::overflow("a face amount"));
        Ok(Self {
            base: signed(base)?,
            count: signed(count)?,
            // The kept unit is 10^-decimals of the major unit.
            finer: power_of_ten(rounding.decimals.saturating_sub(minor_digits))?,
            coarser: power_of_ten(minor_digits.saturating_sub(rounding.decimals))?,
            mode: rounding.mode,
        })
    }

    /// Face × factors, rounded as the terms say, in minor units.
    pub(crate) fn of(&self, factors: &[Ratio]) -> Result<i128, Error> {
        let mut up = [1_i128; AMOUNT_FACTORS_MAX];
        let mut down = [1_i128; AMOUNT_FACTORS_MAX];
        [up[0], up[1]] = [self.finer, self.base];
        down[0] = self.coarser;
        let parts = up.iter_mut().skip(2).zip(down.iter_mut().skip(1));
        if factors.len() > parts.len() {
            return Err(Error::overflow("the factors of an amount"));
        }
        for ((above, below), factor) in parts.zip(factors) {
            (*above, *below) = *factor;
        }
        let used = factors.len().saturating_add(2);
        let kept = mul_div(
            up.get(..used).unwrap_or_default(),
            down.get(..used.saturating_sub(1)).unwrap_or_default(),
            self.mode,
        )?;
        if self.finer == 1 && self.coarser == 1 {
            return kept.checked_mul(self.count).ok_or(Error::overflow("a holding's amount"));
        }
        mul_div(&[kept, self.count, self.coarser], &[self.finer], self.mode)
    }
}

/// Face × factors, rounded as the terms say, in minor units.
pub(crate) fn rounded_amount(
    terms: &BondTerms,
    face_minor: u128,
    factors: &[Ratio],
) -> Result<i128, Error> {
    Amounts::new(terms, face_minor)?.of(factors)
}

/// Most numbers whose product is an amount: face, unit, pool factor, rate, part of a year, index ratio,
/// price and what holdings shrink by.
const AMOUNT_FACTORS_MAX: usize = 8;

/// A whole amount shared out, with what is left over.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Split {
    /// The shares, in the order of the weights, each rounded towards zero.
    pub parts_minor: Vec<i128>,
    /// What the shares leave; the terms or the paying agent's rules say whose it is.
    pub residue_minor: i128,
}

/// Shares `total_minor` in proportion to `weights` (holdings); the parts and the residue add up to
/// the total exactly.
///
/// # Errors
/// [`Error::Overflow`] when the weights are all zero or do not fit.
///
/// ```
/// use tenor_bond_math::split_residue;
/// let split = split_residue(100, &[1, 1, 1])?;
/// assert_eq!((split.parts_minor, split.residue_minor), (vec![33, 33, 33], 1));
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
pub fn split_residue(total_minor: i128, weights: &[u128]) -> Result<Split, Error> {
    let overflow = || Error::overflow("the sum of the weights");
    let sum = weights
        .iter()
        .try_fold(0_u128, |sum, weight| sum.checked_add(*weight))
        .and_then(|sum| i128::try_from(sum).ok())
        .ok_or_else(overflow)?;
    let mut residue_minor = total_minor;
    let mut parts_minor = Vec::with_capacity(weights.len());
    for weight in weights {
        let weight = i128::try_from(*weight).map_err(|_| overflow())?;
        let part = mul_div(&[total_minor, weight], &[sum], RoundingMode::Down)?;
        residue_minor = residue_minor.checked_sub(part).ok_or_else(overflow)?;
        parts_minor.push(part);
    }
    Ok(Split { parts_minor, residue_minor })
}

/// A gross amount, the tax kept from it, and what is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TaxSplit {
    /// Before tax, in minor units.
    pub gross_minor: i128,
    /// Tax withheld, in minor units.
    pub tax_minor: i128,
    /// Gross less tax, in minor units.
    pub net_minor: i128,
}

/// Withholds tax at `tax_rate` (a part of one) from a gross amount.
///
/// # Errors
/// [`Error::Unsupported`] unless the rate lies between 0 and 1 and the amount is not negative.
///
/// ```
/// use tenor_bond_math::{Decimal, RoundingMode, withhold};
/// let split = withhold(1_001, Decimal::from_bps(1_500), RoundingMode::Down)?;
/// assert_eq!((split.tax_minor, split.net_minor), (150, 851));
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
pub fn withhold(
    gross_minor: i128,
    tax_rate: Decimal,
    mode: RoundingMode,
) -> Result<TaxSplit, Error> {
    if gross_minor < 0 || tax_rate < Decimal::ZERO || tax_rate > Decimal::ONE {
        return Err(Error::Unsupported {
            what: "withholding tax",
            reason: "the rate must lie between 0 and 1 and the gross amount must not be negative",
        });
    }
    let tax_minor = mul_div(&[gross_minor, tax_rate.units()], &[Decimal::ONE.units()], mode)?;
    Ok(TaxSplit { gross_minor, tax_minor, net_minor: gross_minor.saturating_sub(tax_minor) })
}

#[cfg(test)]
mod tests;
