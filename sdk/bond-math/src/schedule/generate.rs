//! Unadjusted dates of a periodic schedule.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::{ScheduleRule, Stub};
use crate::{BusinessDayConvention, Calendar, Date, Error, Frequency, Roll};

/// Most periods a schedule may have: daily for a century is refused, monthly for 300 years is not.
pub const PERIODS_MAX: usize = 4_000;

/// A smart stub shorter than this joins its neighbour.
const SMART_STUB_DAYS_MIN: i64 = 7;

/// The unadjusted dates of a schedule and the roll they fall on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnadjustedDates {
    /// First date, ends of the periods, last date.
    pub dates: Vec<Date>,
    /// The roll the rule led to.
    pub roll: Roll,
}

impl ScheduleRule {
    /// The unadjusted dates from `start` to `end`.
    ///
    /// Regular dates are counted from one anchor, the end of the regular part when the stub comes
    /// first, else its start, so a short month never shortens the months after it. An explicit date
    /// that is a business-day adjustment of its roll day is first moved back to the roll day.
    ///
    /// # Errors
    /// [`Error::Schedule`] when the dates do not fit the rule; [`Error::CalendarYear`].
    pub fn unadjusted_dates(
        &self,
        start: Date,
        end: Date,
        convention: BusinessDayConvention,
        calendar: &Calendar,
    ) -> Result<UnadjustedDates, Error> {
        let undo = |date| undo_adjustment(self.roll, date, convention, calendar);
        let start = undo(start)?;
        let end = undo(end)?;
        let first = self.first_regular.map(undo).transpose()?.unwrap_or(start);
        let last = self.last_regular.map(undo).transpose()?.unwrap_or(end);
        if !(start <= first && first <= last && last <= end && start < end) {
            return Err(Error::Schedule {
                reason: format!(
                    "dates must ascend: start {start}, first regular {first}, last regular {last}, end {end}"
                ),
            });
        }
        if self.frequency == Frequency::Term {
            return Ok(UnadjustedDates { dates: vec![start, end], roll: self.roll });
        }
        let stub = self.resolve_stub(first, last);
        let roll = resolve_roll(self.roll, self.frequency, stub, first, last);
        let regular = if stub.comes_first() {
            backwards(self.frequency, roll, stub, first, last)?
        } else {
            forwards(self.frequency, roll, stub, first, last)?
        };
        let mut dates = Vec::with_capacity(regular.len().saturating_add(2));
        if start < first {
            dates.push(start);
        }
        dates.extend(regular);
        if last < end {
            dates.push(end);
        }
        Ok(UnadjustedDates { dates, roll })
    }

    /// Without a stub rule, explicit dates leave no stub; else an explicit roll that only the end
    /// falls on puts a short stub first, and one that only the start falls on puts it last.
    fn resolve_stub(&self, first: Date, last: Date) -> Stub {
        let explicit = self.first_regular.is_some() || self.last_regular.is_some();
        match self.stub {
            Stub::Implied if explicit || self.roll == Roll::Implied => Stub::None,
            Stub::Implied => match (self.roll.matches(first), self.roll.matches(last)) {
                (false, true) => Stub::ShortFirst,
                (true, false) => Stub::ShortLast,
                _ => Stub::None,
            },
            stub => stub,
        }
    }
}

/// The roll day of `date`'s month, when `date` is where business days have moved it.
fn undo_adjustment(
    roll: Roll,
    date: Date,
    convention: BusinessDayConvention,
    calendar: &Calendar,
) -> Result<Date, Error> {
    let unadjusted = roll.adjust(date);
    if unadjusted != date && convention.adjust(unadjusted, calendar)? == date {
        Ok(unadjusted)
    } else {
        Ok(date)
    }
}

