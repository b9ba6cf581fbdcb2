//! Schedules of the standard: anchor plus k times a cycle.

use alloc::vec::Vec;

use crate::{Date, Error, Period};

/// An anchor and a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// First date.
    pub anchor: Date,
    /// Length; `None` for the anchor alone.
    pub period: Option<Period>,
    /// Whether a last irregular period joins the one before it (L0) or stays short (L1).
    pub long_stub: bool,
}

/// Where a schedule ends.
pub(super) struct End {
    pub(super) date: Date,
    /// Whether it ends in the last second before the date, and so never on the cycle.
    pub(super) late: bool,
    /// Whether month ends stay month ends.
    pub(super) end_of_month: bool,
}

/// Most dates of one schedule.
const DATES_MAX: usize = 10_000;

impl Cycle {
    /// The date `times` cycles after the anchor.
    pub(super) fn nth(&self, times: i32, end_of_month: bool) -> Result<Date, Error> {
        let Some(period) = self.period else {
            return Ok(self.anchor);
        };
        let date = period.add_to(self.anchor, times)?;
        let at_month_ends =
            end_of_month && self.anchor.is_end_of_month() && period.in_months().is_some();
        Ok(if at_month_ends { date.end_of_month() } else { date })
    }

    /// The dates before the end, and the end itself when `with_end`. A long stub takes the last date
    /// before an end that is off the cycle.
    pub(super) fn dates(&self, until: &End, with_end: bool) -> Result<Vec<Date>, Error> {
        let (end, end_of_month) = (until.date, until.end_of_month);
        let mut dates = Vec::new();
        let mut next = self.anchor;
        let mut times = 0_i32;
        while next < end {
            dates.push(next);
            times = times.saturating_add(1);
            if self.period.is_none() {
                next = end;
                break;
            }
            next = self.nth(times, end_of_month)?;
            if dates.len() > DATES_MAX || dates.last().is_some_and(|last| *last >= next) {
                return Err(Error::Schedule {
                    reason: "a cycle without length or with too many dates".into(),
                });
            }
        }
        let all = dates.len().saturating_add(usize::from(with_end));
        let off_cycle = next != end || until.late;
        if self.long_stub && off_cycle && all > 2 {
            dates.pop();
        }
        if with_end && self.anchor <= end {
            dates.push(end);
        }
        Ok(dates)
    }
}
