//! Discount factors with their derivatives by yield.

use super::margin::MarginDiscounts;
use super::{Flow, Valuation, YieldConvention};

/// A discount factor with its first two derivatives by yield.
pub(super) struct Discount {
    pub(super) value: f64,
    pub(super) first: f64,
    pub(super) second: f64,
}

/// Powers of one base. Most payments lie one period after the one before: a product gives theirs.
pub(super) struct Powers {
    frequency: f64,
    base: f64,
    pub(super) inverse: f64,
    last: (f64, f64),
}

impl Powers {
    /// Of 1 + y/f.
    pub(super) fn of(rate: f64, frequency: f64) -> Self {
        let base = 1.0 + rate / frequency;
        Self { frequency, base, inverse: 1.0 / base, last: (f64::NAN, f64::NAN) }
    }

    /// (1 + y/f)^-n
    pub(super) fn value(&mut self, periods: f64) -> f64 {
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
    pub(super) fn simple(rate: f64, years: f64) -> Self {
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

/// The discount factors of one yield, payment after payment.
pub(super) struct Discounts<'a> {
    valuation: &'a Valuation,
    rate: f64,
    convention: YieldConvention,
    powers: Powers,
    /// The broken part of the first period and its factor, where it is discounted by simple interest.
    broken: (f64, Discount),
    margin: MarginDiscounts,
}

impl<'a> Discounts<'a> {
    pub(super) fn new(valuation: &'a Valuation, rate: f64, convention: YieldConvention) -> Self {
        let frequency = valuation.frequency(convention);
        let broken = valuation.broken_part(convention);
        let powers = Powers::of(rate, frequency);
        let broken = (broken, Discount::simple(rate, broken / frequency));
        Self { valuation, rate, convention, powers, broken, margin: MarginDiscounts::START }
    }

    pub(super) fn of(&mut self, flow: &Flow) -> Discount {
        let years = |flow| self.valuation.years(flow, self.convention);
        match self.convention {
            YieldConvention::Street if self.valuation.exact.in_last_period => {
                Discount::simple(self.rate, years(flow))
            }
            YieldConvention::UsTreasury => {
                let (broken, simple) = &self.broken;
                let periods = self.valuation.periods(flow, self.convention);
                simple.times(&self.powers.discount(periods - broken))
            }
            YieldConvention::MoneyMarket { .. } => Discount::simple(self.rate, years(flow)),
            YieldConvention::Discount { .. } => Discount::off(self.rate, years(flow)),
            YieldConvention::Annual => self.powers.discount(flow.years),
            YieldConvention::DiscountMargin => {
                let index_rate = self.valuation.index_rate.unwrap_or(0.0);
                self.margin.next(index_rate + self.rate, flow.years)
            }
            YieldConvention::Isma | YieldConvention::Street | YieldConvention::Simple => {
                self.powers.discount(flow.periods)
            }
        }
    }
}
