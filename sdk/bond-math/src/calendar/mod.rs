//! Business-day calendars: nine financial centres by rule, any other as data, and unions of them.
//!
//! A calendar answers for the years it knows and refuses the others: an unknown holiday must never
//! be taken for a business day in silence.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::text::NAME_BYTES_MAX;
use crate::{Date, Error, TermsError, Weekday};

mod americas;
mod asia;
mod australia;
mod day;
mod europe;
mod lunar;
mod singapore;
mod tokyo;

use day::Day;

/// A financial centre whose holidays are computed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum Centre {
    /// Saturdays and Sundays only.
    Weekends,
    /// TARGET / T2, the euro payment system.
    Target,
    /// England and Wales bank holidays.
    London,
    /// Settlement of US government securities, and publication of SOFR (SIFMA recommendations).
    NewYork,
    /// Singapore public holidays.
    Singapore,
    /// Hong Kong general holidays.
    HongKong,
    /// Zürich bank holidays.
    Zurich,
    /// Japan bank holidays.
    Tokyo,
    /// New South Wales bank holidays.
    Sydney,
    /// Brazil national bank holidays, for BUS/252.
    SaoPaulo,
    /// [`Centre::Singapore`], and after its gazetted years the dates of Hari Raya and Deepavali that are
    /// expected. Terms that name it accept days that may be gazetted otherwise.
    SingaporeProjected,
}

impl Centre {
    /// Every centre.
    pub const ALL: [Self; 11] = [
        Self::Weekends,
        Self::Target,
        Self::London,
        Self::NewYork,
        Self::Singapore,
        Self::HongKong,
        Self::Zurich,
        Self::Tokyo,
        Self::Sydney,
        Self::SaoPaulo,
        Self::SingaporeProjected,
    ];

    /// The years whose holidays are known: by law or gazette, or by the rule as it stands where each year
    /// follows from it. The holidays of Singapore do not, so it is known as far as they have been gazetted.
    #[must_use]
    pub const fn known_years(self) -> RangeInclusive<i32> {
        match self {
            Self::Weekends => 1..=9999,
            Self::Target => 1999..=2199,
            Self::London => 1980..=2199,
            // Before, New York had holidays of its own: Lincoln's birthday to 1985, election days to 1984.
            Self::NewYork => 1986..=2199,
            Self::Zurich => 1990..=2199,
            Self::Tokyo => 1990..=2100,
            Self::Sydney | Self::SaoPaulo => 2000..=2199,
            Self::HongKong => 1998..=2100,
            Self::Singapore => 2001..=2027,
            Self::SingaporeProjected => 2001..=2060,
        }
    }

    /// Time to look a day up, as a multiple of what the simplest takes: about twenty nanoseconds.
    const fn cost(self) -> u32 {
        match self {
            Self::Weekends | Self::SaoPaulo => 1,
            Self::Singapore | Self::SingaporeProjected | Self::HongKong | Self::Tokyo => 3,
            _ => 2,
        }
    }

    /// Whether `date` is a working day in this centre.
    ///
    /// # Errors
    /// [`Error::CalendarYear`] outside [`Centre::known_years`].
    pub fn is_business_day(self, date: Date) -> Result<bool, Error> {
        let is_weekend = date.is_weekend();
        if self == Self::Weekends {
            return Ok(!is_weekend);
        }
        let year = date.year();
        if !self.known_years().contains(&year) {
            return Err(Error::calendar_year(self, year));
        }
        if is_weekend {
            return Ok(false);
        }
        let day = Day::new(date);
        Ok(!match self {
            Self::Weekends => false,
            Self::Target => europe::target(&day),
            Self::London => europe::london(&day),
            Self::Zurich => europe::zurich(&day),
            Self::NewYork => americas::new_york(&day),
            Self::SaoPaulo => americas::sao_paulo(&day),
            Self::Singapore | Self::SingaporeProjected => singapore::singapore(&day),
            Self::HongKong => asia::hong_kong(&day),
            Self::Tokyo => tokyo::tokyo(&day),
            Self::Sydney => australia::sydney(&day),
        })
    }
}

impl core::fmt::Display for Centre {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Weekends => "weekends",
            Self::Target => "target",
            Self::London => "london",
            Self::NewYork => "new_york",
            Self::Singapore => "singapore",
            Self::HongKong => "hong_kong",
            Self::Zurich => "zurich",
            Self::Tokyo => "tokyo",
            Self::Sydney => "sydney",
            Self::SaoPaulo => "sao_paulo",
            Self::SingaporeProjected => "singapore_projected",
        })
    }
}

