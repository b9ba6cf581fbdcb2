//! Festivals of the Chinese lunisolar calendar, 1998 to 2100, as Gregorian dates.
//!
//! A month begins on the day of the new moon at 120 degrees east (UTC+8); the eleventh holds the winter solstice,
//! and where thirteen lie between two solstices, the first without a principal term of the sun repeats the number
//! of the month before it (GB/T 33661-2017). The dates were taken from the Hong Kong Observatory's tables (2010 to 2099) and
//! computed by that rule from the positions of sun and moon (all of them). One differs: the new moon of 28 or 29
//! September 2057 is within seconds of midnight, and the table's later day was kept.

use super::day::Day;
use crate::Date;

/// First year of [`FESTIVALS`].
const FIRST_YEAR: i32 = 1998;

/// For each year: New Year, 8th of the 4th month, 5th of the 5th, 15th of the 8th, 9th of the 9th
/// month, each as month x 100 + day.
const FESTIVALS: [[u16; 5]; 103] = [
    [128, 503, 530, 1005, 1028],
    [216, 522, 618, 924, 1017],
    [205, 511, 606, 912, 1006],
    [124, 430, 625, 1001, 1025],
    [212, 519, 615, 921, 1014],
    [201, 508, 604, 911, 1004],
    [122, 526, 622, 928, 1022],
    [209, 515, 611, 918, 1011],
    [129, 505, 531, 1006, 1030],
    [218, 524, 619, 925, 1019],
    [207, 512, 608, 914, 1007],
    [126, 502, 528, 1003, 1026],
    [214, 521, 616, 922, 1016],
    [203, 510, 606, 912, 1005],
    [123, 428, 623, 930, 1023],
    [210, 517, 612, 919, 1013],
    [131, 506, 602, 908, 1002],
    [219, 525, 620, 927, 1021],
    [208, 514, 609, 915, 1009],
    [128, 503, 530, 1004, 1028],
    [216, 522, 618, 924, 1017],
    [205, 512, 607, 913, 1007],
    [125, 430, 625, 1001, 1025],
    [212, 519, 614, 921, 1014],
    [201, 508, 603, 910, 1004],
    [122, 526, 622, 929, 1023],
    [210, 515, 610, 917, 1011],
    [129, 505, 531, 1006, 1029],
    [217, 524, 619, 925, 1018],
    [206, 513, 609, 915, 1008],
    [126, 502, 528, 1003, 1026],
    [213, 520, 616, 922, 1016],
    [203, 509, 605, 912, 1005],
    [123, 528, 624, 1001, 1024],
    [211, 516, 612, 919, 1012],
    [131, 506, 601, 908, 1001],
    [219, 525, 620, 927, 1020],
    [208, 515, 610, 916, 1009],
    [128, 503, 530, 1004, 1027],
    [215, 522, 618, 924, 1017],
    [204, 511, 607, 913, 1007],
    [124, 430, 527, 1002, 1026],
    [212, 518, 614, 920, 1014],
    [201, 507, 603, 910, 1003],
    [122, 526, 622, 928, 1022],
    [210, 516, 611, 917, 1011],
    [130, 505, 531, 1005, 1029],
    [217, 524, 619, 925, 1018],
    [206, 513, 608, 915, 1008],
    [126, 502, 529, 1004, 1027],
    [214, 520, 615, 922, 1016],
    [202, 509, 604, 911, 1005],
    [123, 528, 623, 930, 1024],
    [211, 517, 613, 919, 1013],
    [201, 506, 601, 907, 1030],
    [219, 525, 620, 926, 1020],
    [208, 515, 610, 916, 1009],
    [128, 504, 530, 1005, 1028],
    [215, 522, 617, 924, 1017],
    [204, 511, 606, 913, 1007],
    [124, 430, 625, 1002, 1025],
    [212, 519, 614, 921, 1014],
    [202, 507, 603, 909, 1002],
    [121, 526, 622, 928, 1021],
    [209, 516, 611, 917, 1011],
    [129, 505, 601, 1006, 1030],
    [217, 523, 619, 925, 1018],
    [205, 512, 608, 915, 1008],
    [126, 501, 528, 1003, 1027],
    [214, 520, 616, 923, 1016],
    [203, 509, 604, 911, 1004],
    [123, 428, 623, 929, 1023],
    [211, 517, 613, 919, 1012],
    [131, 507, 602, 908, 1031],
    [219, 525, 620, 926, 1020],
    [207, 514, 610, 916, 1009],
    [127, 503, 530, 1005, 1028],
    [215, 522, 617, 924, 1018],
    [205, 510, 606, 912, 1006],
    [124, 430, 624, 1001, 1025],
    [212, 519, 614, 920, 1014],
    [202, 508, 604, 910, 1003],
    [122, 526, 622, 928, 1021],
    [209, 516, 611, 917, 1011],
    [129, 505, 601, 1006, 1030],
    [217, 524, 619, 926, 1019],
    [206, 512, 607, 914, 1008],
    [126, 501, 527, 1003, 1027],
    [214, 520, 615, 922, 1016],
    [203, 510, 605, 911, 1005],
    [124, 428, 623, 929, 1022],
    [210, 517, 613, 918, 1012],
    [130, 507, 602, 908, 1031],
    [218, 525, 621, 927, 1021],
    [207, 513, 609, 916, 1009],
    [127, 503, 529, 1005, 1028],
    [215, 521, 617, 924, 1017],
    [205, 511, 606, 913, 1006],
    [125, 430, 624, 930, 1024],
    [212, 519, 614, 920, 1013],
    [201, 508, 604, 909, 1003],
    [121, 527, 623, 929, 1022],
    [209, 516, 612, 918, 1012],
];

