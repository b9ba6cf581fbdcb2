//! Binary fixed-point numbers with 96 bits after the point, about 29 decimal digits: enough to settle
//! the last digit that floating point leaves open in a price.

use ruint::aliases::U256;

use crate::rounding::mul_div;
use crate::{Decimal, Error, Fraction, RoundingMode};

/// Bits after the point.
const POINT: usize = 96;
const ONE_RAW: i128 = 1 << POINT;
/// ln 2 and √2, cut to 96 bits.
const LN_2: Fixed = Fixed(54_916_777_467_707_473_351_141_471_128);
const SQRT_2: i128 = 112_045_541_949_572_279_837_463_876_454;
/// Terms after which both series are below the last bit.
const TERMS_MAX: i128 = 64;

/// A signed number in units of 2^-96, up to about 2 × 10^9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fixed(i128);

impl Fixed {
    pub(super) const ZERO: Self = Self(0);
    pub(super) const ONE: Self = Self(ONE_RAW);

    /// `numerator / denominator`, to the nearest.
    pub(super) fn ratio(numerator: i128, denominator: i128) -> Result<Self, Error> {
        mul_div(&[numerator, ONE_RAW], &[denominator], RoundingMode::HalfEven).map(Self)
    }

    pub(super) fn of_decimal(value: Decimal) -> Result<Self, Error> {
        Self::ratio(value.units(), Decimal::ONE.units())
    }

    pub(super) fn of_fraction(value: Fraction) -> Result<Self, Error> {
        Self::ratio(value.numerator(), value.denominator())
    }

    /// The nearest decimal at 10^-18.
    pub(super) fn to_decimal(self) -> Result<Decimal, Error> {
        let units = [self.0, Decimal::ONE.units()];
        mul_div(&units, &[ONE_RAW], RoundingMode::HalfEven).map(Decimal::from_units)
    }

    pub(super) fn plus(self, other: Self) -> Result<Self, Error> {
        self.0.checked_add(other.0).map(Self).ok_or(Error::overflow("a sum"))
    }

    pub(super) fn minus(self, other: Self) -> Result<Self, Error> {
        self.0.checked_sub(other.0).map(Self).ok_or(Error::overflow("a difference"))
    }

    pub(super) fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// The product, cut to 96 bits.
    pub(super) fn times(self, other: Self) -> Result<Self, Error> {
        let overflow = || Error::overflow("a product");
        let wide = U256::from(self.0.unsigned_abs())
            .checked_mul(U256::from(other.0.unsigned_abs()))
            .ok_or_else(overflow)?;
        let magnitude = i128::try_from(wide.wrapping_shr(POINT)).map_err(|_| overflow())?;
        let negative = (self.0 < 0) != (other.0 < 0);
        Ok(Self(if negative { magnitude.saturating_neg() } else { magnitude }))
    }

    /// The quotient, to the nearest.
    pub(super) fn over(self, other: Self) -> Result<Self, Error> {
        Self::ratio(self.0, other.0)
    }

    fn over_integer(self, divisor: i128) -> Result<Self, Error> {
        self.0.checked_div(divisor).map(Self).ok_or(Error::overflow("a quotient"))
    }

    fn times_integer(self, factor: i32) -> Result<Self, Error> {
        self.0.checked_mul(i128::from(factor)).map(Self).ok_or(Error::overflow("a product"))
    }

    /// The natural logarithm of a number above zero: x = m · 2^e with m between √½ and √2, then
    /// ln m = 2 · artanh((m − 1) / (m + 1)).
    pub(super) fn ln(self) -> Result<Self, Error> {
        if self.0 <= 0 {
            return Err(Error::overflow("a logarithm"));
        }
        let (mantissa, exponent) = self.normalised();
        let ratio = mantissa.minus(Self::ONE)?.over(mantissa.plus(Self::ONE)?)?;
        let square = ratio.times(ratio)?;
        let (mut power, mut sum) = (ratio, ratio);
        for odd in (3..TERMS_MAX).step_by(2) {
            power = power.times(square)?;
            if power == Self::ZERO {
                break;
            }
            sum = sum.plus(power.over_integer(odd)?)?;
        }
        sum.plus(sum)?.plus(LN_2.times_integer(exponent)?)
    }

