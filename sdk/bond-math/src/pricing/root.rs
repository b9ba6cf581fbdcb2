//! A safe root finder: Newton's method where it converges at once; else its step where that stays inside
//! the bracket, and bisection where it does not.

use crate::Error;

const STEPS_MAX: u32 = 200;
const TOLERANCE: f64 = 1e-14;
/// Newton's steps before the bracket is looked at: a price needs four or five.
const NEWTON_STEPS_MAX: u32 = 12;
/// A step this small was the last but one: the next error is of its square.
const LAST_STEP: f64 = 1e-9;

/// Newton's method alone, as far as it stays between the bounds and ends; so it does on a price, which
/// falls with the yield and is bent one way.
fn newton(low: f64, high: f64, guess: f64, function: &impl Fn(f64) -> (f64, f64)) -> Option<f64> {
    let mut guess = guess;
    for _ in 0..NEWTON_STEPS_MAX {
        let (value, slope) = function(guess);
        let next = guess - value / slope;
        if !(next > low && next < high) {
            return None;
        }
        if (next - guess).abs() < LAST_STEP {
            return Some(next);
        }
        guess = next;
    }
    None
}

/// The root between `low` and `high` of a function that changes sign there, looked for from `near`;
/// `function` returns its value and its derivative.
pub(super) fn solve(
    what: &'static str,
    [low, high]: [f64; 2],
    near: f64,
    function: impl Fn(f64) -> (f64, f64),
) -> Result<f64, Error> {
    // What is no number is no hint.
    let near = if near > low && near < high { near } else { 0.05_f64.clamp(low, high) };
    if let Some(root) = newton(low, high, near, &function) {
        return Ok(root);
    }
    let (mut low, mut high) = (low, high);
    let at_low = function(low).0;
    let at_high = function(high).0;
    // A NaN at either end is no sign change either.
    let brackets = at_low * at_high <= 0.0;
    if !brackets {
        return Err(Error::NoConvergence { what });
    }
    let rising = at_low < at_high;
    let mut guess = near;
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
