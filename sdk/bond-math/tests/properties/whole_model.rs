//! The same promises for every part of the terms model: steps and resets between coupon dates, interest in
//! kind, repayments and drawings on dates of their own, other bases of interest, indexation, BUS/252.

use proptest::prelude::*;
use tenor_bond_math::{
    Accrued, BondTerms, Coupon, CouponPeriod, Date, DateRule, DayCount, Decimal, DualCurrency,
    Error, FixingRule, FixingSeries, FloatingRate, Fraction, Frequency, IndexReference, Indexation,
    Instalment, InterestBase, InterestUse, LevelPayments, Observations, PaymentInKind, Period,
    PrincipalStep, RateStep, Redemption, RepaymentStage, ResetRule, Rounding, Schedule, Stub,
    accrued, cash_flows, coupon_amount, principal_amount, principal_plan, schedule,
};

use super::{FACE_MAX, bonds, config};

/// What a bond has beside fixed coupons and a bullet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Feature {
    StepUp,
    Reset,
    InKind,
    Linear,
    Instalments,
    Stages,
    Drawn,
    LevelSum,
    Annuity,
    ConstantBase,
    ResetBase,
    Opening,
    CouponStages,
    Indexed,
    DualCurrency,
}

const FEATURES: [Feature; 15] = [
    Feature::StepUp,
    Feature::Reset,
    Feature::InKind,
    Feature::Linear,
    Feature::Instalments,
    Feature::Stages,
    Feature::Drawn,
    Feature::LevelSum,
    Feature::Annuity,
    Feature::ConstantBase,
    Feature::ResetBase,
    Feature::Opening,
    Feature::CouponStages,
    Feature::Indexed,
    Feature::DualCurrency,
];

/// Day counts under which parts add up to the whole and a day is never worth more than 1/252 of a year.
const ADDITIVE: [DayCount; 9] = [
    DayCount::Act360,
    DayCount::Act364,
    DayCount::Act365Fixed,
    DayCount::Act36525,
    DayCount::Act366,
    DayCount::ActActIsda,
    DayCount::Nl360,
    DayCount::Nl365,
    DayCount::Bus252,
];

/// A bond, what has been published for it, and its feature.
#[derive(Clone, Debug)]
struct Sheet {
    feature: Feature,
    terms: BondTerms,
    observations: Observations,
}

prop_compose! {
    fn sheets()(
        terms in bonds(),
        feature in prop::sample::select(FEATURES.to_vec()),
        day_count in prop::sample::select(ADDITIVE.to_vec()),
        from_part in 1_i64..9,
        days_off in 0_i64..40,
    ) -> Sheet {
        let mut terms = terms;
        (terms.day_count, terms.calendar) = (day_count, crate::calendar_of(day_count));
        let life = terms.dated_date.days_until(terms.maturity.expect("given"));
        let day = terms.dated_date.plus_days((life * from_part / 10 + days_off).min(life - 1)).expect("in range");
        with(feature, terms, day)
    }
}

fn percent(whole: i64) -> Decimal {
    Decimal::from_integer(whole)
}

/// `terms` with a feature that begins on `day`.
fn with(feature: Feature, mut terms: BondTerms, day: Date) -> Sheet {
    terms.rounding = Rounding::per_position(2);
    if terms.schedule.stub == Stub::Implied {
        terms.schedule.stub = Stub::ShortFirst;
    }
    let (start, low, high) = (terms.dated_date, Decimal::from_bps(150), Decimal::from_bps(425));
    let steps = vec![RateStep { from: start, rate: low }, RateStep { from: day, rate: high }];
    let yearly = DateRule::every(day, Frequency::ANNUAL);
    let level = |percent| {
        Redemption::Level(LevelPayments {
            dates: yearly,
            percent,
            follows_rate: false,
            computed_to: None,
        })
    };
    let stages = |parts: &[(DateRule, i64)]| Redemption::Stages {
        stages: parts
            .iter()
            .map(|(dates, part)| RepaymentStage { dates: *dates, percent: percent(*part) })
            .collect(),
    };
    let mut observations = Observations::default();
    match feature {
        Feature::StepUp => terms.coupon = Coupon::StepUp { steps },
        Feature::Reset => terms.coupon = reset(steps),
        Feature::InKind => terms.payment_in_kind = PaymentInKind::Until { date: day },
        Feature::Linear => terms.redemption = Redemption::Linear { first: None },
        Feature::Instalments => {
            terms.redemption = Redemption::Instalments { instalments: on_coupon_dates(&terms) };
        }
        Feature::Stages => terms.redemption = stages(&[(yearly, 3)]),
        Feature::Drawn => terms.redemption = stages(&[(DateRule::once(day), -25)]),
        Feature::LevelSum => terms.redemption = level(Some(percent(6))),
        Feature::Annuity => terms.redemption = level(None),
        Feature::ConstantBase => {
            terms.redemption = stages(&[(yearly, 3)]);
            terms.interest_base = InterestBase::Constant { percent: percent(80) };
        }
        Feature::ResetBase => {
            terms.redemption = stages(&[(yearly, 3)]);
            terms.interest_base = InterestBase::Reset { percent: percent(100), dates: yearly };
        }
        Feature::Opening => terms.opening_interest = percent(1),
        Feature::CouponStages => terms.coupon_stages = vec![yearly],
        Feature::Indexed => {
            (terms.indexation, observations.index_levels) = indexed(&terms);
        }
        Feature::DualCurrency => {
            terms.dual_currency = Some(DualCurrency {
                currency: "JPY".parse().expect("a currency"),
                rate: percent(110),
                coupons: true,
                principal: false,
            });
        }
    }
    Sheet { feature, terms, observations }
}

