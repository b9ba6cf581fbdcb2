//! How long the commonest computations take, beside a hash of one kibibyte, which says more across machines
//! than nanoseconds do.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use tenor_bond_math::pricing::{Valuation, YieldConvention};
use tenor_bond_math::{
    BondTerms, BusinessDayConvention, Calendar, Centre, Coupon, Date, DayCount, DayOffset, Decimal,
    FixingRule, FixingSeries, FloatingRate, Frequency, Observation, Observations, Stub, accrued,
    cash_flows, period_rate, schedule,
};

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Thirty years, semi-annual, ACT/ACT ICMA.
fn bond() -> BondTerms {
    let mut terms = BondTerms::plain(
        "SGXF10000002".parse().expect("an ISIN"),
        "SGD".parse().expect("a currency"),
        25_000_000,
        10_000_000_000,
        date("2025-01-15"),
        date("2055-01-15"),
        Coupon::Fixed { rate: Decimal::from_bps(325) },
    );
    terms.day_count = DayCount::ActActIcma;
    terms
}

/// A quarter of 92 days with a fixing on each.
fn overnight() -> (BondTerms, Observations) {
    let mut terms = bond();
    terms.day_count = DayCount::Act365Fixed;
    terms.schedule.frequency = Frequency::QUARTERLY;
    terms.coupon = Coupon::Floating(FloatingRate {
        index: "overnight".into(),
        spread: Decimal::from_bps(50),
        gearing: Decimal::ONE,
        cap: None,
        floor: None,
        fixing: FixingRule::Compounded {
            year_days: 365,
            lookback_business_days: 5,
            observation: Observation::Lag,
            lockout_business_days: 0,
        },
        calendar: Calendar::default(),
        rate_decimals: 18,
    });
    let day = |days| date("2025-06-01").plus_days(days).expect("in range");
    let rates =
        (0..200).map(|n| (day(n), Decimal::from_units(31_234_567_890_123_456 + i128::from(n))));
    let rates = FixingSeries::new(rates).expect("one a day");
    (terms, Observations { rates, ..Observations::default() })
}

fn yardstick(criterion: &mut Criterion) {
    let block = [7_u8; 1024];
    criterion.bench_function("yardstick: keccak-256 of 1 KiB", |bencher| {
        bencher.iter(|| tenor_primitives::keccak256(black_box(&block)));
    });
}

fn payments(criterion: &mut Criterion) {
    let terms = bond();
    let none = Observations::default();
    let periods = schedule(&terms).expect("a schedule");
    let settlement = date("2027-05-03");
    criterion.bench_function("schedule, 30 years semi-annual", |bencher| {
        bencher.iter(|| schedule(black_box(&terms)));
    });
    criterion.bench_function("its cash flows", |bencher| {
        bencher.iter(|| cash_flows(black_box(&terms), &periods, &none));
    });
    criterion.bench_function("accrued interest", |bencher| {
        let face = terms.issue_size_minor;
        bencher.iter(|| accrued(black_box(&terms), &periods, settlement, face, &none));
    });
}

/// Every centre, long lags and a payment each week: refused once as much has been looked up as may be.
fn worst_schedule() -> BondTerms {
    let mut terms = bond();
    terms.schedule.frequency = "P1W".parse().expect("a frequency");
    terms.schedule.stub = Stub::ShortFirst;
    terms.coupon = Coupon::Fixed { rate: Decimal::from_bps(325) };
    terms.day_count = DayCount::Act365Fixed;
    terms.calendar.centres =
        Centre::ALL.into_iter().filter(|centre| *centre != Centre::Singapore).collect();
    terms.payment_convention = BusinessDayConvention::ModifiedFollowing;
    terms.accrual_adjusted = true;
    terms.record = DayOffset::business(60);
    terms.payment_lag_business_days = 30;
    terms.issue_date = date("2025-01-15");
    terms
}

fn calendars(criterion: &mut Criterion) {
    let worst = worst_schedule();
    let refused = schedule(&worst).expect_err("too much to look up").to_string();
    assert!(refused.contains("business days"), "{refused}");
    criterion.bench_function(
        "schedule, the most that is looked up before it is refused",
        |bencher| {
            bencher.iter(|| schedule(black_box(&worst)));
        },
    );
    for centre in [Centre::Target, Centre::London, Centre::HongKong, Centre::Tokyo] {
        let first = date("2025-01-01");
        criterion.bench_function(&format!("a year's days looked up in {centre}"), |bencher| {
            bencher.iter(|| {
                let day = |days| {
                    first.plus_days(black_box(days)).and_then(|day| centre.is_business_day(day))
                };
                (0..365).filter(|days| day(*days) == Ok(true)).count()
            });
        });
    }
}

fn yields(criterion: &mut Criterion) {
    let terms = bond();
    let none = Observations::default();
    let periods = schedule(&terms).expect("a schedule");
    let settlement = date("2027-05-03");
    criterion.bench_function("what is left to be paid, for a valuation", |bencher| {
        bencher.iter(|| Valuation::new(black_box(&terms), &periods, settlement, &none));
    });
    let valuation = Valuation::new(&terms, &periods, settlement, &none).expect("live");
    let street = YieldConvention::Street;
    criterion.bench_function("yield from price, search", |bencher| {
        bencher.iter(|| valuation.yield_from_clean(black_box(97.25), street));
    });
    let clean: Decimal = "97.25".parse().expect("a price");
    criterion.bench_function("yield from price, exact to fifteen decimals", |bencher| {
        bencher.iter(|| valuation.exact_yield_from_clean(black_box(clean), street));
    });
}

fn compounding(criterion: &mut Criterion) {
    let (floating, fixings) = overnight();
    let quarters = schedule(&floating).expect("a schedule");
    let quarter = quarters.period_at(date("2025-07-15")).expect("a period");
    criterion.bench_function("compounded overnight rate, 92 fixings", |bencher| {
        bencher.iter(|| period_rate(black_box(&floating), quarter, &fixings));
    });
}

criterion_group!(benches, yardstick, payments, calendars, yields, compounding);
criterion_main!(benches);
