//! Exact rational numbers: year fractions stay unrounded until money is computed.

use core::fmt;
use core::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Decimal, Error, RoundingMode, rounding};

/// A rational number in lowest terms with a positive denominator.
///
/// Year fractions are fractions of days, so they are exact here, and money is rounded once only.
///
/// ```
/// use tenor_bond_math::Fraction;
/// let half = Fraction::new(182, 364)?;
/// assert_eq!((half.numerator(), half.denominator()), (1, 2));
/// assert_eq!(half.to_decimal(tenor_bond_math::RoundingMode::HalfUp)?.to_string(), "0.5");
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, tenor_macros::Schema)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// Zero.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };
    /// One.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// `numerator / denominator` in lowest terms.
    ///
    /// # Errors
    /// [`Error::Overflow`] when the denominator is zero or a sign cannot be moved.
    pub fn new(numerator: i128, denominator: i128) -> Result<Self, Error> {
        let overflow = || Error::overflow("a fraction");
        if denominator == 0 {
            return Err(overflow());
        }
        // Nearly all numbers here fit 64 bits, where a division is many times cheaper, in a guest above all.
        if let (Ok(above), Ok(below)) = (i64::try_from(numerator), u64::try_from(denominator)) {
            return Ok(Self::narrow(above, below));
        }
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).map_err(|_| overflow())?;
        let (numerator, denominator) = (
            numerator.checked_div(divisor).ok_or_else(overflow)?,
            denominator.checked_div(divisor).ok_or_else(overflow)?,
        );
        if denominator > 0 {
            return Ok(Self { numerator, denominator });
        }
        Ok(Self {
            numerator: numerator.checked_neg().ok_or_else(overflow)?,
            denominator: denominator.checked_neg().ok_or_else(overflow)?,
        })
    }

    pub(crate) fn of_days(days: i64, denominator: i64) -> Result<Self, Error> {
        match u64::try_from(denominator) {
            Ok(below) if below > 0 => Ok(Self::narrow(days, below)),
            _ => Self::new(i128::from(days), i128::from(denominator)),
        }
    }

    /// `above / below` in lowest terms; `below` is not zero.
    #[allow(
        clippy::arithmetic_side_effects,
        reason = "the common divisor of a positive number is not zero"
    )]
    fn narrow(above: i64, below: u64) -> Self {
        let magnitude = above.unsigned_abs();
        let divisor = gcd_narrow(below, magnitude);
        let numerator = i128::from(magnitude / divisor);
        Self {
            numerator: if above < 0 { numerator.wrapping_neg() } else { numerator },
            denominator: i128::from(below / divisor),
        }
    }

    /// Above and below the line: what an amount is multiplied by.
    pub(crate) const fn ratio(self) -> (i128, i128) {
        (self.numerator, self.denominator)
    }

    /// The number above the line; carries the sign.
    #[must_use]
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// The number below the line; positive.
    #[must_use]
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// Whether this is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`Error::Overflow`].
    pub fn plus(self, other: Self) -> Result<Self, Error> {
        let overflow = || Error::overflow("a sum of fractions");
        let left = self.numerator.checked_mul(other.denominator).ok_or_else(overflow)?;
        let right = other.numerator.checked_mul(self.denominator).ok_or_else(overflow)?;
        let denominator = self.denominator.checked_mul(other.denominator).ok_or_else(overflow)?;
        Self::new(left.checked_add(right).ok_or_else(overflow)?, denominator)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`Error::Overflow`].
    pub fn minus(self, other: Self) -> Result<Self, Error> {
        self.plus(other.negated())
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        // The numerator is never i128::MIN with a denominator above one; saturating keeps this total.
        Self { numerator: self.numerator.saturating_neg(), denominator: self.denominator }
    }

    /// The product.
    ///
    /// # Errors
    /// [`Error::Overflow`].
    pub fn times(self, other: Self) -> Result<Self, Error> {
        let overflow = || Error::overflow("a product of fractions");
        let left = Self::new(self.numerator, other.denominator)?;
        let right = Self::new(other.numerator, self.denominator)?;
        Self::new(
            left.numerator.checked_mul(right.numerator).ok_or_else(overflow)?,
            left.denominator.checked_mul(right.denominator).ok_or_else(overflow)?,
        )
    }

    /// The nearest decimal at 10^-18, under a named rounding.
    ///
    /// # Errors
    /// [`Error::Overflow`].
    pub fn to_decimal(self, mode: RoundingMode) -> Result<Decimal, Error> {
        rounding::mul_div(&[self.numerator, Decimal::ONE.units()], &[self.denominator], mode)
            .map(Decimal::from_units)
    }

    /// The nearest floating-point number, for search and display off the ledger.
    #[cfg(feature = "pricing")]
    #[must_use]
    #[allow(clippy::cast_precision_loss, clippy::float_arithmetic)]
    pub fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

