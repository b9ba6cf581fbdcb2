//! Lengths of time on the calendar: periods and payment frequencies.

use core::fmt;
use core::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Date, Error, Fraction};

/// Unit of a [`Period`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize, tenor_macros::Schema,
)]
pub enum PeriodUnit {
    /// Calendar days.
    Days,
    /// Seven days.
    Weeks,
    /// Calendar months.
    Months,
    /// Twelve months.
    Years,
}

/// A number of days, weeks, months or years, written as in ISO 8601: `P7D`, `P2W`, `P6M`, `P1Y`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize, tenor_macros::Schema,
)]
pub struct Period {
    /// How many.
    pub count: u16,
    /// Of what.
    pub unit: PeriodUnit,
}

impl Period {
    /// `count` calendar days.
    #[must_use]
    pub const fn days(count: u16) -> Self {
        Self { count, unit: PeriodUnit::Days }
    }

    /// `count` months.
    #[must_use]
    pub const fn months(count: u16) -> Self {
        Self { count, unit: PeriodUnit::Months }
    }

    /// The period in months, where it has whole months.
    #[must_use]
    pub const fn in_months(self) -> Option<u32> {
        // u16 × 12 fits a u32.
        match self.unit {
            PeriodUnit::Months => Some(self.count as u32),
            PeriodUnit::Years => Some(self.count as u32 * 12),
            PeriodUnit::Days | PeriodUnit::Weeks => None,
        }
    }

    /// `date` moved by `times` periods, counted from `date` itself.
    ///
    /// # Errors
    /// [`Error::DateOutOfRange`].
    pub fn add_to(self, date: Date, times: i32) -> Result<Date, Error> {
        let count = i64::from(self.count).saturating_mul(i64::from(times));
        let count = i32::try_from(count).map_err(|_| Error::DateOutOfRange { days: count })?;
        Self::shift(date, count, self.unit)
    }

    /// `date` moved by `count` units.
    pub(crate) fn shift(date: Date, count: i32, unit: PeriodUnit) -> Result<Date, Error> {
        match unit {
            PeriodUnit::Days => date.plus_days(i64::from(count)),
            PeriodUnit::Weeks => date.plus_days(i64::from(count) * 7),
            PeriodUnit::Months => date.plus_months(count),
            PeriodUnit::Years => date.plus_months(count.saturating_mul(12)),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            PeriodUnit::Days => 'D',
            PeriodUnit::Weeks => 'W',
            PeriodUnit::Months => 'M',
            PeriodUnit::Years => 'Y',
        };
        write!(f, "P{}{unit}", self.count)
    }
}

const PERIOD_FORM: &str = "P<count><D|W|M|Y>, e.g. P6M";

impl FromStr for Period {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || Error::parse("a period", text, PERIOD_FORM);
        let body = text.strip_prefix('P').ok_or_else(bad)?;
        let unit = match body.as_bytes().last() {
            Some(b'D') => PeriodUnit::Days,
            Some(b'W') => PeriodUnit::Weeks,
            Some(b'M') => PeriodUnit::Months,
            Some(b'Y') => PeriodUnit::Years,
            _ => return Err(bad()),
        };
        let digits = body.trim_end_matches(|c: char| c.is_ascii_uppercase());
        if digits.len() + 1 != body.len() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad());
        }
        let count = digits.parse().map_err(|_| bad())?;
        Ok(Self { count, unit })
    }
}

/// How often a bond pays: once at the end, or every period.
///
/// ```
/// use tenor_bond_math::Frequency;
/// assert_eq!("P6M".parse::<Frequency>()?, Frequency::SEMI_ANNUAL);
/// assert_eq!("TERM".parse::<Frequency>()?, Frequency::Term);
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize, tenor_macros::Schema,
)]
pub enum Frequency {
    /// One period from the first to the last date.
    Term,
    /// One period after another of this length.
    Every(Period),
}

impl Frequency {
    /// Every month.
    pub const MONTHLY: Self = Self::Every(Period::months(1));
    /// Every three months.
    pub const QUARTERLY: Self = Self::Every(Period::months(3));
    /// Every six months.
    pub const SEMI_ANNUAL: Self = Self::Every(Period::months(6));
    /// Every twelve months.
    pub const ANNUAL: Self = Self::Every(Period::months(12));

    /// The regular period in months, where it has whole months.
    #[must_use]
    pub const fn months(self) -> Option<u32> {
        match self {
            Self::Every(period) => period.in_months(),
            Self::Term => None,
        }
    }

    /// The regular period as a part of a year: 1/2 for six months.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for periods that are not whole months.
    pub fn year_part(self) -> Result<Fraction, Error> {
        let months = self.months().ok_or(Error::Unsupported {
            what: "the number of periods in a year",
            reason: "the frequency is not a whole number of months",
        })?;
        Fraction::of_days(i64::from(months), 12)
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term => f.write_str("TERM"),
            Self::Every(period) => period.fmt(f),
        }
    }
}

impl FromStr for Frequency {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text == "TERM" {
            return Ok(Self::Term);
        }
        let period: Period =
            text.parse().map_err(|_| Error::parse("a frequency", text, FREQUENCY_FORM))?;
        if period.count == 0 {
            return Err(Error::parse("a frequency", text, FREQUENCY_FORM));
        }
        Ok(Self::Every(period))
    }
}

const FREQUENCY_FORM: &str = "P1M, P3M, P6M, P12M, another period above zero, or TERM";

#[cfg(feature = "serde")]
crate::serde_text!(Period, PERIOD_FORM);
#[cfg(feature = "serde")]
crate::serde_text!(Frequency, FREQUENCY_FORM);

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn text_round_trips() {
        for text in ["P7D", "P2W", "P6M", "P1Y"] {
            assert_eq!(text.parse::<Period>().expect("valid").to_string(), text);
        }
        for text in ["", "P", "6M", "PM", "P-1M", "P+1M", "P1M2D", "P99999M", "P1m"] {
            assert!(text.parse::<Period>().is_err(), "{text:?}");
        }
        assert!("P0M".parse::<Frequency>().is_err());
    }

    #[test]
    fn months_are_counted_from_the_anchor() {
        let anchor = Date::from_ymd(2013, 11, 30).expect("valid");
        let third = Period::months(3).add_to(anchor, 2).expect("in range");
        assert_eq!(third.to_string(), "2014-05-30");
    }
}
