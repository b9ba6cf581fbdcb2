//! Exactness: everything that is computed with decimals, for bonds made here and for every bond of the
//! vectors, written down and recomputed to ten places by `tests/exact.py`, which has 28-digit decimals and
//! none of this code. Where business days need holidays, they are left to their own vectors.

use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};
use tenor_bond_math::{
    BondTerms, BusinessDayConvention, Calendar, Coupon, Date, DayCount, Decimal, Error, FixingRule,
    FixingSeries, FloatingRate, Frequency, IndexReference, Indexation, InterestUse, Observation,
    Observations, Period, Redemption, Roll, Rounding, RoundingMode, Schedule, Stub, coupon_amount,
    period_coupon, period_rate, principal_plan, schedule,
};

use crate::exact_terms::{self, day_count_row};
use crate::report::vectors;

const NEAREST: RoundingMode = RoundingMode::HalfUp;
/// Bonds of one day count that are made.
const BONDS: u64 = 24;
/// Of them, those whose interest is also looked at between coupon dates.
const ACCRUING: u64 = 6;

#[test]
fn numbers_agree_with_28_digit_decimals() {
    let mut rows = Vec::new();
    for day_count in DayCount::ALL {
        for seed in 0..BONDS {
            let terms = made(day_count, seed);
            rows_of(&mut rows, &terms, &Observations::default()).expect("a bond made here");
            if seed < ACCRUING {
                exact_terms::accruing(&mut rows, &terms).expect("interest of a bond made here");
            }
        }
    }
    for seed in 0..BONDS {
        let mut moved = made(DayCount::ActActIcma, seed);
        moved.accrual_adjusted = true;
        moved.payment_convention = BusinessDayConvention::Following;
        rows_of(&mut rows, &moved, &Observations::default()).expect("a bond made here");
    }
    overnight(&mut rows).expect("rates made here");
    annuities(&mut rows).expect("annuities made here");
    index_ratios(&mut rows).expect("ratios made here");
    exact_terms::in_kind(&mut rows).expect("interest in kind made here");
    #[cfg(feature = "parts")]
    exact_terms::carried(&mut rows).expect("carried interest made here");
    #[cfg(feature = "pricing")]
    exact_terms::prices(&mut rows).expect("prices made here");
    suites(&mut rows);
    match recomputed(&rows) {
        Some(said) => println!("tests/exact.py: {said}"),
        None => println!("python3 is missing: {} numbers are not recomputed", rows.len()),
    }
}

/// What the script says; `None` without python3.
fn recomputed(rows: &[Value]) -> Option<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exact.py");
    let mut python = Command::new("python3");
    python.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = python.spawn().ok()?;
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let mut input = child.stdin.take().expect("piped");
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("python3 ends");
    // A script that fails early reads no more.
    let _ = writer.join().expect("no panic");
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(output.status.success(), "{}", said.chars().take(4_000).collect::<String>());
    Some(said)
}

/// A bond whose dates, frequency, stub and rate follow from a number.
pub(crate) fn made(day_count: DayCount, seed: u64) -> BondTerms {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(12_345);
    let mut pick = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let small = |number: u64| i64::try_from(number).expect("small");
    let start = Date::UNIX_EPOCH.plus_days(small(7_000 + pick(15_000))).expect("in range");
    let end = start.plus_days(small(200 + pick(4_000))).expect("in range");
    let rate = Decimal::from_units(i128::from(pick(150_000_000)) * 1_000_000_007);
    let mut terms = BondTerms::plain(
        "SGXF10000002".parse().expect("an ISIN"),
        "SGD".parse().expect("a currency"),
        1_000_000_000_000_000,
        1_000_000_000_000_000,
        start,
        end,
        Coupon::Fixed { rate },
    );
    let months = [1, 2, 3, 4, 6, 12][usize::try_from(pick(6)).expect("small")];
    let stubs =
        [Stub::ShortFirst, Stub::LongFirst, Stub::SmartFirst, Stub::ShortLast, Stub::LongLast];
    terms.schedule.frequency = Frequency::Every(Period::months(months));
    terms.schedule.stub = stubs[usize::try_from(pick(5)).expect("small")];
    terms.schedule.roll =
        [Roll::Implied, Roll::EndOfMonth][usize::try_from(pick(2)).expect("small")];
    terms.rounding = Rounding::per_position(2);
    terms.day_count = day_count;
    terms
}

