//! Accrued interest in a price is that of a trade, to the last digit.

use super::*;
use crate::{
    DayOffset, ExRule, FixingRule, FixingSeries, FloatingRate, Indexation, Observation, Rounding,
    accrued, settlement_amount,
};

/// Twelve days from Wednesday, 15 January 2025 at a floating rate on actual days over 360, ex from Thursday the
/// 23rd.
fn twelve_days(fixing: FixingRule) -> BondTerms {
    let mut terms = annual("0", "2025-01-15", "2025-01-27");
    terms.schedule = crate::ScheduleRule::every(crate::Frequency::Term);
    terms.day_count = DayCount::Act360;
    terms.rounding = Rounding::per_position(2);
    terms.ex = Some(ExRule { offset: DayOffset::business(2), cum_on_ex_date: false });
    terms.coupon = Coupon::Floating(FloatingRate {
        index: "SORA".into(),
        spread: Decimal::ZERO,
        gearing: Decimal::ONE,
        cap: None,
        floor: None,
        fixing,
        calendar: Calendar::weekends(),
        rate_decimals: 18,
    });
    terms
}

const COMPOUNDED: FixingRule = FixingRule::Compounded {
    year_days: 360,
    lookback_business_days: 0,
    observation: Observation::Lag,
    lockout_business_days: 0,
};

const RATES: [(&str, &str); 8] = [
    ("2025-01-15", "0.036"),
    ("2025-01-16", "0.072"),
    ("2025-01-17", "0.0413"),
    ("2025-01-20", "0.0327"),
    ("2025-01-21", "0.0519"),
    ("2025-01-22", "0.0448"),
    ("2025-01-23", "0.0602"),
    ("2025-01-24", "0.0381"),
];

fn published(rates: &[(&str, &str)]) -> Observations {
    let rates = rates.iter().map(|(day, rate)| (date(day), decimal(rate)));
    Observations { rates: FixingSeries::new(rates).expect("one a day"), ..Observations::default() }
}

fn assuming(
    terms: &BondTerms,
    day: &str,
    observations: &Observations,
    index_rate: Option<&str>,
) -> Result<Valuation, Error> {
    let schedule = schedule(terms).expect("a schedule");
    let assumed = Assumptions { index_rate: index_rate.map(decimal), ..Assumptions::default() };
    Valuation::assuming(terms, &schedule, date(day), observations, &assumed)
}

/// What the rates of the days to come compound to, 100 · (F(settlement) − F(end)), and not a part of the coupon
/// by days; with fifty digits elsewhere.
#[test]
fn an_ex_price_takes_back_what_is_still_compounded() {
    let terms = twelve_days(COMPOUNDED);
    let observations = published(&RATES);
    for (day, owed) in [("2025-01-23", "-0.048526203372906"), ("2025-01-24", "-0.031787191900395")]
    {
        let valuation = assuming(&terms, day, &observations, None).expect("live");
        assert_eq!(valuation.exact_accrued(), Ok(decimal(owed)), "{day}");
    }
    let valuation = assuming(&terms, "2025-01-23", &observations, None).expect("live");
    let clean = valuation.exact_clean_from_yield(Decimal::ZERO, YieldConvention::Isma);
    let clean = clean.expect("in range");
    assert_eq!(clean, Decimal::HUNDRED.minus(decimal("-0.048526203372906")).expect("small"));
    // The price is that of the principal alone, so that a trade pays it whole.
    let schedule = schedule(&terms).expect("a schedule");
    let face = 10_000_000_000;
    let trade =
        settlement_amount(&terms, &schedule, clean, date("2025-01-23"), face, &observations);
    assert_eq!(trade.expect("an amount").total_minor, 10_000_000_000);
}

/// Four days at 3.6 % are to come when the rates of all of them are unknown: what was published before does not
/// matter to a buyer that the coupon does not go to.
#[test]
fn on_an_ex_day_the_rest_is_owed_at_the_index_rate() {
    let terms = twelve_days(COMPOUNDED);
    for known in [0, 6, 7] {
        let observations = published(&RATES[..known]);
        let valuation = assuming(&terms, "2025-01-23", &observations, Some("0.036"));
        let owed = valuation.expect("live").exact_accrued();
        assert_eq!(owed, Ok(decimal("-0.04")), "{known}");
    }
    let without = assuming(&terms, "2025-01-23", &published(&RATES[..7]), None);
    assert_eq!(without.err(), Some(Error::MissingFixing { date: date("2025-01-24") }));
}

/// Fixed two business days before the end, Thursday the 23rd: until then interest accrues at the index rate.
#[test]
fn a_rate_fixed_in_arrears_accrues_at_the_index_rate() {
    let rule = FixingRule::Term { offset_business_days: 2, in_arrears: true };
    let mut terms = twelve_days(rule);
    let none = Observations::default();
    let owed = assuming(&terms, "2025-01-23", &none, Some("0.036")).expect("live").exact_accrued();
    assert_eq!(owed, Ok(decimal("-0.04")));
    terms.ex = None;
    let valuation = assuming(&terms, "2025-01-23", &none, Some("0.036")).expect("live");
    assert_eq!(valuation.exact_accrued(), Ok(decimal("0.08")));
    assert_eq!(dirty(&valuation, "0", YieldConvention::Isma), "100.12");
    // On the day after it must have been published.
    let late = assuming(&terms, "2025-01-24", &none, Some("0.036"));
    assert_eq!(late.err(), Some(Error::MissingFixing { date: date("2025-01-23") }));
}

