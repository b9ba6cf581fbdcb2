//! Terms: what is refused, and the two encodings.

use super::*;
use crate::test_terms::{date, terms};
use crate::{Decimal, Error, TermsError};
use alloc::vec;

fn refused(change: impl FnOnce(&mut BondTerms)) -> &'static str {
    let mut terms = terms();
    change(&mut terms);
    let error = terms.validate().expect_err("must be refused");
    assert!(!error.reason.is_empty());
    error.field
}

#[test]
fn plain_terms_are_valid() {
    assert_eq!(terms().validate(), Ok(()));
}

#[test]
fn amounts_are_checked() {
    assert_eq!(refused(|t| t.denomination_minor = 0), "denomination_minor");
    assert_eq!(refused(|t| t.issue_size_minor = 0), "issue_size_minor");
    assert_eq!(refused(|t| t.issue_size_minor += 1), "issue_size_minor");
    assert_eq!(refused(|t| t.issue_size_minor = u128::MAX), "issue_size_minor");
    assert_eq!(refused(|t| t.issue_price = Decimal::ZERO), "issue_price");
    assert_eq!(refused(|t| t.rounding.decimals = 13), "rounding.decimals");
    assert_eq!(refused(|t| t.rounding = Rounding::per_position(3)), "rounding.decimals");
}

#[test]
fn dates_are_checked() {
    assert_eq!(refused(|t| t.dated_date = date("2025-01-16")), "dated_date");
    assert_eq!(refused(|t| t.maturity = Some(t.issue_date)), "maturity");
    assert_eq!(refused(|t| t.maturity = Some(date("2225-01-15"))), "maturity");
    assert_eq!(
        refused(|t| t.schedule.first_regular = Some(date("2028-01-16"))),
        "schedule.first_regular"
    );
    // Known trap: a coupon that ends after maturity.
    assert_eq!(
        refused(|t| t.schedule.last_regular = Some(date("2028-07-15"))),
        "schedule.last_regular"
    );
    assert_eq!(refused(|t| t.record.days = 61), "record.days");
    assert_eq!(refused(|t| t.settlement_lag_business_days = 31), "settlement_lag_business_days");
}

#[test]
fn coupons_are_checked() {
    let rate = |text: &str| text.parse::<Decimal>().expect("valid");
    assert_eq!(refused(|t| t.coupon = Coupon::Fixed { rate: rate("425") }), "coupon.rate");
    assert_eq!(refused(|t| t.coupon = Coupon::StepUp { steps: vec![] }), "coupon.steps");
    let step = |from: &str| RateStep { from: date(from), rate: rate("0.01") };
    assert_eq!(
        refused(
            |t| t.coupon = Coupon::StepUp { steps: vec![step("2025-01-15"), step("2025-01-15")] }
        ),
        "coupon.steps"
    );
    assert_eq!(
        refused(|t| {
            t.day_count = DayCount::ActActIcma;
            t.schedule.frequency = Frequency::Term;
        }),
        "day_count"
    );
}

#[test]
fn redemption_is_checked() {
    assert_eq!(refused(|t| t.maturity = None), "redemption");
    assert_eq!(refused(|t| t.redemption = Redemption::Never), "redemption");
    let part = |date: Date, percent| Instalment { date, percent: Decimal::from_integer(percent) };
    assert_eq!(
        refused(|t| t.redemption = Redemption::Instalments {
            instalments: vec![part(date("2026-01-15"), 60), part(date("2027-01-15"), 41)]
        }),
        "redemption.instalments"
    );
    assert_eq!(refused(|t| t.reduction = Reduction::Nominal), "reduction");
    assert_eq!(
        refused(|t| t.rights =
            vec![Right { kind: RightKind::Call, exercises: vec![], notice_business_days: 5 }]),
        "rights.exercises"
    );
}

