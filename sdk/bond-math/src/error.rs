//! The one error type of the crate.

use alloc::string::String;

use crate::Date;
use crate::calendar::Centre;
use crate::day_count::DayCount;

/// Why a computation or a conversion was refused. Nothing in this crate panics on input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Year, month and day that do not name a day between 0001-01-01 and 9999-12-31.
    #[error(
        "{year:04}-{month:02}-{day:02} is not a date: expected a day of the calendar in the years 1 to 9999"
    )]
    InvalidDate {
        /// Year as given.
        year: i32,
        /// Month as given.
        month: u8,
        /// Day of month as given.
        day: u8,
    },
    /// A day number or a date sum that leaves the years 1 to 9999.
    #[error("date arithmetic leaves the years 1 to 9999 ({days} days from 1970-01-01)")]
    DateOutOfRange {
        /// Days from 1970-01-01 that were reached.
        days: i64,
    },
    /// Text that does not have the form a type expects.
    #[error("cannot read {what} from {text:?}: expected {expected}")]
    Parse {
        /// What was to be read.
        what: &'static str,
        /// The text, cut to 40 characters.
        text: String,
        /// The form that is accepted.
        expected: &'static str,
    },
    /// A calendar was asked about a year whose holidays it does not know.
    #[error(
        "holidays of {centre} are known for {first} to {last}, not for {year}; give a holiday table as data for later years"
    )]
    CalendarYear {
        /// The financial centre, or the name of the table.
        centre: String,
        /// The year that was asked about.
        year: i32,
        /// First year known.
        first: i32,
        /// Last year known.
        last: i32,
    },
    /// No business day within 31 days: the calendar's data cannot be right.
    #[error("no business day within 31 days of {date}: check the calendar's holiday table")]
    NoBusinessDay {
        /// The day the search began at.
        date: Date,
    },
    /// A day count needs a fact about the coupon period that was not given.
    #[error("{day_count} needs {needs} to count the days of this period")]
    DayCountContext {
        /// The convention.
        day_count: DayCount,
        /// The missing fact.
        needs: &'static str,
    },
    /// The terms of a bond contradict themselves or a rule of the market.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// A schedule cannot be generated from these dates.
    #[error("schedule: {reason}")]
    Schedule {
        /// What does not fit, with the dates.
        reason: String,
    },
    /// A number that does not fit its type, or a division by zero.
    #[error("{what} does not fit: a number in the computation is too large, or a divisor is zero")]
    Overflow {
        /// The computation.
        what: &'static str,
    },
    /// A fixing that the computation needs has not been published.
    #[error("no fixing for {date}: publish it before computing this period")]
    MissingFixing {
        /// The day to be fixed.
        date: Date,
    },
    /// Two different values for the same fixing.
    #[error("two different fixings for {date}: keep one")]
    DuplicateFixing {
        /// The day fixed twice.
        date: Date,
    },
    /// A face amount that is not a whole number of denominations.
    #[error(
        "face amount {face_minor} is not a multiple of the denomination {denomination_minor} (both in minor units)"
    )]
    NotAMultiple {
        /// The face amount asked for.
        face_minor: u128,
        /// The bond's denomination.
        denomination_minor: u128,
    },
    /// The terms ask for something this function cannot compute.
    #[error("{what} is not defined for these terms: {reason}")]
    Unsupported {
        /// The computation.
        what: &'static str,
        /// Why not.
        reason: &'static str,
    },
    /// A search for a root did not end.
    #[error("no solution for {what} in the searched range")]
    NoConvergence {
        /// What was searched for.
        what: &'static str,
    },
}

impl Error {
    pub(crate) const fn overflow(what: &'static str) -> Self {
        Self::Overflow { what }
    }

    pub(crate) fn parse(what: &'static str, text: &str, expected: &'static str) -> Self {
        Self::Parse { what, text: text.chars().take(40).collect(), expected }
    }

    pub(crate) fn calendar_year(centre: Centre, year: i32) -> Self {
        let known = centre.known_years();
        Self::CalendarYear {
            centre: alloc::format!("{centre}"),
            year,
            first: *known.start(),
            last: *known.end(),
        }
    }
}

/// What is wrong with the terms of a bond: the field, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("terms: {field}: {reason}")]
pub struct TermsError {
    /// Path of the field, as in the term sheet, e.g. `coupon.rate`.
    pub field: &'static str,
    /// What was expected, what was found, what to do.
    pub reason: String,
}

impl TermsError {
    pub(crate) fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self { field, reason: reason.into() }
    }
}