/// Seven days of 4 % to go at the index of the settlement date: 7/360 · 4 · 1.02.
#[test]
fn a_linker_in_money_is_ex_by_the_index_of_the_day() {
    let mut terms = annual("0.04", "2024-07-15", "2025-07-15");
    terms.rounding = Rounding::per_position(2);
    terms.ex = Some(ExRule { offset: DayOffset::calendar(7), cum_on_ex_date: false });
    terms.indexation = Some(Indexation::by_day("CPI", decimal("100")));
    let levels = [("2025-07-08", "102"), ("2025-07-15", "102.04")];
    let levels = levels.map(|(day, level)| (date(day), decimal(level)));
    let observations = Observations {
        index_levels: FixingSeries::new(levels).expect("one a day"),
        ..Observations::default()
    };
    let valuation = assuming(&terms, "2025-07-08", &observations, None).expect("live");
    assert_eq!(valuation.exact_accrued(), Ok(decimal("-0.079333333333333")));
    let schedule = schedule(&terms).expect("a schedule");
    let paid = accrued(&terms, &schedule, date("2025-07-08"), 1_000_000_000, &observations);
    assert_eq!(paid.map(|now| now.amount_minor), Ok(-793_333));
}

/// One per cent was owed on the dated date: after k days of 360, 1 + 4·k/360 have accrued, and the first coupon
/// pays 5.
#[cfg(feature = "parts")]
#[test]
fn interest_owed_at_the_start_is_accrued_in_the_first_period() {
    let mut terms = annual("0.04", "2025-01-15", "2027-01-15");
    terms.opening_interest = Decimal::ONE;
    for (day, expected) in [
        ("2025-01-15", "1"),
        ("2025-01-24", "1.1"),
        ("2025-10-15", "4"),
        ("2026-01-15", "0"),
        ("2026-01-24", "0.1"),
    ] {
        let valuation = valued(&terms, day, &Assumptions::default());
        assert_eq!(valuation.exact_accrued(), Ok(decimal(expected)), "{day}");
    }
    let valuation = valued(&terms, "2025-07-15", &Assumptions::default());
    let amounts: Vec<f64> = valuation.flows().iter().map(|flow| flow.amount).collect();
    assert_eq!(amounts, [5.0, 104.0]);
    let clean = valuation.exact_clean_from_yield(Decimal::ZERO, YieldConvention::Isma);
    assert_eq!(clean, Ok(decimal("106")));
}

/// A third of the face, which no decimal is, and an averaged rate: fifteen digits all the same.
#[test]
fn repayments_and_averages_keep_fifteen_digits() {
    let mut terms = annual("0.04", "2025-01-15", "2028-01-15");
    terms.redemption = crate::Redemption::Linear { first: None };
    let valuation = valued(&terms, "2025-01-15", &Assumptions::default());
    let amount = valuation.exact.flows[0].amount.rounded(15, crate::RoundingMode::HalfEven);
    assert_eq!(amount, Ok(decimal("37.333333333333333")));
    let averaged = FixingRule::Averaged {
        lookback_business_days: 0,
        observation: Observation::Lag,
        lockout_business_days: 0,
    };
    let terms = twelve_days(averaged);
    let valuation = assuming(&terms, "2025-01-16", &published(&RATES), None).expect("live");
    assert_eq!(valuation.exact_accrued(), Ok(decimal("0.01")));
    // 0.0413 · 3 / 360 more than 0.03.
    let valuation = assuming(&terms, "2025-01-20", &published(&RATES), None).expect("live");
    assert_eq!(valuation.exact_accrued(), Ok(decimal("0.064416666666667")));
}

/// Called on the 22nd, a compounded floater pays what its rates have come to by then, and waits for no more.
#[test]
fn a_call_within_a_period_pays_the_rates_up_to_it() {
    let mut terms = twelve_days(COMPOUNDED);
    terms.ex = None;
    let call = crate::Exercise { date: date("2025-01-17"), value: Decimal::HUNDRED };
    let schedule = schedule(&terms).expect("a schedule");
    let assumed = Assumptions { exercise: Some(call), ..Assumptions::default() };
    let observations = published(&RATES[..2]);
    let valuation =
        Valuation::assuming(&terms, &schedule, date("2025-01-16"), &observations, &assumed);
    // 100 · (1.0001 · 1.0002 − 1)
    let valuation = valuation.expect("live");
    assert_eq!(
        dirty(&valuation, "0", YieldConvention::MoneyMarket { year_days: 360 }),
        "100.030002"
    );
}