/// Rates that the terms give until they give another.
fn reset(fixed: Vec<RateStep>) -> Coupon {
    Coupon::Floating(FloatingRate {
        index: "INDEX".into(),
        spread: Decimal::ZERO,
        gearing: Decimal::ONE,
        cap: Some(Decimal::from_bps(400)),
        floor: Some(Decimal::from_bps(200)),
        fixing: FixingRule::Reset(ResetRule {
            fixed,
            dates: None,
            offset_business_days: 0,
            rise_max: None,
            fall_max: None,
        }),
        calendar: tenor_bond_math::Calendar::weekends(),
        rate_decimals: 18,
    })
}

/// A third of the face on each of up to three coupon dates.
fn on_coupon_dates(terms: &BondTerms) -> Vec<Instalment> {
    let periods = schedule(terms).map(|schedule| schedule.periods).unwrap_or_default();
    let ends = periods.iter().map(|period| period.unadjusted_end).take(3);
    let inside = ends.filter(|end| Some(*end) < terms.maturity);
    inside.map(|date| Instalment { date, percent: percent(33) }).collect()
}

/// Monthly values that rise by a quarter of a per cent, read with a lag of three months.
fn indexed(terms: &BondTerms) -> (Option<Indexation>, FixingSeries) {
    let first = terms.dated_date.plus_months(-4).expect("in range");
    let mut month = Date::from_ymd(first.year(), first.month(), 1).expect("a day");
    let end = terms.maturity.expect("given").plus_days(62).expect("in range");
    let mut levels = FixingSeries::default();
    let mut level = Decimal::HUNDRED;
    while month < end {
        levels.insert(month, level).expect("one a month");
        level = Decimal::from_units(level.units() + level.units() / 400);
        month = month.plus_months(1).expect("in range");
    }
    let indexation = Indexation {
        ratio_decimals: 5,
        reference: Some(IndexReference { lag_months: 3, interpolated: true, decimals: 5 }),
        ..Indexation::by_day("CPI", Decimal::HUNDRED)
    };
    (Some(indexation), levels)
}

/// Terms for which nothing is to be computed are refused as such, and never as an overflow.
fn computed<T>(result: Result<T, Error>) -> Result<Option<T>, TestCaseError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Unsupported { .. } | Error::Schedule { .. } | Error::Terms(_)) => Ok(None),
        Err(error) => Err(TestCaseError::fail(error.to_string())),
    }
}

fn steps_of(sheet: &Sheet) -> Result<Option<(Schedule, Vec<PrincipalStep>)>, TestCaseError> {
    let Some(schedule) = computed(schedule(&sheet.terms))? else { return Ok(None) };
    let plan = computed(principal_plan(&sheet.terms, &schedule, &sheet.observations))?;
    Ok(plan.map(|plan| (schedule, plan)))
}

