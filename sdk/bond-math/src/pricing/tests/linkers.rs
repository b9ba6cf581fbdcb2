//! Real yields of inflation-linked bonds, with the examples of 31 CFR 356 Appendix B, III.

use super::*;
use crate::{FixingSeries, IndexScope, Indexation, index_ratio};

const REAL: Assumptions = Assumptions { exercise: None, index_rate: None, real: true };

/// A ten-year inflation-protected note that pays twice a year.
fn note(rate: &str, dated: &str, maturity: &str, base: &str) -> BondTerms {
    let mut terms = annual(rate, dated, maturity);
    terms.schedule.frequency = crate::Frequency::SEMI_ANNUAL;
    terms.day_count = DayCount::ActActIcma;
    terms.indexation = Some(Indexation {
        ratio_decimals: 5,
        par_floor: true,
        ..Indexation::by_day("CPI-U", decimal(base))
    });
    terms
}

/// The price is that of six decimals in the regulation.
#[track_caller]
fn near(got: Decimal, expected: &str) {
    let off = got.minus(decimal(expected)).expect("small").units().abs();
    assert!(off <= 1_000_000_000_000, "{got} {expected}");
}

#[test]
fn a_new_note_has_the_price_of_the_regulation() {
    // III.A: 3⅞ % issued on 15 January 1999 at a real yield of 3.898 %.
    let valuation =
        valued(&note("0.03875", "1999-01-15", "2009-01-15", "164"), "1999-01-15", &REAL);
    let clean = valuation.exact_clean_from_yield(decimal("0.03898"), YieldConvention::UsTreasury);
    near(clean.expect("in range"), "99.811030");
}

#[test]
fn a_reopened_note_has_the_price_index_ratio_and_accrued_interest_of_the_regulation() {
    // III.B: 3⅝ % issued on 15 January 1998 on an index of 161.55484, reopened on 15 October with 163.29032
    // at a real yield of 3.65 %.
    let terms = note("0.03625", "1998-01-15", "2008-01-15", "161.55484");
    let valuation = valued(&terms, "1998-10-15", &REAL);
    let clean = valuation.exact_clean_from_yield(decimal("0.0365"), YieldConvention::UsTreasury);
    let clean = clean.expect("in range");
    near(clean, "99.797017");
    assert_eq!(valuation.exact_accrued(), Ok(decimal("0.90625")));
    let day = date("1998-10-15");
    let published = FixingSeries::new([(day, decimal("163.29032"))]).expect("one");
    let observations = Observations { index_levels: published, ..Observations::default() };
    let ratio = index_ratio(&terms, day, &observations).expect("a ratio");
    assert_eq!(ratio, decimal("1.01074"));
    let times = |price: Decimal| price.times(ratio, crate::RoundingMode::HalfEven).expect("small");
    near(times(clean), "100.868837");
    near(times(decimal("0.90625")), "0.915983");
    let back = valuation.exact_yield_from_clean(clean, YieldConvention::UsTreasury);
    assert_eq!(back.map(|rate| rate.to_string()), Ok("0.0365".into()));
}

/// With an index that stays where it is, what is paid in money is the real payment times the ratio.
#[test]
fn at_a_constant_index_the_nominal_price_is_the_real_one_times_the_ratio() {
    let terms = note("0.03625", "1998-01-15", "2008-01-15", "161.55484");
    let schedule = schedule(&terms).expect("a schedule");
    let level = decimal("163.29032");
    let ends = schedule.periods.iter().map(|period| (period.unadjusted_end, level));
    let levels = ends.chain([(date("1998-10-15"), level)]);
    let observations = Observations {
        index_levels: FixingSeries::new(levels).expect("one each"),
        ..Observations::default()
    };
    let nominal =
        Valuation::new(&terms, &schedule, date("1998-10-15"), &observations).expect("live");
    let real = valued(&terms, "1998-10-15", &REAL);
    let price =
        |of: &Valuation| of.clean_from_yield(0.04, YieldConvention::Isma).expect("in range");
    assert!((price(&nominal) - 1.01074 * price(&real)).abs() < 1e-10);
    assert!((nominal.accrued() - 1.01074 * real.accrued()).abs() < 1e-12);
}

#[test]
fn bonds_without_an_index_for_both_have_no_real_yield() {
    let real = |terms: &BondTerms| {
        let schedule = schedule(terms).expect("a schedule");
        let none = Observations::default();
        Valuation::assuming(terms, &schedule, date("1999-01-15"), &none, &REAL)
    };
    let mut terms = note("0.03875", "1999-01-15", "2009-01-15", "164");
    assert!(real(&terms).is_ok());
    terms.indexation.as_mut().expect("indexed").scope = IndexScope::Principal;
    assert!(matches!(real(&terms), Err(Error::Unsupported { what: "a real yield", .. })));
    terms.indexation = None;
    assert!(matches!(real(&terms), Err(Error::Unsupported { what: "a real yield", .. })));
    assert!(index_ratio(&terms, date("1999-01-15"), &Observations::default()).is_err());
}