/// Most days that the search for a business day looks at.
pub(crate) const SEEK_DAYS_MAX: u64 = 31;
/// Most tables of a calendar.
const TABLES_MAX: usize = 8;
/// Most holidays of a table: two centuries with twenty a year.
const HOLIDAYS_MAX: usize = 4_000;

/// Holidays given as data, for a centre this crate has no rule for.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(tenor_macros::Schema)]
pub struct HolidayTable {
    /// Name of the calendar, for error messages.
    #[borsh(deserialize_with = "crate::text::read_name")]
    pub name: String,
    /// First year the table covers.
    pub first_year: i32,
    /// Last year the table covers.
    pub last_year: i32,
    /// Days of the week that are never business days.
    pub weekend: Vec<Weekday>,
    /// Holidays, strictly ascending.
    pub holidays: Vec<Date>,
}

impl HolidayTable {
    /// Checks that the years are in order and the holidays ascend within them.
    ///
    /// # Errors
    /// [`TermsError`] naming the field.
    pub fn validate(&self) -> Result<(), TermsError> {
        if self.first_year > self.last_year {
            return Err(TermsError::new("calendar.tables.first_year", "is after last_year"));
        }
        let years = self.first_year..=self.last_year;
        let ascending = self.holidays.iter().zip(self.holidays.iter().skip(1));
        if !ascending.into_iter().all(|(a, b)| a < b)
            || !self.holidays.iter().all(|day| years.contains(&day.year()))
        {
            return Err(TermsError::new(
                "calendar.tables.holidays",
                "must ascend without repeats and lie within first_year and last_year",
            ));
        }
        if self.name.len() > NAME_BYTES_MAX || self.holidays.len() > HOLIDAYS_MAX {
            return Err(TermsError::new(
                "calendar.tables",
                format!(
                    "a name has at most {NAME_BYTES_MAX} bytes, a table {HOLIDAYS_MAX} holidays"
                ),
            ));
        }
        if self.weekend.len() > 3 {
            return Err(TermsError::new(
                "calendar.tables.weekend",
                "names more than three days of the week",
            ));
        }
        Ok(())
    }

    fn is_business_day(&self, date: Date) -> Result<bool, Error> {
        let year = date.year();
        if year < self.first_year || year > self.last_year {
            return Err(Error::CalendarYear {
                centre: self.name.clone(),
                year,
                first: self.first_year,
                last: self.last_year,
            });
        }
        Ok(!self.weekend.contains(&date.weekday()) && self.holidays.binary_search(&date).is_err())
    }
}

/// A day is a business day when it is one in every centre and every table named here.
/// Without any, every day is a business day.
///
/// ```
/// use tenor_bond_math::{Calendar, Centre, Date};
/// let both = Calendar::of(&[Centre::London, Centre::Target]);
/// let may_day: Date = "2025-05-05".parse()?; // early May bank holiday, TARGET is open
/// assert!(!both.is_business_day(may_day)?);
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[derive(tenor_macros::Schema)]
pub struct Calendar {
    /// Centres whose holidays are computed.
    pub centres: Vec<Centre>,
    /// Holidays given as data.
    pub tables: Vec<HolidayTable>,
}

impl Calendar {
    /// The union of the holidays of `centres`.
    #[must_use]
    pub fn of(centres: &[Centre]) -> Self {
        Self { centres: centres.to_vec(), tables: vec![] }
    }

    /// Saturdays and Sundays only.
    #[must_use]
    pub fn weekends() -> Self {
        Self::of(&[Centre::Weekends])
    }

    /// Whether it leaves out more days than Saturdays and Sundays.
    pub(crate) fn has_holidays(&self) -> bool {
        let listed = self.tables.iter().any(|table| !table.holidays.is_empty());
        listed || self.centres.iter().any(|centre| *centre != Centre::Weekends)
    }