/// Every feature is computed for an ordinary bond: what follows does not pass on refusals alone.
#[test]
fn every_feature_is_computed() {
    for feature in FEATURES {
        for day_count in ADDITIVE {
            let mut terms = BondTerms::plain(
                "SGXF10000002".parse().expect("an ISIN"),
                "SGD".parse().expect("a currency"),
                100_000,
                FACE_MAX,
                "2025-01-15".parse().expect("a date"),
                "2035-01-15".parse().expect("a date"),
                Coupon::Fixed { rate: Decimal::from_bps(300) },
            );
            (terms.day_count, terms.calendar) = (day_count, crate::calendar_of(day_count));
            let sheet = with(feature, terms, "2029-03-05".parse().expect("a date"));
            assert_eq!(sheet.terms.validate(), Ok(()), "{feature:?}");
            let (schedule, _) = steps_of(&sheet).expect("no error").expect("computed");
            let flows = cash_flows(&sheet.terms, &schedule, &sheet.observations).expect("computed");
            assert!(flows.iter().all(|flow| flow.amount_minor.is_some()), "{feature:?}");
        }
    }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn parts_join_and_dates_never_go_back(sheet in sheets()) {
        sheet.terms.validate().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let Some((schedule, _)) = steps_of(&sheet)? else { return Ok(()) };
        prop_assert!(schedule.periods.last().expect("a period").pays_interest);
        for period in &schedule.periods {
            prop_assert!(period.unadjusted_start < period.unadjusted_end);
            prop_assert!(period.accrual_start <= period.accrual_end);
            prop_assert!(period.record_date <= period.payment_date);
        }
        for pair in schedule.periods.windows(2) {
            prop_assert_eq!(pair[0].accrual_end, pair[1].accrual_start);
            prop_assert_eq!(pair[0].unadjusted_end, pair[1].unadjusted_start);
            prop_assert!(pair[0].payment_date <= pair[1].payment_date);
        }
    }

    /// The parts of a year of all periods are that of the whole life.
    #[test]
    fn fractions_of_the_periods_are_that_of_the_whole(sheet in sheets()) {
        let Some((schedule, _)) = steps_of(&sheet)? else { return Ok(()) };
        let part = |period: &CouponPeriod, from, to| {
            let context = schedule.day_count_context(&sheet.terms, period);
            sheet.terms.day_count.year_fraction(from, to, &context).expect("known days")
        };
        let (first, last) = (&schedule.periods[0], schedule.periods.last().expect("a period"));
        let sum = schedule.periods.iter().try_fold(Fraction::ZERO, |sum, period| {
            sum.plus(part(period, period.accrual_start, period.accrual_end))
        });
        let whole = part(first, first.accrual_start, last.accrual_end);
        prop_assert_eq!(sum.expect("small"), whole, "{}", sheet.terms.day_count);
    }

    /// What is outstanding follows from step to step and ends at nothing, whatever is added or drawn.
    #[test]
    fn principal_is_kept_account_of(sheet in sheets()) {
        let Some((schedule, plan)) = steps_of(&sheet)? else { return Ok(()) };
        let (mut outstanding, mut repaid) = (Decimal::ONE, Decimal::ZERO);
        for step in &plan {
            prop_assert_eq!(step.outstanding, outstanding);
            prop_assert_eq!(step.repaid_before, repaid);
            prop_assert!(!step.outstanding.is_negative());
            outstanding = step.remaining().expect("small");
            repaid = repaid.plus(step.repaid).expect("small");
        }
        prop_assert!(outstanding.is_zero(), "{outstanding} is left");
        let added = plan.iter().try_fold(Decimal::ONE, |sum, step| sum.plus(step.capitalised));
        prop_assert_eq!(repaid, added.expect("small"));
        let flows = cash_flows(&sheet.terms, &schedule, &sheet.observations).expect("cash flows");
        prop_assert!(flows.iter().all(|flow| flow.amount_minor.is_some()));
        if sheet.feature == Feature::Indexed {
            return Ok(());
        }
        // Each is rounded as what has been repaid up to it less what had been before.
        let due = plan.iter().map(|step| {
            principal_amount(&sheet.terms, &schedule, step.period_index, FACE_MAX, &sheet.observations)
                .expect("principal")
                .gross_minor
        });
        let exact = repaid.units() as f64 / 1e18 * FACE_MAX as f64;
        let off = (due.sum::<i128>() as f64 - exact).abs();
        prop_assert!(off <= 1.0 + exact * 1e-14, "{off} of {exact}");
    }

    /// From one day to the next, interest changes by no more than a day's worth: also where a rate, the
    /// principal or the base changes, and into the coupon itself. It starts anew after a coupon date and
    /// where it is added to the principal; on an ex date it falls by the coupon.
    #[test]
    fn accrued_interest_is_continuous(sheet in sheets(), pick in any::<prop::sample::Index>()) {
        let Some((schedule, plan)) = steps_of(&sheet)? else { return Ok(()) };
        let Sheet { terms, observations, .. } = &sheet;
        let at = pick.index(schedule.periods.len());
        let period = &schedule.periods[at];
        // Business days may leave a part of a coupon period without a day.
        prop_assume!(period.accrual_start < period.accrual_end);
        let next = schedule.periods.get(at + 1);
        let most = plan.iter().map(|step| step.outstanding.max(step.interest_base)).max().expect("a step");
        let coupon = coupon_amount(terms, &schedule, period.index, FACE_MAX, observations).expect("a coupon");
        // Rates are at most 20 per cent and the index rises by at most a thousandth of itself in a day.
        let day_worth = FACE_MAX as f64 * most.to_f64() * index_max(&sheet) * 0.21 / 252.0;
        // A coupon that is due comes and goes as a whole: of what accrues it is no part.
        let on = |day| {
            let accrued = accrued(terms, &schedule, day, FACE_MAX, observations).expect("accrued");
            Accrued { amount_minor: accrued.amount_minor - accrued.due_minor, ..accrued }
        };
        let mut previous = on(period.accrual_start);
        let mut day = period.accrual_start.plus_days(1).expect("in range");
        while day < period.accrual_end {
            let now = on(day);
            let step = (now.amount_minor - previous.amount_minor) as f64;
            let slack = day_worth + previous.amount_minor as f64 * 1e-3 + 2.0;
            if now.ex == previous.ex {
                prop_assert!(step.abs() <= slack, "{:?}: {step} on {day}, at most {slack}", sheet.feature);
            }
            previous = now;
            day = day.plus_days(1).expect("in range");
        }
        let use_of = InterestUse::of(terms, period);
        let end = match (use_of, next) {
            (InterestUse::Carried, Some(next)) if next.contains(period.accrual_end) => on(period.accrual_end).amount_minor,
            (InterestUse::Carried, _) => return Ok(()),
            (InterestUse::Capitalised, _) => coupon.capitalised_minor,
            (InterestUse::Paid, _) if terms.dual_currency.is_some() || previous.ex => return Ok(()),
            (InterestUse::Paid, _) => coupon.gross_minor,
        };
        if previous.ex {
            return Ok(());
        }
        let jump = (end - previous.amount_minor) as f64;
        // A coupon's index is that of its unadjusted end, a weekend away from the end of accrual.
        let slack = day_worth + previous.amount_minor.unsigned_abs() as f64 * 5e-3 + 2.0;
        prop_assert!(jump.abs() <= slack, "{:?}: {jump} into the coupon of {day}, at most {slack}", sheet.feature);
    }
}

