//! Clean and dirty prices and what a trade pays.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::rounding::mul_div;
use crate::{BondTerms, Date, Decimal, Error, Observations, RoundingMode, Schedule, accrued};

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
    let face = i128::try_from(face_minor).map_err(|_| Error::overflow("a face amount"))?;
    mul_div(&[face, price.units()], &[Decimal::HUNDRED.units()], mode)
}

/// Accrued interest in per cent of par.
fn accrued_percent(accrued_minor: i128, face_minor: u128) -> Result<Decimal, Error> {
    let face = i128::try_from(face_minor).map_err(|_| Error::overflow("a face amount"))?;
    mul_div(&[accrued_minor, Decimal::HUNDRED.units()], &[face], RoundingMode::HalfUp)
        .map(Decimal::from_units)
}

/// Clean price plus accrued interest, in per cent of par.
///
/// # Errors
/// [`Error::Overflow`], also for a face of zero.
///
/// ```
/// use tenor_bond_math::dirty_from_clean;
/// let dirty = dirty_from_clean("103".parse()?, 380_220, 10_000_000)?;
/// assert_eq!(dirty.to_string(), "106.8022");
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
pub fn dirty_from_clean(
    clean: Decimal,
    accrued_minor: i128,
    face_minor: u128,
) -> Result<Decimal, Error> {
    clean.plus(accrued_percent(accrued_minor, face_minor)?)
}

/// Dirty price less accrued interest, in per cent of par.
///
/// # Errors
/// [`Error::Overflow`], also for a face of zero.
pub fn clean_from_dirty(
    dirty: Decimal,
    accrued_minor: i128,
    face_minor: u128,
) -> Result<Decimal, Error> {
    dirty.minus(accrued_percent(accrued_minor, face_minor)?)
}

/// What the buyer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SettlementAmount {
    /// Face times clean price, in minor units.
    pub principal_minor: i128,
    /// Accrued interest, in minor units; negative when ex.
    pub accrued_minor: i128,
    /// The sum.
    pub total_minor: i128,
}

/// The amount of a trade at a clean price for settlement on a date.
///
/// # Errors
/// As [`accrued()`].
pub fn settlement_amount(
    terms: &BondTerms,
    schedule: &Schedule,
    clean: Decimal,
    settlement: Date,
    face_minor: u128,
    observations: &Observations,
) -> Result<SettlementAmount, Error> {
    let principal_minor = price_amount(face_minor, clean, terms.rounding.mode)?;
    let accrued = accrued(terms, schedule, settlement, face_minor, observations)?;
    let total_minor = principal_minor
        .checked_add(accrued.amount_minor)
        .ok_or(Error::overflow("a settlement amount"))?;
    Ok(SettlementAmount { principal_minor, accrued_minor: accrued.amount_minor, total_minor })
}