    /// m and e with self = m · 2^e, m between √½ and √2.
    fn normalised(self) -> (Self, i32) {
        let mut mantissa = self.0;
        let mut exponent = 0_i32;
        while mantissa > SQRT_2 {
            mantissa = mantissa.wrapping_shr(1);
            exponent = exponent.saturating_add(1);
        }
        // Below √½ its double is below √2, so that this cannot leave 128 bits.
        while mantissa.saturating_mul(2) < SQRT_2 {
            mantissa = mantissa.saturating_mul(2);
            exponent = exponent.saturating_sub(1);
        }
        (Self(mantissa), exponent)
    }

    /// e to the power of this: x = k · ln 2 + r with |r| at most ½ ln 2, then Taylor's series for r.
    pub(super) fn exp(self) -> Result<Self, Error> {
        let half = LN_2.over_integer(2)?;
        let rounded = if self.0 < 0 { self.minus(half)? } else { self.plus(half)? };
        let doublings = rounded.0.checked_div(LN_2.0).unwrap_or(0);
        let doublings = i32::try_from(doublings).map_err(|_| Error::overflow("an exponential"))?;
        let rest = self.minus(LN_2.times_integer(doublings)?)?;
        let (mut term, mut sum) = (Self::ONE, Self::ONE);
        for count in 1..TERMS_MAX {
            term = term.times(rest)?.over_integer(count)?;
            if term == Self::ZERO {
                break;
            }
            sum = sum.plus(term)?;
        }
        sum.scaled(doublings)
    }

    /// This number times a power of two.
    fn scaled(self, doublings: i32) -> Result<Self, Error> {
        let shift = doublings.unsigned_abs();
        if doublings <= 0 {
            return Ok(Self(self.0.checked_shr(shift).unwrap_or(0)));
        }
        let factor = 1_i128.checked_shl(shift).filter(|factor| *factor > 0);
        let scaled = factor.and_then(|factor| self.0.checked_mul(factor));
        scaled.map(Self).ok_or(Error::overflow("an exponential"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Fixed {
        Fixed::of_decimal(text.parse().expect("a decimal")).expect("small")
    }

    fn shown(value: Result<Fixed, Error>) -> alloc::string::String {
        alloc::format!("{}", value.expect("in range").to_decimal().expect("small"))
    }

    #[test]
    fn logarithms_and_exponentials_have_eighteen_right_digits() {
        // Computed with fifty digits elsewhere.
        for (number, ln) in [
            ("2", "0.693147180559945309"),
            ("1", "0"),
            ("10", "2.302585092994045684"),
            ("0.01", "-4.605170185988091368"),
            ("1.0125", "0.012422519998557153"),
            ("1000000", "13.815510557964274104"),
        ] {
            assert_eq!(shown(of(number).ln()), ln, "ln {number}");
        }
        for (number, exp) in [
            ("1", "2.718281828459045235"),
            ("-1", "0.367879441171442322"),
            ("0", "1"),
            ("10", "22026.465794806716516958"),
            ("-30", "0.000000000000093576"),
            ("-100", "0"),
        ] {
            assert_eq!(shown(of(number).exp()), exp, "exp {number}");
        }
    }

    #[test]
    fn the_exponential_undoes_the_logarithm() {
        for text in ["0.0001", "0.5", "0.999999", "1.414213", "1.42", "77", "123456.789"] {
            let back = of(text).ln().and_then(Fixed::exp).and_then(Fixed::to_decimal);
            let off = back.and_then(|back| back.minus(text.parse()?)).expect("small");
            assert!(off.units().abs() < 1_000, "{text}: {off}");
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(of("0").ln().is_err());
        assert!(of("-1").ln().is_err());
        assert!(of("22").exp().is_err());
        assert!(of("2000000000").times(of("2")).is_err());
        assert!(Fixed::ONE.over(Fixed::ZERO).is_err());
        assert!(Fixed::of_decimal(Decimal::from_units(i128::MAX)).is_err());
    }
}
