//! What happens to a date that is not a business day.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::calendar::SEEK_DAYS_MAX;
use crate::{Calendar, Date, Error, Period, PeriodUnit};

/// Business-day convention (ISDA 2006 section 4.12 and market usage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum BusinessDayConvention {
    /// Leave the date where it is.
    None,
    /// The next business day.
    #[default]
    Following,
    /// The next business day, unless it is in another month: then the previous one.
    ModifiedFollowing,
    /// As modified following, but also never across the 15th of the month.
    ModifiedFollowingBiMonthly,
    /// The previous business day.
    Preceding,
    /// The previous business day, unless it is in another month: then the next one.
    ModifiedPreceding,
    /// The closer business day; the later one of two that are equally close.
    Nearest,
}

impl BusinessDayConvention {
    /// The business day that stands for `date`.
    ///
    /// # Errors
    /// [`Error::CalendarYear`] when the calendar does not know the year.
    ///
    /// ```
    /// use tenor_bond_math::{BusinessDayConvention, Calendar, Date};
    /// let saturday: Date = "2014-08-30".parse()?;
    /// let weekends = Calendar::weekends();
    /// let moved = BusinessDayConvention::ModifiedFollowing.adjust(saturday, &weekends)?;
    /// assert_eq!(moved.to_string(), "2014-08-29");
    /// # Ok::<(), tenor_bond_math::Error>(())
    /// ```
    pub fn adjust(self, date: Date, calendar: &Calendar) -> Result<Date, Error> {
        match self {
            Self::None => Ok(date),
            Self::Following => calendar.next_or_same(date),
            Self::Preceding => calendar.previous_or_same(date),
            Self::ModifiedFollowing => {
                let next = calendar.next_or_same(date)?;
                if next.month() == date.month() {
                    Ok(next)
                } else {
                    calendar.previous_or_same(date)
                }
            }
            Self::ModifiedFollowingBiMonthly => {
                let next = calendar.next_or_same(date)?;
                let crosses_middle = date.day() <= 15 && next.day() > 15;
                if next.month() == date.month() && !crosses_middle {
                    Ok(next)
                } else {
                    calendar.previous_or_same(date)
                }
            }
            Self::ModifiedPreceding => {
                let previous = calendar.previous_or_same(date)?;
                if previous.month() == date.month() {
                    Ok(previous)
                } else {
                    calendar.next_or_same(date)
                }
            }
            Self::Nearest => {
                let next = calendar.next_or_same(date)?;
                let previous = calendar.previous_or_same(date)?;
                if previous.days_until(date) < date.days_until(next) {
                    Ok(previous)
                } else {
                    Ok(next)
                }
            }
        }
    }
}

impl BusinessDayConvention {
    /// Most days that were looked up in the calendar to find that `found` stands for `date`: those between
    /// them, and where both directions were tried, all that one search may look at.
    pub(crate) fn days_looked_up(self, date: Date, found: Date) -> u64 {
        let moved = date.days_until(found);
        let turned = match self {
            Self::None => return 0,
            Self::Following | Self::Preceding => false,
            Self::Nearest => moved != 0,
            Self::ModifiedFollowing | Self::ModifiedFollowingBiMonthly => moved < 0,
            Self::ModifiedPreceding => moved > 0,
        };
        let other_way = if turned { SEEK_DAYS_MAX } else { 1 };
        moved.unsigned_abs().saturating_add(other_way).saturating_add(1)
    }
}

impl Calendar {
    /// `date` moved by a signed number of periods: days count as business days; weeks, months and
    /// years count on the calendar and are then adjusted. With `end_of_month`, the last business day
    /// of a month moves to the last business day of the other month (to its last day when the
    /// convention is [`BusinessDayConvention::None`]).
    ///
    /// # Errors
    /// [`Error::DateOutOfRange`], [`Error::CalendarYear`].
    pub fn advance(
        &self,
        date: Date,
        count: i32,
        unit: PeriodUnit,
        convention: BusinessDayConvention,
        end_of_month: bool,
    ) -> Result<Date, Error> {
        if unit == PeriodUnit::Days {
            return if count == 0 {
                convention.adjust(date, self)
            } else {
                self.plus_business_days(date, count)
            };
        }
        let moved = Period::shift(date, count, unit)?;
        if end_of_month && unit != PeriodUnit::Weeks && self.is_last_business_day(date)? {
            let last = moved.end_of_month();
            return if convention == BusinessDayConvention::None {
                Ok(last)
            } else {
                self.previous_or_same(last)
            };
        }
        convention.adjust(moved, self)
    }

    fn is_last_business_day(&self, date: Date) -> Result<bool, Error> {
        Ok(date >= self.previous_or_same(date.end_of_month())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adjust(convention: BusinessDayConvention, text: &str) -> alloc::string::String {
        let date: Date = text.parse().expect("valid");
        let moved = convention.adjust(date, &Calendar::weekends());
        alloc::format!("{}", moved.expect("weekends are known"))
    }

    #[test]
    fn each_convention_at_its_edge() {
        use BusinessDayConvention as C;
        assert_eq!(adjust(C::None, "2014-08-30"), "2014-08-30");
        assert_eq!(adjust(C::Following, "2014-08-30"), "2014-09-01");
        assert_eq!(adjust(C::ModifiedFollowing, "2014-08-30"), "2014-08-29");
        assert_eq!(adjust(C::Preceding, "2014-11-01"), "2014-10-31");
        assert_eq!(adjust(C::ModifiedPreceding, "2014-11-01"), "2014-11-03");
        assert_eq!(adjust(C::ModifiedFollowingBiMonthly, "2014-11-15"), "2014-11-14");
        assert_eq!(adjust(C::Nearest, "2014-07-12"), "2014-07-11");
        assert_eq!(adjust(C::Nearest, "2014-07-13"), "2014-07-14");
    }
}
