//! Where and how money is rounded: the only divisions that lose anything go through here.

use borsh::{BorshDeserialize, BorshSerialize};
use ruint::aliases::U512;

use crate::Error;

/// What to do with the part of a number that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum RoundingMode {
    /// To the nearest; a tie goes away from zero. The usual rule for coupons.
    HalfUp,
    /// To the nearest; a tie goes to the even neighbour.
    HalfEven,
    /// Towards zero.
    Down,
}

/// Which amount is rounded before it is multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum RoundingBasis {
    /// Round the amount of one denomination, then multiply by the number held.
    /// A position then gets the same whether it is held in one account or in many.
    PerDenomination,
    /// Compute on the whole position, round once.
    PerPosition,
}

/// The rounding clause of a bond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(tenor_macros::Schema)]
pub struct Rounding {
    /// What happens to a tie or a remainder.
    pub mode: RoundingMode,
    /// What is rounded.
    pub basis: RoundingBasis,
    /// Decimals of the major currency unit that are kept, 0 to 12. More than the currency's minor
    /// digits is meaningful per denomination: the position is then rounded again to minor units.
    pub decimals: u8,
}

/// Largest [`Rounding::decimals`].
pub const ROUNDING_DECIMALS_MAX: u8 = 12;

impl Rounding {
    /// Half up to the currency's minor unit, on the whole position.
    #[must_use]
    pub const fn per_position(decimals: u8) -> Self {
        Self { mode: RoundingMode::HalfUp, basis: RoundingBasis::PerPosition, decimals }
    }

    /// Half up to the currency's minor unit, for each denomination.
    #[must_use]
    pub const fn per_denomination(decimals: u8) -> Self {
        Self { mode: RoundingMode::HalfUp, basis: RoundingBasis::PerDenomination, decimals }
    }
}

/// The product of `factors` over the product of `divisors`, rounded once.
///
/// Products are formed in 128 bits where they fit, else in 512: an amount, a pool factor, a rate, an
/// index ratio and a year fraction of full precision together.
///
/// # Errors
/// [`Error::Overflow`] when a product needs more than 512 bits, the result more than 127, or a
/// divisor is zero.
///
/// ```
/// use tenor_bond_math::{RoundingMode, rounding::mul_div};
/// assert_eq!(mul_div(&[5, 1], &[2], RoundingMode::HalfUp)?, 3);
/// assert_eq!(mul_div(&[-5, 1], &[2], RoundingMode::HalfEven)?, -2);
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
pub fn mul_div(factors: &[i128], divisors: &[i128], mode: RoundingMode) -> Result<i128, Error> {
    let negative = factors.iter().chain(divisors).fold(false, |sign, number| sign ^ (*number < 0));
    let magnitude = match (small_product(factors), small_product(divisors)) {
        (Some(_), Some(0)) | (None, Some(0)) => return Err(Error::overflow("a division by zero")),
        (Some(product), Some(divisor)) => divide_small(product, divisor, mode),
        _ => divide_wide(product(factors)?, product(divisors)?, mode)?,
    };
    let value = i128::try_from(magnitude).map_err(|_| Error::overflow("a quotient"))?;
    Ok(if negative { value.saturating_neg() } else { value })
}

/// The product in 128 bits where it fits: by far the most frequent case, and the cheap one.
fn small_product(numbers: &[i128]) -> Option<u128> {
    numbers.iter().try_fold(1_u128, |product, number| product.checked_mul(number.unsigned_abs()))
}

fn product(numbers: &[i128]) -> Result<U512, Error> {
    numbers
        .iter()
        .try_fold(U512::from(1_u8), |product, number| {
            product.checked_mul(U512::from(number.unsigned_abs()))
        })
        .ok_or(Error::overflow("a product of 512 bits"))
}

/// `divisor` is not zero.
fn divide_small(product: u128, divisor: u128, mode: RoundingMode) -> u128 {
    let quotient = product.checked_div(divisor).unwrap_or(0);
    let remainder = product.checked_rem(divisor).unwrap_or(0);
    // remainder >= divisor - remainder, written so that nothing can overflow
    let rest = divisor.saturating_sub(remainder);
    let up = match mode {
        RoundingMode::Down => false,
        RoundingMode::HalfUp => remainder != 0 && remainder >= rest,
        RoundingMode::HalfEven => {
            remainder > rest || (remainder == rest && quotient.trailing_ones() > 0)
        }
    };
    quotient.saturating_add(u128::from(up))
}

fn divide_wide(product: U512, divisor: U512, mode: RoundingMode) -> Result<u128, Error> {
    let (Some(quotient), Some(remainder)) =
        (product.checked_div(divisor), product.checked_rem(divisor))
    else {
        return Err(Error::overflow("a division by zero"));
    };
    let rest = divisor.saturating_sub(remainder);
    let up = match mode {
        RoundingMode::Down => false,
        RoundingMode::HalfUp => !remainder.is_zero() && remainder >= rest,
        RoundingMode::HalfEven => remainder > rest || (remainder == rest && quotient.bit(0)),
    };
    let quotient = u128::try_from(quotient).map_err(|_| Error::overflow("a quotient"))?;
    Ok(quotient.saturating_add(u128::from(up)))
}

/// 10 to the power of `exponent`, at most 38.
///
/// # Errors
/// [`Error::Overflow`].
pub(crate) fn power_of_ten(exponent: u8) -> Result<i128, Error> {
    10_i128.checked_pow(u32::from(exponent)).ok_or(Error::overflow("a power of ten"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use RoundingMode::{Down, HalfEven, HalfUp};

    #[test]
    fn ties_and_signs() {
        for (numerator, half_up, half_even, down) in [
            (5, 3, 2, 2),
            (7, 4, 4, 3),
            (-5, -3, -2, -2),
            (-7, -4, -4, -3),
            (0, 0, 0, 0),
            (1, 1, 0, 0),
        ] {
            assert_eq!(mul_div(&[numerator], &[2], HalfUp), Ok(half_up));
            assert_eq!(mul_div(&[numerator], &[2], HalfEven), Ok(half_even));
            assert_eq!(mul_div(&[numerator], &[2], Down), Ok(down));
        }
    }

    #[test]
    fn the_wide_path_agrees_with_the_small_one() {
        let wide = 10_i128.pow(30);
        for mode in [HalfUp, HalfEven, Down] {
            for numerator in [-7_i128, -5, -4, -3, 0, 3, 4, 5, 7, 1_000_001] {
                assert_eq!(
                    mul_div(&[numerator, wide, wide], &[2, wide, wide], mode),
                    mul_div(&[numerator], &[2], mode)
                );
            }
        }
    }

    #[test]
    fn limits_are_errors() {
        assert!(mul_div(&[1], &[0], HalfUp).is_err());
        assert!(mul_div(&[i128::MAX, i128::MAX], &[0], HalfUp).is_err());
        assert!(mul_div(&[i128::MAX, 2], &[1], HalfUp).is_err());
        assert!(mul_div(&[i128::MAX; 5], &[1], HalfUp).is_err());
        assert_eq!(mul_div(&[i128::MAX, i128::MAX], &[i128::MAX], Down), Ok(i128::MAX));
    }
}
