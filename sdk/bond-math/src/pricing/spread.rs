//! Spread over a discount curve.

use alloc::vec::Vec;

use super::Valuation;
use super::curve::{Curve, years};
use super::root::solve;
use crate::Error;

impl Valuation {
    /// The z-spread: the constant, continuously compounded on actual days over 365, that added to a
    /// curve from the settlement date gives the dirty price.
    ///
    /// # Errors
    /// [`Error::NoConvergence`] when there is none between −100 and 1000 per cent; [`Error::Unsupported`]
    /// when the curve ends before the last payment.
    pub fn z_spread(&self, dirty: f64, curve: &Curve) -> Result<f64, Error> {
        let present = self.discounted(curve)?;
        solve("a z-spread", [-1.0, 10.0], 0.01, |spread| at_spread(&present, spread, dirty))
    }

    /// The dirty price, in per cent of par, at a z-spread over a curve from the settlement date.
    ///
    /// # Errors
    /// [`Error::Unsupported`] when the curve ends before the last payment; [`Error::NoConvergence`] at a
    /// spread that gives no number.
    pub fn dirty_from_z_spread(&self, spread: f64, curve: &Curve) -> Result<f64, Error> {
        let (price, _) = at_spread(&self.discounted(curve)?, spread, 0.0);
        if price.is_finite() {
            Ok(price)
        } else {
            Err(Error::NoConvergence { what: "a price at this spread" })
        }
    }

    /// Each payment under the curve alone, with the years to it.
    fn discounted(&self, curve: &Curve) -> Result<Vec<(f64, f64)>, Error> {
        let flows = self.flows.iter();
        flows
            .map(|flow| {
                let present = flow.amount * curve.factor(flow.date)?;
                Ok((present, years(self.settlement, flow.date)))
            })
            .collect()
    }
}

/// What the payments are worth above `dirty` with a spread, and the derivative by it.
fn at_spread(present: &[(f64, f64)], spread: f64, dirty: f64) -> (f64, f64) {
    present.iter().fold((-dirty, 0.0), |(value, slope), (amount, years)| {
        let discounted = amount * (-spread * years).exp();
        (value + discounted, slope - years * discounted)
    })
}