    /// The calendar that is closed when `self` or `other` is.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        for centre in &other.centres {
            if !self.centres.contains(centre) {
                self.centres.push(*centre);
            }
        }
        self.tables.extend(other.tables.iter().cloned());
        self
    }

    /// Whether `date` is a business day.
    ///
    /// # Errors
    /// [`Error::CalendarYear`] when a part of the calendar does not know the year.
    #[inline]
    pub fn is_business_day(&self, date: Date) -> Result<bool, Error> {
        #[cfg(test)]
        look_ups::add_one();
        // The commonest calendars, without a call.
        match (self.centres.as_slice(), self.tables.as_slice()) {
            ([], []) => Ok(true),
            ([Centre::Weekends], []) => Ok(!date.is_weekend()),
            _ => self.is_open_everywhere(date),
        }
    }

    #[inline(never)]
    fn is_open_everywhere(&self, date: Date) -> Result<bool, Error> {
        for centre in &self.centres {
            if !centre.is_business_day(date)? {
                return Ok(false);
            }
        }
        for table in &self.tables {
            if !table.is_business_day(date)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The first business day on or after `date`.
    ///
    /// # Errors
    /// [`Error::CalendarYear`]; [`Error::NoBusinessDay`] when the data leaves none within 31 days.
    #[inline]
    pub fn next_or_same(&self, date: Date) -> Result<Date, Error> {
        self.seek(date, 1)
    }

    /// The last business day on or before `date`.
    ///
    /// # Errors
    /// As [`Calendar::next_or_same`].
    #[inline]
    pub fn previous_or_same(&self, date: Date) -> Result<Date, Error> {
        self.seek(date, -1)
    }

    #[inline]
    fn seek(&self, date: Date, step: i64) -> Result<Date, Error> {
        if self.is_business_day(date)? { Ok(date) } else { self.seek_on(date, step) }
    }

    /// Goes on from a day that is none.
    fn seek_on(&self, date: Date, step: i64) -> Result<Date, Error> {
        let mut day = date;
        for _ in 1..SEEK_DAYS_MAX {
            day = day.plus_days(step)?;
            if self.is_business_day(day)? {
                return Ok(day);
            }
        }
        Err(Error::NoBusinessDay { date })
    }

    /// The date `count` business days after `date` (before it when negative). Zero gives the first
    /// business day on or after `date`.
    ///
    /// # Errors
    /// As [`Calendar::next_or_same`].
    pub fn plus_business_days(&self, date: Date, count: i32) -> Result<Date, Error> {
        if count == 0 {
            return self.next_or_same(date);
        }
        let step = i64::from(count.signum());
        let mut day = date;
        for _ in 0..count.unsigned_abs() {
            day = self.seek(day.plus_days(step)?, step)?;
        }
        Ok(day)
    }

    /// Business days in `[from, to)`, negative when `to` is earlier.
    ///
    /// # Errors
    /// [`Error::CalendarYear`].
    pub fn business_days_between(&self, from: Date, to: Date) -> Result<i64, Error> {
        if to < from {
            return self.business_days_between(to, from).map(i64::saturating_neg);
        }
        let mut count = 0_i64;
        let mut day = from;
        while day < to {
            if self.is_business_day(day)? {
                count = count.saturating_add(1);
            }
            day = day.plus_days(1)?;
        }
        Ok(count)
    }

    /// Time to look a day up in all of its parts, as a multiple of what the simplest part takes.
    pub(crate) fn cost(&self) -> u32 {
        let tables = u32::try_from(self.tables.len()).unwrap_or(u32::MAX).saturating_mul(2);
        let centres = self.centres.iter().map(|centre| centre.cost());
        centres.fold(tables, u32::saturating_add)
    }

    /// Checks that each centre is named once, and the tables.
    ///
    /// # Errors
    /// [`TermsError`] naming the field.
    pub fn validate(&self) -> Result<(), TermsError> {
        let centres = &self.centres;
        let again = |(at, centre): (usize, &Centre)| centres.iter().take(at).any(|c| c == centre);
        if centres.iter().enumerate().any(again) {
            return Err(TermsError::new("calendar.centres", "names a centre twice"));
        }
        if self.tables.len() > TABLES_MAX {
            return Err(TermsError::new(
                "calendar.tables",
                format!("{} tables, at most {TABLES_MAX} are allowed", self.tables.len()),
            ));
        }
        self.tables.iter().try_for_each(HolidayTable::validate)
    }
}

/// Counts what is looked up, for the tests of the bound on it.
#[cfg(test)]
pub(crate) mod look_ups {
    use core::cell::Cell;

    std::thread_local! { static COUNT: Cell<u64> = const { Cell::new(0) }; }

    pub(super) fn add_one() {
        COUNT.with(|count| count.set(count.get() + 1));
    }

    /// How many days this thread has looked up since it was last asked.
    pub(crate) fn since_last() -> u64 {
        COUNT.with(Cell::take)
    }
}

#[cfg(test)]
mod tests;
