//! How long the commonest computations take: the best of many rounds in one process, which other work on
//! the machine disturbs least, and as a ratio to a hash of one kibibyte, which says more across machines.

use std::hint::black_box;
use std::time::Instant;
use tenor_bond_math::pricing::{Valuation, YieldConvention};
use tenor_bond_math::{
    BondTerms, Calendar, Coupon, Date, DayCount, Decimal, FixingRule, FixingSeries, FloatingRate,
    Frequency, Observation, Observations, accrued, cash_flows, period_rate, schedule,
};

const ROUNDS: usize = 101;
/// Long enough that the clock's own time does not show.
const ROUND_NANOSECONDS: u128 = 2_000_000;

/// The time of one call in the best round, in nanoseconds.
fn best(mut work: impl FnMut()) -> f64 {
    let mut calls = 1_u32;
    let mut time = |calls: u32| {
        let start = Instant::now();
        (0..calls).for_each(|_| work());
        start.elapsed().as_nanos()
    };
    while time(calls) < ROUND_NANOSECONDS {
        calls *= 2;
    }
    (0..ROUNDS).map(|_| time(calls) as f64 / f64::from(calls)).fold(f64::INFINITY, f64::min)
}

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

fn main() {
    let terms = bond();
    let none = Observations::default();
    let periods = schedule(&terms).expect("a schedule");
    let settlement = date("2027-05-03");
    let block = [7_u8; 1024];
    let hash = best(|| {
        black_box(tenor_primitives::keccak256(black_box(&block)));
    });
    println!("{:<52} {:>10} ns {:>8}", "yardstick: keccak-256 of 1 KiB", hash.round(), 1.0);
    let show = |what: &str, time: f64| {
        println!("{what:<52} {:>10} ns {:>8.2}", time.round(), time / hash);
    };
    show(
        "schedule, 30 years semi-annual",
        best(|| {
            black_box(schedule(black_box(&terms)).expect("a schedule"));
        }),
    );
    show(
        "its cash flows",
        best(|| {
            black_box(cash_flows(black_box(&terms), &periods, &none).expect("flows"));
        }),
    );
    show(
        "accrued interest",
        best(|| {
            let face = terms.issue_size_minor;
            black_box(
                accrued(black_box(&terms), &periods, settlement, face, &none).expect("accrued"),
            );
        }),
    );
    show(
        "what is left to be paid, for a valuation",
        best(|| {
            black_box(
                Valuation::new(black_box(&terms), &periods, settlement, &none).expect("live"),
            );
        }),
    );
    let valuation = Valuation::new(&terms, &periods, settlement, &none).expect("live");
    let street = YieldConvention::Street;
    show(
        "yield from price, search",
        best(|| {
            black_box(valuation.yield_from_clean(black_box(97.25), street).expect("a yield"));
        }),
    );
    let clean: Decimal = "97.25".parse().expect("a price");
    show(
        "yield from price, exact to fifteen decimals",
        best(|| {
            black_box(valuation.exact_yield_from_clean(black_box(clean), street).expect("a yield"));
        }),
    );
    let (floating, fixings) = overnight();
    let quarters = schedule(&floating).expect("a schedule");
    let quarter = quarters.period_at(date("2025-07-15")).expect("a period");
    show(
        "compounded overnight rate, 92 fixings",
        best(|| {
            black_box(period_rate(black_box(&floating), quarter, &fixings).expect("a rate"));
        }),
    );
}
