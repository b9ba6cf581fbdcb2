//! Schedules of bonds: stubs, month ends, ex, record and payment dates.

use super::*;
use crate::test_terms::{date, terms};
use crate::{BusinessDayConvention, Calendar, Centre, DayCount, Fraction};
use alloc::vec::Vec;

fn ends(terms: &BondTerms) -> Vec<alloc::string::String> {
    let schedule = schedule(terms).expect("a schedule");
    let ends = schedule.periods.iter().map(|period| period.unadjusted_end);
    ends.map(|end| alloc::format!("{end}")).collect()
}

/// Known trap: a bond issued on the 31st pays at month ends, and February does not pull the dates
/// that follow it to the 28th.
#[test]
fn trap_bond_issued_on_the_31st() {
    let mut terms = terms();
    terms.issue_date = date("2025-08-31");
    terms.dated_date = terms.issue_date;
    terms.maturity = Some(date("2028-08-31"));
    assert_eq!(
        ends(&terms),
        ["2026-02-28", "2026-08-31", "2027-02-28", "2027-08-31", "2028-02-29", "2028-08-31"]
    );
    let regular = schedule(&terms).expect("a schedule").periods;
    assert!(regular.iter().all(|period| period.kind == PeriodKind::Regular));
}

/// Known trap: no coupon period reaches past the maturity, whatever the stub.
#[test]
fn trap_coupon_end_after_maturity() {
    for stub in [
        Stub::ShortFirst,
        Stub::LongFirst,
        Stub::SmartFirst,
        Stub::ShortLast,
        Stub::LongLast,
        Stub::SmartLast,
    ] {
        let mut terms = terms();
        terms.maturity = Some(date("2027-11-30"));
        terms.schedule.stub = stub;
        let schedule = schedule(&terms).expect("a schedule");
        let last = schedule.periods.last().expect("a period");
        assert_eq!(last.unadjusted_end, date("2027-11-30"), "{stub:?}");
        assert_eq!(last.accrual_end, date("2027-11-30"), "{stub:?}");
    }
    let mut terms = terms();
    terms.schedule.last_regular = Some(date("2028-07-15"));
    assert!(matches!(schedule(&terms), Err(Error::Schedule { .. })));
}

#[test]
fn periods_join_and_have_all_their_dates() {
    let mut terms = terms();
    terms.calendar = Calendar::of(&[Centre::SingaporeProjected]);
    terms.record = DayOffset::business(5);
    terms.ex = Some(ExRule { offset: DayOffset::business(7), cum_on_ex_date: true });
    terms.payment_lag_business_days = 1;
    let schedule = schedule(&terms).expect("a schedule");
    // 15 January 2028 is a Saturday: paid a business day after Monday the 17th.
    let last = schedule.periods.last().expect("a period");
    assert_eq!(last.accrual_end, date("2028-01-15"));
    assert_eq!(last.payment_date, date("2028-01-18"));
    assert_eq!(last.record_date, date("2028-01-11"));
    assert_eq!(last.ex_date, Some(date("2028-01-10")));
    for pair in schedule.periods.windows(2) {
        assert_eq!(pair[0].accrual_end, pair[1].accrual_start);
    }
}

#[test]
fn adjusted_accrual_follows_the_payment_date() {
    let mut terms = terms();
    terms.accrual_adjusted = true;
    terms.payment_convention = BusinessDayConvention::ModifiedFollowing;
    let schedule = schedule(&terms).expect("a schedule");
    let last = schedule.periods.last().expect("a period");
    assert_eq!(last.accrual_end, date("2028-01-17"));
    assert_eq!(last.unadjusted_end, date("2028-01-15"));
}

#[test]
fn dates_are_found() {
    let schedule = schedule(&terms()).expect("a schedule");
    let index_at = |day: &str| schedule.period_at(date(day)).map(|period| period.index);
    assert_eq!(index_at("2025-01-14"), None);
    assert_eq!(index_at("2025-01-15"), Some(0));
    assert_eq!(index_at("2025-07-14"), Some(0));
    assert_eq!(index_at("2025-07-15"), Some(1));
    assert_eq!(index_at("2028-01-15"), None);
    assert!(schedule.period(6).is_err());
}

#[test]
fn perpetual_bonds_have_a_schedule_to_a_date() {
    let mut terms = terms();
    terms.maturity = None;
    assert!(matches!(schedule(&terms), Err(Error::Unsupported { .. })));
    let schedule = schedule_to(&terms, date("2040-03-01")).expect("a schedule");
    assert_eq!(schedule.periods.len(), 31);
    let last = schedule.periods.last().expect("a period");
    assert!(last.contains(date("2040-03-01")));
}

