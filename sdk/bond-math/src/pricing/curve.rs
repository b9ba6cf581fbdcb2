//! A discount curve given by points.

use alloc::vec::Vec;

use super::flows::YEAR_DAYS;
use crate::{Date, Error};

/// Most points: a century of quarters.
const POINTS_MAX: usize = 1_000;

/// Discount factors from one day on. Between two points the forward rate is constant, so factors are
/// interpolated in their logarithms; beyond the last point the curve says nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    from: Date,
    /// Actual days over 365 with the logarithm of the factor, ascending, the first day itself included.
    points: Vec<(f64, f64)>,
    last: Date,
}

impl Curve {
    /// The curve from `from` on through dates with their discount factors.
    ///
    /// # Errors
    /// [`Error::Unsupported`] without points or with too many, when the dates do not ascend after `from`,
    /// or a factor is not above zero and finite.
    pub fn of_factors(from: Date, points: &[(Date, f64)]) -> Result<Self, Error> {
        Self::of_logarithms(from, points, |_, factor| factor.ln())
    }

    /// The curve from `from` on through dates with their zero rates, as parts of one, compounded
    /// continuously on actual days over 365.
    ///
    /// # Errors
    /// As [`Curve::of_factors`].
    pub fn of_zero_rates(from: Date, points: &[(Date, f64)]) -> Result<Self, Error> {
        Self::of_logarithms(from, points, |years, rate| -rate * years)
    }

    fn of_logarithms(
        from: Date,
        points: &[(Date, f64)],
        logarithm: fn(f64, f64) -> f64,
    ) -> Result<Self, Error> {
        let refused = |reason| Error::Unsupported { what: "a discount curve", reason };
        let last = match points {
            [.., (last, _)] if points.len() <= POINTS_MAX => *last,
            _ => return Err(refused("expected 1 to 1000 points")),
        };
        let mut known = Vec::from([(0.0, 0.0)]);
        let mut before = from;
        for (date, value) in points {
            if *date <= before {
                return Err(refused("expected dates that ascend after its first day"));
            }
            let years = years(from, *date);
            let logarithm = logarithm(years, *value);
            if !logarithm.is_finite() {
                return Err(refused("expected discount factors above zero, or rates"));
            }
            known.push((years, logarithm));
            before = *date;
        }
        Ok(Self { from, points: known, last })
    }

    /// The last day that the curve speaks of.
    #[must_use]
    pub const fn last(&self) -> Date {
        self.last
    }

    /// The discount factor to a date up to [`Curve::last`]: what one paid then is worth on the first day.
    ///
    /// # Errors
    /// [`Error::Unsupported`] beyond the last point.
    pub fn factor(&self, date: Date) -> Result<f64, Error> {
        if date > self.last {
            return Err(Error::Unsupported {
                what: "a discount factor",
                reason: "a payment falls after the last point of the curve",
            });
        }
        let at = years(self.from, date);
        let next = self.points.partition_point(|(years, _)| *years < at);
        let (before, after) = match (next.checked_sub(1), self.points.get(next)) {
            (Some(before), Some(after)) => (self.points.get(before), after),
            // The first day, or one before it.
            _ => return Ok(1.0),
        };
        let Some((from, low)) = before else { return Ok(1.0) };
        let (to, high) = after;
        Ok((low + (high - low) * (at - from) / (to - from)).exp())
    }
}

/// Years of actual days over 365.
pub(super) fn years(from: Date, to: Date) -> f64 {
    f64::from(i32::try_from(from.days_until(to)).unwrap_or(i32::MAX)) / f64::from(YEAR_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_terms::date;

    fn close(got: f64, expected: f64) {
        assert!((got - expected).abs() < 1e-12, "{got} {expected}");
    }

    #[test]
    fn forward_rates_are_constant_between_points() {
        let from = date("2025-01-01");
        let points = [(date("2026-01-01"), 0.96), (date("2028-01-01"), 0.90)];
        let curve = Curve::of_factors(from, &points).expect("a curve");
        close(curve.factor(from).expect("known"), 1.0);
        close(curve.factor(points[0].0).expect("known"), 0.96);
        close(curve.factor(points[1].0).expect("known"), 0.90);
        // Half of the 730 days between the points: the geometric mean.
        let half = (0.96_f64 * 0.90).sqrt();
        close(curve.factor(date("2027-01-01")).expect("known"), half);
        assert!(curve.factor(date("2028-01-02")).is_err());
    }

    #[test]
    fn zero_rates_are_compounded_continuously() {
        let from = date("2025-01-01");
        let curve = Curve::of_zero_rates(from, &[(date("2027-01-01"), 0.04)]).expect("a curve");
        close(curve.factor(date("2026-01-01")).expect("known"), (-0.04_f64).exp());
    }

    #[test]
    fn a_bad_curve_is_refused() {
        let from = date("2025-01-01");
        let later = date("2026-01-01");
        assert!(Curve::of_factors(from, &[]).is_err());
        assert!(Curve::of_factors(from, &[(from, 1.0)]).is_err());
        assert!(Curve::of_factors(from, &[(later, 0.9), (later, 0.8)]).is_err());
        for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Curve::of_factors(from, &[(later, factor)]).is_err(), "{factor}");
        }
    }
}
