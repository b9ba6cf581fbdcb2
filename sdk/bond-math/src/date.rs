//! Civil dates: the proleptic Gregorian calendar, years 1 to 9999, no time of day, no time zone.

use core::fmt;
use core::str::FromStr;

use crate::Error;

/// A day of the civil calendar, held as days since 1970-01-01.
///
/// ```
/// use tenor_bond_math::Date;
/// let leap: Date = "2024-02-29".parse()?;
/// assert_eq!(leap, Date::from_ymd(2024, 2, 29)?);
/// assert_eq!(leap.plus_months(12)?.to_string(), "2025-02-28");
/// assert!(Date::from_ymd(2023, 2, 29).is_err());
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    tenor_macros::Schema,
    tenor_macros::StorageKeyPart,
)]
#[schema(named = "date")]
pub struct Date(i32);

/// Days from 1970-01-01 to 0001-01-01.
const MIN_DAYS: i32 = -719_162;
/// Days from 1970-01-01 to 9999-12-31.
const MAX_DAYS: i32 = 2_932_896;

/// Day of the week.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    borsh::BorshSerialize,
    borsh::BorshDeserialize,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// Whether February of `year` has 29 days.
#[must_use]
pub const fn is_leap_year(year: i32) -> bool {
    year & 3 == 0 && (year % 100 != 0 || year & 15 == 0)
}

/// Length of a month in days; 0 for a month outside 1 to 12.
#[must_use]
pub const fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap_year(year) => 29,
        2 => 28,
        _ => 0,
    }
}

impl Date {
    /// 0001-01-01.
    pub const MIN: Self = Self(MIN_DAYS);
    /// 9999-12-31.
    pub const MAX: Self = Self(MAX_DAYS);
    /// 1970-01-01.
    pub const UNIX_EPOCH: Self = Self(0);

    /// The date of a year, a month (1 to 12) and a day of the month.
    ///
    /// # Errors
    /// [`Error::InvalidDate`] when there is no such day.
    pub const fn from_ymd(year: i32, month: u8, day: u8) -> Result<Self, Error> {
        if year < 1 || year > 9999 || day == 0 || day > days_in_month(year, month) {
            return Err(Error::InvalidDate { year, month, day });
        }
        Ok(Self(days_from_civil(year, month, day)))
    }

    /// The date that is `days` after 1970-01-01.
    ///
    /// # Errors
    /// [`Error::DateOutOfRange`] outside the years 1 to 9999.
    pub fn from_days(days: i32) -> Result<Self, Error> {
        if (MIN_DAYS..=MAX_DAYS).contains(&days) {
            Ok(Self(days))
        } else {
            Err(Error::DateOutOfRange { days: i64::from(days) })
        }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Year, month (1 to 12), day of the month.
    #[must_use]
    pub fn ymd(self) -> (i32, u8, u8) {
        civil_from_days(self.0)
    }

    /// Year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.ymd().0
    }