fn resolve_roll(roll: Roll, frequency: Frequency, stub: Stub, first: Date, last: Date) -> Roll {
    let anchor = if stub.comes_first() { last } else { first };
    match roll {
        Roll::Day(_) | Roll::Imm => return roll,
        // Month ends only when the anchor is one: a bond of the 30th of July rolls on the 30th.
        Roll::EndOfMonth if anchor.is_end_of_month() => return roll,
        Roll::EndOfMonth | Roll::Implied => {}
    }
    if frequency.months().is_none() {
        return Roll::Implied;
    }
    let different_months = (first.year(), first.month()) != (last.year(), last.month());
    let one_is_month_end = first.is_end_of_month() || last.is_end_of_month();
    let no_stub = stub == Stub::None && first.day() != last.day();
    if no_stub && different_months && one_is_month_end {
        // 28 February to 30 May rolls on the 30th: the later day is the true one.
        return Roll::implied_by(if first.day() > last.day() { first } else { last });
    }
    Roll::implied_by(anchor)
}

fn forwards(
    frequency: Frequency,
    roll: Roll,
    stub: Stub,
    first: Date,
    last: Date,
) -> Result<Vec<Date>, Error> {
    let mut dates = vec![first];
    if first == last {
        return Ok(dates);
    }
    let mut latest = first;
    let mut next = step(roll, frequency, first, latest, 1)?;
    let mut times = 1_i32;
    while next < last {
        dates.push(next);
        check_length(dates.len())?;
        latest = next;
        times = times.saturating_add(1);
        next = step(roll, frequency, first, latest, times)?;
    }
    let same_month_end = roll == Roll::EndOfMonth
        && stub == Stub::None
        && (next.year(), next.month()) == (last.year(), last.month());
    if next != last && !same_month_end && dates.len() > 1 {
        if stub == Stub::None {
            return Err(no_fit(first, last, frequency));
        }
        if stub.is_long(latest.days_until(last)) {
            dates.pop();
        }
    }
    dates.push(last);
    Ok(dates)
}

fn backwards(
    frequency: Frequency,
    roll: Roll,
    stub: Stub,
    first: Date,
    last: Date,
) -> Result<Vec<Date>, Error> {
    let mut dates = vec![last];
    if first == last {
        return Ok(dates);
    }
    let mut earliest = last;
    let mut previous = roll.nth(last, frequency, -1)?;
    let mut times = 1_i32;
    while previous > first {
        dates.push(previous);
        check_length(dates.len())?;
        earliest = previous;
        times = times.saturating_add(1);
        previous = roll.nth(last, frequency, times.saturating_neg())?;
    }
    if previous != first && dates.len() > 1 && stub.is_long(first.days_until(earliest)) {
        dates.pop();
    }
    dates.push(first);
    dates.reverse();
    Ok(dates)
}

/// The next regular date, at least one month on when the roll (IMM) would hold a short period back.
fn step(
    roll: Roll,
    frequency: Frequency,
    anchor: Date,
    latest: Date,
    times: i32,
) -> Result<Date, Error> {
    let next = roll.nth(anchor, frequency, times)?;
    if next > latest { Ok(next) } else { Ok(roll.adjust(latest.plus_months(1)?)) }
}

pub(super) fn check_length(periods: usize) -> Result<(), Error> {
    if periods > PERIODS_MAX {
        return Err(Error::Schedule {
            reason: format!(
                "more than {PERIODS_MAX} periods: choose a longer period or fewer years"
            ),
        });
    }
    Ok(())
}

fn no_fit(first: Date, last: Date, frequency: Frequency) -> Error {
    Error::Schedule {
        reason: format!(
            "{first} to {last} is no whole number of {frequency}: name a stub or the first and last regular dates"
        ),
    }
}

impl Stub {
    const fn comes_first(self) -> bool {
        matches!(self, Self::ShortFirst | Self::LongFirst | Self::SmartFirst)
    }

    pub(super) const fn comes_last(self) -> bool {
        matches!(self, Self::ShortLast | Self::LongLast | Self::SmartLast)
    }

    /// Whether a stub of `days` joins the regular period beside it.
    const fn is_long(self, days: i64) -> bool {
        match self {
            Self::LongFirst | Self::LongLast => true,
            Self::SmartFirst | Self::SmartLast => days < SMART_STUB_DAYS_MIN,
            _ => false,
        }
    }
}
