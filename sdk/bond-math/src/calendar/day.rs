//! The facts about one day that holiday rules are written in.

use crate::{Date, Weekday};

/// A day with its parts.
pub(super) struct Day {
    pub(super) date: Date,
    pub(super) year: i32,
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) weekday: Weekday,
}

impl Day {
    pub(super) fn new(date: Date) -> Self {
        let (year, month, day) = date.ymd();
        Self { date, year, month, day, weekday: date.weekday() }
    }

    /// Days after Easter Sunday of the same year; negative before it. Only from February to June is it worked
    /// out: no holiday of other months hangs on Easter, and they get a number that none has.
    pub(super) fn days_after_easter(&self) -> i64 {
        if (2..=6).contains(&self.month) {
            easter(self.year).days_until(self.date)
        } else {
            i64::MAX
        }
    }

    /// Whether this is `month`-`day`.
    pub(super) fn is(&self, month: u8, day: u8) -> bool {
        self.month == month && self.day == day
    }

    /// Whether this is `year`-`month`-`day`.
    pub(super) fn is_on(&self, year: i32, month: u8, day: u8) -> bool {
        self.year == year && self.is(month, day)
    }

    /// Whether this is the `nth` (1 to 5) `weekday` of `month`.
    pub(super) fn is_nth(&self, nth: u8, weekday: Weekday, month: u8) -> bool {
        self.month == month && self.weekday == weekday && (self.day - 1) / 7 + 1 == nth
    }

    /// Whether this is the last `weekday` of `month`, a month of 31 days.
    pub(super) fn is_last(&self, weekday: Weekday, month: u8) -> bool {
        self.month == month && self.weekday == weekday && self.day > 24
    }

    pub(super) fn is_good_friday(&self) -> bool {
        self.days_after_easter() == -2
    }

    pub(super) fn is_easter_monday(&self) -> bool {
        self.days_after_easter() == 1
    }

    /// `month`-`day`, or the Monday after it when it falls on a Sunday. `day` is below 28.
    pub(super) fn is_or_monday_after_sunday(&self, month: u8, day: u8) -> bool {
        self.is(month, day) || (self.weekday == Weekday::Monday && self.is(month, day + 1))
    }

    /// `month`-`day`, or the Monday after it when it falls on a weekend. `day` is below 27.
    pub(super) fn is_or_monday_after_weekend(&self, month: u8, day: u8) -> bool {
        self.is(month, day)
            || (self.weekday == Weekday::Monday
                && (self.is(month, day + 1) || self.is(month, day + 2)))
    }

    /// `month`-`day`, the Friday before a Saturday or the Monday after a Sunday. `day` is 2 to 27.
    pub(super) fn is_observed_american(&self, month: u8, day: u8) -> bool {
        self.is_or_monday_after_sunday(month, day)
            || (self.weekday == Weekday::Friday && self.is(month, day - 1))
    }

    /// 25 and 26 December with the days taken instead when they fall on a weekend.
    pub(super) fn is_christmas_or_boxing_day_with_substitutes(&self) -> bool {
        self.month == 12
            && (matches!(self.day, 25 | 26)
                || (matches!(self.day, 27 | 28)
                    && matches!(self.weekday, Weekday::Monday | Weekday::Tuesday)))
    }
}

/// Easter Sunday of a Gregorian year (the anonymous algorithm published in Nature, 1876).
fn easter(year: i32) -> Date {
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let solar = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - solar + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let index = epact + weekday - 7 * late + 114;
    let month = u8::try_from(index / 31).unwrap_or(3);
    let day = u8::try_from(index % 31 + 1).unwrap_or(31);
    // The formula gives 22 March to 25 April for every year from 1 to 9999.
    Date::from_ymd(year, month, day).unwrap_or(Date::MIN)
}

/// Whether `date`, itself no holiday, is a day off in lieu where no two holidays fall on one day: one that
/// falls on a Sunday moves to the next free day, which lies within its week.
pub(super) fn is_in_lieu_of_sunday(date: Date, is_holiday: impl Fn(Date) -> bool) -> bool {
    let since_sunday = i64::from((date.days() + 4).rem_euclid(7));
    let day = |back: i64| date.plus_days(-back);
    let moved = since_sunday > 0 && day(since_sunday).is_ok_and(&is_holiday);
    // The first free day after it is the one.
    moved && (1..since_sunday).all(|back| day(back).is_ok_and(&is_holiday))
}

/// Most days off that were ever owed at the end of a day, in Hong Kong's years to 2100.
const OWED_MAX: u8 = 1;
/// Days back to one on which nothing was owed.
const RUN_MAX: usize = 8;

/// Whether `date`, itself no holiday, is a day off in lieu: `holidays(day)` counts the holidays that
/// fall on a day, and each that falls on a Sunday or on another holiday moves to the next free day.
pub(super) fn is_in_lieu(date: Date, holidays: impl Fn(Date) -> u8) -> bool {
    in_lieu_after(date, OWED_MAX, holidays)
}

/// So many free days in a row as may be owed end the search back for what is owed.
fn in_lieu_after(date: Date, owed_max: u8, holidays: impl Fn(Date) -> u8) -> bool {
    let mut free_days = 0_u8;
    let mut days = [(false, 0_u8); RUN_MAX];
    let mut looked_at = 0;
    for (known, back) in days.iter_mut().zip(1..) {
        let Ok(day) = date.plus_days(-back) else { break };
        let (is_sunday, count) = (day.weekday() == Weekday::Sunday, holidays(day));
        *known = (is_sunday, count);
        looked_at += 1;
        free_days += u8::from(!is_sunday && count == 0);
        if free_days >= owed_max {
            break;
        }
    }
    let mut owed = 0_u8;
    for (is_sunday, count) in days.iter().take(looked_at).rev() {
        owed = match (is_sunday, count) {
            (true, count) => owed.saturating_add(*count),
            (false, 0) => owed.saturating_sub(1),
            (false, count) => owed.saturating_add(count - 1),
        };
    }
    owed > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One day alone was ever owed, so the search back may end at the first free day.
    #[test]
    fn the_search_for_what_is_owed_ends_early_without_loss() {
        let first: Date = "1998-01-01".parse().expect("valid");
        let last: Date = "2100-12-31".parse().expect("valid");
        let holidays = |date: Date| super::super::asia::holidays(&Day::new(date));
        for day in 0..=first.days_until(last) {
            let date = first.plus_days(day).expect("in range");
            let whole = in_lieu_after(date, u8::MAX, holidays);
            assert_eq!(is_in_lieu(date, holidays), whole, "{date}");
        }
    }

    #[test]
    fn known_easters() {
        for text in [
            "1818-03-22",
            "1943-04-25",
            "1999-04-04",
            "2000-04-23",
            "2008-03-23",
            "2011-04-24",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2038-04-25",
            "2285-03-22",
        ] {
            let date: Date = text.parse().expect("valid");
            assert_eq!(easter(date.year()), date);
        }
    }
}
