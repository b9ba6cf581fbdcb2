//! Term sheets with any field driven to an extreme: no function panics or takes long, checked or not.

#![cfg(feature = "serde")]

use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tenor_bond_math::{
    BondTerms, Date, Observations, accrued, cash_flows, coupon_amount, fixing_dates,
    principal_amount, principal_plan, schedule, schedule_to, settlement_amount,
};

/// Far above what any sheet takes.
const TIME_MAX: Duration = Duration::from_secs(2);

/// Time this thread has run, which other work on the machine does not add to; the clock's where the kernel does
/// not say.
fn ran(start: Instant) -> Duration {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = said.as_deref().and_then(|said| said.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// A sheet with every table and list that terms can have.
fn sheet(coupon: u8, redemption: u8) -> Value {
    let coupon = match coupon {
        0 => json!({"kind": "zero"}),
        1 => json!({"kind": "fixed", "rate": "0.0325"}),
        2 => json!({"kind": "step_up", "steps": [
            {"from": "2020-02-29", "rate": "0.01"}, {"from": "2022-08-31", "rate": "0.02"}]}),
        3 => json!({"kind": "sustainability_linked", "rate": "0.03", "adjustments": [
            {"observed_on": "2021-12-31", "from": "2022-02-28", "step": "0.0025"}]}),
        4 => json!({"kind": "floating", "index": "SORA", "spread": "0.01", "gearing": "1",
            "cap": "0.1", "floor": "0", "rate_decimals": 7, "calendar": {"centres": ["singapore_projected"]},
            "fixing": {"kind": "compounded", "year_days": 365, "lookback_business_days": 5,
                       "observation": "shift", "lockout_business_days": 2}}),
        _ => json!({"kind": "floating", "index": "I", "spread": "0.01", "gearing": "1",
            "rate_decimals": 7, "calendar": {"centres": ["target"]},
            "fixing": {"kind": "term", "offset_business_days": 2, "in_arrears": false}}),
    };
    let redemption = match redemption {
        0 => json!({"kind": "bullet", "price": "100"}),
        1 => json!({"kind": "linear", "first": "2022-02-28"}),
        2 => json!({"kind": "annuity", "first": "2022-02-28"}),
        3 => json!({"kind": "instalments", "instalments": [
            {"date": "2022-02-28", "percent": "10"}, {"date": "2023-02-28", "percent": "20"}]}),
        _ => json!({"kind": "never"}),
    };
    json!({
        "isin": "SGXF10000002", "currency": "SGD",
        "denomination_minor": "25000000", "issue_size_minor": "10000000000",
        "issue_price": "99.5", "issue_date": "2020-03-02", "dated_date": "2020-02-29",
        "maturity": "2030-02-28", "coupon": coupon, "day_count": "act_act_icma",
        "schedule": {"frequency": "P6M", "roll": "end_of_month", "stub": "short_first",
                     "first_regular": "2020-08-31", "last_regular": "2029-08-31"},
        "calendar": {"centres": ["singapore_projected", "target"], "tables": [
            {"name": "own", "first_year": 2000, "last_year": 2060,
             "weekend": ["saturday", "sunday"], "holidays": ["2022-05-03", "2024-12-24"]}]},
        "payment_convention": "modified_following", "accrual_adjusted": true,
        "payment_lag_business_days": 1,
        "record": {"days": 5, "kind": "calendar", "convention": "preceding"},
        "ex": {"offset": {"days": 7, "kind": "business"}, "cum_on_ex_date": true},
        "settlement_lag_business_days": 2,
        "rounding": {"mode": "half_even", "basis": "per_denomination", "decimals": 2},
        "redemption": redemption, "reduction": "pool_factor",
        "payment_in_kind": {"kind": "until", "date": "2021-02-28"},
        "indexation": {"index": "CPI", "base": "257.346", "ratio_decimals": 5, "par_floor": true},
        "dual_currency": {"currency": "USD", "rate": "0.74", "coupons": true, "principal": false},
        "rights": [{"kind": "call", "notice_business_days": 15,
                    "exercises": [{"date": "2025-02-28", "value": "101"}]}],
    })
}

/// Paths to everything in a sheet, the tables and lists themselves included.
fn paths(value: &Value, prefix: &str, found: &mut Vec<String>) {
    if !prefix.is_empty() {
        found.push(prefix.to_owned());
    }
    match value {
        Value::Object(fields) => {
            fields
                .iter()
                .for_each(|(name, field)| paths(field, &format!("{prefix}/{name}"), found));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(at, item)| paths(item, &format!("{prefix}/{at}"), found));
        }
        _ => {}
    }
}

/// Values that a field of any type might be driven to.
fn extremes() -> impl Strategy<Value = Value> {
    let texts = [
        "0",
        "-1",
        "1",
        "0.000000000000000001",
        "170141183460469231731.687303715884105727",
        "-170141183460469231731.687303715884105727",
        "1000%",
        "-170141183460469231731%",
        "340282366920938463463374607431768211455",
        "1000000000000000000000000",
        "0001-01-01",
        "1970-01-01",
        "2020-02-29",
        "2030-02-28",
        "2030-03-01",
        "2129-12-31",
        "9999-12-31",
        "P1D",
        "P0M",
        "P1M",
        "P65535D",
        "P65535Y",
        "TERM",
        "implied",
        "end_of_month",
        "imm",
        "day_30",
        "day_31",
        "none",
        "nearest",
        "long_last",
        "smart_first",
        "bus252",
        "one_one",
        "act_act_isda",
        "act365_l",
        "thirty_e360_isda",
        "tokyo",
        "sao_paulo",
        "hong_kong",
        "business",
        "calendar",
        "per_position",
        "nominal",
        "down",
        "JPY",
        "KWD",
        "put",
        "conversion",
        "lag",
        "",
        "x",
    ];
    let numbers =
        [0_i64, 1, 2, 3, 12, 13, 18, 19, 30, 31, 60, 61, 255, 365, 1999, 9999, -1, 70_000];
    prop_oneof![
        8 => prop::sample::select(texts.map(Value::from).to_vec()),
        4 => prop::sample::select(numbers.map(Value::from).to_vec()),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => Just(json!([])),
        1 => Just(json!({})),
    ]
}

/// Days of settlement: mostly within the life of the sheets, where there is something to be valued.
fn days() -> impl Strategy<Value = i32> {
    // 2020-02-01 to 2030-03-31; all the days that there are.
    prop_oneof![3 => 18_293_i32..22_004, 1 => -719_162_i32..2_932_896]
}

/// Puts values in, or takes fields out for `None`.
fn mutate(sheet: &mut Value, changes: &[(prop::sample::Index, Option<Value>)]) {
    for (place, value) in changes {
        let mut all = Vec::new();
        paths(sheet, "", &mut all);
        let path = place.get(&all);
        match (value, path.rsplit_once('/')) {
            (Some(value), _) => *sheet.pointer_mut(path).expect("found") = value.clone(),
            (None, Some((parent, name))) => {
                if let Some(Value::Object(fields)) = sheet.pointer_mut(parent) {
                    fields.remove(name);
                }
            }
            (None, None) => {}
        }
    }
}

/// Everything that can be asked about terms; answers are dropped, a panic is the failure.
fn compute_everything(terms: &BondTerms, days: [Date; 3]) {
    let none = Observations::default();
    let _ = schedule_to(terms, days[0]);
    let _ = terms.settlement_date(days[0]);
    for right in &terms.rights {
        right.exercises.iter().for_each(|exercise| {
            let _ = terms.notice_deadline(right, exercise);
        });
    }
    let Ok(schedule) = schedule(terms) else { return };
    let _ = cash_flows(terms, &schedule, &none);
    let _ = principal_plan(terms, &schedule, &none);
    let last = schedule.periods.last().map_or(0, |period| period.index);
    for index in [0, last / 2, last, u32::MAX] {
        for face in [0, terms.denomination_minor, terms.issue_size_minor, u128::MAX] {
            let _ = coupon_amount(terms, &schedule, index, face, &none);
            let _ = principal_amount(terms, &schedule, index, face, &none);
        }
    }
    if let tenor_bond_math::Coupon::Floating(floating) = &terms.coupon {
        for period in schedule.periods.iter().take(3) {
            let _ = fixing_dates(floating, period);
        }
    }
    for day in days {
        let _ = accrued(terms, &schedule, day, terms.issue_size_minor, &none);
        let clean = terms.issue_price;
        let face = terms.denomination_minor;
        let _ = settlement_amount(terms, &schedule, clean, day, face, &none);
        #[cfg(feature = "pricing")]
        quote_everything(terms, &schedule, day);
    }
}

#[cfg(feature = "pricing")]
fn quote_everything(terms: &BondTerms, schedule: &tenor_bond_math::Schedule, day: Date) {
    use tenor_bond_math::Decimal;
    use tenor_bond_math::pricing::{Assumptions, Valuation, YieldConvention::*};
    let plain = Assumptions::default();
    let mut assumptions = vec![plain, Assumptions { real: true, ..plain }];
    for rate in ["0", "0.03", "-0.5", "170141183460469231731"] {
        let index_rate = Some(rate.parse().expect("a decimal"));
        assumptions.push(Assumptions { index_rate, ..plain });
    }
    for exercise in terms.rights.iter().flat_map(|right| &right.exercises).take(2) {
        let exercise = Some(*exercise);
        assumptions.push(Assumptions { exercise, ..plain });
        assumptions.push(Assumptions { exercise, index_rate: Some(Decimal::ZERO), ..plain });
    }
    let conventions = [
        Isma,
        Street,
        UsTreasury,
        Simple,
        Annual,
        MoneyMarket { year_days: 360 },
        Discount { year_days: 365 },
        DiscountMargin,
    ];
    let none = Observations::default();
    for assumed in assumptions {
        let valued = Valuation::assuming(terms, schedule, day, &none, &assumed);
        let Ok(valuation) = valued else { continue };
        let _ = valuation.exact_accrued();
        let _ = valuation.simple_margin(terms, Decimal::HUNDRED);
        for convention in conventions {
            for rate in ["0", "-0.99", "0.05", "9.99", "-170141183460469231731"] {
                let rate: Decimal = rate.parse().expect("a decimal");
                let _ = valuation.exact_clean_from_yield(rate, convention);
                let _ = valuation.exact_yield_from_clean(rate, convention);
                let _ = valuation.risk(rate.to_f64(), convention);
            }
            let _ = valuation.exact_yield_from_clean(Decimal::HUNDRED, convention);
        }
    }
}

/// A few hundred cases of each property, or `PROPTEST_CASES`.
fn config() -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(768),
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_sheet_panics_or_takes_long(
        coupon in 0_u8..6,
        redemption in 0_u8..5,
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::option::weighted(0.8, extremes())), 0..5),
        days in prop::array::uniform3(days()),
    ) {
        let mut sheet = sheet(coupon, redemption);
        mutate(&mut sheet, &changes);
        let start = Instant::now();
        let before = ran(start);
        if let Ok(terms) = serde_json::from_value::<BondTerms>(sheet) {
            let days = days.map(|day| Date::from_days(day).expect("in range"));
            if let Err(refused) = terms.validate() {
                prop_assert!(!refused.field.is_empty() && !refused.reason.is_empty());
            }
            // Also what was refused: contracts decode terms before they check them.
            compute_everything(&terms, days);
        }
        let took = ran(start).saturating_sub(before);
        prop_assert!(took < TIME_MAX, "{took:?}");
    }

    #[test]
    fn no_text_is_read_with_a_panic(text in "\\PC{0,200}", flips in any::<[u8; 8]>()) {
        let _ = serde_json::from_str::<BondTerms>(&text);
        let _ = toml::from_str::<BondTerms>(&text);
        let sheet = sheet(flips[0] % 6, flips[1] % 5);
        let mut bytes = sheet.to_string().into_bytes();
        for pair in flips.windows(2).skip(2) {
            let place = usize::from(pair[0]) * 7 % bytes.len();
            bytes[place] = pair[1];
        }
        let _ = serde_json::from_slice::<BondTerms>(&bytes);
    }
}

