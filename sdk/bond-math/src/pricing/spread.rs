//! Spread over a discount curve.

use super::Valuation;
use super::root::solve;
use crate::{Date, Error};

/// Days in a year of the spread's compounding.
const YEAR_DAYS: f64 = 365.0;

impl Valuation {
    /// The z-spread: the constant, continuously compounded on actual days over 365, that added to a
    /// curve gives the dirty price. `discount_factor` is the curve's factor from settlement to a date.
    ///
    /// # Errors
    /// [`Error::NoConvergence`] when there is none between −100 and 1000 per cent.
    pub fn z_spread(
        &self,
        dirty: f64,
        discount_factor: impl Fn(Date) -> f64,
    ) -> Result<f64, Error> {
        let present: alloc::vec::Vec<(f64, f64)> = self
            .flows
            .iter()
            .map(|flow| {
                let years = self.settlement.days_until(flow.date);
                let years = f64::from(i32::try_from(years).unwrap_or(i32::MAX)) / YEAR_DAYS;
                (flow.amount * discount_factor(flow.date), years)
            })
            .collect();
        solve("a z-spread", -1.0, 10.0, |spread| {
            present.iter().fold((-dirty, 0.0), |(value, slope), (amount, years)| {
                let discounted = amount * (-spread * years).exp();
                (value + discounted, slope - years * discounted)
            })
        })
    }
}