    /// Month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.ymd().1
    }

    /// Day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u8 {
        self.ymd().2
    }

    /// Day of the week. 1970-01-01 was a Thursday.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        // 0001-01-01 was a Monday.
        let since_monday = self.0.abs_diff(MIN_DAYS) % 7;
        WEEK[since_monday as usize]
    }

    /// Whether this is a Saturday or a Sunday.
    pub(crate) const fn is_weekend(self) -> bool {
        // 0001-01-01 was a Monday.
        self.0.abs_diff(MIN_DAYS) % 7 > 4
    }

    /// Calendar days from `self` to `later`; negative when `later` is earlier.
    #[must_use]
    pub fn days_until(self, later: Self) -> i64 {
        i64::from(later.0) - i64::from(self.0)
    }

    /// The date `days` later, or earlier when negative.
    ///
    /// # Errors
    /// [`Error::DateOutOfRange`].
    pub fn plus_days(self, days: i64) -> Result<Self, Error> {
        let reached = i64::from(self.0).saturating_add(days);
        i32::try_from(reached)
            .ok()
            .and_then(|days| Self::from_days(days).ok())
            .ok_or(Error::DateOutOfRange { days: reached })
    }

    /// The same day of the month `months` later (or earlier), or the month's last day when it is shorter.
    ///
    /// # Errors
    /// [`Error::DateOutOfRange`].
    pub fn plus_months(self, months: i32) -> Result<Self, Error> {
        let (year, month, day) = self.ymd();
        let (year, month) = shift_month(year, month, months)?;
        Ok(Self(days_from_civil(year, month, day.min(days_in_month(year, month)))))
    }

    /// The last day of this month.
    #[must_use]
    pub fn end_of_month(self) -> Self {
        let (year, month, _) = self.ymd();
        Self(days_from_civil(year, month, days_in_month(year, month)))
    }

    /// Whether this is the last day of its month.
    #[must_use]
    pub fn is_end_of_month(self) -> bool {
        let (year, month, day) = self.ymd();
        day == days_in_month(year, month)
    }

    /// Whether a 29 February lies in `(self, end]`.
    pub(crate) fn leap_day_after_until(self, end: Self) -> bool {
        (self.year()..=end.year())
            .filter(|year| is_leap_year(*year))
            .map(|year| Self(days_from_civil(year, 2, 29)))
            .any(|leap| self < leap && leap <= end)
    }
}

/// Year and month after moving by `months`; the year stays in 1 to 9999.
pub(crate) fn shift_month(year: i32, month: u8, months: i32) -> Result<(i32, u8), Error> {
    // Months since the year 0: those of the years 1 to 9999 are 12 to 119,999.
    let index = (year * 12 + i32::from(month) - 1).saturating_add(months);
    match u32::try_from(index) {
        Ok(index @ 12..=119_999) => {
            let (year, month) = (index / 12, index % 12 + 1);
            Ok((i32::try_from(year).unwrap_or(1), u8::try_from(month).unwrap_or(1)))
        }
        _ => Err(Error::DateOutOfRange { days: (i64::from(index) - 1970 * 12) * 30 }),
    }
}

/// Days since 1970-01-01 of a valid date. Counting years from March puts the leap day last.
#[allow(clippy::cast_sign_loss, clippy::cast_possible_wrap, reason = "years 0 to 9999")]
const fn days_from_civil(year: i32, month: u8, day: u8) -> i32 {
    let january_or_february = month <= 2;
    let year = year as u32 - january_or_february as u32;
    let month_from_march = if january_or_february { month as u32 + 9 } else { month as u32 - 3 };
    let day_of_year = (153 * month_from_march + 2) / 5 + day as u32 - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year;
    days as i32 - EPOCH_FROM_MARCH_0
}

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_FROM_MARCH_0: i32 = 719_468;

/// The inverse of [`days_from_civil`], from 0001-01-01 on: quotients by multiplication, after Neri and
/// Schneider, *Euclidean affine functions and their application to calendar algorithms*, 2023.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "a date's days are above zero from 0000-03-01, and its parts small"
)]
const fn civil_from_days(days: i32) -> (i32, u8, u8) {
    let quarter_days = 4 * (days + EPOCH_FROM_MARCH_0) as u32 + 3;
    let (century, of_century) = (quarter_days / 146_097, (quarter_days % 146_097) | 3);
    // 2,939,745 / 2^32 is a little above 1 / 1461.
    let years = 2_939_745 * of_century as u64;
    let year_of_century = (years >> 32) as u32;
    let day_of_year = years as u32 / 2_939_745 / 4;
    // 2141 / 2^16 is near 1 / 30.6, the days of a month from March on.
    let months = 2_141 * day_of_year + 197_913;
    let (month, day) = (months >> 16, (months & 0xffff) / 2_141 + 1);
    let next_year = day_of_year >= 306;
    let year = 100 * century + year_of_century + next_year as u32;
    let month = if next_year { month - 12 } else { month };
    (year as i32, month as u8, day as u8)
}

