//! Price from yield and back, duration and convexity, under the market's yield conventions.

use super::discount::{Discount, Discounts, Powers};
use super::root::solve;
use super::{Flow, Valuation};
use crate::Error;

/// How a yield discounts the payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YieldConvention {
    /// Compounding with the coupon frequency in every period (ISMA rule 803; UK gilts, Australia).
    Isma,
    /// As ISMA, but simple interest once the last coupon period has begun (US street, Germany).
    Street,
    /// Simple interest for the broken part of the first coupon period, compounding for whole ones (US
    /// Treasury, 31 CFR 356 Appendix B); a long first period has a broken part and whole ones. Of a bill, the
    /// bond equivalent yield over half-years (VI.D).
    UsTreasury,
    /// Simple interest on actual days over 360 or 365 to every payment.
    MoneyMarket {
        /// Days in a year.
        year_days: u16,
    },
    /// Coupon and straight-line gain over the clean price (Japan), years by the bond's day count.
    Simple,
    /// Discount off the redemption on actual days over 360 or 365: bills.
    Discount {
        /// Days in a year.
        year_days: u16,
    },
    /// Compounding once a year over years by the bond's day count, e.g. business days over 252.
    Annual,
    /// A discount margin in the place of a yield: each period at simple interest of the index rate that is
    /// taken for granted and the margin, years by the bond's day count (31 CFR 356 Appendix B, IV).
    DiscountMargin,
}

/// Sensitivities of a price to its yield.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Risk {
    /// Years to the payments, weighted by present value.
    pub macaulay_duration: f64,
    /// Relative fall of the dirty price per unit of yield.
    pub modified_duration: f64,
    /// Second derivative of the dirty price by yield over the price.
    pub convexity: f64,
    /// Fall of the dirty price, in per cent of par, when the yield rises by one basis point.
    pub basis_point_value: f64,
}

impl Valuation {
    /// Dirty price in per cent of par at a yield (a part of one).
    ///
    /// # Errors
    /// [`Error::NoConvergence`] when the yield is at or below the point where discounting fails;
    /// [`Error::Unsupported`] for a discount on more than one payment.
    pub fn dirty_from_yield(&self, rate: f64, convention: YieldConvention) -> Result<f64, Error> {
        self.fits(convention)?;
        let price = if convention == YieldConvention::Simple {
            self.simple_price(rate)
        } else {
            self.moments(rate, convention).value
        };
        if price.is_finite() && price > 0.0 && rate > self.lowest(convention) {
            Ok(price)
        } else {
            Err(Error::NoConvergence { what: "a price at this yield" })
        }
    }

    /// Clean price in per cent of par at a yield.
    ///
    /// # Errors
    /// As [`Valuation::dirty_from_yield`].
    pub fn clean_from_yield(&self, rate: f64, convention: YieldConvention) -> Result<f64, Error> {
        Ok(self.dirty_from_yield(rate, convention)? - self.accrued)
    }

    /// The yield at which the dirty price is `dirty`, in per cent of par.
    ///
    /// # Errors
    /// [`Error::NoConvergence`] when there is none below 1000 per cent a year; [`Error::Unsupported`]
    /// for a discount on more than one payment.
    pub fn yield_from_dirty(&self, dirty: f64, convention: YieldConvention) -> Result<f64, Error> {
        self.fits(convention)?;
        if convention == YieldConvention::Simple {
            let clean = dirty - self.accrued;
            let gain = (self.redemption - clean) / self.years_to_maturity;
            let rate = (self.annual_coupon + gain) / clean;
            let found = rate.is_finite() && clean > 0.0;
            return if found { Ok(rate) } else { Err(Error::NoConvergence { what: "a yield" }) };
        }
        let lowest = self.lowest(convention);
        solve("a yield", [lowest + 1e-9, 10.0], self.near(dirty, convention), |rate| {
            let (value, slope) = self.value_and_slope(rate, convention);
            (value - dirty, slope)
        })
    }

    /// Roughly the yield: the coupon and the even gain to redemption over the mean of price and redemption.
    /// Roughly the margin: that less the index rate.
    fn near(&self, dirty: f64, convention: YieldConvention) -> f64 {
        let clean = dirty - self.accrued;
        let gain = (self.redemption - clean) / self.years_to_maturity;
        let near = 2.0 * (self.annual_coupon + gain) / (self.redemption + clean);
        let margin = convention == YieldConvention::DiscountMargin;
        near - self.index_rate.filter(|_| margin).unwrap_or(0.0)
    }

    /// Dirty price and its first derivative by yield.
    fn value_and_slope(&self, rate: f64, convention: YieldConvention) -> (f64, f64) {
        let compounds = match convention {
            YieldConvention::Annual | YieldConvention::Isma | YieldConvention::UsTreasury => true,
            YieldConvention::Street => !self.exact.in_last_period,
            _ => false,
        };
        if !compounds {
            let moments = self.moments(rate, convention);
            return (moments.value, moments.first);
        }
        let frequency = self.frequency(convention);
        let broken = self.broken_part(convention);
        let mut powers = Powers::of(rate, frequency);
        let (mut value, mut weighted) = (0.0, 0.0);
        for flow in self.open_flows() {
            let periods = self.periods(flow, convention) - broken;
            let present = flow.amount * powers.value(periods);
            value += present;
            weighted += periods * present;
        }
        let slope = -weighted * powers.inverse / frequency;
        let simple = Discount::simple(rate, broken / frequency);
        (simple.value * value + self.due, simple.first * value + simple.value * slope)
    }