/// The highest index ratio of a sheet.
fn index_max(sheet: &Sheet) -> f64 {
    let levels = sheet.observations.index_levels.as_slice().iter();
    levels.map(|level| level.value.to_f64() / 100.0).fold(1.0, f64::max)
}

#[cfg(feature = "pricing")]
proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn a_yield_leads_to_a_price_and_back(
        sheet in sheets(),
        bps in 0_i32..1_500,
        after in any::<prop::sample::Index>(),
        days in 0_i64..30,
    ) {
        use tenor_bond_math::pricing::{Valuation, YieldConvention};
        let Some((schedule, _)) = steps_of(&sheet)? else { return Ok(()) };
        let period = &schedule.periods[after.index(schedule.periods.len())];
        let settlement = period.accrual_start.plus_days(days).expect("in range");
        let Ok(valuation) = Valuation::new(&sheet.terms, &schedule, settlement, &sheet.observations) else {
            return Ok(());
        };
        let rate = f64::from(bps) / 10_000.0;
        for convention in [YieldConvention::Isma, YieldConvention::Street, YieldConvention::Annual] {
            let Ok(price) = valuation.clean_from_yield(rate, convention) else { continue };
            let dirty = valuation.dirty_from_yield(rate, convention).expect("as the clean price");
            prop_assert!((dirty - price - valuation.accrued()).abs() < 1e-9 * dirty.abs().max(1.0));
            // Without a payment left, or with so little that no digit of the price is left of it.
            if dirty < 1e-3 {
                continue;
            }
            let found = valuation.yield_from_clean(price, convention).expect("its yield");
            let again = valuation.clean_from_yield(found, convention).expect("a price");
            prop_assert!((again - price).abs() < 1e-7 * dirty, "{:?} {convention:?} {price} {found} {again}", sheet.feature);
        }
    }
}

/// A hundred years at the largest promised face, with everything added that makes amounts larger.
#[test]
fn a_century_of_the_largest_face_does_not_overflow() {
    for feature in FEATURES {
        for months in [1_u16, 12] {
            let mut terms = BondTerms::plain(
                "SGXF10000002".parse().expect("an ISIN"),
                "SGD".parse().expect("a currency"),
                100_000,
                FACE_MAX,
                "1990-01-31".parse().expect("a date"),
                "2090-01-31".parse().expect("a date"),
                Coupon::Fixed { rate: Decimal::from_bps(1_999) },
            );
            terms.schedule.frequency = Frequency::Every(Period::months(months));
            let sheet = with(feature, terms, "2040-03-05".parse().expect("a date"));
            let Sheet { terms, observations, .. } = &sheet;
            let schedule = schedule(terms).expect("a schedule");
            cash_flows(terms, &schedule, observations).expect("cash flows");
            for period in schedule.periods.iter().step_by(97) {
                let coupon = coupon_amount(terms, &schedule, period.index, FACE_MAX, observations);
                let principal =
                    principal_amount(terms, &schedule, period.index, FACE_MAX, observations);
                let accrued =
                    accrued(terms, &schedule, period.accrual_start, FACE_MAX, observations);
                assert!(coupon.is_ok() && principal.is_ok() && accrued.is_ok(), "{feature:?}");
            }
        }
    }
}
