//! Rates, prices, index levels and factors: decimal numbers at 10^-18.

use alloc::string::String;
use core::fmt::{self, Write as _};
use core::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::rounding::{mul_div, power_of_ten};
use crate::{Error, Fraction, RoundingMode};

/// Digits after the decimal point.
pub const DECIMAL_SCALE: u8 = 18;
/// Units of one.
pub(crate) const SCALE: u64 = 1_000_000_000_000_000_000;
const ONE: i128 = SCALE as i128;

/// A signed decimal number in units of 10^-18, up to about 1.7 × 10^20.
///
/// A rate of 4.25 % is `0.0425`; a price of 101.5 per cent of par is `101.5`.
///
/// ```
/// use tenor_bond_math::Decimal;
/// let rate: Decimal = "0.0425".parse()?;
/// assert_eq!(rate, Decimal::from_bps(425));
/// assert_eq!(rate.to_string(), "0.0425");
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
#[derive(
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
    tenor_macros::Schema,
)]
#[schema(named = "decimal")]
pub struct Decimal(i128);

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(ONE);
    /// One hundred: par, as prices are quoted.
    pub const HUNDRED: Self = Self(100 * ONE);

    /// The number that is `units` × 10^-18.
    #[must_use]
    pub const fn from_units(units: i128) -> Self {
        Self(units)
    }

    /// The number in units of 10^-18.
    #[must_use]
    pub const fn units(self) -> i128 {
        self.0
    }

    /// The number that is `bps` × 10^-4, so that 425 basis points are 0.0425.
    #[must_use]
    pub const fn from_bps(bps: i32) -> Self {
        // i32 × 10^14 is below 2^79.
        Self((bps as i128).saturating_mul(ONE / 10_000))
    }

    /// A whole number.
    #[must_use]
    pub const fn from_integer(value: i64) -> Self {
        // i64 × 10^18 is below 2^123.
        Self((value as i128).saturating_mul(ONE))
    }

    /// The units over those of one, not in lowest terms: what an amount is multiplied by.
    pub(crate) const fn ratio(self) -> (i128, i128) {
        (self.0, ONE)
    }

    /// The same number as a fraction in lowest terms.
    #[must_use]
    pub fn to_fraction(self) -> Fraction {
        // A divisor of one and a positive denominator cannot fail.
        Fraction::new(self.0, ONE).unwrap_or(Fraction::ZERO)
    }

    /// Whether the number is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether the number is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`Error::Overflow`].
    pub fn plus(self, other: Self) -> Result<Self, Error> {
        self.0.checked_add(other.0).map(Self).ok_or(Error::overflow("a sum of decimals"))
    }

    /// The difference.
    ///
    /// # Errors
    /// [`Error::Overflow`].
    pub fn minus(self, other: Self) -> Result<Self, Error> {
        self.0.checked_sub(other.0).map(Self).ok_or(Error::overflow("a difference of decimals"))
    }

    /// The product, rounded to 10^-18.
    ///
    /// # Errors
    /// [`Error::Overflow`].
    pub fn times(self, other: Self, mode: RoundingMode) -> Result<Self, Error> {
        mul_div(&[self.0, other.0], &[ONE], mode).map(Self)
    }

    /// The quotient, rounded to 10^-18.
    ///
    /// # Errors
    /// [`Error::Overflow`], also for a zero divisor.
    pub fn over(self, other: Self, mode: RoundingMode) -> Result<Self, Error> {
        mul_div(&[self.0, ONE], &[other.0], mode).map(Self)
    }

    /// The number rounded to `decimals` digits after the point; unchanged for 18 and more.
    ///
    /// # Errors
    /// [`Error::Overflow`].
    pub fn rounded(self, decimals: u8, mode: RoundingMode) -> Result<Self, Error> {
        let Some(dropped) = DECIMAL_SCALE.checked_sub(decimals) else {
            return Ok(self);
        };
        let step = power_of_ten(dropped)?;
        let kept = mul_div(&[self.0], &[step], mode)?;
        mul_div(&[kept, step], &[1], mode).map(Self)
    }

    /// The nearest floating-point number, for search and display off the ledger.
    #[cfg(feature = "pricing")]
    #[must_use]
    #[allow(clippy::cast_precision_loss, clippy::float_arithmetic)]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / ONE as f64
    }

    /// The decimal nearest to a floating-point number.
    ///
    /// # Errors
    /// [`Error::Overflow`] for infinities, NaN and numbers beyond 1.7 × 10^20.
    #[cfg(feature = "pricing")]
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::float_arithmetic
    )]
    pub fn from_f64(value: f64) -> Result<Self, Error> {
        let scaled = value * ONE as f64;
        if scaled.is_finite() && scaled.abs() < i128::MAX as f64 {
            Ok(Self(scaled as i128))
        } else {
            Err(Error::overflow("a decimal from a floating-point number"))
        }
    }
}

impl fmt::Display for Decimal {
    /// Plain digits, a point, no trailing zeros: `-0.0425`, `100`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        const ONE_UNSIGNED: u128 = ONE.unsigned_abs();
        let whole = magnitude / ONE_UNSIGNED;
        let part = magnitude % ONE_UNSIGNED;
        let mut text = String::new();
        write!(text, "{whole}")?;
        if part != 0 {
            let mut digits = String::new();
            write!(digits, "{part:018}")?;
            write!(text, ".{}", digits.trim_end_matches('0'))?;
        }
        f.pad_integral(self.0 >= 0, "", &text)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

const FORM: &str = "a decimal number like 0.0425 with at most 18 digits after the point";

impl FromStr for Decimal {
    type Err = Error;

    /// Reads `[-]digits[.digits]`; no exponent, no plus sign, no separators.
    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || Error::parse("a decimal", text, FORM);
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let digits_only = |s: &str| !s.is_empty() && s.bytes().all(|byte| byte.is_ascii_digit());
        if !digits_only(whole) || !digits_only(part) || part.len() > usize::from(DECIMAL_SCALE) {
            return Err(bad());
        }
        let whole: i128 = whole.parse().map_err(|_| bad())?;
        let decimals = u8::try_from(part.len()).map_err(|_| bad())?;
        let part: i128 = part.parse().map_err(|_| bad())?;
        let units = part
            .checked_mul(power_of_ten(DECIMAL_SCALE.saturating_sub(decimals))?)
            .and_then(|part| whole.checked_mul(ONE)?.checked_add(part))
            .ok_or_else(bad)?;
        Ok(Self(if negative { units.saturating_neg() } else { units }))
    }
}

#[cfg(feature = "serde")]
crate::serde_text!(Decimal, FORM);

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn text_round_trips() {
        for text in ["0", "-0.0425", "100", "1.000000000000000001", "103.5"] {
            assert_eq!(text.parse::<Decimal>().expect("valid").to_string(), text);
        }
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "1e3",
            "+1",
            "1,5",
            "--1",
            " 1",
            "0.0000000000000000001",
            "999999999999999999999999",
        ] {
            assert!(text.parse::<Decimal>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn rounds_to_digits() {
        let price: Decimal = "2.8655".parse().expect("valid");
        let rounded = price.rounded(3, RoundingMode::HalfEven).expect("small");
        assert_eq!(rounded.to_string(), "2.866");
        assert_eq!(price.rounded(40, RoundingMode::Down), Ok(price));
    }
}
