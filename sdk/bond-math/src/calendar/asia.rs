//! Hong Kong.

use super::day::{Day, is_in_lieu};
use super::lunar::Festivals;
use crate::Date;

/// General Holidays Ordinance (Cap. 149) as it stands since 2012: a holiday on a Sunday, or on
/// another holiday, moves to the next day that is none.
pub(super) fn hong_kong(day: &Day) -> bool {
    let count = |date: Date| holidays(&Day::new(date));
    holidays(day) > 0 || is_in_lieu(day.date, count)
}

/// How many holidays fall on a day, before days in lieu.
fn holidays(day: &Day) -> u8 {
    let Some(lunar) = Festivals::of(day.year) else {
        return 0;
    };
    let fixed = [(1, 1), (5, 1), (7, 1), (10, 1), (12, 25), (12, 26)];
    let is_fixed = fixed.iter().any(|(month, date)| day.is(*month, *date));
    let easter = matches!(day.from_easter, -2 | -1 | 1);
    let festivals = [
        lunar.new_year_day(day, 0),
        lunar.new_year_day(day, 1),
        lunar.new_year_day(day, 2),
        lunar.is_ching_ming(day),
        lunar.is_buddha_birthday(day),
        lunar.is_dragon_boat(day),
        lunar.is_after_mid_autumn(day),
        lunar.is_double_ninth(day),
        // Seventieth anniversary of the end of the war.
        day.is_on(2015, 9, 3),
    ];
    let movable = festivals.iter().filter(|is_holiday| **is_holiday).count();
    u8::from(is_fixed) + u8::from(easter) + u8::try_from(movable).unwrap_or(u8::MAX)
}
