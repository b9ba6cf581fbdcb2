//! Bonds of the vector file as terms.

use serde_json::Value;
use tenor_bond_math::{
    BondTerms, BusinessDayConvention, Calendar, Centre, Coupon, Date, DayKind, DayOffset, Decimal,
    ExRule, FixingRule, FloatingRate, Frequency, HolidayTable, Indexation, RateStep, Rounding,
    ScheduleRule, Stub, schedule,
};

use crate::daycount::convention;
use crate::report::{date, text};

/// Face on which amounts are computed, in minor units: rounding to one is below every tolerance.
pub(crate) const FACE: u128 = 100_000_000_000_000;

/// The terms of an instrument.
pub(crate) fn terms(instrument: &Value) -> BondTerms {
    let start = ["accrualStart", "start", "issue"]
        .iter()
        .find_map(|field| date(instrument, field))
        .expect("a start date");
    let maturity = date(instrument, "maturity").expect("a maturity");
    let bdc = text(instrument, "bdc").unwrap_or("Unadjusted");
    let mut terms = BondTerms::plain(
        "GB0009997999".parse().expect("an ISIN"),
        "EUR".parse().expect("a currency"),
        FACE,
        FACE,
        start,
        maturity,
        Coupon::Zero,
    );
    terms.rounding = Rounding::per_position(2);
    terms.schedule = rule(instrument);
    terms.calendar = calendar(instrument);
    terms.payment_convention = if bdc.contains("ModifiedFollowing") {
        BusinessDayConvention::ModifiedFollowing
    } else if bdc.contains("Following") {
        BusinessDayConvention::Following
    } else {
        BusinessDayConvention::None
    };
    terms.accrual_adjusted = instrument["adjustedDatesForDcf"] == true;
    if let Some(name) = text(instrument, "dayCount") {
        let name = name.split(' ').next().unwrap_or(name);
        terms.day_count = convention(name).expect("a known day count");
    } else if instrument["yieldDayCount"].is_string() {
        terms.day_count = convention("THIRTY_360_ISDA").expect("a known day count");
    }
    terms.ex = text(instrument, "exCoupon").map(ex_rule);
    let base = instrument["indexBase"].as_f64();
    terms.indexation = base.map(|base| Indexation::by_day("index", decimal(base)));
    terms.coupon = coupon(instrument, &terms);
    terms
}

/// A decimal from a JSON number, through its shortest text.
pub(crate) fn decimal(number: f64) -> Decimal {
    format!("{number}").parse().expect("a decimal")
}

fn rule(instrument: &Value) -> ScheduleRule {
    let frequency = text(instrument, "frequency")
        .map_or(Frequency::Term, |text| text.parse().expect("a frequency"));
    ScheduleRule {
        stub: match text(instrument, "stub") {
            Some("SHORT_INITIAL") => Stub::ShortFirst,
            Some("LONG_INITIAL") => Stub::LongFirst,
            _ => Stub::Implied,
        },
        first_regular: date(instrument, "firstCoupon"),
        last_regular: date(instrument, "nextToLast"),
        ..ScheduleRule::every(frequency)
    }
}

/// The union of every calendar the instrument names.
fn calendar(instrument: &Value) -> Calendar {
    let named = |word: &str| {
        ["bdc", "calendar", "exCoupon"]
            .iter()
            .any(|field| text(instrument, field).is_some_and(|text| text.contains(word)))
    };
    let mut calendar = Calendar::weekends();
    for (word, centre) in [
        ("EUTA", Centre::Target),
        ("UK", Centre::London),
        ("US government", Centre::NewYork),
        ("Brazil", Centre::SaoPaulo),
    ] {
        if named(word) {
            calendar.centres.push(centre);
        }
    }
    let extra = text(instrument, "calendar").and_then(|text| text.split_once("+ "));
    if let Some((_, day)) = extra {
        calendar.tables.push(HolidayTable {
            name: "listed holidays".into(),
            first_year: 1990,
            last_year: 2100,
            weekend: vec![],
            holidays: vec![day.trim().parse().expect("a date")],
        });
    }
    calendar
}

/// "6 days before coupon, UK calendar", "7 calendar days, preceding SAT_SUN", "5 business days EUTA".
fn ex_rule(text: &str) -> ExRule {
    let days = text.split(' ').next().and_then(|days| days.parse().ok());
    let offset = DayOffset {
        days: days.expect("a number of days"),
        kind: if text.contains("calendar days") { DayKind::Calendar } else { DayKind::Business },
        convention: if text.contains("preceding") {
            BusinessDayConvention::Preceding
        } else {
            BusinessDayConvention::None
        },
    };
    ExRule { offset, cum_on_ex_date: false }
}

fn coupon(instrument: &Value, terms: &BondTerms) -> Coupon {
    if let Some(spread) = instrument["spread"].as_f64() {
        return Coupon::Floating(floating(instrument, spread));
    }
    match &instrument["coupon"] {
        Value::Array(rates) => Coupon::StepUp { steps: steps(rates, terms) },
        Value::String(_) => Coupon::Fixed {
            // Ten per cent a year, compounded: twice 1.1^(1/2) − 1.
            rate: "0.097617696340303096".parse().expect("a decimal"),
        },
        rate => match rate.as_f64() {
            Some(rate) => Coupon::Fixed { rate: decimal(rate) },
            None => Coupon::Zero,
        },
    }
}

/// One rate for each coupon period, the last for all that follow.
fn steps(rates: &[Value], terms: &BondTerms) -> Vec<RateStep> {
    let mut fixed = terms.clone();
    fixed.coupon = Coupon::Fixed { rate: Decimal::ZERO };
    let schedule = schedule(&fixed).expect("a schedule");
    let starts = schedule.periods.iter().map(|period| period.unadjusted_start);
    let rates = rates.iter().filter_map(Value::as_f64).map(decimal);
    starts.zip(rates).map(|(from, rate): (Date, Decimal)| RateStep { from, rate }).collect()
}

fn floating(instrument: &Value, spread: f64) -> FloatingRate {
    let fixing = text(instrument, "fixing").unwrap_or_default();
    let offset_business_days = if fixing.contains("-2 business days") { 2 } else { 0 };
    FloatingRate {
        index: "index".into(),
        spread: decimal(spread),
        gearing: Decimal::ONE,
        cap: instrument["cap"].as_f64().map(decimal),
        floor: instrument["floor"].as_f64().map(decimal),
        fixing: if fixing.contains("index ratio") {
            FixingRule::IndexRatio { year_days: 360, offset_business_days }
        } else {
            FixingRule::Term { offset_business_days, in_arrears: false }
        },
        calendar: Calendar::weekends(),
        rate_decimals: 18,
    }
}
