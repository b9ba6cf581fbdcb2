//! Dates that recur on a rule of their own, beside the coupon dates: repayments, resets, later coupons.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use super::generate::{PERIODS_MAX, check_length};
use crate::{Date, Error, Frequency, Roll};

/// Dates counted from the first: `first + k × frequency`, each moved to the roll day.
///
/// ```
/// use tenor_bond_math::{Date, DateRule, Frequency};
/// let rule = DateRule::every("2025-01-31".parse()?, Frequency::QUARTERLY);
/// let dates = rule.dates_before("2025-12-01".parse()?)?;
/// let last: Date = "2025-10-31".parse()?;
/// assert_eq!((dates.len(), dates.last()), (4, Some(&last)));
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct DateRule {
    /// The first date, and the anchor of the others.
    pub first: Date,
    /// Distance between dates; `TERM` for the first date alone.
    #[cfg_attr(feature = "serde", serde(default = "DateRule::once_only"))]
    pub frequency: Frequency,
    /// Day of the month; implied by the first date.
    #[cfg_attr(feature = "serde", serde(default))]
    pub roll: Roll,
    /// The dates lie before this day, when they stop before the bond does.
    #[cfg_attr(feature = "serde", serde(default))]
    pub until: Option<Date>,
    /// Whether the last date before an end that is off the rule is left out, so that the last interval
    /// is longer than the others and not shorter.
    #[cfg_attr(feature = "serde", serde(default))]
    pub long_last: bool,
}

impl DateRule {
    /// One date.
    #[must_use]
    pub const fn once(date: Date) -> Self {
        Self::every(date, Frequency::Term)
    }

    /// Dates without an end, a short interval last.
    #[must_use]
    pub const fn every(first: Date, frequency: Frequency) -> Self {
        Self { first, frequency, roll: Roll::Implied, until: None, long_last: false }
    }

    #[cfg(feature = "serde")]
    const fn once_only() -> Frequency {
        Frequency::Term
    }

    /// The dates before `end`, in order.
    ///
    /// # Errors
    /// [`Error::Schedule`] for more than [`super::PERIODS_MAX`] dates or dates that do not ascend;
    /// [`Error::DateOutOfRange`].
    pub fn dates_before(&self, end: Date) -> Result<Vec<Date>, Error> {
        self.dates_within(end, end)
    }

    /// Of the dates before `end`, those before `horizon`: what a bond without an end has up to a day.
    ///
    /// # Errors
    /// As [`DateRule::dates_before`].
    pub(crate) fn dates_within(&self, end: Date, horizon: Date) -> Result<Vec<Date>, Error> {
        let end = self.until.map_or(end, |until| until.min(end));
        let mut dates = self.all_before(end.min(horizon))?;
        self.leave_out_last(&mut dates, end, 2)?;
        Ok(dates)
    }

    /// The last of [`DateRule::dates_within`], found without the others: dates never go back.
    ///
    /// # Errors
    /// As [`DateRule::dates_before`].
    pub(crate) fn last_within(&self, end: Date, horizon: Date) -> Result<Option<Date>, Error> {
        let end = self.until.map_or(end, |until| until.min(end));
        let horizon = end.min(horizon);
        if self.first >= horizon {
            return Ok(None);
        }
        if self.frequency == Frequency::Term {
            return Ok(Some(self.first));
        }
        if self.nth(1)? <= self.first {
            return Err(stands_still());
        }
        // The number of dates before the horizon, of which there is one.
        let (mut some, mut too_many) = (1_usize, PERIODS_MAX.saturating_add(2));
        while too_many.saturating_sub(some) > 1 {
            let middle = some.midpoint(too_many);
            // A date that cannot be reached lies beyond every horizon.
            let inside = self.nth(times(middle.saturating_sub(1))?).is_ok_and(|day| day < horizon);
            *if inside { &mut some } else { &mut too_many } = middle;
        }
        check_length(some)?;
        if self.leaves_out_last_of(some, end, 2)? {
            some = some.saturating_sub(1);
        }
        self.nth(times(some.saturating_sub(1))?).map(Some)
    }

    /// The dates before `end` and `end` itself.
    ///
    /// # Errors
    /// As [`DateRule::dates_before`].
    pub fn dates_to(&self, end: Date) -> Result<Vec<Date>, Error> {
        let stop = self.until.map_or(end, |until| until.min(end));
        let mut dates = self.all_before(stop)?;
        self.leave_out_last(&mut dates, stop, 1)?;
        dates.push(end);
        Ok(dates)
    }

