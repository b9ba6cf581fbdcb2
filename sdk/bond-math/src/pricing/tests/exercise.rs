//! Yields to a call or put, on a coupon date and between two.

use super::*;
use crate::{DateRule, Exercise, Frequency, Redemption, schedule_to};

fn called(day: &str, price: &str) -> Assumptions {
    let exercise = Exercise { date: date(day), value: decimal(price) };
    Assumptions { exercise: Some(exercise), ..Assumptions::default() }
}

fn bond() -> BondTerms {
    annual("0.04", "2025-01-15", "2035-01-15")
}

#[test]
fn a_call_between_coupon_dates_pays_its_price_and_the_interest_accrued() {
    // 4/1.05 + 4/1.05² + (101 + 2)/1.05^2.5, with fifty digits elsewhere.
    let valuation = valued(&bond(), "2025-01-15", &called("2027-07-15", "101"));
    assert_eq!(dirty(&valuation, "0.05", YieldConvention::Isma), "98.610165545305141");
    let amounts: Vec<f64> = valuation.flows().iter().map(|flow| flow.amount).collect();
    assert_eq!(amounts, [4.0, 4.0, 103.0]);
    // In the period of the call, street by simple interest: 103 / (1 + 0.05 · 90/360), 1 accrued.
    let last = valued(&bond(), "2027-04-15", &called("2027-07-15", "101"));
    assert_eq!(dirty(&last, "0.05", YieldConvention::Street), "101.728395061728395");
    assert_eq!(last.exact_accrued(), Ok(Decimal::ONE));
    // Japan: 101 at the end of the 2.5 years and 4 in each, over 1 + 0.05 · 2.5.
    let price = valuation.exact_clean_from_yield(decimal("0.05"), YieldConvention::Simple);
    assert_eq!(price.map(|price| price.to_string()), Ok("98.666666666666667".into()));
}

/// The days of the period that the call cuts go on being counted over the whole of it.
#[test]
fn the_period_keeps_its_own_end_for_the_day_count() {
    let mut terms = bond();
    terms.day_count = DayCount::ActActIcma;
    // 15 January to 15 July 2027 is 181 of 365 days, and of those to settlement 90.
    let valuation = valued(&terms, "2027-04-15", &called("2027-07-15", "101"));
    let flow = valuation.flows().first().expect("a payment");
    assert!((flow.amount - 101.0 - 4.0 * 181.0 / 365.0).abs() < 1e-12, "{}", flow.amount);
    assert!((flow.periods - 91.0 / 365.0).abs() < 1e-15);
    assert!((valuation.accrued() - 4.0 * 90.0 / 365.0).abs() < 1e-12);
    // In a long first period from 1 March 2025: one regular year and 320 days of the one before.
    let mut terms = annual("0.04", "2025-03-01", "2035-01-15");
    terms.day_count = DayCount::ActActIcma;
    terms.schedule.stub = Stub::LongFirst;
    let early = valued(&terms, "2025-03-01", &called("2026-07-15", "100"));
    let expected = 100.0 + 4.0 * (320.0 / 365.0 + 181.0 / 365.0);
    assert!((early.flows()[0].amount - expected).abs() < 1e-12, "{}", early.flows()[0].amount);
}

#[test]
fn a_call_on_a_coupon_date_is_a_maturity() {
    let mut matures = bond();
    matures.maturity = Some(date("2028-01-15"));
    matures.redemption = Redemption::Bullet { price: decimal("102") };
    for settlement in ["2025-01-15", "2026-05-03", "2027-12-31"] {
        let to_call = valued(&bond(), settlement, &called("2028-01-15", "102"));
        let to_maturity = valued(&matures, settlement, &Assumptions::default());
        assert_eq!(to_call.flows(), to_maturity.flows());
        for convention in ALL {
            let price = |of: &Valuation| of.exact_dirty_from_yield(decimal("0.037"), convention);
            assert_eq!(price(&to_call), price(&to_maturity), "{convention:?}");
        }
    }
}

#[test]
fn what_never_matures_and_what_pays_no_coupon_can_be_called() {
    let mut perpetual = bond();
    (perpetual.maturity, perpetual.redemption) = (None, Redemption::Never);
    let schedule = schedule_to(&perpetual, date("2027-07-15")).expect("a schedule");
    let none = Observations::default();
    let assumed = called("2027-07-15", "101");
    let valuation = Valuation::assuming(&perpetual, &schedule, date("2025-01-15"), &none, &assumed)
        .expect("live");
    assert_eq!(dirty(&valuation, "0.05", YieldConvention::Isma), "98.610165545305141");
    let short = schedule_to(&perpetual, date("2026-01-20")).expect("a schedule");
    let beyond = Valuation::assuming(&perpetual, &short, date("2025-01-15"), &none, &assumed);
    assert!(matches!(beyond, Err(Error::Unsupported { what: "an exercise", .. })), "{beyond:?}");

    // 80 / 1.05^2.5
    let mut zero = bond();
    zero.coupon = Coupon::Zero;
    let valuation = valued(&zero, "2025-01-15", &called("2027-07-15", "80"));
    assert_eq!(dirty(&valuation, "0.05", YieldConvention::Isma), "70.813610735494471");
}

#[test]
fn an_exercise_that_makes_no_sense_is_refused() {
    let refused = |terms: &BondTerms, settlement: &str, day: &str| {
        let schedule = schedule(terms).expect("a schedule");
        let none = Observations::default();
        let assumed = called(day, "100");
        let valued = Valuation::assuming(terms, &schedule, date(settlement), &none, &assumed);
        matches!(valued, Err(Error::Unsupported { what: "an exercise", .. }))
    };
    assert!(refused(&bond(), "2027-07-15", "2027-07-15"), "on settlement");
    assert!(refused(&bond(), "2027-07-15", "2035-01-16"), "after maturity");
    let mut amortising = bond();
    amortising.redemption = Redemption::Linear { first: None };
    assert!(refused(&amortising, "2025-01-15", "2027-07-15"), "repaid in parts");
    let mut staged = bond();
    let change = DateRule::every(date("2027-01-15"), Frequency::QUARTERLY);
    staged.coupon_stages = alloc::vec![change];
    // 4/1.05 + 4/1.05² + 1/1.05^2.25 + (101 + ⅔)/1.05^(2 + 5/12): the quarter's call after two months.
    let valuation = valued(&staged, "2025-01-15", &called("2027-06-15", "101"));
    let expected = 4.0 / 1.05
        + 4.0 / 1.05_f64.powi(2)
        + 1.05_f64.powf(-2.25)
        + (101.0 + 2.0 / 3.0) * 1.05_f64.powf(-29.0 / 12.0);
    let price = valuation.dirty_from_yield(0.05, YieldConvention::Isma).expect("in range");
    assert!((price - expected).abs() < 1e-10, "{price} {expected}");
}
