//! Hong Kong.

use super::day::{Day, is_in_lieu};
use super::lunar::Festivals;
use crate::{Date, Weekday};

/// General Holidays Ordinance (Cap. 149): a holiday on a Sunday, or on another holiday, moves to the next
/// day that is none. Until 2011 two were kept earlier instead: where one of the three days of the New Year
/// fell on a Sunday, its eve was a holiday; the day after mid-autumn moved to the festival itself, a Saturday.
pub(super) fn hong_kong(day: &Day) -> bool {
    let count = |date: Date| holidays(&Day::new(date));
    holidays(day) > 0 || is_in_lieu(day.date, count)
}

/// How many holidays fall on a day, before days in lieu.
pub(super) fn holidays(day: &Day) -> u8 {
    let Some(lunar) = Festivals::of(day.year) else {
        return 0;
    };
    let is_fixed = matches!((day.month, day.day), (1 | 7 | 10, 1) | (12, 25 | 26));
    let easter = matches!(day.days_after_easter(), -2 | -1 | 1);
    let early = day.year < 2012;
    let on_sunday_until_2011 = early && day.weekday == Weekday::Sunday;
    let new_year = (0..=2).any(|after| lunar.new_year_day(day, after));
    let movable = [
        new_year && !on_sunday_until_2011,
        early && has_sunday_within_three_days(day) && lunar.is_new_year_eve(day),
        lunar.is_ching_ming(day),
        lunar.is_dragon_boat(day),
        lunar.is_after_mid_autumn(day) && !on_sunday_until_2011,
        lunar.is_double_ninth(day),
        is_of_its_time(day, &lunar),
    ];
    let movable = movable.iter().filter(|is_holiday| **is_holiday).count();
    u8::from(is_fixed) + u8::from(easter) + u8::try_from(movable).unwrap_or(u8::MAX)
}

/// Whether one of the three days after `day` is a Sunday.
fn has_sunday_within_three_days(day: &Day) -> bool {
    matches!(day.weekday, Weekday::Thursday | Weekday::Friday | Weekday::Saturday)
}

/// Labour Day and the Buddha's birthday since 1999; in 1998 Victory Day and the day after National Day; the
/// last day of 1999 (L.N. 191 of 1999) and the seventieth anniversary of the end of the war.
fn is_of_its_time(day: &Day, lunar: &Festivals) -> bool {
    match day.year {
        1998 => day.is_on(1998, 8, 17) || day.is_on(1998, 10, 2),
        _ => {
            day.is(5, 1)
                || lunar.is_buddha_birthday(day)
                || day.is_on(1999, 12, 31)
                || day.is_on(2015, 9, 3)
        }
    }
}