    /// How often in a year the convention compounds.
    pub(super) fn frequency(&self, convention: YieldConvention) -> f64 {
        match (convention, self.exact.half_years) {
            (YieldConvention::Annual, _) => 1.0,
            (YieldConvention::UsTreasury, Some(_)) => 2.0,
            _ => self.periods_per_year,
        }
    }

    /// Periods to a payment as the convention counts them.
    pub(super) fn periods(&self, flow: &Flow, convention: YieldConvention) -> f64 {
        match (convention, self.exact.half_years) {
            (YieldConvention::Annual, _) => flow.years,
            (YieldConvention::UsTreasury, Some(half_years)) => half_years.to_f64(),
            _ => flow.periods,
        }
    }

    /// The part of the first coupon period that is discounted by simple interest, under the Treasury's convention.
    pub(super) fn broken_part(&self, convention: YieldConvention) -> f64 {
        match (convention, self.open_flows().first()) {
            (YieldConvention::UsTreasury, Some(first)) => self.periods(first, convention).fract(),
            _ => 0.0,
        }
    }

    /// The yield at which the clean price is `clean`, in per cent of par.
    ///
    /// # Errors
    /// As [`Valuation::yield_from_dirty`].
    pub fn yield_from_clean(&self, clean: f64, convention: YieldConvention) -> Result<f64, Error> {
        self.yield_from_dirty(clean + self.accrued, convention)
    }

    /// Durations and convexity at a yield.
    ///
    /// # Errors
    /// As [`Valuation::dirty_from_yield`]; [`Error::Unsupported`] for the simple yield of Japan, whose
    /// price is no discounted sum.
    pub fn risk(&self, rate: f64, convention: YieldConvention) -> Result<Risk, Error> {
        if convention == YieldConvention::Simple {
            return Err(Error::Unsupported {
                what: "duration",
                reason: "the Japanese simple yield discounts no payments",
            });
        }
        let price = self.dirty_from_yield(rate, convention)?;
        let moments = self.moments(rate, convention);
        let mut discounts = Discounts::new(self, rate, convention);
        let weighted: f64 = self
            .open_flows()
            .iter()
            .map(|flow| {
                let years = self.years(flow, convention);
                years * flow.amount * discounts.of(flow).value
            })
            .sum();
        Ok(Risk {
            macaulay_duration: weighted / price,
            modified_duration: -moments.first / price,
            convexity: moments.second / price,
            basis_point_value: -moments.first * 1e-4,
        })
    }

    /// Whether the convention is meant for these payments.
    fn fits(&self, convention: YieldConvention) -> Result<(), Error> {
        match convention {
            YieldConvention::Discount { .. } if self.flows.len() > 1 => Err(Error::Unsupported {
                what: "a discount rate",
                reason: "more than one payment is left; it is for bills",
            }),
            YieldConvention::DiscountMargin if self.index_rate.is_none() => {
                Err(Error::Unsupported {
                    what: "a discount margin",
                    reason: "no index rate is taken for granted; it is for floating coupons",
                })
            }
            _ => Ok(()),
        }
    }

    /// First derivative of the dirty price by yield.
    pub(super) fn slope(&self, rate: f64, convention: YieldConvention) -> f64 {
        if convention == YieldConvention::Simple {
            let years = self.years_to_maturity;
            let growth = 1.0 + rate * years;
            return -years * (self.annual_coupon * years + self.redemption) / (growth * growth);
        }
        self.moments(rate, convention).first
    }

    fn moments(&self, rate: f64, convention: YieldConvention) -> Discount {
        let mut sum = Discount { value: self.due, first: 0.0, second: 0.0 };
        let mut discounts = Discounts::new(self, rate, convention);
        for flow in self.open_flows() {
            let discount = discounts.of(flow);
            sum.value += flow.amount * discount.value;
            sum.first += flow.amount * discount.first;
            sum.second += flow.amount * discount.second;
        }
        sum
    }

    pub(super) fn years(&self, flow: &Flow, convention: YieldConvention) -> f64 {
        match convention {
            YieldConvention::MoneyMarket { year_days }
            | YieldConvention::Discount { year_days } => flow.days / f64::from(year_days),
            YieldConvention::Annual | YieldConvention::DiscountMargin => flow.years,
            _ => self.periods(flow, convention) / self.frequency(convention),
        }
    }

    /// The yield at which a discount factor has a pole.
    fn lowest(&self, convention: YieldConvention) -> f64 {
        let furthest = self.flows.last().map_or(1.0, |flow| self.years(flow, convention));
        match convention {
            YieldConvention::MoneyMarket { .. } => -1.0 / furthest.max(f64::EPSILON),
            YieldConvention::Simple => -1.0 / self.years_to_maturity.max(f64::EPSILON),
            YieldConvention::Discount { .. } => -10.0,
            YieldConvention::Street if self.exact.in_last_period => {
                -1.0 / furthest.max(f64::EPSILON)
            }
            YieldConvention::DiscountMargin => self.lowest_margin(),
            _ => -self.frequency(convention),
        }
    }

    /// Clean price (100 + gain) of the Japanese simple yield, plus accrued.
    fn simple_price(&self, rate: f64) -> f64 {
        let years = self.years_to_maturity;
        (self.annual_coupon * years + self.redemption) / (1.0 + rate * years) + self.accrued
    }
}