/// A row for the year fraction and one for the interest of each period.
fn rows_of(
    rows: &mut Vec<Value>,
    terms: &BondTerms,
    observations: &Observations,
) -> Result<(), Error> {
    let schedule = schedule(terms)?;
    let Some(roll) = roll_day(terms, &schedule) else { return Ok(()) };
    if terms.day_count == DayCount::Bus252 && terms.calendar != Calendar::weekends() {
        return Ok(());
    }
    for period in &schedule.periods {
        let coupon = match period_coupon(terms, &schedule, period.index, observations) {
            Err(Error::MissingFixing { .. }) => continue,
            coupon => coupon?,
        };
        let mut row = day_count_row(terms, &schedule, period, roll);
        row["what"] = json!("year_fraction");
        row["got"] = json!(coupon.year_fraction.to_decimal(NEAREST)?);
        let plain = coupon.carried.is_zero()
            && coupon.index_ratio == Decimal::ONE
            && coupon.interest_use == InterestUse::Paid;
        if plain && terms.dual_currency.is_none() && terms.coupon != Coupon::Zero {
            let face = terms.denomination_minor;
            let amount = coupon_amount(terms, &schedule, period.index, face, observations)?;
            let mut interest = row.clone();
            interest["what"] = json!("interest");
            interest["base"] = json!(coupon.pool_factor);
            interest["rate"] = json!(coupon.rate);
            interest["got"] = json!(amount.gross_minor.to_string());
            interest["of"] = json!(face.to_string());
            rows.push(interest);
        }
        rows.push(row);
    }
    Ok(())
}

/// The roll as a day of the month, 31 for its end; `None` where it is none.
pub(crate) fn roll_day(terms: &BondTerms, schedule: &Schedule) -> Option<u8> {
    match schedule.roll {
        Roll::Day(day) => Some(day),
        Roll::EndOfMonth => Some(31),
        Roll::Imm => None,
        Roll::Implied => (terms.day_count != DayCount::ActActIcma).then_some(0),
    }
}

/// Compounded and averaged over the weekdays of a quarter, with rates that change every day.
fn overnight(rows: &mut Vec<Value>) -> Result<(), Error> {
    let first: Date = "2025-01-06".parse()?;
    for (weeks, year_days) in [(1_i64, 360_u16), (13, 365), (26, 360)] {
        let days = (0..weeks * 7).map(|n| first.plus_days(n)).collect::<Result<Vec<_>, _>>()?;
        let weekday = |date: &&Date| Calendar::weekends().is_business_day(**date) == Ok(true);
        let fixed: Vec<(Date, Decimal)> = days
            .iter()
            .filter(weekday)
            .map(|date| (*date, Decimal::from_units(i128::from(date.days()) * 1_999_999_999_999)))
            .collect();
        // Friday's rate counts for three days.
        let weights = fixed.iter().map(|(date, rate)| {
            let friday = date.plus_days(1).is_ok_and(|next| !weekday(&&next));
            json!([rate, if friday { 3 } else { 1 }])
        });
        let weights: Vec<Value> = weights.collect();
        let observations = Observations {
            rates: FixingSeries::new(fixed.iter().copied())?,
            ..Observations::default()
        };
        let rules = [
            (
                "compounded",
                FixingRule::Compounded {
                    year_days,
                    lookback_business_days: 0,
                    observation: Observation::Lag,
                    lockout_business_days: 0,
                },
            ),
            (
                "averaged",
                FixingRule::Averaged {
                    lookback_business_days: 0,
                    observation: Observation::Lag,
                    lockout_business_days: 0,
                },
            ),
        ];
        for (what, fixing) in rules {
            let mut terms = made(DayCount::Act360, 1);
            (terms.issue_date, terms.dated_date) = (first, first);
            terms.maturity = Some(first.plus_days(weeks * 7)?);
            terms.schedule = tenor_bond_math::ScheduleRule::every(Frequency::Term);
            terms.coupon = Coupon::Floating(FloatingRate {
                index: "overnight".into(),
                spread: Decimal::ZERO,
                gearing: Decimal::ONE,
                cap: None,
                floor: None,
                fixing,
                calendar: Calendar::weekends(),
                rate_decimals: 18,
            });
            let schedule = schedule(&terms)?;
            let got = period_rate(&terms, schedule.period(0)?, &observations)?;
            let row = json!({"what": what, "fixings": weights, "year_days": year_days, "got": got});
            rows.push(row);
        }
    }
    Ok(())
}

