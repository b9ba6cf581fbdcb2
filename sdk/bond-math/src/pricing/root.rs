//! A safe root finder: Newton's step where it stays inside the bracket, bisection where it does not.

use crate::Error;

const STEPS_MAX: u32 = 200;
const TOLERANCE: f64 = 1e-14;

/// The root between `low` and `high` of a function that changes sign there; `function` returns its
/// value and its derivative.
pub(super) fn solve(
    what: &'static str,
    low: f64,
    high: f64,
    function: impl Fn(f64) -> (f64, f64),
) -> Result<f64, Error> {
    let (mut low, mut high) = (low, high);
    let at_low = function(low).0;
    let at_high = function(high).0;
    // A NaN at either end is no sign change either.
    let brackets = at_low * at_high <= 0.0;
    if !brackets {
        return Err(Error::NoConvergence { what });
    }
    let rising = at_low < at_high;
    let mut guess = 0.05_f64.clamp(low, high);
    for _ in 0..STEPS_MAX {
        let (value, slope) = function(guess);
        if value == 0.0 || high - low < TOLERANCE {
            return Ok(guess);
        }
        if (value > 0.0) == rising {
            high = guess;
        } else {
            low = guess;
        }
        let newton = guess - value / slope;
        let next = if newton > low && newton < high { newton } else { low + (high - low) / 2.0 };
        if (next - guess).abs() < TOLERANCE {
            return Ok(next);
        }
        guess = next;
    }
    Err(Error::NoConvergence { what })
}
