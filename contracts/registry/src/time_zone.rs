//! Local time by named rules, in integers: offsets, and instants of local times.
//!
//! The rules are those in force today (EU since 1996, US since 2007, New South Wales since 2008) and
//! are applied to every year: a market that used the ledger has no older days.

use tenor_bond_math::{Date, Weekday};
use tenor_interfaces::registry::TimeZone;

const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 86_400;

/// When summer time is in force: from the first to the second instant of the year, in seconds of UTC,
/// or, on the southern half, outside them.
struct Summer {
    begins: i64,
    ends: i64,
}

impl Summer {
    fn contains(&self, utc_seconds: i64) -> bool {
        if self.begins < self.ends {
            (self.begins..self.ends).contains(&utc_seconds)
        } else {
            utc_seconds >= self.begins || utc_seconds < self.ends
        }
    }
}

/// Seconds of local standard time ahead of UTC.
const fn standard_offset(zone: TimeZone) -> i64 {
    HOUR * match zone {
        TimeZone::Utc | TimeZone::EuropeLondon => 0,
        TimeZone::EuropeBerlin | TimeZone::EuropeZurich => 1,
        TimeZone::AmericaNewYork => -5,
        TimeZone::AsiaHongKong | TimeZone::AsiaSingapore => 8,
        TimeZone::AsiaTokyo => 9,
        TimeZone::AustraliaSydney => 10,
    }
}

/// The summer of a year, for zones that have one.
fn summer(zone: TimeZone, year: i32) -> Option<Summer> {
    let (begins, ends) = match zone {
        TimeZone::EuropeBerlin | TimeZone::EuropeZurich | TimeZone::EuropeLondon => {
            (last_sunday(year, 3)? + HOUR, last_sunday(year, 10)? + HOUR)
        }
        // 02:00 local: 07:00 UTC under standard time, 06:00 under summer time.
        TimeZone::AmericaNewYork => {
            (nth_sunday(year, 3, 2)? + 7 * HOUR, nth_sunday(year, 11, 1)? + 6 * HOUR)
        }
        // 02:00 standard time is 16:00 UTC of the day before.
        TimeZone::AustraliaSydney => {
            (nth_sunday(year, 10, 1)? - 8 * HOUR, nth_sunday(year, 4, 1)? - 8 * HOUR)
        }
        _ => return None,
    };
    Some(Summer { begins, ends })
}

/// Midnight UTC of the `nth` Sunday of a month, in seconds.
fn nth_sunday(year: i32, month: u8, nth: i64) -> Option<i64> {
    let first = Date::from_ymd(year, month, 1).ok()?;
    let to_sunday = days_to_sunday(first);
    Some((i64::from(first.days()) + to_sunday + 7 * (nth - 1)) * DAY)
}

/// Midnight UTC of the last Sunday of a month, in seconds.
fn last_sunday(year: i32, month: u8) -> Option<i64> {
    let last = Date::from_ymd(year, month, 1).ok()?.end_of_month();
    let since_sunday = (7 - days_to_sunday(last)) % 7;
    Some((i64::from(last.days()) - since_sunday) * DAY)
}

/// Days from `date` to the next Sunday, 0 on a Sunday.
fn days_to_sunday(date: Date) -> i64 {
    match date.weekday() {
        Weekday::Sunday => 0,
        Weekday::Monday => 6,
        Weekday::Tuesday => 5,
        Weekday::Wednesday => 4,
        Weekday::Thursday => 3,
        Weekday::Friday => 2,
        Weekday::Saturday => 1,
    }
}

/// Seconds of local time ahead of UTC at an instant.
pub(crate) fn offset_at(zone: TimeZone, utc_seconds: i64) -> i64 {
    let standard = standard_offset(zone);
    let in_summer = date_of(utc_seconds + standard)
        .and_then(|local| summer(zone, local.year()))
        .is_some_and(|summer| summer.contains(utc_seconds));
    standard + if in_summer { HOUR } else { 0 }
}

/// The date that contains a number of seconds since 1970-01-01.
pub(crate) fn date_of(seconds: i64) -> Option<Date> {
    i32::try_from(seconds.div_euclid(DAY)).ok().and_then(|days| Date::from_days(days).ok())
}

