//! What must hold for every bond, not only for those somebody thought of.

use proptest::prelude::*;
use tenor_bond_math::{
    BondTerms, BusinessDayConvention, Calendar, Coupon, Date, DayCount, DayCountContext, DayOffset,
    Decimal, Error, ExRule, Fraction, Frequency, HolidayTable, Observations, PaymentInKind, Period,
    Redemption, Roll, Rounding, RoundingBasis, RoundingMode, Schedule, Stub, accrued, cash_flows,
    coupon_amount, principal_amount, principal_plan, schedule, split_residue,
};

#[cfg(feature = "parts")]
mod whole_model;

/// Largest face of the promise: 10^15 major units in cents.
const FACE_MAX: u128 = 100_000_000_000_000_000;

/// So many cases of each property, or `PROPTEST_CASES`.
fn config(cases: u32) -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(cases),
    }
}

fn none() -> Observations {
    Observations::default()
}

fn dates() -> impl Strategy<Value = Date> {
    // 1970 to 2070.
    (0_i32..36_525).prop_map(|days| Date::from_days(days).expect("in range"))
}

fn stubs() -> impl Strategy<Value = Stub> {
    prop::sample::select(vec![
        Stub::ShortFirst,
        Stub::LongFirst,
        Stub::SmartFirst,
        Stub::ShortLast,
        Stub::LongLast,
        Stub::SmartLast,
    ])
}

fn rolls() -> impl Strategy<Value = Roll> {
    prop_oneof![Just(Roll::Implied), Just(Roll::EndOfMonth)]
}

fn day_counts() -> impl Strategy<Value = DayCount> {
    prop::sample::select(DayCount::ALL.to_vec())
}

prop_compose! {
    fn bonds()(
        start in dates(),
        life_days in 40_i64..36_525,
        months in prop::sample::select(vec![1_u16, 2, 3, 4, 6, 12]),
        stub in stubs(),
        roll in rolls(),
        day_count in day_counts(),
        rate_units in 0_i128..200_000_000_000_000_000,
        adjusted in any::<bool>(),
        basis in prop_oneof![Just(RoundingBasis::PerDenomination), Just(RoundingBasis::PerPosition)],
        ex_days in prop::option::of(0_u8..15),
    ) -> BondTerms {
        let mut terms = BondTerms::plain(
            "SGXF10000002".parse().expect("an ISIN"),
            "SGD".parse().expect("a currency"),
            100_000,
            FACE_MAX,
            start,
            start.plus_days(life_days).expect("in range"),
            Coupon::Fixed { rate: Decimal::from_units(rate_units) },
        );
        terms.schedule.frequency = Frequency::Every(Period::months(months));
        terms.schedule.stub = stub;
        terms.schedule.roll = roll;
        (terms.day_count, terms.calendar) = (day_count, calendar_of(day_count));
        terms.accrual_adjusted = adjusted;
        terms.payment_convention = BusinessDayConvention::ModifiedFollowing;
        terms.rounding = Rounding { mode: RoundingMode::HalfUp, basis, decimals: 2 };
        terms.ex = ex_days.map(|days| ExRule { offset: DayOffset::calendar(days), cum_on_ex_date: false });
        terms
    }
}

/// Weekends; for BUS/252, which needs to know holidays, with one.
fn calendar_of(day_count: DayCount) -> Calendar {
    let mut calendar = Calendar::weekends();
    if day_count == DayCount::Bus252 {
        calendar.tables.push(HolidayTable {
            name: "carnival".into(),
            first_year: 1,
            last_year: 9999,
            weekend: vec![],
            holidays: vec!["2025-03-04".parse().expect("a date")],
        });
    }
    calendar
}

