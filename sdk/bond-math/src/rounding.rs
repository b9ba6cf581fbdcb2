//! Where and how money is rounded: the only divisions that lose anything go through here.

use borsh::{BorshDeserialize, BorshSerialize};
use ruint::aliases::U512;

use crate::Error;
use crate::decimal::SCALE;
use crate::wide::{self, Divisor};

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
/// Products are formed in 128 bits where they fit and are divided by one divisor after the other; else in
/// 512: an amount, a pool factor, a rate, an index ratio and a year fraction of full precision together.
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
#[inline]
pub fn mul_div(factors: &[i128], divisors: &[i128], mode: RoundingMode) -> Result<i128, Error> {
    let negative = factors.iter().chain(divisors).fold(false, |sign, number| sign ^ (*number < 0));
    let magnitude = match narrow(factors, divisors) {
        Some(twice) => twice.rounded(mode),
        None => divide_wide(product(factors)?, product(divisors)?, mode)?,
    };
    signed(magnitude, negative)
}

pub(crate) fn signed(magnitude: u128, negative: bool) -> Result<i128, Error> {
    let value = i128::try_from(magnitude).map_err(|_| Error::overflow("a quotient"))?;
    Ok(if negative { value.saturating_neg() } else { value })
}

/// Twice a quotient, rounded down: its lowest bit is the half, and with it any rounding is decided.
#[derive(Clone, Copy)]
pub(crate) struct Twice {
    pub(crate) quotient: u128,
    /// Whether nothing was left over.
    pub(crate) exact: bool,
}

impl Twice {
    #[inline]
    pub(crate) fn rounded(self, mode: RoundingMode) -> u128 {
        let whole = self.quotient >> 1;
        let half = self.quotient & 1 == 1;
        let up = match mode {
            RoundingMode::Down => false,
            RoundingMode::HalfUp => half,
            RoundingMode::HalfEven => half && (!self.exact || whole & 1 == 1),
        };
        // Half of 128 bits and one more cannot overflow.
        whole.wrapping_add(u128::from(up))
    }
}

/// The quotient where the product of the factors has at most 127 bits and each divisor at most 64, zeros
/// at its lower end aside: by far the most frequent case, and the cheap one.
///
/// Rounding down after each division gives what rounding down once after all of them would.
#[inline]
fn narrow(factors: &[i128], divisors: &[i128]) -> Option<Twice> {
    let (mut high, mut low) = (0_u64, 1_u64);
    for factor in factors {
        (high, low) = times((high, low), words(factor.unsigned_abs()))?;
    }
    if high >> 63 != 0 {
        return None;
    }
    (high, low) = ((high << 1) | (low >> 63), low << 1);
    let mut rests = 0_u64;
    for divisor in divisors {
        let divisor = divisor.unsigned_abs();
        let (mut above, mut below) = words(divisor);
        if above != 0 {
            let zeros = divisor.trailing_zeros();
            (above, below) = words(divisor >> zeros);
            let number = join(high, low);
            let kept = number >> zeros;
            rests |= u64::from(kept << zeros != number);
            (high, low) = words(kept);
        }
        if above != 0 || below == 0 {
            return None;
        }
        let rest;
        (high, low, rest) = divide_once(high, low, below);
        rests |= rest;
    }
    Some(Twice { quotient: join(high, low), exact: rests == 0 })
}

/// Quotient of two words and remainder; the divisor is not zero.
#[inline]
fn divide_once(high: u64, low: u64, divisor: u64) -> (u64, u64, u64) {
    if divisor == 1 {
        return (high, low, 0);
    }
    if divisor == SCALE {
        return Divisor::SCALE.divide(high, low);
    }
    match u32::try_from(divisor) {
        Ok(divisor) => wide::divide_by_half_word(high, low, divisor),
        Err(_) if high == 0 => {
            let quotient = low.checked_div(divisor).unwrap_or(0);
            (0, quotient, low.wrapping_sub(quotient.wrapping_mul(divisor)))
        }
        Err(_) => Divisor::new(divisor).divide(high, low),
    }
}

/// The product, high word first, where it has two words.
#[inline]
fn times(a: (u64, u64), b: (u64, u64)) -> Option<(u64, u64)> {
    match (a, b) {
        ((0, a), (0, b)) => Some(if b == 1 { (0, a) } else { wide::product(a, b) }),
        ((high, low), (0, word)) | ((0, word), (high, low)) => {
            let (carry, low) = wide::product(low, word);
            let (over, high) = wide::product(high, word);
            if over == 0 { Some((high.checked_add(carry)?, low)) } else { None }
        }
        _ => None,
    }
}

#[inline]
#[allow(clippy::cast_possible_truncation, reason = "both words are kept")]
const fn words(number: u128) -> (u64, u64) {
    ((number >> 64) as u64, number as u64)
}