impl fmt::Display for Date {
    /// ISO 8601, `YYYY-MM-DD`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = Error;

    /// Reads `YYYY-MM-DD` and nothing else.
    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || Error::parse("a date", text, "YYYY-MM-DD");
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(bad());
        }
        let number = |range: core::ops::Range<usize>| {
            bytes[range].iter().try_fold(0_i32, |sum, byte| {
                byte.is_ascii_digit().then(|| sum * 10 + i32::from(byte - b'0'))
            })
        };
        let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10))
        else {
            return Err(bad());
        };
        let month = u8::try_from(month).map_err(|_| bad())?;
        let day = u8::try_from(day).map_err(|_| bad())?;
        Self::from_ymd(year, month, day)
    }
}

impl borsh::BorshSerialize for Date {
    /// Four bytes, little endian: days since 1970-01-01.
    fn serialize<W: borsh::io::Write>(&self, writer: &mut W) -> borsh::io::Result<()> {
        self.0.serialize(writer)
    }
}

impl borsh::BorshDeserialize for Date {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let days = i32::deserialize_reader(reader)?;
        Self::from_days(days).map_err(|_| crate::invalid_data("date outside the years 1 to 9999"))
    }
}

#[cfg(feature = "serde")]
crate::serde_text!(Date, "a date as YYYY-MM-DD");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_range_round_trips_and_follows_the_one_before() {
        let mut previous = Date::MIN;
        assert_eq!(previous.ymd(), (1, 1, 1));
        assert_eq!(Date::MAX.ymd(), (9999, 12, 31));
        for days in (MIN_DAYS + 1)..=MAX_DAYS {
            let date = Date(days);
            let (year, month, day) = date.ymd();
            assert_eq!(Date::from_ymd(year, month, day), Ok(date));
            let (y, m, d) = previous.ymd();
            let next = match (m, d) {
                (12, 31) => (y + 1, 1, 1),
                _ if d == days_in_month(y, m) => (y, m + 1, 1),
                _ => (y, m, d + 1),
            };
            assert_eq!((year, month, day), next);
            previous = date;
        }
    }

    #[test]
    fn known_weekdays() {
        for (text, weekday) in [
            ("1970-01-01", Weekday::Thursday),
            ("2000-01-01", Weekday::Saturday),
            ("2014-07-13", Weekday::Sunday),
            ("1969-12-29", Weekday::Monday),
        ] {
            assert_eq!(text.parse::<Date>().expect("valid").weekday(), weekday);
        }
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "2024-2-29",
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-01-00",
            "+024-01-01",
            "2024/01/01",
            "0000-01-01",
            "2024-01-01 ",
            "２024-01-1",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text:?}");
        }
        assert!(Date::MAX.plus_days(1).is_err());
        assert!(Date::MIN.plus_days(i64::MIN).is_err());
        assert!(Date::MAX.plus_months(i32::MAX).is_err());
        assert!(borsh::from_slice::<Date>(&i32::MAX.to_le_bytes()).is_err());
    }

    #[test]
    fn months_end_at_the_shorter_month() {
        let date = Date::from_ymd(2012, 1, 31).expect("valid");
        assert_eq!(date.plus_months(1), Date::from_ymd(2012, 2, 29));
        assert_eq!(date.plus_months(-2), Date::from_ymd(2011, 11, 30));
        assert_eq!(date.plus_months(25), Date::from_ymd(2014, 2, 28));
    }

    #[test]
    fn leap_day_is_searched_after_the_start_and_up_to_the_end() {
        let date = |text: &str| text.parse::<Date>().expect("valid");
        assert!(date("2012-02-28").leap_day_after_until(date("2012-02-29")));
        assert!(!date("2012-02-29").leap_day_after_until(date("2012-03-28")));
        assert!(date("2011-12-28").leap_day_after_until(date("2016-02-28")));
    }
}