#[test]
fn a_zero_coupon_bond_has_one_period() {
    let mut terms = terms();
    terms.coupon = Coupon::Zero;
    assert_eq!(ends(&terms), ["2028-01-15"]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut terms = terms();
    terms.schedule.stub = Stub::None;
    terms.maturity = Some(date("2027-11-30"));
    assert!(matches!(schedule(&terms), Err(Error::Schedule { .. })));
    terms.schedule.frequency = Frequency::Every(crate::Period::days(1));
    terms.maturity = Some(date("2055-01-15"));
    assert!(matches!(schedule(&terms), Err(Error::Schedule { .. })));
    let mut far = super::tests::terms();
    far.calendar = Calendar::of(&[Centre::SingaporeProjected]);
    far.maturity = Some(date("2070-01-15"));
    assert!(matches!(schedule(&far), Err(Error::CalendarYear { .. })));
}

#[test]
fn schedules_are_stored() {
    let schedule = schedule(&terms()).expect("a schedule");
    let bytes = borsh::to_vec(&schedule).expect("to memory");
    assert_eq!(borsh::from_slice::<Schedule>(&bytes).expect("same"), schedule);
}

#[test]
fn counting_business_days_is_bounded() {
    let mut terms = terms();
    terms.dated_date = date("2005-01-17");
    terms.issue_date = terms.dated_date;
    terms.maturity = Some(date("2055-01-18"));
    terms.schedule.frequency = Frequency::Every(crate::Period::days(7));
    terms.calendar = Calendar::of(&Centre::ALL);
    terms.calendar.centres.retain(|centre| *centre != Centre::Singapore);
    terms.record = DayOffset::business(60);
    terms.payment_lag_business_days = 30;
    match schedule(&terms) {
        Err(Error::Schedule { reason }) => assert!(reason.contains("business days"), "{reason}"),
        other => panic!("{other:?}"),
    }
    // A month between coupons, in two calendars, is far from the bound.
    terms.schedule.frequency = Frequency::Every(crate::Period::months(1));
    terms.calendar = Calendar::of(&[Centre::HongKong, Centre::London]);
    // The first period is one day.
    terms.record = DayOffset::business(1);
    terms.payment_lag_business_days = 2;
    terms.schedule.stub = Stub::ShortFirst;
    assert_eq!(schedule(&terms).expect("a schedule").periods.len(), 601);
}

/// What a period accrues by ACT/ACT ICMA, half-yearly on the 15th of May and November, adjusted to Mondays.
fn icma_stub(dated: &str, maturity: &str, stub: Stub, index: u32) -> Fraction {
    let mut terms = terms();
    terms.day_count = DayCount::ActActIcma;
    (terms.issue_date, terms.dated_date) = (date(dated), date(dated));
    terms.maturity = Some(date(maturity));
    terms.schedule.stub = stub;
    terms.schedule.roll = Roll::Day(15);
    terms.accrual_adjusted = true;
    terms.payment_convention = BusinessDayConvention::Following;
    terms.calendar = Calendar::weekends();
    let schedule = schedule(&terms).expect("a schedule");
    let period = schedule.period(index).expect("a period");
    let context = schedule.day_count_context(&terms, period);
    let accrual = (period.accrual_start, period.accrual_end);
    terms.day_count.year_fraction(accrual.0, accrual.1, &context).expect("a coupon period")
}

/// A stub that business days end later lies in two determination periods, which run between the dates of
/// the terms (ISDA 2006 section 4.16(c), ICMA rule 251.1(iii)): from Monday, 18 January 2021, 117 of the
/// 181 days to Saturday, 15 May, and to Monday, 17 May, two of the 184 days to 15 November.
#[test]
fn a_stub_with_adjusted_accrual_lies_between_unadjusted_regular_dates() {
    let of = |days, all: i128| Fraction::new(days, all * 2).expect("small");
    let first = icma_stub("2021-01-18", "2024-05-15", Stub::ShortFirst, 0);
    assert_eq!(Ok(first), of(117, 181).plus(of(2, 184)));
    // The last regular date is Saturday, 15 May 2021; the stub runs from the Monday to 20 August.
    let last = icma_stub("2018-11-15", "2021-08-20", Stub::ShortLast, 5);
    assert_eq!(last, of(95, 184));
    // And from 15 November 2020, a Sunday, to Sunday, 20 June 2021: over two regular periods.
    let last = icma_stub("2018-11-15", "2021-06-20", Stub::LongLast, 4);
    assert_eq!(Ok(last), of(180, 181).plus(of(37, 184)));
}

fn refused(terms: &BondTerms) -> &'static str {
    match schedule(terms) {
        Err(Error::Terms(error)) => error.field,
        other => panic!("{other:?}"),
    }
}

/// A coupon belongs to holders of a day of its own period: with monthly coupons, days that are counted back
/// further reach into the period before.
#[test]
fn record_and_ex_dates_lie_in_their_period() {
    let mut terms = terms();
    terms.schedule.frequency = Frequency::MONTHLY;
    let ex = |days| Some(ExRule { offset: DayOffset::calendar(days), cum_on_ex_date: false });
    (terms.record, terms.ex) = (DayOffset::calendar(28), ex(27));
    assert!(schedule(&terms).is_ok()); // from Saturday, 15 February, to Monday, 17 March
    terms.record = DayOffset::calendar(32);
    assert_eq!(refused(&terms), "record.days");
    (terms.record, terms.ex) = (DayOffset::calendar(1), ex(31));
    assert_eq!(refused(&terms), "ex.offset.days");
}

/// Nobody holds a bond before it is issued. Coupons paid before a later issue are not looked at.
#[test]
fn record_and_ex_dates_lie_after_the_issue() {
    let mut terms = terms();
    terms.record = DayOffset::calendar(15);
    terms.issue_date = date("2025-06-30"); // 15 days before 15 July
    assert!(schedule(&terms).is_ok());
    terms.issue_date = date("2025-07-01");
    assert_eq!(refused(&terms), "record.days");
    terms.issue_date = date("2025-07-15");
    assert!(schedule(&terms).is_ok());
    terms.issue_date = date("2025-07-08");
    terms.record = DayOffset::business(1);
    terms.ex = Some(ExRule { offset: DayOffset::calendar(7), cum_on_ex_date: false });
    assert_eq!(refused(&terms), "ex.offset.days");
}