/// The instant of a local time, in seconds of UTC. A time that occurs twice means the first; one that
/// the change to summer time leaves out means the same clock read on standard time.
pub(crate) fn instant_of(zone: TimeZone, date: Date, seconds: u32) -> i64 {
    let local = i64::from(date.days()) * DAY + i64::from(seconds);
    let standard = standard_offset(zone);
    let in_summer = local - standard - HOUR;
    if offset_at(zone, in_summer) == standard + HOUR { in_summer } else { local - standard }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(date: &str, hour: i64, minute: i64) -> i64 {
        let date: Date = date.parse().expect("a date");
        i64::from(date.days()) * DAY + hour * HOUR + minute * 60
    }

    #[test]
    fn changes_of_the_clock() {
        // Dates published by the authorities of each zone; one second before and at the change.
        for (zone, date, hour, before, after) in [
            (TimeZone::EuropeBerlin, "2025-03-30", 1, 1, 2),
            (TimeZone::EuropeBerlin, "2025-10-26", 1, 2, 1),
            (TimeZone::EuropeZurich, "2026-03-29", 1, 1, 2),
            (TimeZone::EuropeLondon, "2024-03-31", 1, 0, 1),
            (TimeZone::EuropeLondon, "2024-10-27", 1, 1, 0),
            (TimeZone::AmericaNewYork, "2025-03-09", 7, -5, -4),
            (TimeZone::AmericaNewYork, "2025-11-02", 6, -4, -5),
            (TimeZone::AmericaNewYork, "2026-03-08", 7, -5, -4),
            (TimeZone::AustraliaSydney, "2025-04-05", 16, 11, 10),
            (TimeZone::AustraliaSydney, "2025-10-04", 16, 10, 11),
        ] {
            let change = seconds(date, hour, 0);
            assert_eq!(offset_at(zone, change - 1), before * HOUR, "{zone:?} before {date}");
            assert_eq!(offset_at(zone, change), after * HOUR, "{zone:?} from {date}");
        }
    }

    #[test]
    fn zones_without_summer_time() {
        for (zone, hours) in [
            (TimeZone::Utc, 0),
            (TimeZone::AsiaHongKong, 8),
            (TimeZone::AsiaSingapore, 8),
            (TimeZone::AsiaTokyo, 9),
        ] {
            for month in ["2025-01-15", "2025-07-15"] {
                assert_eq!(offset_at(zone, seconds(month, 12, 0)), hours * HOUR);
            }
        }
    }

    #[test]
    fn local_times_become_instants() {
        let at = |zone, date: &str, hour: u32| {
            instant_of(zone, date.parse().expect("a date"), hour * 3_600)
        };
        // 18:00 in Berlin is 17:00 UTC in winter and 16:00 in summer.
        assert_eq!(at(TimeZone::EuropeBerlin, "2025-01-15", 18), seconds("2025-01-15", 17, 0));
        assert_eq!(at(TimeZone::EuropeBerlin, "2025-07-15", 18), seconds("2025-07-15", 16, 0));
        assert_eq!(at(TimeZone::AsiaHongKong, "2025-07-15", 4), seconds("2025-07-14", 20, 0));
        // 24:00 is the next day's midnight.
        assert_eq!(at(TimeZone::AmericaNewYork, "2025-01-15", 24), seconds("2025-01-16", 5, 0));
        // 02:00 to 03:00 occurs twice on 26 October 2025 in Berlin: the first is meant.
        assert_eq!(at(TimeZone::EuropeBerlin, "2025-10-26", 2), seconds("2025-10-26", 0, 0));
        // 02:00 does not occur on 30 March 2025 in Berlin: 01:00 UTC, when the clock reads 03:00.
        assert_eq!(at(TimeZone::EuropeBerlin, "2025-03-30", 2), seconds("2025-03-30", 1, 0));
    }

    #[test]
    fn every_instant_comes_back_from_its_local_time() {
        for zone in [TimeZone::EuropeBerlin, TimeZone::AmericaNewYork, TimeZone::AustraliaSydney] {
            for step in 0..(3 * 366 * 4) {
                let utc = seconds("2024-01-01", 0, 0) + step * 6 * HOUR;
                let local = utc + offset_at(zone, utc);
                let date = date_of(local).expect("in range");
                let second = u32::try_from(local.rem_euclid(DAY)).expect("below a day");
                let found = instant_of(zone, date, second);
                // The hour that occurs twice comes back as its first occurrence.
                let twice = found == utc - HOUR && offset_at(zone, found) != offset_at(zone, utc);
                assert!(found == utc || twice, "{zone:?} {date} {second}");
                assert_eq!(found + offset_at(zone, found), local, "the same reading of the clock");
            }
        }
    }
}