#[inline]
const fn join(high: u64, low: u64) -> u128 {
    ((high as u128) << 64) | low as u128
}

/// Products of two words over one divisor, to the nearest, again and again: without a number of 128 bits,
/// which a guest has no instructions for.
pub(crate) struct Quotients {
    /// Half the divisor is `by`, moved up to its highest bit, times two to the power of `zeros`; where that
    /// does not fit, none.
    by: Option<(Divisor, u32)>,
}

impl Quotients {
    pub(crate) fn by(divisor: i128) -> Self {
        let all_zeros = divisor.trailing_zeros();
        let odd = divisor.checked_shr(all_zeros).and_then(|odd| u64::try_from(odd).ok());
        let by = odd.filter(|odd| *odd > 0).map(Divisor::new);
        let with_zeros = |by: Divisor| {
            let zeros = all_zeros.checked_sub(1)?.checked_sub(by.shift())?;
            (zeros < 64).then_some((by, zeros))
        };
        Self { by: by.and_then(with_zeros) }
    }

    /// `a` × `b` over the divisor, rounded half up; `None` where it is no word, or the divisor does not fit.
    #[inline]
    pub(crate) fn of(&self, a: u64, b: u64) -> Option<u64> {
        let (by, zeros) = self.by?;
        let (high, low) = wide::product(a, b);
        let (high, low) = match zeros {
            0 => (high, low),
            zeros => (high >> zeros, (high << 64_u32.wrapping_sub(zeros)) | (low >> zeros)),
        };
        // By half of the divisor, so that the lowest bit decides.
        let twice = by.divide_by_normal(high, low)?;
        Some((twice >> 1).wrapping_add(twice & 1))
    }
}

fn product(numbers: &[i128]) -> Result<U512, Error> {
    numbers
        .iter()
        .try_fold(U512::from(1_u8), |product, number| {
            product.checked_mul(U512::from(number.unsigned_abs()))
        })
        .ok_or(Error::overflow("a product of 512 bits"))
}

fn divide_wide(product: U512, divisor: U512, mode: RoundingMode) -> Result<u128, Error> {
    if divisor.is_zero() {
        return Err(Error::overflow("a division by zero"));
    }
    let (quotient, remainder) = product.div_rem(divisor);
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

    /// Factors and divisors of every size, against 512 bits.
    #[test]
    fn every_path_agrees_with_512_bits() {
        let scale = i128::from(SCALE);
        let numbers = [
            1,
            2,
            3,
            7,
            184,
            365,
            366,
            1_000,
            4_294_967_295,
            4_294_967_296,
            999_999_999_999_999_989,
            scale,
            scale + 1,
            2 * scale,
            100 * scale,
            365 * scale,
            i128::from(u64::MAX),
            i128::from(u64::MAX) + 2,
            10_i128.pow(30),
            (1 << 100) + 1,
            i128::MAX,
        ];
        let mut narrow_ones = 0;
        for a in numbers {
            for b in numbers {
                for c in numbers {
                    for d in numbers {
                        let known = |mode| {
                            let (above, below) = (product(&[-a, b]), product(&[c, d]));
                            let known =
                                divide_wide(above.expect("fits"), below.expect("fits"), mode);
                            signed(known.ok()?, true).ok()
                        };
                        for mode in [HalfUp, HalfEven, Down] {
                            assert_eq!(
                                mul_div(&[-a, b], &[c, d], mode).ok(),
                                known(mode),
                                "{a} {b} {c} {d}"
                            );
                        }
                        narrow_ones += u32::from(narrow(&[a, b], &[c, d]).is_some());
                    }
                }
            }
        }
        assert!(narrow_ones > 50_000, "{narrow_ones}");
    }

    #[test]
    fn quotients_by_one_divisor_agree_with_single_ones() {
        let scale = i128::from(SCALE);
        let mut words = 0;
        for divisor in [0, 1, 2, 360, -360, 360 * scale, 364 * scale, 365 * scale, i128::MAX] {
            let quotients = Quotients::by(divisor);
            for a in [0, 1, 182, 365, SCALE, 5 * SCALE / 2, 1 << 63, u64::MAX] {
                for b in [0, 1, 3, 90_000_000_000_000_001, 3 * SCALE, 1 << 63, u64::MAX] {
                    let known = mul_div(&[i128::from(a), i128::from(b)], &[divisor], HalfUp);
                    if let Some(quotient) = quotients.of(a, b) {
                        assert_eq!(Ok(i128::from(quotient)), known, "{a} {b} {divisor}");
                        words += 1;
                    }
                }
            }
        }
        assert!(words > 100, "{words}");
        let year = Quotients::by(365 * scale);
        assert!(year.of(5 * SCALE, SCALE).is_some() && Quotients::by(0).of(1, 1).is_none());
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
