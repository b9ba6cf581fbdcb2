//! Prices and yields to the last digit: the floating-point search finds the neighbourhood, fixed point
//! with 29 digits settles the rest.

use alloc::vec::Vec;

use super::fixed::Fixed;
use super::{Flow, Valuation, YieldConvention};
use crate::{Date, Decimal, Error, Fraction, RoundingMode};

/// Digits after the point to which an exact price or yield is given.
pub const EXACT_DECIMALS: u8 = 15;

/// Newton's steps; each gains the ten digits and more that the slope is right to.
const STEPS_MAX: u32 = 8;

/// A payment without rounding beyond 10^-18 of a per cent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ExactFlow {
    pub(super) date: Date,
    /// In per cent of par.
    pub(super) amount: Decimal,
    /// Coupon periods from settlement.
    pub(super) periods: Fraction,
    /// Years from settlement by the bond's day count.
    pub(super) years: Fraction,
    pub(super) days: i64,
}

impl ExactFlow {
    #[allow(clippy::cast_precision_loss, reason = "days between dates of the years 1 to 9999")]
    pub(super) fn to_flow(&self) -> Flow {
        Flow {
            date: self.date,
            amount: self.amount.to_f64(),
            periods: self.periods.to_f64(),
            years: self.years.to_f64(),
            days: self.days as f64,
        }
    }
}

/// What a valuation follows from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exact {
    /// In order; amounts in per cent of what is outstanding.
    pub(super) flows: Vec<ExactFlow>,
    /// How many of the first of them are of periods that have ended.
    pub(super) due: usize,
    pub(super) periods_per_year: Fraction,
    /// Of a bill, the half-years to its maturity.
    pub(super) half_years: Option<Fraction>,
    /// Whether settlement is in the last coupon period.
    pub(super) in_last_period: bool,
    pub(super) index_rate: Option<Decimal>,
    /// As a part of the original face.
    pub(super) outstanding: Decimal,
    pub(super) accrued: Decimal,
    pub(super) annual_coupon: Decimal,
    pub(super) redemption: Decimal,
    pub(super) years_to_maturity: Fraction,
}

impl Valuation {
    /// Accrued interest in per cent of par, to [`EXACT_DECIMALS`]; negative when ex.
    ///
    /// # Errors
    /// [`Error::Overflow`].
    pub fn exact_accrued(&self) -> Result<Decimal, Error> {
        rounded(self.exact.accrued)
    }

    /// The dirty price at a yield, to [`EXACT_DECIMALS`].
    ///
    /// # Errors
    /// As [`Valuation::dirty_from_yield`]; [`Error::Overflow`] for a price beyond 2 × 10^9.
    pub fn exact_dirty_from_yield(
        &self,
        rate: Decimal,
        convention: YieldConvention,
    ) -> Result<Decimal, Error> {
        self.dirty_from_yield(rate.to_f64(), convention)?;
        rounded(self.exact.price(rate, convention)?)
    }

    /// The clean price at a yield, to [`EXACT_DECIMALS`].
    ///
    /// # Errors
    /// As [`Valuation::exact_dirty_from_yield`].
    pub fn exact_clean_from_yield(
        &self,
        rate: Decimal,
        convention: YieldConvention,
    ) -> Result<Decimal, Error> {
        self.dirty_from_yield(rate.to_f64(), convention)?;
        rounded(self.exact.price(rate, convention)?.minus(self.exact.accrued)?)
    }

    /// The yield at which the dirty price is `dirty`, to [`EXACT_DECIMALS`].
    ///
    /// # Errors
    /// As [`Valuation::yield_from_dirty`].
    pub fn exact_yield_from_dirty(
        &self,
        dirty: Decimal,
        convention: YieldConvention,
    ) -> Result<Decimal, Error> {
        let found = self.yield_from_dirty(dirty.to_f64(), convention)?;
        let mut rate = Decimal::from_f64(found)?;
        for _ in 0..STEPS_MAX {
            let miss = self.exact.price(rate, convention)?.minus(dirty)?;
            let step = Decimal::from_f64(miss.to_f64() / self.slope(rate.to_f64(), convention))?;
            rate = rate.minus(step)?;
            if step.units().unsigned_abs() <= 1 {
                break;
            }
        }
        rounded(rate)
    }

    /// The yield at which the clean price is `clean`, to [`EXACT_DECIMALS`].
    ///
    /// # Errors
    /// As [`Valuation::yield_from_dirty`].
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
    /// let valuation = Valuation::new(&terms, &schedule, "2025-03-15".parse()?, &none)?;
    /// let price = valuation.exact_clean_from_yield("0.034".parse()?, YieldConvention::Isma)?;
    /// let rate = valuation.exact_yield_from_clean(price, YieldConvention::Isma)?;
    /// assert_eq!(rate.to_string(), "0.034");
    /// # Ok::<(), tenor_bond_math::Error>(())
    /// ```
    pub fn exact_yield_from_clean(
        &self,
        clean: Decimal,
        convention: YieldConvention,
    ) -> Result<Decimal, Error> {
        self.exact_yield_from_dirty(clean.plus(self.exact.accrued)?, convention)
    }
}

fn rounded(value: Decimal) -> Result<Decimal, Error> {
    value.rounded(EXACT_DECIMALS, RoundingMode::HalfEven)
}

impl Exact {
    /// The payments that a yield discounts.
    fn open_flows(&self) -> &[ExactFlow] {
        self.flows.get(self.due..).unwrap_or_default()
    }

    /// What is paid for periods that have ended.
    pub(super) fn due_amount(&self) -> Result<Decimal, Error> {
        let due = self.flows.iter().take(self.due);
        due.into_iter().try_fold(Decimal::ZERO, |sum, flow| sum.plus(flow.amount))
    }