/// The schedule, unless business days leave a period empty or without a record date, which is refused.
fn schedule_of(terms: &BondTerms) -> Option<Schedule> {
    schedule(terms).ok()
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn periods_ascend_join_and_end_at_maturity(terms in bonds()) {
        terms.validate().expect("valid terms");
        let Some(schedule) = schedule_of(&terms) else { return Ok(()) };
        let first = schedule.periods.first().expect("a period");
        let last = schedule.periods.last().expect("a period");
        prop_assert!(first.unadjusted_start.days_until(terms.dated_date).abs() <= 31);
        prop_assert!(last.unadjusted_end.days_until(terms.maturity.expect("given")).abs() <= 31);
        for period in &schedule.periods {
            prop_assert!(period.accrual_start < period.accrual_end);
            prop_assert!(period.unadjusted_start < period.unadjusted_end);
            prop_assert!(period.record_date <= period.payment_date);
            prop_assert!(terms.calendar.is_business_day(period.payment_date).expect("weekends"));
        }
        for pair in schedule.periods.windows(2) {
            prop_assert_eq!(pair[0].accrual_end, pair[1].accrual_start);
            prop_assert_eq!(pair[0].unadjusted_end, pair[1].unadjusted_start);
            prop_assert_eq!(pair[0].index + 1, pair[1].index);
        }
    }

    #[test]
    fn every_amount_of_the_promised_size_is_computed(
        terms in bonds(),
        units in 1_u128..=FACE_MAX / 100_000,
        day in dates(),
    ) {
        let Some(schedule) = schedule_of(&terms) else { return Ok(()) };
        let face = units * 100_000;
        cash_flows(&terms, &schedule, &none()).expect("cash flows");
        for period in &schedule.periods {
            let coupon = coupon_amount(&terms, &schedule, period.index, face, &none()).expect("a coupon");
            prop_assert!(coupon.gross_minor >= 0);
        }
        accrued(&terms, &schedule, day, face, &none()).expect("accrued");
    }

    /// Within a period interest only grows, from nothing to the coupon; when ex it is the coupon less.
    #[test]
    fn accrued_interest_is_continuous(terms in bonds(), pick in any::<prop::sample::Index>()) {
        let Some(schedule) = schedule_of(&terms) else { return Ok(()) };
        // One over one has the whole coupon on the first day; that is its definition.
        prop_assume!(terms.day_count != DayCount::OneOne);
        let period = &schedule.periods[pick.index(schedule.periods.len())];
        let coupon = coupon_amount(&terms, &schedule, period.index, FACE_MAX, &none()).expect("a coupon");
        let mut previous = 0;
        let mut day = period.accrual_start;
        while day < period.accrual_end {
            let now = accrued(&terms, &schedule, day, FACE_MAX, &none()).expect("accrued");
            // A coupon of the period before that is due comes and goes as a whole.
            let own = now.amount_minor - now.due_minor;
            let cum = if now.ex { own + coupon.gross_minor } else { own };
            let slack = slack(&terms, coupon.gross_minor);
            prop_assert!(cum + slack >= previous, "{} falls on {day}", terms.day_count);
            prop_assert!(cum <= coupon.gross_minor + slack, "{} exceeds on {day}", terms.day_count);
            previous = cum;
            day = day.plus_days(1).expect("in range");
        }
    }

    /// Where payments lag, every day's accrued interest has in it the coupons of ended periods that are not paid
    /// yet and that who holds on that day gets: by the ex day, or without one by the record date.
    #[test]
    fn a_coupon_that_is_due_goes_to_its_holder(
        terms in bonds(),
        lag in 0_u8..15,
        pick in any::<prop::sample::Index>(),
    ) {
        let mut terms = terms;
        terms.payment_lag_business_days = lag;
        let Some(schedule) = schedule_of(&terms) else { return Ok(()) };
        let paid = |index| coupon_amount(&terms, &schedule, index, FACE_MAX, &none()).expect("a coupon").gross_minor;
        let period = &schedule.periods[pick.index(schedule.periods.len())];
        let last = schedule.periods.last().expect("a period").accrual_end;
        let mut day = period.accrual_start;
        while day < last && day <= period.accrual_start.plus_days(30).expect("in range") {
            let due = schedule.periods.iter().filter(|before| {
                let held = match before.ex_date {
                    Some(ex_date) => day < ex_date,
                    None => day <= before.record_date,
                };
                before.accrual_end <= day && day < before.payment_date && held
            });
            let due: i128 = due.map(|before| paid(before.index)).sum();
            let now = accrued(&terms, &schedule, day, FACE_MAX, &none()).expect("accrued");
            prop_assert_eq!(now.due_minor, due, "{}", day);
            day = day.plus_days(1).expect("in range");
        }
    }

    #[test]
    fn regular_icma_periods_are_exact_parts_of_a_year(terms in bonds()) {
        let mut terms = terms;
        terms.day_count = DayCount::ActActIcma;
        let Some(schedule) = schedule_of(&terms) else { return Ok(()) };
        let part = terms.schedule.frequency.year_part().expect("months");
        for period in &schedule.periods {
            if period.kind == tenor_bond_math::PeriodKind::Regular {
                let context = schedule.day_count_context(&terms, period);
                let whole = terms.day_count.year_fraction(period.accrual_start, period.accrual_end, &context);
                prop_assert_eq!(whole, Ok(part));
            }
        }
    }

    #[test]
    fn actual_day_counts_add_up(a in dates(), b in dates(), c in dates()) {
        let mut days = [a, b, c];
        days.sort();
        let context = DayCountContext::default();
        for day_count in [
            DayCount::Act360, DayCount::Act364, DayCount::Act365Fixed, DayCount::Act36525,
            DayCount::Act366, DayCount::ActActIsda, DayCount::Nl360, DayCount::Nl365, DayCount::ThirtyE360,
        ] {
            let part = |from, to| day_count.year_fraction(from, to, &context).expect("no context needed");
            let sum: Fraction = part(days[0], days[1]).plus(part(days[1], days[2])).expect("small");
            prop_assert_eq!(sum, part(days[0], days[2]), "{}", day_count);
        }
    }

    #[test]
    fn every_day_count_is_near_the_calendar(a in dates(), b in dates()) {
        let context = DayCountContext::default();
        let (start, end) = (a.min(b), a.max(b));
        let years = start.days_until(end) as f64 / 365.25;
        for day_count in DayCount::ALL {
            if let Ok(part) = day_count.year_fraction(start, end, &context)
                && day_count != DayCount::OneOne
            {
                let part = part.numerator() as f64 / part.denominator() as f64;
                prop_assert!((part - years).abs() <= 0.02 + years * 0.016, "{day_count} {part} {years}");
            }
        }
    }

    #[test]
    fn shares_and_residue_add_up(total in -1_000_000_000_i128..1_000_000_000, weights in prop::collection::vec(0_u128..1_000_000, 1..30)) {
        prop_assume!(weights.iter().sum::<u128>() > 0);
        let split = split_residue(total, &weights).expect("small");
        prop_assert_eq!(split.parts_minor.iter().sum::<i128>() + split.residue_minor, total);
        prop_assert!(split.residue_minor.unsigned_abs() < weights.len() as u128);
        prop_assert!(split.residue_minor * total >= 0);
    }

    #[test]
    fn adjustment_gives_the_nearest_business_days(day in dates()) {
        let weekends = Calendar::weekends();
        let next = weekends.next_or_same(day).expect("weekends");
        let previous = weekends.previous_or_same(day).expect("weekends");
        prop_assert!(previous <= day && day <= next && previous.days_until(next) <= 3);
        for count in -40..40 {
            let there = weekends.plus_business_days(next, count).expect("weekends");
            let between = weekends.business_days_between(next, there).expect("weekends");
            prop_assert_eq!(between, i64::from(count));
        }
    }

    /// Bytes from outside: decoded or refused; what decodes is computed or refused. Nothing panics.
    #[test]
    fn no_bytes_panic(terms in bonds(), at in any::<prop::sample::Index>(), byte in any::<u8>(), day in dates()) {
        let mut bytes = borsh::to_vec(&terms).expect("to memory");
        let index = at.index(bytes.len());
        bytes[index] = byte;
        if let Ok(terms) = borsh::from_slice::<BondTerms>(&bytes) {
            let valid = terms.validate().is_ok();
            if let Ok(schedule) = schedule(&terms) {
                let _ = cash_flows(&terms, &schedule, &none());
                let accrued = accrued(&terms, &schedule, day, terms.denomination_minor, &none());
                prop_assert!(!valid || accrued.is_ok() || matches!(terms.coupon, Coupon::Floating(_)));
            }
        }
    }
}