/// The festivals of one year.
pub(super) struct Festivals {
    days: [u16; 5],
    year: i32,
}

impl Festivals {
    /// The festivals of a Gregorian year, where they are known.
    pub(super) fn of(year: i32) -> Option<Self> {
        let index = usize::try_from(year.checked_sub(FIRST_YEAR)?).ok()?;
        FESTIVALS.get(index).map(|days| Self { days: *days, year })
    }

    /// Whether `day` is `after` days after the festival in `column`.
    fn is(&self, day: &Day, column: usize, after: u8) -> bool {
        let festival = self.days[column];
        if let Some(of_month) = day.day.checked_sub(after)
            && of_month > 0
        {
            return u16::from(day.month) * 100 + u16::from(of_month) == festival;
        }
        self.date(column).is_some_and(|date| date.days_until(day.date) == i64::from(after))
    }

    fn date(&self, column: usize) -> Option<Date> {
        let festival = self.days[column];
        let month = u8::try_from(festival / 100).ok()?;
        let of_month = u8::try_from(festival % 100).ok()?;
        Date::from_ymd(self.year, month, of_month).ok()
    }

    /// The day before New Year's Day.
    pub(super) fn is_new_year_eve(&self, day: &Day) -> bool {
        day.month <= 2 && self.date(0).is_some_and(|date| day.date.days_until(date) == 1)
    }

    /// The day `after` days after New Year's Day, 0 to 2.
    pub(super) fn new_year_day(&self, day: &Day, after: u8) -> bool {
        self.is(day, 0, after)
    }

    /// 8th of the 4th month.
    pub(super) fn is_buddha_birthday(&self, day: &Day) -> bool {
        self.is(day, 1, 0)
    }

    /// Full moon of the 4th month.
    pub(super) fn is_vesak(&self, day: &Day) -> bool {
        self.is(day, 1, 7)
    }

    /// 5th of the 5th month.
    pub(super) fn is_dragon_boat(&self, day: &Day) -> bool {
        self.is(day, 2, 0)
    }

    /// The day after the 15th of the 8th month.
    pub(super) fn is_after_mid_autumn(&self, day: &Day) -> bool {
        self.is(day, 3, 1)
    }

    /// 9th of the 9th month.
    pub(super) fn is_double_ninth(&self, day: &Day) -> bool {
        self.is(day, 4, 0)
    }

    /// The solar term of pure brightness, the sun at 15 degrees: 4 or 5 April from 1998 to 2100.
    pub(super) fn is_ching_ming(&self, day: &Day) -> bool {
        if day.month != 4 || !matches!(day.day, 4 | 5) {
            return false;
        }
        let years = self.year - 2000;
        // 4.81 + 0.2422 per year less the leap days, in 10^-4 days.
        let leap_days = years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400);
        let date = (48_100 + 2_422 * years) / 10_000 - leap_days;
        i32::from(day.day) == date
    }
}
