//! Calendars: days that were or will be closed, and days that are easily taken for closed.

use super::*;
use crate::test_terms::date;

fn closed(centre: Centre, days: &[&str]) {
    for day in days {
        let open = centre.is_business_day(date(day)).expect("a known year");
        assert!(!open, "{centre} is closed on {day}");
    }
}

fn open(centre: Centre, days: &[&str]) {
    for day in days {
        let open = centre.is_business_day(date(day)).expect("a known year");
        assert!(open, "{centre} is open on {day}");
    }
}

#[test]
fn target() {
    closed(Centre::Target, &["2025-04-18", "2025-04-21", "2025-05-01", "2025-12-26", "2001-12-31"]);
    open(Centre::Target, &["2025-12-24", "2025-05-29", "2002-12-31"]);
}

#[test]
fn london() {
    closed(Centre::London, &["2020-05-08", "2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08"]);
    closed(Centre::London, &["2021-12-27", "2021-12-28", "2022-01-03", "2027-12-27", "2027-12-28"]);
    open(Centre::London, &["2020-05-04", "2022-05-30", "2025-12-24"]);
}

#[test]
fn new_york() {
    closed(
        Centre::NewYork,
        &["2025-06-19", "2027-06-18", "2026-07-03", "2025-10-13", "2012-10-30"],
    );
    // New Year's Day and Veterans Day on a Saturday.
    open(Centre::NewYork, &["2021-12-31", "2023-11-10", "2021-06-18"]);
    closed(Centre::NewYork, &["2024-03-29", "2025-04-18", "1994-04-01", "2000-04-21"]);
    // Martin Luther King's day, since its first year.
    closed(Centre::NewYork, &["1986-01-20", "1987-01-19"]);
}

/// Good Fridays with an employment report: SIFMA recommends trading until noon and "that Friday ... not be
/// treated as a good settlement day" for US government securities (21 March 2012, 9 March 2015, 20 March
/// 2026); of 2 April 2021 the New York Fed says that repos and purchases of the Thursday end and settle
/// on the Monday (3 March 2021).
#[test]
fn new_york_settles_on_no_good_friday() {
    closed(
        Centre::NewYork,
        &["2012-04-06", "2015-04-03", "2021-04-02", "2023-04-07", "2026-04-03", "1996-04-05"],
    );
    let next = Calendar::of(&[Centre::NewYork]).plus_business_days(date("2021-04-01"), 1);
    assert_eq!(next, Ok(date("2021-04-05")));
}

/// Days that were closed once, and days of mourning with an early close or exchanges closed alone.
#[test]
fn new_york_on_single_days() {
    // Mourning for Nixon, the attacks of 2001, mourning for Reagan, hurricane Sandy, mourning for Bush.
    closed(
        Centre::NewYork,
        &["1994-04-27", "2001-09-12", "2004-06-11", "2012-10-30", "2018-12-05"],
    );
    // Trading had begun; early closes for the storm, for Ford and for Carter.
    open(Centre::NewYork, &["2001-09-11", "2012-10-29", "2007-01-02", "2025-01-09"]);
}

#[test]
fn singapore() {
    closed(
        Centre::Singapore,
        &["2025-01-29", "2025-03-31", "2025-10-20", "2026-06-01", "2026-11-09"],
    );
    // Chinese New Year 2023 began on a Sunday, 2024's second day was one.
    closed(Centre::Singapore, &["2023-01-24", "2024-02-12", "2015-08-07", "2020-07-10"]);
    open(Centre::Singapore, &["2023-01-25", "2025-12-26"]);
    // Hari Raya Haji on Sunday, 31 December 2006, and New Year's Day after it.
    closed(Centre::Singapore, &["2007-01-01", "2007-01-02", "2001-12-17", "2005-05-23"]);
    open(Centre::Singapore, &["2007-01-03", "2001-12-18"]);
    // Deepavali 2009 was moved from Sunday, 15 November, to Saturday, 17 October (Ministry of Manpower, 10
    // February 2009).
    open(Centre::Singapore, &["2009-11-16"]);
}

#[test]
fn hong_kong() {
    // Ching Ming 2015 and 2021 fell on the Sunday before or at Easter Monday.
    closed(Centre::HongKong, &["2015-04-07", "2021-04-06", "2026-04-07", "2015-09-03"]);
    // Mid-autumn 2012 was on a Sunday and the day after it National Day.
    closed(
        Centre::HongKong,
        &["2012-10-01", "2012-10-02", "2020-10-01", "2020-10-02", "2022-09-12"],
    );
    open(Centre::HongKong, &["2012-10-03", "2021-04-07", "2022-09-13"]);
}

