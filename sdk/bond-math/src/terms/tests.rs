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
        refused(|t| t.indexation = Some(Indexation {
            index: "x".repeat(65),
            base: Decimal::ONE,
            ratio_decimals: 5,
            par_floor: false,
        })),
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