    /// The dirty price at a yield, or at a margin.
    fn price(&self, rate: Decimal, convention: YieldConvention) -> Result<Decimal, Error> {
        let rate = Fixed::of_decimal(rate)?;
        if convention == YieldConvention::Simple {
            return self.japanese(rate)?.to_decimal();
        }
        let price = match convention {
            YieldConvention::MoneyMarket { year_days } => {
                self.sum(|flow| Fixed::ONE.over(linear(rate, flow.days_over(year_days)?)?))?
            }
            YieldConvention::Discount { year_days } => {
                self.sum(|flow| linear(rate.negated(), flow.days_over(year_days)?))?
            }
            YieldConvention::Street if self.in_last_period => {
                self.sum(|flow| Fixed::ONE.over(linear(rate, self.in_years(flow.periods)?)?))?
            }
            YieldConvention::UsTreasury => self.treasury(rate)?,
            YieldConvention::DiscountMargin => self.at_margin(rate)?,
            YieldConvention::Annual => {
                self.compounded(rate, Fraction::ZERO, Fixed::ONE, |flow| flow.years)?
            }
            YieldConvention::Isma | YieldConvention::Street | YieldConvention::Simple => {
                let rate = rate.over(Fixed::of_fraction(self.periods_per_year)?)?;
                self.compounded(rate, Fraction::ZERO, Fixed::ONE, |flow| flow.periods)?
            }
        };
        price.to_decimal()?.plus(self.due_amount()?)
    }

    /// Simple interest for the broken part of the first period, compounding for whole ones.
    fn treasury(&self, rate: Fixed) -> Result<Fixed, Error> {
        let per_year = match self.half_years {
            Some(_) => Fraction::new(2, 1)?,
            None => self.periods_per_year,
        };
        let time = |flow: &ExactFlow| self.half_years.unwrap_or(flow.periods);
        let first = self.open_flows().first().map_or(Fraction::ZERO, time);
        let part = first.minus(whole(first)?)?;
        let broken = part.times(Fraction::new(per_year.denominator(), per_year.numerator())?)?;
        let simple = Fixed::ONE.over(linear(rate, broken)?)?;
        let rate = rate.over(Fixed::of_fraction(per_year)?)?;
        self.compounded(rate, part, simple, time)
    }

    /// Each period at simple interest of the index rate and the margin.
    fn at_margin(&self, margin: Fixed) -> Result<Fixed, Error> {
        let rate = Fixed::of_decimal(self.index_rate.unwrap_or(Decimal::ZERO))?.plus(margin)?;
        let (mut at, mut factor, mut sum) = (Fraction::ZERO, Fixed::ONE, Fixed::ZERO);
        for flow in self.open_flows() {
            factor = factor.over(linear(rate, flow.years.minus(at)?)?)?;
            at = flow.years;
            sum = sum.plus(Fixed::of_decimal(flow.amount)?.times(factor)?)?;
        }
        Ok(sum)
    }

    /// Years in a number of coupon periods.
    fn in_years(&self, periods: Fraction) -> Result<Fraction, Error> {
        let per_year = self.periods_per_year;
        periods.times(Fraction::new(per_year.denominator(), per_year.numerator())?)
    }

    fn sum(&self, factor: impl Fn(&ExactFlow) -> Result<Fixed, Error>) -> Result<Fixed, Error> {
        self.open_flows().iter().try_fold(Fixed::ZERO, |sum, flow| {
            sum.plus(Fixed::of_decimal(flow.amount)?.times(factor(flow)?)?)
        })
    }

    /// Σ amount × factor, where the factor is `start` at the time `from` and falls by 1 / (1 + rate)
    /// for each unit of time after it.
    fn compounded(
        &self,
        rate: Fixed,
        from: Fraction,
        start: Fixed,
        time: impl Fn(&ExactFlow) -> Fraction,
    ) -> Result<Fixed, Error> {
        let base = Fixed::ONE.plus(rate)?;
        let (once, ln) = (Fixed::ONE.over(base)?, base.ln()?);
        let (mut at, mut factor, mut sum) = (from, start, Fixed::ZERO);
        for flow in self.open_flows() {
            let step = time(flow).minus(at)?;
            factor = factor.times(if step == Fraction::ONE {
                once
            } else {
                Fixed::of_fraction(step)?.times(ln)?.negated().exp()?
            })?;
            at = time(flow);
            sum = sum.plus(Fixed::of_decimal(flow.amount)?.times(factor)?)?;
        }
        Ok(sum)
    }

    /// Clean price of the Japanese simple yield, plus accrued.
    fn japanese(&self, rate: Fixed) -> Result<Fixed, Error> {
        let years = Fixed::of_fraction(self.years_to_maturity)?;
        let coupons = Fixed::of_decimal(self.annual_coupon)?.times(years)?;
        coupons
            .plus(Fixed::of_decimal(self.redemption)?)?
            .over(linear(rate, self.years_to_maturity)?)?
            .plus(Fixed::of_decimal(self.accrued)?)
    }
}

impl ExactFlow {
    fn days_over(&self, year_days: u16) -> Result<Fraction, Error> {
        Fraction::of_days(self.days, i64::from(year_days))
    }
}

/// 1 + y·t
fn linear(rate: Fixed, years: Fraction) -> Result<Fixed, Error> {
    Fixed::ONE.plus(rate.times(Fixed::of_fraction(years)?)?)
}

/// The whole part of a fraction that is not negative.
fn whole(value: Fraction) -> Result<Fraction, Error> {
    let whole = value.numerator().checked_div(value.denominator());
    Fraction::new(whole.ok_or(Error::overflow("a whole part"))?, 1)
}