/// Gazetted lists of general holidays.
#[test]
fn hong_kong_before_2012() {
    // The eve of a New Year with a Sunday, and no fourth day.
    closed(Centre::HongKong, &["2000-02-04", "2000-02-07", "2003-01-31", "2003-02-03"]);
    open(Centre::HongKong, &["2000-02-08", "2003-02-04", "2007-02-21", "2010-02-17"]);
    // Ching Ming on a Sunday, and on Easter Monday.
    closed(Centre::HongKong, &["1998-04-06", "1999-04-05", "1999-04-06", "2010-04-06"]);
    // Christmas on a Sunday has a second weekday after it.
    closed(Centre::HongKong, &["2005-12-26", "2005-12-27", "1999-12-27", "2010-12-27"]);
    closed(Centre::HongKong, &["1998-08-17", "1998-10-02", "1999-10-18", "1999-12-31"]);
    // Mid-autumn 2009 on a Saturday: no Monday. No Labour Day in 1998.
    open(Centre::HongKong, &["2009-10-05", "1998-05-01", "1999-08-16", "2000-10-03"]);
}

/// The sun's position gives 5 April in 2100, which is no leap year, and 4 April in 2000 and 2060.
#[test]
fn ching_ming_follows_the_sun() {
    closed(Centre::HongKong, &["2000-04-04", "2100-04-05"]);
    open(Centre::HongKong, &["2000-04-05", "2100-04-06"]);
    closed(Centre::HongKong, &["2060-04-05"]); // the 4th is a Sunday
}

#[test]
fn zurich() {
    closed(Centre::Zurich, &["2025-01-02", "2025-05-29", "2025-06-09", "2025-08-01"]);
    open(Centre::Zurich, &["2025-06-19", "2025-12-24"]);
}

#[test]
fn tokyo() {
    closed(Centre::Tokyo, &["2019-04-30", "2019-05-02", "2019-05-06", "2019-10-22", "2020-07-24"]);
    // 2009, 2015 and 2026: a day between two holidays in September.
    closed(Centre::Tokyo, &["2009-09-22", "2015-09-22", "2026-09-22", "2021-08-09", "2018-03-21"]);
    closed(Centre::Tokyo, &["2025-01-02", "2025-12-31", "2025-02-24"]);
    open(Centre::Tokyo, &["2019-12-23", "2020-10-12", "2025-09-22"]);
}

#[test]
fn tokyo_before_2000() {
    closed(Centre::Tokyo, &["1990-11-12", "1993-06-09", "1999-01-15", "1999-10-11", "1990-02-12"]);
    // The third of May on a Sunday: Monday stands for it; the day between two holidays.
    closed(Centre::Tokyo, &["1992-05-04", "1992-05-05", "1990-05-04", "1996-09-16", "1998-07-20"]);
    open(Centre::Tokyo, &["1992-05-06", "1995-07-20", "1999-01-11", "1993-06-10"]);
    closed(Centre::Tokyo, &["1990-03-21", "1999-09-23", "2100-09-23"]);
}

#[test]
fn sydney() {
    closed(Centre::Sydney, &["2022-09-22", "2025-06-09", "2025-08-04", "2026-04-27", "2027-12-28"]);
    open(Centre::Sydney, &["2021-04-26", "2025-11-04"]);
}

#[test]
fn sao_paulo() {
    closed(Centre::SaoPaulo, &["2007-06-07", "2025-03-03", "2025-03-04", "2024-11-20"]);
    open(Centre::SaoPaulo, &["2023-11-20", "2025-12-24"]);
}

#[test]
fn an_unknown_year_is_an_error_not_a_business_day() {
    for centre in Centre::ALL.into_iter().filter(|centre| *centre != Centre::Weekends) {
        let after = Date::from_ymd(*centre.known_years().end() + 1, 7, 1).expect("valid");
        assert!(matches!(centre.is_business_day(after), Err(Error::CalendarYear { .. })));
        let before = Date::from_ymd(*centre.known_years().start() - 1, 7, 1).expect("valid");
        assert!(centre.is_business_day(before).is_err());
    }
}

