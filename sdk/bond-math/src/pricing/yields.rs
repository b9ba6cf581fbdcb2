//! Price from yield and back, duration and convexity, under the market's yield conventions.

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
    /// Treasury, 31 CFR 356 Appendix B); a long first period has a broken part and whole ones.
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

/// A discount factor with its first two derivatives by yield.
struct Discount {
    value: f64,
    first: f64,
    second: f64,
}

/// Powers of one base. Most payments lie one period after the one before: a product gives theirs.
struct Powers {
    frequency: f64,
    base: f64,
    inverse: f64,
    last: (f64, f64),
}

impl Powers {
    /// Of 1 + y/f.
    fn of(rate: f64, frequency: f64) -> Self {
        let base = 1.0 + rate / frequency;
        Self { frequency, base, inverse: 1.0 / base, last: (f64::NAN, f64::NAN) }
    }

    /// (1 + y/f)^-n
    fn value(&mut self, periods: f64) -> f64 {
        let (periods_before, value_before) = self.last;
        let value = if (periods - periods_before - 1.0).abs() < 1e-13 {
            value_before * self.inverse
        } else {
            self.base.powf(-periods)
        };
        self.last = (periods, value);
        value
    }

    /// (1 + y/f)^-n with its derivatives.
    fn discount(&mut self, periods: f64) -> Discount {
        let value = self.value(periods);
        Discount::of_power(value, self.inverse, self.frequency, periods)
    }
}

impl Discount {
    /// (1 + y/f)^-n, itself known.
    fn of_power(value: f64, inverse: f64, frequency: f64, periods: f64) -> Self {
        let by_yield = inverse / frequency;
        let first = -periods * value * by_yield;
        Self { value, first, second: -(periods + 1.0) * first * by_yield }
    }

    /// 1 / (1 + y·t)
    fn simple(rate: f64, years: f64) -> Self {
        let value = 1.0 / (1.0 + rate * years);
        Self {
            value,
            first: -years * value * value,
            second: 2.0 * years * years * value * value * value,
        }
    }

    /// 1 - d·t
    fn off(rate: f64, years: f64) -> Self {
        Self { value: 1.0 - rate * years, first: -years, second: 0.0 }
    }

