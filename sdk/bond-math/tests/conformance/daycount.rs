//! Year fractions and day counts.

use serde_json::Value;
use tenor_bond_math::{
    Calendar, Centre, CouponContext, Date, DayCount, DayCountContext, Fraction, Frequency, Period,
    PeriodKind, Roll,
};

use crate::report::{Outcome, close, date, text};

/// Rows with an exact expression are compared as closely as double arithmetic allows.
const EXACT: f64 = 1e-12;

pub(crate) fn convention(name: &str) -> Option<DayCount> {
    Some(match name {
        "ONE_ONE" | "Basis1" => DayCount::OneOne,
        "ACT_ACT_ISDA" => DayCount::ActActIsda,
        "ACT_ACT_ICMA" => DayCount::ActActIcma,
        "ACT_ACT_AFB" => DayCount::ActActAfb,
        "ACT_ACT_YEAR" => DayCount::ActActYear,
        "ACT_360" | "Act360" => DayCount::Act360,
        "ACT_364" => DayCount::Act364,
        "ACT_365F" | "Act365Fixed" => DayCount::Act365Fixed,
        "ACT_365L" | "Act365L" => DayCount::Act365L,
        "ACT_365_ACTUAL" => DayCount::Act365Actual,
        "ACT_365_25" => DayCount::Act36525,
        "ACT_366" => DayCount::Act366,
        "NL_360" => DayCount::Nl360,
        "NL_365" | "Act365NL" => DayCount::Nl365,
        "THIRTY_360_ISDA" | "Basis30360" => DayCount::Thirty360Isda,
        "THIRTY_U_360" => DayCount::Thirty360Us,
        "THIRTY_U_360_EOM" => DayCount::Thirty360UsEom,
        "THIRTY_360_PSA" => DayCount::Thirty360Psa,
        "THIRTY_E_360" | "Basis30360ICMA" => DayCount::ThirtyE360,
        "THIRTY_E_360_ISDA" | "Basis30E3360" => DayCount::ThirtyE360Isda,
        "THIRTY_EPLUS_360" => DayCount::ThirtyEPlus360,
        "THIRTY_E_365" => DayCount::ThirtyE365,
        "THIRTY_365" | "Basis30365" => DayCount::Thirty365,
        "BUS_252_BRAZIL" => DayCount::Bus252,
        _ => return None,
    })
}

pub(crate) fn check(row: &Value) -> Outcome {
    let chained = &row["context"]["penultimateCoupon"] == "1999-11-30";
    if chained {
        return Outcome::NotSupported(
            "counts regular dates on from 29 February; ISDA's own figure for this stub is 0.41576",
        );
    }
    compare(row)
}

pub(crate) fn check_daml(row: &Value) -> Outcome {
    if text(row, "convention") == Some("Basis30365") {
        return Outcome::NotSupported(
            "30/365 of Daml counts whole years as 365 days; ISO 20022 A002 counts 30-day months",
        );
    }
    compare(row)
}

fn compare(row: &Value) -> Outcome {
    let name = text(row, "convention").expect("a convention");
    let Some(day_count) = convention(name) else {
        return Outcome::Failed(format!("unknown convention {name}"));
    };
    let start = date(row, "start").expect("a date");
    let end = date(row, "end").expect("a date");
    let brazil = Calendar::of(&[Centre::SaoPaulo]);
    let mut context = context(&row["context"], start, end);
    context.calendar = Some(&brazil);
    let got = if row["kind"] == "days" {
        day_count.days(start, end, &context).and_then(|days| Fraction::new(i128::from(days), 1))
    } else {
        day_count.year_fraction(start, end, &context)
    };
    let tolerance = row["tolerance"].as_f64().unwrap_or(0.0).max(EXACT);
    match (got, row["expected"].as_f64()) {
        (Ok(fraction), Some(expected)) => {
            let got = fraction.numerator() as f64 / fraction.denominator() as f64;
            close(&format!("{name} {start} {end}"), got, expected, tolerance)
        }
        (Err(error), _) => Outcome::Failed(error.to_string()),
        (_, None) => Outcome::Failed("no expected number".into()),
    }
}

/// The coupon period as each source writes it.
fn context<'a>(json: &Value, start: Date, end: Date) -> DayCountContext<'a> {
    let end_of_month =
        ["endOfMonthConvention", "endOfMonth"].iter().any(|field| json[field] == true);
    let frequency = text(json, "frequency").and_then(|text| text.parse().ok());
    let given_end = ["periodEnd", "refEnd", "maturity"].iter().find_map(|field| date(json, field));
    let first_stub_end = date(json, "firstCoupon").filter(|first| *first == end);
    let coupon_start = date(json, "refStart").unwrap_or(start);
    let coupon_end = first_stub_end.or(given_end).unwrap_or(end);
    let kind = kind(json, start, coupon_end);
    let anchor = match kind {
        PeriodKind::FirstStub => coupon_end,
        _ => coupon_start,
    };
    let roll = if end_of_month && anchor.is_end_of_month() {
        Roll::EndOfMonth
    } else {
        Roll::Day(anchor.day())
    };
    let coupon = CouponContext {
        start: coupon_start,
        end: coupon_end,
        frequency: frequency.unwrap_or_else(|| nearest_frequency(coupon_start, coupon_end)),
        roll,
        kind,
    };
    DayCountContext {
        coupon: (!json.is_null() && (frequency.is_some() || !json["refStart"].is_null()))
            .then_some(coupon),
        maturity: date(json, "maturity"),
        calendar: None,
        end_of_month,
    }
}

fn kind(json: &Value, start: Date, coupon_end: Date) -> PeriodKind {
    let is = |field: &str, other: Date| date(json, field) == Some(other);
    if is("scheduleEnd", coupon_end) || is("penultimateCoupon", start) {
        PeriodKind::LastStub
    } else if is("scheduleStart", start) || is("issue", start) {
        PeriodKind::FirstStub
    } else {
        PeriodKind::Regular
    }
}

/// A reference period without a frequency has the nearest whole number of months.
fn nearest_frequency(start: Date, end: Date) -> Frequency {
    let months = (start.days_until(end) * 12 + 182) / 365;
    Frequency::Every(Period::months(u16::try_from(months.max(1)).unwrap_or(12)))
}