#[test]
fn every_known_year_has_a_plausible_number_of_business_days() {
    for centre in Centre::ALL.into_iter().filter(|centre| *centre != Centre::Weekends) {
        let calendar = Calendar::of(&[centre]);
        for year in centre.known_years().filter(|year| *year <= 2110) {
            let first = Date::from_ymd(year, 1, 1).expect("valid");
            let last = Date::from_ymd(year, 12, 31).expect("valid");
            let days = calendar.business_days_between(first, last).expect("known");
            assert!((238..=260).contains(&days), "{centre} {year}: {days}");
        }
    }
}

/// How many weekdays are closed, and the sum of their days since 1970, as independent libraries have them:
/// QuantLib 1.44 for TARGET, New York (`UnitedStates::SOFR`) and Zürich, `holidays` 0.109 of Python for the others.
#[test]
fn as_many_closed_weekdays_as_in_other_libraries() {
    let (shut_once, once) = (2, 8_882 + 11_577); // 27 April 1994, 12 September 2001: not in QuantLib
    let (open_in_2009, monday) = (1, 14_564); // 16 November, when Deepavali was moved to 17 October
    for (centre, years, count, sum) in [
        (Centre::Target, 1999..=2100, 493, 14_384_308),
        (Centre::London, 1990..=2100, 895, 24_594_954),
        (Centre::NewYork, 1990..=2100, 1_272 + shut_once, 35_518_132 + once),
        (Centre::Zurich, 1990..=2100, 916, 25_181_197),
        (Centre::Tokyo, 1990..=2099, 1_776, 49_234_524),
        (Centre::Sydney, 2011..=2100, 875, 27_416_750),
        (Centre::SingaporeProjected, 2001..=2060, 581 - open_in_2009, 12_841_489 - monday),
    ] {
        let (mut closed, mut days) = (0, 0);
        let mut at = Date::from_ymd(*years.start(), 1, 1).expect("valid");
        while years.contains(&at.year()) {
            if !at.is_weekend() && !centre.is_business_day(at).expect("known") {
                closed += 1;
                days += i64::from(at.days());
            }
            at = at.plus_days(1).expect("in range");
        }
        assert_eq!((closed, days), (count, sum), "{centre}");
    }
}

#[test]
fn tables_are_calendars_too() {
    let mut table = HolidayTable {
        name: "house".into(),
        first_year: 2025,
        last_year: 2026,
        weekend: vec![Weekday::Friday, Weekday::Saturday],
        holidays: vec![date("2025-03-02"), date("2025-03-03")],
    };
    assert_eq!(table.validate(), Ok(()));
    let calendar = Calendar { centres: vec![], tables: vec![table.clone()] };
    let next = calendar.next_or_same(date("2025-02-28")).expect("known");
    assert_eq!(next, date("2025-03-04"));
    assert!(calendar.is_business_day(date("2027-01-04")).is_err());
    table.holidays.reverse();
    assert!(table.validate().is_err());
    let shut = Calendar {
        centres: vec![],
        tables: vec![HolidayTable {
            weekend: vec![],
            holidays: (1..=31).map(|day| Date::from_ymd(2025, 3, day).expect("valid")).collect(),
            ..table
        }],
    };
    let nothing = shut.next_or_same(date("2025-03-01"));
    assert!(matches!(nothing, Err(Error::NoBusinessDay { .. })));
}

#[test]
fn unions_are_open_when_all_are() {
    let both = Calendar::of(&[Centre::Singapore]).union(&Calendar::of(&[Centre::Target]));
    assert!(!both.is_business_day(date("2025-08-09")).expect("known"));
    assert!(!both.is_business_day(date("2025-12-26")).expect("known"));
    assert!(both.is_business_day(date("2025-12-29")).expect("known"));
    let back = both.plus_business_days(date("2025-12-29"), -2).expect("known");
    assert_eq!(back, date("2025-12-23"));
}

#[test]
fn a_calendar_is_bounded() {
    assert!(Calendar::of(&[Centre::Target, Centre::London]).validate().is_ok());
    let twice = Calendar::of(&[Centre::Target, Centre::London, Centre::Target]);
    assert_eq!(twice.validate().expect_err("refused").field, "calendar.centres");
    let table = HolidayTable {
        name: "closed".into(),
        first_year: 2025,
        last_year: 2026,
        weekend: vec![],
        holidays: vec![],
    };
    let tables = |count| Calendar { centres: vec![], tables: vec![table.clone(); count] };
    assert!(tables(8).validate().is_ok());
    assert_eq!(tables(9).validate().expect_err("refused").field, "calendar.tables");
}
