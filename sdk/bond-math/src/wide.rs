//! Words of 64 bits multiplied to 128 and divided again, on processors with such instructions and without.
//!
//! A guest has no product of more than 64 bits, and the compiler's routines for 128 bits are general and dear
//! there. A division by the same number again and again is a multiplication by its reciprocal (Möller and
//! Granlund, *Improved division by invariant integers*, 2011).

const HALF: u64 = u32::MAX as u64;

/// The product of two words, high word first.
#[inline]
pub(crate) const fn product(a: u64, b: u64) -> (u64, u64) {
    if cfg!(target_pointer_width = "64") { product_native(a, b) } else { product_by_halves(a, b) }
}

#[allow(clippy::cast_possible_truncation, reason = "both words of 128 bits are kept")]
const fn product_native(a: u64, b: u64) -> (u64, u64) {
    let product = (a as u128).wrapping_mul(b as u128);
    ((product >> 64) as u64, product as u64)
}

/// Four products of half words; no sum of them overflows.
const fn product_by_halves(a: u64, b: u64) -> (u64, u64) {
    let (a_high, a_low, b_high, b_low) = (a >> 32, a & HALF, b >> 32, b & HALF);
    let low = a_low.wrapping_mul(b_low);
    let middle = a_high.wrapping_mul(b_low).wrapping_add(low >> 32);
    let cross = a_low.wrapping_mul(b_high).wrapping_add(middle & HALF);
    let high = a_high.wrapping_mul(b_high).wrapping_add(middle >> 32).wrapping_add(cross >> 32);
    (high, (cross << 32) | (low & HALF))
}

/// A divisor with its reciprocal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Divisor {
    /// The divisor moved up until its highest bit is set.
    normal: u64,
    /// (2^128 - 1) / `normal` - 2^64.
    reciprocal: u64,
    shift: u32,
}

impl Divisor {
    /// 10^18, the scale of decimals.
    pub(crate) const SCALE: Self = Self::new(crate::decimal::SCALE);

    /// A divisor above zero; one is taken for zero.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::arithmetic_side_effects,
        reason = "the quotient lies between 2^64 and 2^65; the divisor is not zero"
    )]
    pub(crate) const fn new(value: u64) -> Self {
        let value = if value == 0 { 1 } else { value };
        let shift = value.leading_zeros();
        let normal = value << shift;
        Self { normal, reciprocal: (u128::MAX / normal as u128) as u64, shift }
    }

    /// Quotient of two words and remainder.
    #[inline]
    pub(crate) const fn divide(self, high: u64, low: u64) -> (u64, u64, u64) {
        let (top, high, low) = match self.shift {
            0 => (0, high, low),
            shift => {
                let up = 64_u32.wrapping_sub(shift);
                (high >> up, (high << shift) | (low >> up), low << shift)
            }
        };
        let (quotient_high, rest) =
            if top == 0 && high < self.normal { (0, high) } else { self.step(top, high) };
        let (quotient_low, rest) = self.step(rest, low);
        (quotient_high, quotient_low, rest >> self.shift)
    }

    /// Bits that the divisor was moved up by.
    pub(crate) const fn shift(self) -> u32 {
        self.shift
    }

    /// Quotient of two words by the divisor moved up to its highest bit; `None` where it is more than a word.
    #[inline]
    pub(crate) const fn divide_by_normal(self, high: u64, low: u64) -> Option<u64> {
        if high < self.normal { Some(self.step(high, low).0) } else { None }
    }

    /// One word of the quotient, of two words the higher of which is below the divisor.
    #[inline]
    const fn step(self, high: u64, low: u64) -> (u64, u64) {
        let (estimate, fraction) = product(self.reciprocal, high);
        let (fraction, carry) = fraction.overflowing_add(low);
        let estimate = estimate.wrapping_add(high).wrapping_add(carry as u64).wrapping_add(1);
        let rest = low.wrapping_sub(estimate.wrapping_mul(self.normal));
        let (estimate, rest) = if rest > fraction {
            (estimate.wrapping_sub(1), rest.wrapping_add(self.normal))
        } else {
            (estimate, rest)
        };
        if rest >= self.normal {
            return (estimate.wrapping_add(1), rest.wrapping_sub(self.normal));
        }
        (estimate, rest)
    }
}

/// Quotient of two words and remainder, by a divisor of a half word above zero: two divisions of words.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "the divisor is not zero, nothing overflows")]
pub(crate) const fn divide_by_half_word(high: u64, low: u64, divisor: u32) -> (u64, u64, u64) {
    let divisor = divisor as u64;
    let (quotient_high, rest) = match high {
        0 => (0, 0),
        high => (high / divisor, high % divisor),
    };
    if rest == 0 {
        return (quotient_high, low / divisor, low % divisor);
    }
    let upper = (rest << 32) | (low >> 32);
    let lower = ((upper % divisor) << 32) | (low & HALF);
    (quotient_high, ((upper / divisor) << 32) | (lower / divisor), lower % divisor)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of every size, with the edges.
    fn words() -> impl Iterator<Item = u64> + Clone {
        let edges = [0, 1, 2, HALF - 1, HALF, HALF + 1, 1 << 63, u64::MAX - 1, u64::MAX];
        let sizes = (0..64).flat_map(|bits| [1 << bits, 0x9e37_79b9_7f4a_7c15_u64 >> bits]);
        edges.into_iter().chain(sizes).chain([crate::decimal::SCALE])
    }

    fn joined(high: u64, low: u64) -> u128 {
        (u128::from(high) << 64) | u128::from(low)
    }

    #[test]
    fn halves_give_what_the_processor_gives() {
        for a in words() {
            for b in words() {
                assert_eq!(product_by_halves(a, b), product_native(a, b), "{a} {b}");
            }
        }
    }

    #[test]
    fn reciprocals_divide() {
        for value in words().filter(|value| *value > 0) {
            let divisor = Divisor::new(value);
            for high in words() {
                for low in words() {
                    let number = joined(high, low);
                    let (above, below, rest) = divisor.divide(high, low);
                    let known = (number / u128::from(value), number % u128::from(value));
                    assert_eq!((joined(above, below), u128::from(rest)), known, "{number} {value}");
                    if let Ok(value) = u32::try_from(value) {
                        assert_eq!(divide_by_half_word(high, low, value), (above, below, rest));
                    }
                }
            }
        }
    }
}