fn redemptions() -> impl Strategy<Value = Redemption> {
    prop_oneof![
        Just(Redemption::Linear { first: None }),
        Just(Redemption::Annuity { first: None }),
        Just(Redemption::Bullet { price: Decimal::HUNDRED }),
    ]
}

proptest! {
    #![proptest_config(config(64))]

    /// Whatever the pattern, all of the principal is repaid, and none of it twice.
    #[test]
    fn all_principal_is_repaid(terms in bonds(), redemption in redemptions(), in_kind in any::<bool>()) {
        let mut terms = terms;
        terms.redemption = redemption;
        terms.rounding = Rounding::per_position(2);
        let bullet = matches!(terms.redemption, Redemption::Bullet { .. });
        if in_kind && bullet {
            terms.payment_in_kind = PaymentInKind::Until { date: terms.dated_date.plus_days(1_000).expect("in range") };
        }
        let Some(schedule) = schedule_of(&terms) else { return Ok(()) };
        let plan = match principal_plan(&terms, &schedule, &none()) {
            Ok(plan) => plan,
            // A long stub whose interest is more than the level sum.
            Err(error) => {
                let expected = matches!(error, Error::Unsupported { .. }) && !bullet;
                prop_assert!(expected, "{error}");
                return Ok(());
            }
        };
        let mut outstanding = Decimal::ONE;
        for step in &plan {
            prop_assert_eq!(step.outstanding, outstanding);
            prop_assert!(!step.repaid.is_negative() && !step.outstanding.is_negative());
            outstanding = step.remaining().expect("small");
        }
        prop_assert!(outstanding.is_zero());
        let flows = cash_flows(&terms, &schedule, &none()).expect("cash flows");
        for index in 0..plan.len() {
            let index = u32::try_from(index).expect("small");
            let coupon = coupon_amount(&terms, &schedule, index, terms.denomination_minor, &none()).expect("a coupon");
            let due = principal_amount(&terms, &schedule, index, terms.denomination_minor, &none()).expect("principal");
            let paid: i128 = flows.iter().filter(|flow| flow.period_index == index).filter_map(|flow| flow.amount_minor).sum();
            prop_assert_eq!(paid, coupon.gross_minor + due.gross_minor);
        }
    }
}

