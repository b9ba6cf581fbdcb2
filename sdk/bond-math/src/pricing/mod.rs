//! Yield, duration, convexity and spread. Searched in floating point; prices and yields that are
//! quoted can be had exact to the last digit shown. For quotes and analysis only: nothing here may
//! decide what a ledger pays.

use alloc::vec::Vec;

use crate::{BondTerms, Date, Decimal, Error, Exercise, Observations, Schedule};

mod assumed;
mod bill;
mod clock;
mod curve;
mod discount;
mod exact;
mod fixed;
mod flows;
mod leg;
mod margin;
mod root;
mod spread;
mod yields;

pub use curve::Curve;
pub use exact::EXACT_DECIMALS;
pub use yields::{Risk, YieldConvention};

use exact::Exact;

/// One payment that a buyer will get.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// Day of payment.
    pub date: Date,
    /// Amount in per cent of par, not rounded.
    pub amount: f64,
    /// Coupon periods from settlement, as the yield conventions count them; none when its period has ended.
    pub periods: f64,
    /// Years from settlement by the bond's day count.
    pub years: f64,
    /// Calendar days from settlement.
    pub days: f64,
}

/// What a quote takes for granted beside the terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Assumptions {
    /// The bond is redeemed on this date at this price, in per cent of what is outstanding, with the interest
    /// accrued by then: a call or put, on a coupon date or between two.
    pub exercise: Option<Exercise>,
    /// The index of a floating coupon stays at this rate, as a part of one, wherever nothing is published:
    /// what a discount margin is quoted on.
    pub index_rate: Option<Decimal>,
    /// Payments are taken without the price index: what a real yield is quoted on.
    pub real: bool,
}

/// The payments of a bond that a buyer at a settlement date gets, ready to be priced.
///
/// Prices are in per cent of what is outstanding at settlement: a bond whose pool factor is 0.8 pays 100 for
/// each 80 of original face.
///
/// ```
/// use tenor_bond_math::pricing::{Valuation, YieldConvention};
/// use tenor_bond_math::{BondTerms, Coupon, Decimal, Observations, schedule};
/// let terms = BondTerms::plain(
///     "SGXF10000002".parse()?, "SGD".parse()?, 25_000_000, 10_000_000_000,
///     "2025-01-15".parse()?, "2035-01-15".parse()?,
///     Coupon::Fixed { rate: Decimal::from_bps(300) },
/// );
/// let schedule = schedule(&terms)?;
/// let none = Observations::default();
/// let valuation = Valuation::new(&terms, &schedule, "2025-01-15".parse()?, &none)?;
/// let price = valuation.dirty_from_yield(0.03, YieldConvention::Isma)?;
/// assert!((price - 100.0).abs() < 1e-9); // coupon = yield: par
/// let rate = valuation.yield_from_dirty(95.0, YieldConvention::Isma)?;
/// assert!(rate > 0.03);
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Valuation {
    settlement: Date,
    exact: Exact,
    flows: Vec<Flow>,
    /// Paid for periods that have ended, not discounted.
    due: f64,
    periods_per_year: f64,
    index_rate: Option<f64>,
    accrued: f64,
    annual_coupon: f64,
    redemption: f64,
    years_to_maturity: f64,
}

impl Valuation {
    /// The payments after `settlement` that a buyer gets, as [`CouponPeriod::goes_to_buyer`] says. A zero-coupon
    /// bond is discounted over the coupon periods its frequency would have.
    ///
    /// # Errors
    /// The errors of [`crate::accrued()`] and [`crate::coupon_amount`]; [`Error::Unsupported`] when
    /// nothing is left to be paid.
    ///
    /// [`CouponPeriod::goes_to_buyer`]: crate::CouponPeriod::goes_to_buyer
    pub fn new(
        terms: &BondTerms,
        schedule: &Schedule,
        settlement: Date,
        observations: &Observations,
    ) -> Result<Self, Error> {
        Self::assuming(terms, schedule, settlement, observations, &Assumptions::default())
    }

    /// The same, with what is taken for granted.
    ///
    /// # Errors
    /// As [`Valuation::new`]; [`Error::Unsupported`] for an exercise that is not after settlement or not within
    /// the schedule, or of a bond repaid in parts, for an index rate without a floating coupon, and for real
    /// payments of a bond without a price index for interest and principal.
    pub fn assuming(
        terms: &BondTerms,
        schedule: &Schedule,
        settlement: Date,
        observations: &Observations,
        assumptions: &Assumptions,
    ) -> Result<Self, Error> {
        let exact = flows::exact(terms, schedule, settlement, observations, assumptions)?;
        let due = exact.due_amount()?.to_f64();
        Ok(Self {
            settlement,
            flows: exact.flows.iter().map(exact::ExactFlow::to_flow).collect(),
            due,
            periods_per_year: exact.periods_per_year.to_f64(),
            index_rate: exact.index_rate.map(Decimal::to_f64),
            accrued: exact.accrued.to_f64(),
            annual_coupon: exact.annual_coupon.to_f64(),
            redemption: exact.redemption.to_f64(),
            years_to_maturity: exact.years_to_maturity.to_f64(),
            exact,
        })
    }

    /// What is outstanding at settlement, as a part of the original face: the pool factor, and what prices are
    /// in per cent of. One where holdings shrink.
    #[must_use]
    pub const fn outstanding(&self) -> Decimal {
        self.exact.outstanding
    }

    /// The payments that a yield discounts: those of periods that have not ended.
    fn open_flows(&self) -> &[Flow] {
        self.flows.get(self.exact.due..).unwrap_or_default()
    }

    /// The payments, in order.
    #[must_use]
    pub fn flows(&self) -> &[Flow] {
        &self.flows
    }

    /// Accrued interest in per cent of par, not rounded; negative when ex.
    #[must_use]
    pub fn accrued(&self) -> f64 {
        self.accrued
    }

    /// Present value in per cent of par under discount factors from settlement.
    #[must_use]
    pub fn present_value(&self, discount_factor: impl Fn(Date) -> f64) -> f64 {
        self.flows.iter().map(|flow| flow.amount * discount_factor(flow.date)).sum()
    }
}

#[cfg(test)]
mod tests;
