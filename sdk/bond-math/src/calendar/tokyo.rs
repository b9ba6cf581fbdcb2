//! Tokyo.

use super::day::{Day, is_in_lieu};
use crate::Weekday::{Monday, Sunday};
use crate::{Date, Weekday};

/// Act on National Holidays (1948, as amended to 2018), the days moved for the games of 2020 and
/// 2021, and the bank holidays of the turn of the year.
pub(super) fn tokyo(day: &Day) -> bool {
    let turn_of_year = (day.month == 1 && day.day <= 3) || day.is(12, 31);
    turn_of_year || is_national(day) || is_substitute(day) || is_between_holidays(day)
}

fn is_national(day: &Day) -> bool {
    let spring = matches!(day.month, 3) && day.day == equinox(day.year, SPRING);
    let autumn = matches!(day.month, 9) && day.day == equinox(day.year, AUTUMN);
    let emperor = match day.year {
        ..=2018 => day.is(12, 23),
        2019 => false,
        _ => day.is(2, 23),
    };
    let enthronement = day.is_on(2019, 5, 1) || day.is_on(2019, 10, 22);
    day.is(1, 1)
        || day.is_nth(2, Monday, 1)
        || day.is(2, 11)
        || emperor
        || spring
        || day.is(4, 29)
        || day.is(5, 3)
        || (day.year >= 2007 && day.is(5, 4))
        || day.is(5, 5)
        || is_summer_holiday(day)
        || autumn
        || is_aged_day(day)
        || day.is(11, 3)
        || day.is(11, 23)
        || enthronement
}

/// Marine Day, Mountain Day and Sports Day.
fn is_summer_holiday(day: &Day) -> bool {
    match day.year {
        2020 => day.is(7, 23) || day.is(7, 24) || day.is(8, 10),
        2021 => day.is(7, 22) || day.is(7, 23) || day.is(8, 8),
        year => {
            let marine = if year < 2003 { day.is(7, 20) } else { day.is_nth(3, Monday, 7) };
            marine || (year >= 2016 && day.is(8, 11)) || day.is_nth(2, Monday, 10)
        }
    }
}

fn is_aged_day(day: &Day) -> bool {
    if day.year < 2003 { day.is(9, 15) } else { day.is_nth(3, Monday, 9) }
}

/// A national holiday on a Sunday moves to the next day that is none.
fn is_substitute(day: &Day) -> bool {
    is_in_lieu(day.date, |date| u8::from(is_national(&Day::new(date))))
}

/// A day between two national holidays is one too (4 May before 2007; the end of April 2019).
fn is_between_holidays(day: &Day) -> bool {
    let national = |offset: i64| {
        day.date.plus_days(offset).is_ok_and(|date: Date| is_national(&Day::new(date)))
    };
    let open: [Weekday; 1] = [Sunday];
    !open.contains(&day.weekday) && national(-1) && national(1)
}

/// Day of the equinox at 1980, in 10^-6 days of the month.
const SPRING: i64 = 20_843_100;
const AUTUMN: i64 = 23_248_800;

/// Approximation of the Tokyo observatory's equinoxes, exact for 1980 to 2099.
fn equinox(year: i32, day_at_1980_millionths: i64) -> u8 {
    let years = i64::from(year) - 1980;
    let day = (day_at_1980_millionths + 242_194 * years) / 1_000_000 - years / 4;
    u8::try_from(day).unwrap_or(0)
}