impl BorshDeserialize for Fraction {
    /// Accepts only the lowest terms, so that a value has one encoding.
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let numerator = i128::deserialize_reader(reader)?;
        let denominator = i128::deserialize_reader(reader)?;
        match Self::new(numerator, denominator) {
            Ok(value) if value.numerator == numerator && value.denominator == denominator => {
                Ok(value)
            }
            _ => Err(crate::invalid_data("fraction not in lowest terms")),
        }
    }
}

impl fmt::Display for Fraction {
    /// `numerator/denominator`, or the numerator alone over one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            return write!(f, "{}", self.numerator);
        }
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

const FORM: &str = "a fraction like 181/365, or a whole number";

impl FromStr for Fraction {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || Error::parse("a fraction", text, FORM);
        let (above, below) = text.split_once('/').unwrap_or((text, "1"));
        let numerator = above.parse().map_err(|_| bad())?;
        let denominator = below.parse().map_err(|_| bad())?;
        Self::new(numerator, denominator)
    }
}

#[cfg(feature = "serde")]
crate::serde_text!(Fraction, FORM);

/// The greatest common divisor.
#[allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "the divisor is not zero; what is cut has been compared"
)]
const fn gcd(mut a: u128, mut b: u128) -> u128 {
    const NARROW: u128 = u64::MAX as u128;
    while b != 0 {
        if a <= NARROW && b <= NARROW {
            return gcd_narrow(a as u64, b as u64) as u128;
        }
        (a, b) = (b, a % b);
    }
    a
}

#[allow(clippy::arithmetic_side_effects, reason = "the divisor is not zero")]
const fn gcd_narrow(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_and_in_lowest_terms() {
        let sum = Fraction::of_days(4, 365)
            .and_then(|a| a.plus(Fraction::of_days(58, 366)?))
            .expect("small");
        assert_eq!((sum.numerator(), sum.denominator()), (11_317, 66_795));
        assert_eq!(Fraction::new(1, -2).expect("small"), Fraction::new(-1, 2).expect("small"));
    }

    #[test]
    fn limits_are_errors() {
        assert!(Fraction::new(1, 0).is_err());
        assert!(Fraction::new(i128::MIN, -1).is_err());
        assert!(Fraction::new(1, i128::MIN).is_err());
        let big = Fraction::new(i128::MAX, 2).expect("odd over two");
        assert!(big.plus(big).is_err());
        assert!(big.times(big).is_err());
    }

    #[test]
    fn a_value_has_one_encoding() {
        let bytes = borsh::to_vec(&(2_i128, 4_i128)).expect("to memory");
        assert!(borsh::from_slice::<Fraction>(&bytes).is_err());
        let half = Fraction::new(2, 4).expect("small");
        let bytes = borsh::to_vec(&half).expect("to memory");
        assert_eq!(borsh::from_slice::<Fraction>(&bytes).expect("same"), half);
    }
}