    fn times(&self, other: &Self) -> Self {
        Self {
            value: self.value * other.value,
            first: self.first * other.value + self.value * other.first,
            second: self.second * other.value
                + 2.0 * self.first * other.first
                + self.value * other.second,
        }
    }
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
        solve("a yield", [lowest + 1e-9, 10.0], self.yield_near(dirty), |rate| {
            let (value, slope) = self.value_and_slope(rate, convention);
            (value - dirty, slope)
        })
    }

    /// Roughly the yield: the coupon and the even gain to redemption over the mean of price and redemption.
    fn yield_near(&self, dirty: f64) -> f64 {
        let clean = dirty - self.accrued;
        let gain = (self.redemption - clean) / self.years_to_maturity;
        2.0 * (self.annual_coupon + gain) / (self.redemption + clean)
    }

    /// Dirty price and its first derivative by yield.
    fn value_and_slope(&self, rate: f64, convention: YieldConvention) -> (f64, f64) {
        let simple_at_the_end = convention == YieldConvention::Street && self.flows.len() == 1;
        let (frequency, periods): (f64, fn(&Flow) -> f64) = match convention {
            YieldConvention::Annual => (1.0, |flow| flow.years),
            YieldConvention::Isma | YieldConvention::Street | YieldConvention::UsTreasury
                if !simple_at_the_end =>
            {
                (self.periods_per_year, |flow| flow.periods)
            }
            _ => {
                let moments = self.moments(rate, convention);
                return (moments.value, moments.first);
            }
        };
        let broken = self.broken_part(convention);
        let mut powers = Powers::of(rate, frequency);
        let (mut value, mut weighted) = (0.0, 0.0);
        for flow in &self.flows {
            let periods = periods(flow) - broken;
            let present = flow.amount * powers.value(periods);
            value += present;
            weighted += periods * present;
        }
        let slope = -weighted * powers.inverse / frequency;
        let simple = Discount::simple(rate, broken / frequency);
        (simple.value * value, simple.first * value + simple.value * slope)
    }

    /// The part of the first coupon period that is discounted by simple interest, under the Treasury's convention.
    fn broken_part(&self, convention: YieldConvention) -> f64 {
        match (convention, self.flows.first()) {
            (YieldConvention::UsTreasury, Some(first)) => first.periods.fract(),
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
            .flows
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
        let mut sum = Discount { value: 0.0, first: 0.0, second: 0.0 };
        let mut discounts = Discounts::new(self, rate, convention);
        for flow in &self.flows {
            let discount = discounts.of(flow);
            sum.value += flow.amount * discount.value;
            sum.first += flow.amount * discount.first;
            sum.second += flow.amount * discount.second;
        }
        sum
    }

    fn years(&self, flow: &Flow, convention: YieldConvention) -> f64 {
        match convention {
            YieldConvention::MoneyMarket { year_days }
            | YieldConvention::Discount { year_days } => flow.days / f64::from(year_days),
            YieldConvention::Annual => flow.years,
            _ => flow.periods / self.periods_per_year,
        }
    }

    /// The yield at which a discount factor has a pole.
    fn lowest(&self, convention: YieldConvention) -> f64 {
        let furthest = self.flows.last().map_or(1.0, |flow| self.years(flow, convention));
        match convention {
            YieldConvention::MoneyMarket { .. } => -1.0 / furthest.max(f64::EPSILON),
            YieldConvention::Simple => -1.0 / self.years_to_maturity.max(f64::EPSILON),
            YieldConvention::Discount { .. } => -10.0,
            YieldConvention::Street if self.flows.len() == 1 => -1.0 / furthest.max(f64::EPSILON),
            YieldConvention::Annual => -1.0,
            _ => -self.periods_per_year,
        }
    }

    /// Clean price (100 + gain) of the Japanese simple yield, plus accrued.
    fn simple_price(&self, rate: f64) -> f64 {
        let years = self.years_to_maturity;
        (self.annual_coupon * years + self.redemption) / (1.0 + rate * years) + self.accrued
    }
}

/// The discount factors of one yield, payment after payment.
struct Discounts<'a> {
    valuation: &'a Valuation,
    rate: f64,
    convention: YieldConvention,
    powers: Powers,
    /// The broken part of the first period and its factor, where it is discounted by simple interest.
    broken: (f64, Discount),
}

impl<'a> Discounts<'a> {
    fn new(valuation: &'a Valuation, rate: f64, convention: YieldConvention) -> Self {
        let yearly = convention == YieldConvention::Annual;
        let frequency = if yearly { 1.0 } else { valuation.periods_per_year };
        let broken = valuation.broken_part(convention);
        let powers = Powers::of(rate, frequency);
        let broken = (broken, Discount::simple(rate, broken / frequency));
        Self { valuation, rate, convention, powers, broken }
    }

    fn of(&mut self, flow: &Flow) -> Discount {
        let years = |flow| self.valuation.years(flow, self.convention);
        match self.convention {
            YieldConvention::Street if self.valuation.flows.len() == 1 => {
                Discount::simple(self.rate, years(flow))
            }
            YieldConvention::UsTreasury => {
                let (broken, simple) = &self.broken;
                simple.times(&self.powers.discount(flow.periods - broken))
            }
            YieldConvention::MoneyMarket { .. } => Discount::simple(self.rate, years(flow)),
            YieldConvention::Discount { .. } => Discount::off(self.rate, years(flow)),
            YieldConvention::Annual => self.powers.discount(flow.years),
            YieldConvention::Isma | YieldConvention::Street | YieldConvention::Simple => {
                self.powers.discount(flow.periods)
            }
        }
    }
}
