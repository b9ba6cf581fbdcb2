//! Margins of floating coupons: what they yield above an index that stays where it is.

use super::Valuation;
use super::discount::Discount;
use super::flows::NEAREST;
use crate::{BondTerms, Coupon, Decimal, Error};

/// The discount factors of a margin, payment after payment: each period adds a factor 1 / (1 + (r + m)·t).
pub(super) struct MarginDiscounts {
    years: f64,
    factor: f64,
    /// Σ t / (1 + (r + m)·t) and Σ of its squares.
    slopes: f64,
    squares: f64,
}

impl MarginDiscounts {
    pub(super) const START: Self = Self { years: 0.0, factor: 1.0, slopes: 0.0, squares: 0.0 };

    /// The factor of the payment that lies so many years ahead, after the one before it.
    pub(super) fn next(&mut self, rate: f64, years: f64) -> Discount {
        let step = years - self.years;
        let growth = 1.0 + rate * step;
        let slope = step / growth;
        self.years = years;
        self.factor /= growth;
        self.slopes += slope;
        self.squares += slope * slope;
        Discount {
            value: self.factor,
            first: -self.factor * self.slopes,
            second: self.factor * (self.slopes * self.slopes + self.squares),
        }
    }
}

impl Valuation {
    /// The margin at which the longest period's discount factor has a pole.
    pub(super) fn lowest_margin(&self) -> f64 {
        let mut at = 0.0;
        let longest = self.open_flows().iter().fold(0.0, |longest: f64, flow| {
            let step = flow.years - at;
            at = flow.years;
            longest.max(step)
        });
        -1.0 / longest.max(f64::EPSILON) - self.index_rate.unwrap_or(0.0)
    }

    /// The simple margin, or spread for life, at a clean price: the margin of the terms and the even gain to
    /// redemption, over the price. `((R − P) / T + 100·s) / P`, with T years to maturity by the bond's day count
    /// (Fabozzi and Mann, Floating-Rate Securities, 2000).
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a coupon that does not float, or that multiplies its index;
    /// [`Error::Overflow`].
    pub fn simple_margin(&self, terms: &BondTerms, clean: Decimal) -> Result<Decimal, Error> {
        let refused = |reason| Error::Unsupported { what: "a simple margin", reason };
        let Coupon::Floating(floating) = &terms.coupon else {
            return Err(refused("the coupon does not float"));
        };
        if floating.gearing != Decimal::ONE {
            return Err(refused("the coupon multiplies its index"));
        }
        let years = self.exact.years_to_maturity.to_decimal(NEAREST)?;
        let gain = self.exact.redemption.minus(clean)?.over(years, NEAREST)?;
        let margin = floating.spread.times(Decimal::HUNDRED, NEAREST)?;
        gain.plus(margin)?.over(clean, NEAREST)?.rounded(super::EXACT_DECIMALS, NEAREST)
    }
}
