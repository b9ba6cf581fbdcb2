//! Roll conventions: which day of the month a schedule falls on.

use core::fmt;
use core::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::date::{days_in_month, shift_month};
use crate::{Date, Error, Frequency, Weekday};

/// The day a regular schedule falls on.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    BorshSerialize,
    BorshDeserialize,
    tenor_macros::Schema,
)]
pub enum Roll {
    /// The day of the regular end of the schedule; the 31st means the end of the month.
    #[default]
    Implied,
    /// This day of the month, 1 to 30, or the month's last day when it is shorter.
    Day(u8),
    /// The last day of the month.
    EndOfMonth,
    /// The third Wednesday of the month, as IMM futures roll.
    Imm,
}

impl Roll {
    /// The roll of a schedule that has a regular date on `date`.
    #[must_use]
    pub fn implied_by(date: Date) -> Self {
        match date.day() {
            31 => Self::EndOfMonth,
            day => Self::Day(day),
        }
    }

    /// The day of `date`'s month on which this roll falls.
    #[must_use]
    pub fn adjust(self, date: Date) -> Date {
        let (year, month, day) = date.ymd();
        let length = days_in_month(year, month);
        let rolled = match self {
            Self::Implied => day,
            Self::Day(roll) => roll.clamp(1, length),
            Self::EndOfMonth => length,
            Self::Imm => third_wednesday(year, month),
        };
        if rolled == day { date } else { Date::from_ymd(year, month, rolled).unwrap_or(date) }
    }

    /// Whether `date` is a day this roll can fall on.
    #[must_use]
    pub fn matches(self, date: Date) -> bool {
        self.adjust(date) == date
    }

    /// The date `times` regular periods after `anchor` (before it when negative), on the roll day.
    ///
    /// # Errors
    /// [`Error::DateOutOfRange`]; [`Error::Unsupported`] for [`Frequency::Term`].
    pub fn nth(self, anchor: Date, frequency: Frequency, times: i32) -> Result<Date, Error> {
        let Frequency::Every(period) = frequency else {
            return Err(Error::Unsupported {
                what: "the next regular date",
                reason: "the frequency is a single term",
            });
        };
        match (self, period.in_months()) {
            (Self::Implied | Self::Imm, _) | (_, None) => {
                Ok(self.adjust(period.add_to(anchor, times)?))
            }
            (Self::Day(_) | Self::EndOfMonth, Some(months)) => {
                let months = i64::from(months).saturating_mul(i64::from(times));
                let months =
                    i32::try_from(months).map_err(|_| Error::DateOutOfRange { days: months })?;
                // One step from the month to its roll day, whatever day the anchor is.
                let (year, month, _) = anchor.ymd();
                let (year, month) = shift_month(year, month, months)?;
                let length = days_in_month(year, month);
                let day = match self {
                    Self::Day(day) => day.clamp(1, length),
                    _ => length,
                };
                Date::from_ymd(year, month, day)
            }
        }
    }
}

fn third_wednesday(year: i32, month: u8) -> u8 {
    (15..=21)
        .find(|day| {
            Date::from_ymd(year, month, *day).is_ok_and(|date| date.weekday() == Weekday::Wednesday)
        })
        .unwrap_or(15)
}

impl fmt::Display for Roll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Implied => f.write_str("implied"),
            Self::Day(day) => write!(f, "day_{day}"),
            Self::EndOfMonth => f.write_str("end_of_month"),
            Self::Imm => f.write_str("imm"),
        }
    }
}

const FORM: &str = "implied, day_1 to day_30, end_of_month or imm";

impl FromStr for Roll {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "implied" => Ok(Self::Implied),
            "end_of_month" => Ok(Self::EndOfMonth),
            "imm" => Ok(Self::Imm),
            _ => text
                .strip_prefix("day_")
                .and_then(|day| day.parse().ok())
                .filter(|day| (1..=30).contains(day))
                .map(Self::Day)
                .ok_or_else(|| Error::parse("a roll convention", text, FORM)),
        }
    }
}

#[cfg(feature = "serde")]
crate::serde_text!(Roll, FORM);

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("valid")
    }

    #[test]
    fn rolls_fall_on_their_day() {
        assert_eq!(Roll::Day(30).adjust(date("2014-02-05")), date("2014-02-28"));
        assert_eq!(Roll::EndOfMonth.adjust(date("2012-02-05")), date("2012-02-29"));
        assert_eq!(Roll::Imm.adjust(date("2018-03-01")), date("2018-03-21"));
        assert_eq!(Roll::implied_by(date("2014-01-31")), Roll::EndOfMonth);
    }

    #[test]
    fn a_short_month_does_not_shorten_the_next() {
        let february = Roll::Day(30).nth(date("2013-11-30"), Frequency::QUARTERLY, 1);
        let may = Roll::Day(30).nth(date("2013-11-30"), Frequency::QUARTERLY, 2);
        assert_eq!((february, may), (Ok(date("2014-02-28")), Ok(date("2014-05-30"))));
    }
}