/// What is left of an annuity after each payment.
fn annuities(rows: &mut Vec<Value>) -> Result<(), Error> {
    for (months, rate) in [(1, "0.12"), (3, "0.0475"), (12, "0.003")] {
        let mut terms = made(DayCount::ThirtyE360, 3);
        (terms.issue_date, terms.dated_date) = ("2025-01-15".parse()?, "2025-01-15".parse()?);
        terms.maturity = Some("2035-01-15".parse()?);
        terms.schedule =
            tenor_bond_math::ScheduleRule::every(Frequency::Every(Period::months(months)));
        terms.coupon = Coupon::Fixed { rate: rate.parse()? };
        terms.redemption = Redemption::Annuity { first: None };
        let schedule = schedule(&terms)?;
        let plan = principal_plan(&terms, &schedule, &Observations::default())?;
        let years = schedule.periods.iter().map(|_| format!("{}", f64::from(months) / 12.0));
        let years: Vec<String> = years.collect();
        // A part of a year is a decimal only for some frequencies; the script takes 28 digits.
        let years = if months == 1 {
            vec!["0.08333333333333333333333333333".into(); years.len()]
        } else {
            years
        };
        for (paid, step) in plan.iter().enumerate() {
            let got = step.outstanding;
            rows.push(
                json!({"what": "annuity", "rate": rate, "years": years, "paid": paid, "got": got}),
            );
        }
    }
    Ok(())
}

/// The index ratio of each day of a month, lagged, interpolated and rounded as US TIPS are.
fn index_ratios(rows: &mut Vec<Value>) -> Result<(), Error> {
    let (low, high, base) = ("251.712", "252.146", "245.52");
    for passed in 0_i64..30 {
        let mut terms = made(DayCount::ActActIcma, 2);
        (terms.issue_date, terms.dated_date) = ("2023-01-15".parse()?, "2023-01-15".parse()?);
        terms.maturity = Some(Date::from_ymd(2024, 4, 1)?.plus_days(passed)?);
        terms.schedule = tenor_bond_math::ScheduleRule::every(Frequency::ANNUAL);
        terms.schedule.stub = Stub::ShortFirst;
        terms.indexation = Some(Indexation {
            ratio_decimals: 5,
            reference: Some(IndexReference { lag_months: 3, interpolated: true, decimals: 5 }),
            ..Indexation::by_day("CPI-U", base.parse()?)
        });
        let levels = [
            (Date::from_ymd(2024, 1, 1)?, low.parse()?),
            (Date::from_ymd(2024, 2, 1)?, high.parse()?),
        ];
        let observations =
            Observations { index_levels: FixingSeries::new(levels)?, ..Observations::default() };
        let schedule = schedule(&terms)?;
        let last = schedule.periods.last().expect("a period").index;
        let got = period_coupon(&terms, &schedule, last, &observations)?.index_ratio;
        rows.push(json!({
            "what": "index", "low": low, "high": high, "base": base, "passed": passed, "days": 30, "got": got,
        }));
    }
    Ok(())
}

/// Every bond of the vectors, where there are any; rows that cannot be read fail in their own tests.
fn suites(rows: &mut Vec<Value>) {
    let Some(folder) = vectors() else { return };
    let read = |file: &str| -> Value {
        let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    };
    let bonds = read("finance/bonds.json");
    for row in bonds["vectors"].as_array().into_iter().flatten() {
        let terms = std::panic::catch_unwind(|| crate::bond_terms::terms(&row["instrument"]));
        if let Ok(terms) = terms {
            let _ = rows_of(rows, &terms, &Observations::default());
        }
    }
    for pattern in ["pam", "lam", "nam", "ann", "lax"] {
        let cases = read(&format!("actus/actus-tests-{pattern}.json"));
        for case in cases.as_object().into_iter().flat_map(|cases| cases.values()) {
            if let Some((terms, observations)) = crate::actus::as_bond(case) {
                let _ = rows_of(rows, &terms, &observations);
            }
        }
    }
}
