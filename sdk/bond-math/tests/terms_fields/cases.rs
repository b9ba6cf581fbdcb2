//! For every field what is wrong in it, and who says so.

use Case::{Free, Refused};
use serde_json::{Value, json};

/// What is done with a field.
pub(crate) enum Case {
    /// Each value, put into the sheet at the pointer, is refused under the field's name, or by the reader.
    Refused(&'static str, &'static str, &'static str, Vec<Value>),
    /// Nothing it may hold is wrong.
    Free(&'static str),
}

/// What the reader of a sheet refuses, which names the place itself.
pub(crate) const READER: &str = "reader";
const EITHER: &str = "either value has its meaning";
const NAMED: &str = "each of its names has its meaning; the reader refuses others";

/// Values of a date rule that are refused under `field`.
fn rule_cases(
    path: &str,
    sheet: &'static str,
    at: &str,
    field: &'static str,
) -> Vec<(String, Case)> {
    let pointer = |name: &str| -> &'static str { format!("{at}/{name}").leak() };
    let of = |name: &str, values: Vec<Value>| Refused(sheet, pointer(name), field, values);
    vec![
        (format!("{path}.first"), of("first", vec![json!("2024-01-15"), json!("2028-01-16")])),
        (format!("{path}.frequency.Every.count"), of("frequency", vec![json!("P1321M")])),
        (
            format!("{path}.frequency.Every.unit"),
            Refused(sheet, pointer("frequency"), READER, vec![json!("P0M"), json!("P6X")]),
        ),
        (
            format!("{path}.roll.Day"),
            Refused(sheet, pointer("roll"), READER, vec![json!("day_0"), json!("day_32")]),
        ),
        (format!("{path}.until"), of("until", vec![json!("2026-01-15"), json!("2025-01-15")])),
        (format!("{path}.long_last"), Free(EITHER)),
    ]
}

/// Values of a calendar's tables.
fn calendar_cases(path: &str, sheet: &'static str, at: &str) -> Vec<(String, Case)> {
    let pointer = |name: &str| -> &'static str { format!("{at}/{name}").leak() };
    let of = |name: &str, field, values| Refused(sheet, pointer(name), field, values);
    let long = json!("x".repeat(65));
    vec![
        (
            format!("{path}.centres"),
            of("centres", "calendar.centres", vec![json!(["target", "target"])]),
        ),
        (format!("{path}.tables.name"), of("tables/0/name", "calendar.tables", vec![long])),
        (
            format!("{path}.tables.first_year"),
            of("tables/0/first_year", "calendar.tables.first_year", vec![json!(2061)]),
        ),
        (
            format!("{path}.tables.last_year"),
            of("tables/0/last_year", "calendar.tables.first_year", vec![json!(2019)]),
        ),
        (
            format!("{path}.tables.weekend"),
            of(
                "tables/0/weekend",
                "calendar.tables.weekend",
                vec![json!(["monday", "tuesday", "friday", "sunday"])],
            ),
        ),
        (
            format!("{path}.tables.holidays"),
            of(
                "tables/0/holidays",
                "calendar.tables.holidays",
                vec![
                    json!(["2026-01-02", "2026-01-01"]),
                    json!(["2026-01-01", "2026-01-01"]),
                    json!(["2019-01-01"]),
                ],
            ),
        ),
    ]
}

pub(crate) fn cases() -> Vec<(String, Case)> {
    let scale = || vec![json!("10.000001"), json!("-10.000001")];
    let rate = || vec![json!("1000.0001%"), json!("-1000.0001%")];
    let late = || vec![json!(31)];
    let mut cases: Vec<(String, Case)> = Vec::new();
    let mut add = |path: &str, case: Case| cases.push((path.to_owned(), case));
    add("isin", Refused("plain", "/isin", READER, vec![json!("SGXF10000003"), json!("SG")]));
    add("currency", Refused("plain", "/currency", READER, vec![json!("sgd"), json!("DOLLAR")]));
    add(
        "denomination_minor",
        Refused("plain", "/denomination_minor", "denomination_minor", vec![json!("0")]),
    );
    let sizes = [
        "0",
        "10000000001",
        "1000000000000000000000025",
        "340282366920938463463374607431768211455",
    ];
    add(
        "issue_size_minor",
        Refused("plain", "/issue_size_minor", "issue_size_minor", sizes.map(Value::from).to_vec()),
    );
    add(
        "issue_price",
        Refused(
            "plain",
            "/issue_price",
            "issue_price",
            vec![json!("0"), json!("-1"), json!("1000.1")],
        ),
    );
    add("issue_date", Refused("plain", "/issue_date", "dated_date", vec![json!("2025-01-14")]));
    add("dated_date", Refused("plain", "/dated_date", "dated_date", vec![json!("2025-01-16")]));
    add(
        "maturity",
        Refused(
            "plain",
            "/maturity",
            "maturity",
            vec![json!("2025-01-15"), json!("2024-01-15"), json!("2225-01-15")],
        ),
    );
    add(
        "day_count",
        Refused("icma", "/schedule/frequency", "day_count", vec![json!("TERM"), json!("P28D")]),
    );
    add("coupon.Fixed.rate", Refused("plain", "/coupon/rate", "coupon.rate", rate()));
    add(
        "coupon.StepUp.steps.from",
        Refused(
            "steps",
            "/coupon/steps/1/from",
            "coupon.steps",
            vec![json!("2025-01-15"), json!("2028-01-15")],
        ),
    );
    add(
        "coupon.StepUp.steps.rate",
        Refused("steps", "/coupon/steps/1/rate", "coupon.steps.rate", rate()),
    );
    add(
        "coupon.SustainabilityLinked.rate",
        Refused("linked", "/coupon/rate", "coupon.rate", rate()),
    );
    add(
        "coupon.SustainabilityLinked.adjustments.from",
        Refused(
            "linked",
            "/coupon/adjustments/0/from",
            "coupon.adjustments",
            vec![json!("2028-01-15")],
        ),
    );
    add(
        "coupon.SustainabilityLinked.adjustments.observed_on",
        Refused(
            "linked",
            "/coupon/adjustments/0/observed_on",
            "coupon.adjustments",
            vec![json!("2027-01-16")],
        ),
    );
    add(
        "coupon.SustainabilityLinked.adjustments.step",
        Refused("linked", "/coupon/adjustments/0/step", "coupon.adjustments.step", rate()),
    );
    add(
        "coupon.Floating.index",
        Refused("term", "/coupon/index", "coupon.index", vec![json!(""), json!("x".repeat(65))]),
    );
    add("coupon.Floating.spread", Refused("term", "/coupon/spread", "coupon.spread", rate()));
    add("coupon.Floating.gearing", Refused("term", "/coupon/gearing", "coupon.gearing", scale()));
    add(
        "coupon.Floating.cap",
        Refused("term", "/coupon/cap", "coupon.cap", vec![json!("1010%"), json!("-0.01")]),
    );
    add("coupon.Floating.floor", Refused("term", "/coupon/floor", "coupon.floor", rate()));
    add(
        "coupon.Floating.rate_decimals",
        Refused("term", "/coupon/rate_decimals", "coupon.rate_decimals", vec![json!(19)]),
    );
    let offset = "coupon.fixing.offset_business_days";
    add(
        "coupon.Floating.fixing.Term.offset_business_days",
        Refused("term", "/coupon/fixing/offset_business_days", offset, late()),
    );
    add("coupon.Floating.fixing.Term.in_arrears", Free(EITHER));
    let year = || vec![json!(0), json!(364), json!(366)];
    for (variant, sheet) in [("Compounded", "compounded"), ("Averaged", "averaged")] {
        let path = |name: &str| format!("coupon.Floating.fixing.{variant}.{name}");
        add(
            &path("lookback_business_days"),
            Refused(
                sheet,
                "/coupon/fixing/lookback_business_days",
                "coupon.fixing.lookback_business_days",
                late(),
            ),
        );
        add(
            &path("lockout_business_days"),
            Refused(
                sheet,
                "/coupon/fixing/lockout_business_days",
                "coupon.fixing.lockout_business_days",
                late(),
            ),
        );
        add(&path("observation"), Free(NAMED));
    }
    add(
        "coupon.Floating.fixing.Compounded.year_days",
        Refused("compounded", "/coupon/fixing/year_days", "coupon.fixing.year_days", year()),
    );
    add(
        "coupon.Floating.fixing.IndexRatio.year_days",
        Refused("index ratio", "/coupon/fixing/year_days", "coupon.fixing.year_days", year()),
    );
    add(
        "coupon.Floating.fixing.IndexRatio.offset_business_days",
        Refused("index ratio", "/coupon/fixing/offset_business_days", offset, late()),
    );
    add(
        "coupon.Floating.fixing.Reset.offset_business_days",
        Refused("reset", "/coupon/fixing/offset_business_days", offset, late()),
    );
    add(
        "coupon.Floating.fixing.Reset.fixed.from",
        Refused(
            "reset",
            "/coupon/fixing/fixed/0/from",
            "coupon.fixing.fixed",
            vec![json!("2025-01-16")],
        ),
    );
    add(
        "coupon.Floating.fixing.Reset.fixed.rate",
        Refused("reset", "/coupon/fixing/fixed/0/rate", "coupon.fixing.fixed.rate", rate()),
    );
    add(
        "coupon.Floating.fixing.Reset.rise_max",
        Refused(
            "reset",
            "/coupon/fixing/rise_max",
            "coupon.fixing.rise_max",
            vec![json!("-0.01"), json!("1100%")],
        ),
    );
    add(
        "coupon.Floating.fixing.Reset.fall_max",
        Refused(
            "reset",
            "/coupon/fixing/fall_max",
            "coupon.fixing.fall_max",
            vec![json!("-0.01"), json!("1100%")],
        ),
    );
    add(
        "schedule.frequency.Every.count",
        Refused(
            "plain",
            "/schedule/frequency",
            "schedule.frequency",
            vec![json!("P1321M"), json!("P111Y")],
        ),
    );
    add(
        "schedule.frequency.Every.unit",
        Refused(
            "plain",
            "/schedule/frequency",
            READER,
            vec![json!("P0M"), json!("P6X"), json!("6M")],
        ),
    );
    add(
        "schedule.roll.Day",
        Refused("plain", "/schedule/roll", READER, vec![json!("day_0"), json!("day_32")]),
    );
    add("schedule.stub", Free(NAMED));
    add(
        "schedule.first_regular",
        Refused(
            "plain",
            "/schedule/first_regular",
            "schedule.first_regular",
            vec![json!("2025-01-14"), json!("2028-01-16")],
        ),
    );
    add(
        "schedule.last_regular",
        Refused(
            "plain",
            "/schedule/last_regular",
            "schedule.last_regular",
            vec![json!("2025-01-14"), json!("2028-01-16")],
        ),
    );
    add("payment_convention", Free(NAMED));
    add("accrual_adjusted", Free(EITHER));
    add("end_dates_unadjusted", Free(EITHER));
    add(
        "payment_lag_business_days",
        Refused("plain", "/payment_lag_business_days", "payment_lag_business_days", late()),
    );
    add(
        "settlement_lag_business_days",
        Refused("plain", "/settlement_lag_business_days", "settlement_lag_business_days", late()),
    );
    add("record.days", Refused("plain", "/record/days", "record.days", vec![json!(61)]));
    add("record.kind", Free(NAMED));
    add("record.convention", Free(NAMED));
    add("ex.offset.days", Refused("ex", "/ex/offset/days", "ex.offset.days", vec![json!(61)]));
    add("ex.offset.kind", Free(NAMED));
    add("ex.offset.convention", Free(NAMED));
    add("ex.cum_on_ex_date", Free(EITHER));
    add("rounding.mode", Free(NAMED));
    add("rounding.basis", Refused("per unit", "/reduction", "reduction", vec![json!("nominal")]));
    add(
        "rounding.decimals",
        Refused("plain", "/rounding/decimals", "rounding.decimals", vec![json!(13), json!(3)]),
    );
    add(
        "redemption.Bullet.price",
        Refused(
            "plain",
            "/redemption",
            "redemption.price",
            ["0", "-1", "1000.1"].map(|price| json!({"kind": "bullet", "price": price})).to_vec(),
        ),
    );
    let outside = || vec![json!("2025-01-15"), json!("2028-01-16")];
    add(
        "redemption.Linear.first",
        Refused("linear", "/redemption/first", "redemption.first", outside()),
    );
    add(
        "redemption.Annuity.first",
        Refused("annuity", "/redemption/first", "redemption.first", outside()),
    );
    add(
        "redemption.Instalments.instalments.date",
        Refused(
            "instalments",
            "/redemption/instalments/1/date",
            "redemption.instalments",
            vec![json!("2026-01-15"), json!("2025-01-15"), json!("2028-01-16")],
        ),
    );
    add(
        "redemption.Instalments.instalments.percent",
        Refused(
            "instalments",
            "/redemption/instalments/1/percent",
            "redemption.instalments",
            vec![json!("0"), json!("-1"), json!("90.1")],
        ),
    );
    add(
        "redemption.Stages.stages.percent",
        Refused(
            "stages",
            "/redemption/stages/0/percent",
            "redemption.stages.percent",
            vec![json!("0"), json!("1000.1"), json!("-1000.1")],
        ),
    );
    add(
        "redemption.Level.percent",
        Refused(
            "level",
            "/redemption/percent",
            "redemption.percent",
            vec![json!("0"), json!("-1"), json!("1000.1")],
        ),
    );
    add("redemption.Level.follows_rate", Free(EITHER));
    add(
        "redemption.Level.computed_to",
        Refused(
            "level",
            "/redemption/computed_to",
            "redemption.computed_to",
            vec![json!("2026-01-15")],
        ),
    );
    add("reduction", Refused("base", "/reduction", "interest_base", vec![json!("nominal")]));
    add(
        "payment_in_kind.Until.date",
        Refused("in kind", "/payment_in_kind/date", "payment_in_kind.date", outside()),
    );
    add(
        "interest_base.Constant.percent",
        Refused(
            "base",
            "/interest_base/percent",
            "interest_base.percent",
            vec![json!("-1"), json!("1000.1")],
        ),
    );
    add(
        "interest_base.Reset.percent",
        Refused(
            "base reset",
            "/interest_base/percent",
            "interest_base.percent",
            vec![json!("-1"), json!("1000.1")],
        ),
    );
    add(
        "opening_interest",
        Refused(
            "plain",
            "/opening_interest",
            "opening_interest",
            vec![json!("100.1"), json!("-100.1")],
        ),
    );
    add(
        "indexation.index",
        Refused(
            "indexed",
            "/indexation/index",
            "indexation.index",
            vec![json!(""), json!("x".repeat(65))],
        ),
    );
    add(
        "indexation.base",
        Refused(
            "indexed",
            "/indexation/base",
            "indexation.base",
            vec![json!("0"), json!("-1"), json!("1000000001")],
        ),
    );
    add(
        "indexation.ratio_decimals",
        Refused(
            "indexed",
            "/indexation/ratio_decimals",
            "indexation.ratio_decimals",
            vec![json!(19)],
        ),
    );
    add("indexation.par_floor", Free(EITHER));
    add(
        "indexation.reference.lag_months",
        Refused(
            "indexed",
            "/indexation/reference/lag_months",
            "indexation.reference.lag_months",
            vec![json!(25)],
        ),
    );
    add("indexation.reference.interpolated", Free(EITHER));
    add(
        "indexation.reference.decimals",
        Refused(
            "indexed",
            "/indexation/reference/decimals",
            "indexation.reference.decimals",
            vec![json!(19)],
        ),
    );
    add("indexation.scope", Free(NAMED));
    add(
        "dual_currency.currency",
        Refused("dual", "/dual_currency/currency", "dual_currency.currency", vec![json!("SGD")]),
    );
    add(
        "dual_currency.rate",
        Refused(
            "dual",
            "/dual_currency/rate",
            "dual_currency.rate",
            vec![json!("0"), json!("-1"), json!("1000000001")],
        ),
    );
    add(
        "dual_currency.coupons",
        Refused("dual", "/dual_currency/coupons", "dual_currency", vec![json!(false)]),
    );
    add(
        "dual_currency.principal",
        Free("true pays principal in it too; false with false coupons is the case of the coupons"),
    );
    add("rights.kind", Free(NAMED));
    add(
        "rights.notice_business_days",
        Free("a notice of any number of business days up to 255 can be counted"),
    );
    add(
        "rights.exercises.date",
        Refused(
            "callable",
            "/rights/0/exercises/0/date",
            "rights.exercises",
            vec![json!("2025-01-15"), json!("2028-01-16")],
        ),
    );
    add(
        "rights.exercises.value",
        Refused(
            "callable",
            "/rights/0/exercises/0/value",
            "rights.exercises.value",
            vec![json!("0"), json!("-1"), json!("1000.000000000000000001")],
        ),
    );
    for (path, sheet, at, field) in [
        ("coupon_stages", "stages of coupons", "/coupon_stages/0", "coupon_stages"),
        (
            "coupon.Floating.fixing.Reset.dates",
            "reset",
            "/coupon/fixing/dates",
            "coupon.fixing.dates",
        ),
        (
            "redemption.Stages.stages.dates",
            "stages",
            "/redemption/stages/0/dates",
            "redemption.stages.dates",
        ),
        ("redemption.Level.dates", "level", "/redemption/dates", "redemption.dates"),
        ("interest_base.Reset.dates", "base reset", "/interest_base/dates", "interest_base.dates"),
        ("indexation.dates", "indexed", "/indexation/dates", "indexation.dates"),
    ] {
        cases.extend(rule_cases(path, sheet, at, field));
    }
    cases.extend(calendar_cases("calendar", "table", "/calendar"));
    cases.extend(calendar_cases("coupon.Floating.calendar", "term", "/coupon/calendar"));
    cases
}