#[test]
fn what_could_never_take_effect_is_refused() {
    let rate = |text: &str| text.parse::<Decimal>().expect("valid");
    let step = |from: &str| RateStep { from: date(from), rate: rate("0.01") };
    let steps = vec![step("2025-01-15"), step("2028-01-15")];
    assert_eq!(refused(|t| t.coupon = Coupon::StepUp { steps }), "coupon.steps");
    let adjustment = RateAdjustment {
        observed_on: date("2027-01-15"),
        from: date("2028-01-15"),
        step: rate("0.01"),
    };
    let linked = Coupon::SustainabilityLinked { rate: rate("0.03"), adjustments: vec![adjustment] };
    assert_eq!(refused(|t| t.coupon = linked), "coupon.adjustments");
    for day in ["2025-01-15", "2028-01-16"] {
        let day = date(day);
        let part = Instalment { date: day, percent: rate("10") };
        let parts = Redemption::Instalments { instalments: vec![part] };
        assert_eq!(refused(|t| t.redemption = parts), "redemption.instalments");
        let linear = Redemption::Linear { first: Some(day) };
        assert_eq!(refused(|t| t.redemption = linear), "redemption.first");
        let annuity = Redemption::Annuity { first: Some(day) };
        assert_eq!(refused(|t| t.redemption = annuity), "redemption.first");
        let until = PaymentInKind::Until { date: day };
        assert_eq!(refused(|t| t.payment_in_kind = until), "payment_in_kind.date");
    }
    let zero = |t: &mut BondTerms| {
        t.coupon = Coupon::Zero;
        t.payment_in_kind = PaymentInKind::Until { date: date("2026-01-15") };
    };
    assert_eq!(refused(zero), "payment_in_kind");
    let unused = DualCurrency {
        currency: "USD".parse().expect("valid"),
        rate: rate("1.3"),
        coupons: false,
        principal: false,
    };
    assert_eq!(refused(|t| t.dual_currency = Some(unused)), "dual_currency");
    let perpetual = |t: &mut BondTerms| {
        (t.maturity, t.redemption) = (None, Redemption::Never);
        t.schedule.frequency = Frequency::Term;
    };
    assert_eq!(refused(perpetual), "schedule.frequency");
    let long = Frequency::Every(crate::Period::months(1_321));
    assert_eq!(refused(|t| t.schedule.frequency = long), "schedule.frequency");
}

#[test]
fn numbers_of_another_scale_are_refused() {
    let rate = |text: &str| text.parse::<Decimal>().expect("valid");
    let index = |base: &str, ratio_decimals| {
        Some(Indexation { ratio_decimals, ..Indexation::by_day("CPI", rate(base)) })
    };
    assert_eq!(refused(|t| t.indexation = index("0", 5)), "indexation.base");
    assert_eq!(refused(|t| t.indexation = index("1000000001", 5)), "indexation.base");
    assert_eq!(refused(|t| t.indexation = index("0.0000000001", 5)), "indexation.base");
    assert_eq!(refused(|t| t.indexation = index("257.3", 19)), "indexation.ratio_decimals");
    let exercise = Exercise { date: date("2027-01-15"), value: rate("10000000000") };
    let right = Right { kind: RightKind::Call, exercises: vec![exercise], notice_business_days: 5 };
    assert_eq!(refused(|t| t.rights = vec![right]), "rights.exercises.value");
    let floating = |change: fn(&mut FloatingRate)| {
        move |t: &mut BondTerms| {
            let mut floating = FloatingRate {
                index: "SORA".into(),
                spread: Decimal::ZERO,
                gearing: Decimal::ONE,
                cap: None,
                floor: None,
                fixing: FixingRule::Term { offset_business_days: 2, in_arrears: false },
                calendar: crate::Calendar::weekends(),
                rate_decimals: 7,
            };
            change(&mut floating);
            t.coupon = Coupon::Floating(floating);
        }
    };
    assert_eq!(refused(floating(|f| f.cap = Some(Decimal::HUNDRED))), "coupon.cap");
    assert_eq!(refused(floating(|f| f.floor = Some(Decimal::from_integer(-11)))), "coupon.floor");
    assert_eq!(refused(floating(|f| f.rate_decimals = 19)), "coupon.rate_decimals");
    let compounded = |lookback_business_days, lockout_business_days| FixingRule::Compounded {
        year_days: 360,
        lookback_business_days,
        observation: Observation::Lag,
        lockout_business_days,
    };
    let late = [
        ("coupon.fixing.lookback_business_days", compounded(31, 0)),
        ("coupon.fixing.lockout_business_days", compounded(0, 31)),
        (
            "coupon.fixing.offset_business_days",
            FixingRule::IndexRatio { year_days: 360, offset_business_days: 31 },
        ),
        (
            "coupon.fixing.offset_business_days",
            FixingRule::Term { offset_business_days: 31, in_arrears: true },
        ),
    ];
    for (field, fixing) in late {
        let mut terms = terms();
        floating(|_| {})(&mut terms);
        assert_eq!(terms.validate(), Ok(()));
        if let Coupon::Floating(floating) = &mut terms.coupon {
            floating.fixing = fixing;
        }
        assert_eq!(terms.validate().expect_err("refused").field, field);
    }
}

