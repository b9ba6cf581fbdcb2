//! Index ratios of a day, against published examples.

use super::*;
use crate::test_terms::{date, decimal, series, terms};

/// US TIPS: CPI-U of January and February 1996 are 154.40 and 154.90; with three months' lag the reference
/// of 15 April 1996 is 154.40 + 14/30 × 0.50 = 154.63333 (31 CFR 356 Appendix B, section I.B).
#[test]
fn a_day_lies_on_the_line_between_two_months() {
    let observations = Observations {
        index_levels: series(&[("1996-01-01", "154.4"), ("1996-02-01", "154.9")]),
        ..Observations::default()
    };
    let reference = IndexReference { lag_months: 3, interpolated: true, decimals: 5 };
    let level = |day: &str| reference.level(date(day), &observations);
    assert_eq!(level("1996-04-15"), Ok(decimal("154.63333")));
    assert_eq!(level("1996-04-01"), Ok(decimal("154.4")));
    let monthly = IndexReference { interpolated: false, ..reference };
    assert_eq!(monthly.level(date("1996-04-15"), &observations), Ok(decimal("154.4")));
    assert!(matches!(level("1996-05-02"), Err(Error::MissingFixing { .. })));
}

#[test]
fn a_ratio_stands_until_the_next_reading_and_multiplies_its_scope() {
    let mut terms = terms();
    terms.indexation = Some(Indexation {
        ratio_decimals: 18,
        par_floor: true,
        dates: Some(crate::DateRule::every(date("2026-01-15"), crate::Frequency::ANNUAL)),
        ..Indexation::by_day("CPI", decimal("100"))
    });
    let observations = Observations {
        index_levels: series(&[("2026-01-15", "104"), ("2027-01-15", "98")]),
        ..Observations::default()
    };
    let interest = |terms: &BondTerms, day: &str| interest_ratio(terms, date(day), &observations);
    assert_eq!(interest(&terms, "2026-01-15"), Ok(Decimal::ONE));
    assert_eq!(interest(&terms, "2026-07-15"), Ok(decimal("1.04")));
    assert_eq!(interest(&terms, "2028-01-15"), Ok(decimal("0.98")));
    let principal = principal_ratio(&terms, date("2028-01-15"), &observations);
    assert_eq!(principal, Ok(Some(Decimal::ONE)));
    if let Some(indexation) = &mut terms.indexation {
        indexation.scope = IndexScope::Principal;
    }
    assert_eq!(interest(&terms, "2028-01-15"), Ok(Decimal::ONE));
}
