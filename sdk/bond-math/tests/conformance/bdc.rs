//! Business-day adjustment and advancing by periods.

use serde_json::Value;
use tenor_bond_math::{BusinessDayConvention, Calendar, Centre, Date, HolidayTable, PeriodUnit};

use crate::report::{Outcome, date, text};

pub(crate) fn check(row: &Value) -> Outcome {
    let calendar = calendar(text(row, "calendar").expect("a calendar"));
    let Some(convention) = text(row, "convention").and_then(convention) else {
        return Outcome::Failed(format!("unknown convention {}", row["convention"]));
    };
    let day = date(row, "date").expect("a date");
    let got = if row["op"] == "advance" {
        let period = text(row, "period").expect("a period");
        let (count, unit) = period.split_once(' ').expect("a count and a unit");
        let unit = match unit {
            "Days" => PeriodUnit::Days,
            "Weeks" => PeriodUnit::Weeks,
            "Months" => PeriodUnit::Months,
            _ => PeriodUnit::Years,
        };
        let count = count.parse().expect("a count");
        calendar.advance(day, count, unit, convention, row["endOfMonth"] == true)
    } else {
        convention.adjust(day, &calendar)
    };
    match got {
        Ok(got) if Some(got) == date(row, "expected") => Outcome::Passed,
        got => Outcome::Failed(format!("expected {}, got {got:?}", row["expected"])),
    }
}

fn convention(name: &str) -> Option<BusinessDayConvention> {
    Some(match name {
        "NO_ADJUST" | "Unadjusted" => BusinessDayConvention::None,
        "FOLLOWING" | "Following" => BusinessDayConvention::Following,
        "MODIFIED_FOLLOWING" | "ModifiedFollowing" => BusinessDayConvention::ModifiedFollowing,
        "MODIFIED_FOLLOWING_BI_MONTHLY" | "HalfMonthModifiedFollowing" => {
            BusinessDayConvention::ModifiedFollowingBiMonthly
        }
        "PRECEDING" | "Preceding" => BusinessDayConvention::Preceding,
        "MODIFIED_PRECEDING" | "ModifiedPreceding" => BusinessDayConvention::ModifiedPreceding,
        "NEAREST" | "Nearest" => BusinessDayConvention::Nearest,
        _ => return None,
    })
}

/// Weekends, or weekends and the holidays listed in the text as `2015-01-01,03-21,…`.
fn calendar(text: &str) -> Calendar {
    let mut calendar = Calendar::of(&[Centre::Weekends]);
    if let Some((_, list)) = text.split_once(": ") {
        let list = list.trim_end_matches(')');
        let holidays: Vec<Date> = list
            .split(',')
            .map(|day| {
                let full = if day.len() == 5 { format!("2015-{day}") } else { day.to_owned() };
                full.parse().expect("a date")
            })
            .collect();
        calendar.tables.push(HolidayTable {
            name: "listed holidays".into(),
            first_year: 2014,
            last_year: 2016,
            weekend: vec![],
            holidays,
        });
    }
    calendar
}