#[test]
fn units_are_whole() {
    assert_eq!(terms().units_of(50_000_000), Ok(2));
    assert!(matches!(terms().units_of(50_000_001), Err(Error::NotAMultiple { .. })));
}

#[test]
fn settlement_and_notice_count_business_days() {
    let mut terms = terms();
    assert_eq!(terms.settlement_date(date("2025-01-16")), Ok(date("2025-01-20")));
    terms.settlement_lag_business_days = 0;
    assert_eq!(terms.settlement_date(date("2025-01-18")), Ok(date("2025-01-20")));
    let exercise = Exercise { date: date("2027-01-18"), value: Decimal::HUNDRED };
    let mut right =
        Right { kind: RightKind::Call, exercises: vec![exercise], notice_business_days: 5 };
    assert_eq!(terms.notice_deadline(&right, &exercise), Ok(date("2027-01-11")));
    right.notice_business_days = 0;
    assert_eq!(terms.notice_deadline(&right, &exercise), Ok(date("2027-01-18")));
}

#[test]
fn lists_and_names_are_bounded() {
    assert_eq!(refused(|t| t.schedule.roll = crate::Roll::Day(31)), "schedule.roll");
    let step = RateStep { from: date("2025-01-15"), rate: Decimal::ZERO };
    assert_eq!(refused(|t| t.coupon = Coupon::StepUp { steps: vec![step; 1_001] }), "coupon.steps");
    assert_eq!(
        refused(|t| t.indexation = Some(Indexation::by_day(&"x".repeat(65), Decimal::ONE))),
        "indexation.index"
    );
}

#[test]
fn error_names_the_field() {
    let error = TermsError::new("maturity", "is not after the issue date");
    assert_eq!(alloc::format!("{error}"), "terms: maturity: is not after the issue date");
}

#[test]
fn borsh_round_trips() {
    let bytes = borsh::to_vec(&terms()).expect("to memory");
    assert_eq!(borsh::from_slice::<BondTerms>(&bytes).expect("same"), terms());
}

/// The form of a term sheet: this text is the documentation of it.
#[cfg(feature = "serde")]
const TERM_SHEET: &str = r#"
isin = "SGXF10000002"
currency = "SGD"
denomination_minor = "25000000"
issue_size_minor = "10000000000"
issue_date = "2025-01-15"
dated_date = "2025-01-15"
maturity = "2028-01-31"
day_count = "act_act_icma"
payment_convention = "modified_following"
settlement_lag_business_days = 2

[coupon]
kind = "fixed"
rate = "0.0325"

[schedule]
frequency = "P6M"
roll = "end_of_month"
stub = "long_first"

[calendar]
centres = ["singapore", "target"]

[record]
days = 5
kind = "calendar"

[ex]
offset = { days = 7, kind = "business" }
cum_on_ex_date = true

[rounding]
mode = "half_up"
basis = "per_denomination"
decimals = 2

[redemption]
kind = "bullet"
price = "100"

[[rights]]
kind = "call"
notice_business_days = 15
exercises = [{ date = "2027-01-31", value = "101" }]
"#;

#[cfg(feature = "serde")]
#[test]
fn a_term_sheet_is_read_and_written_back() {
    let sheet: BondTerms = toml::from_str(TERM_SHEET).expect("a valid sheet");
    assert_eq!(sheet.validate(), Ok(()));
    assert_eq!(sheet.issue_price, Decimal::HUNDRED);
    assert_eq!(sheet.schedule.stub, crate::Stub::LongFirst);
    assert_eq!(sheet.record.kind, crate::DayKind::Calendar);
    let again: BondTerms =
        toml::from_str(&toml::to_string(&sheet).expect("serialisable")).expect("same");
    assert_eq!(again, sheet);
    let json = serde_json::to_string(&sheet).expect("serialisable");
    assert_eq!(serde_json::from_str::<BondTerms>(&json).expect("same"), sheet);
}

#[cfg(feature = "serde")]
#[test]
fn a_term_sheet_with_an_unknown_field_is_refused() {
    let misspelt = TERM_SHEET.replace("maturity", "matuirty");
    let error = toml::from_str::<BondTerms>(&misspelt).expect_err("refused");
    assert!(alloc::format!("{error}").contains("matuirty"));
}