/// The start of the mutations is itself read; a sheet that nobody can read would test nothing.
#[test]
fn the_sheets_are_read_before_they_are_mutated() {
    for coupon in 0..6 {
        for redemption in 0..5 {
            let read = serde_json::from_value::<BondTerms>(sheet(coupon, redemption));
            assert!(read.is_ok(), "{coupon} {redemption} {read:?}");
        }
    }
    let mut plain = sheet(1, 0);
    plain["dual_currency"] = Value::Null;
    let terms: BondTerms = serde_json::from_value(plain).expect("read");
    assert_eq!(terms.validate(), Ok(()));
    assert_eq!(schedule(&terms).expect("a schedule").periods.len(), 20);
}

/// Quotes with what is taken for granted are reached: a mutation that changes nothing has them all.
#[cfg(feature = "pricing")]
#[test]
fn the_sheets_are_valued_before_they_are_mutated() {
    use tenor_bond_math::pricing::{Assumptions, Valuation, YieldConvention};
    let value = |coupon, assumed: &dyn Fn(&BondTerms) -> Assumptions| {
        let mut plain = sheet(coupon, 0);
        plain["dual_currency"] = Value::Null;
        plain["payment_in_kind"] = json!({"kind": "never"});
        if coupon != 1 {
            plain["indexation"] = Value::Null;
        }
        let terms: BondTerms = serde_json::from_value(plain).expect("read");
        let periods = schedule(&terms).expect("a schedule");
        let day = periods.periods[3].accrual_start;
        let none = Observations::default();
        Valuation::assuming(&terms, &periods, day, &none, &assumed(&terms)).expect("valued")
    };
    let plain = Assumptions::default();
    let real = value(1, &|_| Assumptions { real: true, ..plain });
    assert!(real.exact_accrued().is_ok());
    let index_rate = Some("0.03".parse().expect("a decimal"));
    for coupon in [4, 5] {
        let floating = value(coupon, &|_| Assumptions { index_rate, ..plain });
        let margin = YieldConvention::DiscountMargin;
        assert!(floating.exact_yield_from_clean("99".parse().expect("99"), margin).is_ok());
    }
    let exercise = |terms: &BondTerms| Some(terms.rights[0].exercises[0]);
    let called = value(2, &|terms| Assumptions { exercise: exercise(terms), ..plain });
    assert_eq!(called.flows().last().expect("a payment").amount, 102.0);
}
