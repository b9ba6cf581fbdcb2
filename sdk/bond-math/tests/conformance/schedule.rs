//! Periodic schedules.

use serde_json::Value;
use tenor_bond_math::{
    BusinessDayConvention, Calendar, Centre, Date, Frequency, Roll, ScheduleRule, Stub,
};

use crate::report::{Outcome, date, text};

pub(crate) fn check(row: &Value) -> Outcome {
    let calendar = match text(row, "calendar") {
        Some("JPTO") => Calendar::of(&[Centre::Tokyo]),
        _ => Calendar::weekends(),
    };
    let convention = BusinessDayConvention::ModifiedFollowing;
    let rule = ScheduleRule {
        frequency: frequency(text(row, "frequency").expect("a frequency")),
        roll: text(row, "rollConvention").map_or(Roll::Implied, roll),
        stub: text(row, "stubConvention").map_or(Stub::Implied, stub),
        first_regular: date(row, "firstRegularStart"),
        last_regular: date(row, "lastRegularEnd"),
    };
    let start = date(row, "start").expect("a date");
    let end = date(row, "end").expect("a date");
    let unadjusted = match rule.unadjusted_dates(start, end, convention, &calendar) {
        Ok(unadjusted) => unadjusted,
        Err(error) => return Outcome::Failed(error.to_string()),
    };
    let adjusted: Result<Vec<Date>, _> =
        unadjusted.dates.iter().map(|date| convention.adjust(*date, &calendar)).collect();
    let mut adjusted = adjusted.expect("known years");
    if text(row, "startDateBda") == Some("BDA_NONE") {
        adjusted[0] = start;
    }
    let expected_roll = text(row, "expectedRoll").map_or(Roll::Implied, roll);
    if unadjusted.dates == dates(row, "expectedUnadjusted")
        && adjusted == dates(row, "expectedAdjusted")
        && unadjusted.roll == expected_roll
    {
        Outcome::Passed
    } else {
        Outcome::Failed(format!("{unadjusted:?} {adjusted:?}"))
    }
}

fn dates(row: &Value, field: &str) -> Vec<Date> {
    let list = row[field].as_array().expect("a list of dates");
    let parsed = list.iter().map(|date| date.as_str()?.parse().ok());
    parsed.collect::<Option<_>>().expect("dates")
}

fn frequency(text: &str) -> Frequency {
    let number = |prefix: &str| {
        let count = text.strip_prefix(prefix)?.strip_suffix(')')?;
        Some(count.to_owned())
    };
    let text = number("Frequency.ofDays(")
        .map(|count| format!("P{count}D"))
        .or_else(|| number("Frequency.ofWeeks(").map(|count| format!("P{count}W")))
        .or_else(|| number("Frequency.ofMonths(").map(|count| format!("P{count}M")))
        .or_else(|| number("Frequency.ofYears(").map(|count| format!("P{count}Y")))
        .unwrap_or_else(|| text.to_owned());
    text.parse().expect("a frequency")
}

fn roll(name: &str) -> Roll {
    match name {
        "EOM" | "DAY_31" => Roll::EndOfMonth,
        "IMM" => Roll::Imm,
        _ => name
            .strip_prefix("DAY_")
            .and_then(|day| day.parse().ok())
            .map_or(Roll::Implied, Roll::Day),
    }
}

fn stub(name: &str) -> Stub {
    match name {
        "SHORT_INITIAL" => Stub::ShortFirst,
        "LONG_INITIAL" => Stub::LongFirst,
        "SMART_INITIAL" => Stub::SmartFirst,
        "SHORT_FINAL" => Stub::ShortLast,
        "LONG_FINAL" => Stub::LongLast,
        "SMART_FINAL" => Stub::SmartLast,
        _ => Stub::None,
    }
}
