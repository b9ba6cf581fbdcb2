//! Tokyo.

use super::day::{Day, is_in_lieu_of_sunday};
use crate::Weekday::{Monday, Sunday};
use crate::{Date, Weekday};

/// Act on National Holidays (1948, as amended to 2018), the days of single years (the enthronements of 1990 and
/// 2019, the wedding of 1993, the games of 2020 and 2021), and the bank holidays of the turn of the year.
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
    let once = day.is_on(1990, 11, 12)
        || day.is_on(1993, 6, 9)
        || day.is_on(2019, 5, 1)
        || day.is_on(2019, 10, 22);
    let coming_of_age = if day.year < 2000 { day.is(1, 15) } else { day.is_nth(2, Monday, 1) };
    day.is(1, 1)
        || coming_of_age
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
        || once
}

/// Marine Day, Mountain Day and Sports Day.
fn is_summer_holiday(day: &Day) -> bool {
    match day.year {
        2020 => day.is(7, 23) || day.is(7, 24) || day.is(8, 10),
        2021 => day.is(7, 22) || day.is(7, 23) || day.is(8, 8),
        year => {
            let marine = match year {
                ..=1995 => false,
                1996..=2002 => day.is(7, 20),
                _ => day.is_nth(3, Monday, 7),
            };
            let sports = if year < 2000 { day.is(10, 10) } else { day.is_nth(2, Monday, 10) };
            marine || (year >= 2016 && day.is(8, 11)) || sports
        }
    }
}

fn is_aged_day(day: &Day) -> bool {
    if day.year < 2003 { day.is(9, 15) } else { day.is_nth(3, Monday, 9) }
}

/// A national holiday on a Sunday moves to the next day that is none.
fn is_substitute(day: &Day) -> bool {
    is_in_lieu_of_sunday(day.date, |date| is_national(&Day::new(date)))
}

/// A day between two national holidays is one too (4 May before 2007; the end of April 2019).
fn is_between_holidays(day: &Day) -> bool {
    let national = |offset: i64| {
        day.date.plus_days(offset).is_ok_and(|date: Date| is_national(&Day::new(date)))
    };
    let open: [Weekday; 1] = [Sunday];
    !open.contains(&day.weekday) && national(-1) && national(1)
}

/// Day of the equinox at 1980, in 10^-6 days of the month, to 2099 and in 2100, which is no leap year.
const SPRING: [i64; 2] = [20_843_100, 21_851_000];
const AUTUMN: [i64; 2] = [23_248_800, 24_248_800];

/// Approximation of the Tokyo observatory's equinoxes for 1980 to 2150. The dates are announced in the February
/// before; by the sun's position none of them differs to 2100 but the autumn of 2074, within minutes of midnight.
fn equinox(year: i32, day_at_1980_millionths: [i64; 2]) -> u8 {
    let years = i64::from(year) - 1980;
    let [to_2099, after] = day_at_1980_millionths;
    let base = if year < 2100 { to_2099 } else { after };
    let day = (base + 242_194 * years) / 1_000_000 - years / 4;
    u8::try_from(day).unwrap_or(0)
}