    fn all_before(&self, end: Date) -> Result<Vec<Date>, Error> {
        let mut dates = Vec::new();
        let mut next = self.first;
        let mut times = 0_i32;
        while next < end {
            dates.push(next);
            check_length(dates.len())?;
            if self.frequency == Frequency::Term {
                break;
            }
            times = times.saturating_add(1);
            let following = self.nth(times)?;
            if following <= next {
                return Err(stands_still());
            }
            next = following;
        }
        Ok(dates)
    }

    fn nth(&self, times: i32) -> Result<Date, Error> {
        let roll = match (self.roll, self.frequency.months()) {
            (Roll::Implied, Some(_)) => Roll::implied_by(self.first),
            (roll, _) => roll,
        };
        roll.nth(self.first, self.frequency, times)
    }

    /// A long last interval takes the last of more than `kept` dates, where the end is off the rule.
    fn leave_out_last(&self, dates: &mut Vec<Date>, end: Date, kept: usize) -> Result<(), Error> {
        if self.leaves_out_last_of(dates.len(), end, kept)? {
            dates.pop();
        }
        Ok(())
    }

    /// Whether the last of `count` dates is left out: the one after it lies beyond the end, not on it.
    fn leaves_out_last_of(&self, count: usize, end: Date, kept: usize) -> Result<bool, Error> {
        if !self.long_last || self.frequency == Frequency::Term || count <= kept {
            return Ok(false);
        }
        Ok(self.nth(times(count)?)? > end)
    }
}

fn times(count: usize) -> Result<i32, Error> {
    i32::try_from(count).map_err(|_| Error::overflow("a number of dates"))
}

fn stands_still() -> Error {
    Error::Schedule { reason: "a date rule that stands still".into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_terms::date;

    fn monthly(first: &str) -> DateRule {
        DateRule::every(date(first), Frequency::MONTHLY)
    }

    #[test]
    fn dates_keep_the_day_of_the_first() {
        let dates = monthly("2025-01-31").dates_before(date("2025-05-01")).expect("dates");
        assert_eq!(dates, ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"].map(date));
        let dates = monthly("2025-01-30").dates_before(date("2025-04-30")).expect("dates");
        assert_eq!(dates, ["2025-01-30", "2025-02-28", "2025-03-30"].map(date));
        let once = DateRule::once(date("2025-01-30"));
        assert_eq!(once.dates_before(Date::MAX), Ok([date("2025-01-30")].into()));
        assert_eq!(once.dates_before(date("2025-01-30")), Ok(Vec::new()));
    }

    #[test]
    fn a_long_last_interval_takes_the_last_date_off_the_rule() {
        let rule = DateRule { long_last: true, ..monthly("2025-01-01") };
        let count = |end| rule.dates_before(date(end)).expect("dates").len();
        assert_eq!((count("2025-04-01"), count("2025-04-15")), (3, 3));
        let to_end = rule.dates_to(date("2025-04-15")).expect("dates");
        assert_eq!(to_end, ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-15"].map(date));
    }

    /// Up to a horizon, and the last one alone: what all of them would say.
    #[test]
    fn a_horizon_shows_the_first_of_all_dates() {
        let end = date("2027-11-15");
        for long_last in [false, true] {
            for until in [None, Some(date("2026-12-20"))] {
                let rule = DateRule { long_last, until, ..monthly("2025-01-31") };
                let all = rule.dates_before(end).expect("dates");
                for day in 0..1_200 {
                    let horizon = date("2024-12-01").plus_days(day).expect("in range");
                    let known = all.iter().copied().filter(|date| *date < horizon);
                    let known: Vec<Date> = known.collect();
                    assert_eq!(rule.last_within(end, horizon), Ok(known.last().copied()));
                    assert_eq!(rule.dates_within(end, horizon), Ok(known));
                }
            }
        }
        // Without an end nothing is left out.
        let rule = DateRule { long_last: true, ..monthly("2025-01-01") };
        let dates = rule.dates_within(Date::MAX, date("2025-06-15")).expect("dates");
        assert_eq!(dates.len(), 6);
        assert!(rule.last_within(Date::MAX, Date::MAX).is_err());
    }

    #[test]
    fn rules_without_length_or_end_are_refused() {
        let still = DateRule::every(date("2025-01-01"), Frequency::Every(crate::Period::days(0)));
        assert!(matches!(still.dates_before(Date::MAX), Err(Error::Schedule { .. })));
        let daily = DateRule::every(date("2025-01-01"), Frequency::Every(crate::Period::days(1)));
        assert!(matches!(daily.dates_before(Date::MAX), Err(Error::Schedule { .. })));
    }
}