/// Months of thirty days run up to two days ahead at the end of a month, ACT/365L and AFB change their
/// year at a leap day, and rounding per denomination is off by half a unit for each.
fn slack(terms: &BondTerms, coupon_minor: i128) -> i128 {
    let units = match terms.rounding.basis {
        RoundingBasis::PerDenomination => FACE_MAX / terms.denomination_minor,
        RoundingBasis::PerPosition => 1,
    };
    let units = i128::try_from(units).expect("small");
    let exact = matches!(
        terms.day_count,
        DayCount::Act360
            | DayCount::Act364
            | DayCount::Act365Fixed
            | DayCount::Act366
            | DayCount::Act36525
            | DayCount::ActActIsda
            | DayCount::ActActIcma
            | DayCount::Nl360
            | DayCount::Nl365
            | DayCount::Bus252
    );
    units + if exact { 0 } else { coupon_minor / 9 }
}

#[cfg(feature = "pricing")]
mod pricing {
    use super::*;
    use tenor_bond_math::pricing::{Valuation, YieldConvention};

    proptest! {
        #![proptest_config(config(64))]

        #[test]
        fn the_price_of_the_yield_of_a_price_is_the_price(
            terms in bonds(),
            price in 40.0_f64..160.0,
            after in any::<prop::sample::Index>(),
        ) {
            let Some(schedule) = schedule_of(&terms) else { return Ok(()) };
            let period = &schedule.periods[after.index(schedule.periods.len())];
            let Ok(valuation) = Valuation::new(&terms, &schedule, period.accrual_start, &none()) else {
                return Ok(());
            };
            for convention in [YieldConvention::Isma, YieldConvention::Street, YieldConvention::UsTreasury] {
                if let Ok(rate) = valuation.yield_from_dirty(price, convention) {
                    let again = valuation.dirty_from_yield(rate, convention).expect("the same yield");
                    prop_assert!((again - price).abs() < 1e-6 * price, "{convention:?} {price} {rate} {again}");
                }
            }
        }

        #[test]
        fn an_exact_price_leads_back_to_its_exact_yield(
            terms in bonds(),
            bps in 0_i32..2_000,
            after in any::<prop::sample::Index>(),
        ) {
            let Some(schedule) = schedule_of(&terms) else { return Ok(()) };
            let period = &schedule.periods[after.index(schedule.periods.len())];
            let Ok(valuation) = Valuation::new(&terms, &schedule, period.accrual_start, &none()) else {
                return Ok(());
            };
            let rate = Decimal::from_bps(bps);
            for convention in [YieldConvention::Isma, YieldConvention::UsTreasury, YieldConvention::Annual] {
                // A price that no digit is left of leads nowhere.
                let Ok(price) = valuation.exact_dirty_from_yield(rate, convention) else { continue };
                if price < Decimal::ONE {
                    continue;
                }
                let back = valuation.exact_yield_from_dirty(price, convention).expect("its yield");
                let risk = valuation.risk(rate.to_f64(), convention).expect("in range");
                let digit = 1e-15 / (risk.basis_point_value * 1e4);
                let off = back.minus(rate).expect("small").to_f64().abs();
                prop_assert!(off <= digit + 2e-15, "{convention:?} {price} {rate} {back}");
            }
        }
    }
}
