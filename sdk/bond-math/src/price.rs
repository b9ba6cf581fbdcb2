//! Clean and dirty prices and what a trade pays.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::principal::step;
use crate::rounding::mul_div;
use crate::{
    BondTerms, Date, Decimal, Error, Observations, Reduction, RoundingMode, Schedule, accrued,
};

/// The amount of a price in per cent of par on a face amount, in minor units.
///
/// # Errors
/// [`Error::Overflow`].
///
/// ```
/// use tenor_bond_math::{RoundingMode, price_amount};
/// assert_eq!(price_amount(1_000_000, "101.25".parse()?, RoundingMode::HalfUp)?, 1_012_500);
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
pub fn price_amount(face_minor: u128, price: Decimal, mode: RoundingMode) -> Result<i128, Error> {
    price_of(face_minor, price, Decimal::ONE, mode)
}

fn price_of(
    face_minor: u128,
    price: Decimal,
    factor: Decimal,
    mode: RoundingMode,
) -> Result<i128, Error> {
    let face = i128::try_from(face_minor).map_err(|_| Error::overflow("a face amount"))?;
    if factor == Decimal::ONE {
        return mul_div(&[face, price.units()], &[Decimal::HUNDRED.units()], mode);
    }
    let divisors = [Decimal::HUNDRED.units(), Decimal::ONE.units()];
    mul_div(&[face, price.units(), factor.units()], &divisors, mode)
}

/// What a buyer for settlement on a day gets of the original face: the pool factor of the first period that is
/// still to be paid to it; one where holdings shrink.
fn outstanding_on(
    terms: &BondTerms,
    schedule: &Schedule,
    settlement: Date,
    observations: &Observations,
) -> Result<Decimal, Error> {
    let live = schedule.due_to_buyer(settlement).next().or(schedule.period_at(settlement));
    match (terms.reduction, live) {
        // Nothing has been repaid before the end of the first period.
        (Reduction::PoolFactor, Some(period)) if period.index > 0 => {
            Ok(step(terms, schedule, period.index, observations)?.outstanding)
        }
        _ => Ok(Decimal::ONE),
    }
}

/// What the buyer of a face amount pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SettlementAmount {
    /// Face times pool factor times clean price, in minor units.
    pub principal_minor: i128,
    /// Accrued interest, in minor units; negative when ex.
    pub accrued_minor: i128,
    /// The sum.
    pub total_minor: i128,
}

/// The amount of a trade at a clean price for settlement on a date, the price in per cent of what is
/// outstanding: with [`crate::Reduction::PoolFactor`], `face_minor` is the original face.
///
/// # Errors
/// As [`accrued()`] and [`crate::principal_plan`].
pub fn settlement_amount(
    terms: &BondTerms,
    schedule: &Schedule,
    clean: Decimal,
    settlement: Date,
    face_minor: u128,
    observations: &Observations,
) -> Result<SettlementAmount, Error> {
    let factor = outstanding_on(terms, schedule, settlement, observations)?;
    let principal_minor = price_of(face_minor, clean, factor, terms.rounding.mode)?;
    let accrued = accrued(terms, schedule, settlement, face_minor, observations)?;
    let total_minor = principal_minor
        .checked_add(accrued.amount_minor)
        .ok_or(Error::overflow("a settlement amount"))?;
    Ok(SettlementAmount { principal_minor, accrued_minor: accrued.amount_minor, total_minor })
}
