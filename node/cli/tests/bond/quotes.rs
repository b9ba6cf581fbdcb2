//! Quotes beyond the yield to maturity: real yields, discount margins, yields to call, pool factors, bills.

use crate::desk::Desk;
use serde_json::{Value, json};

/// The inflation-protected note of 31 CFR 356 Appendix B, III.B. The ISIN is a placeholder.
const LINKER: &str = r#"
[terms]
isin = "US912827SV42"
currency = "USD"
denomination_minor = "100000"
issue_size_minor = "100000000000"
issue_date = "1998-01-15"
dated_date = "1998-01-15"
maturity = "2008-01-15"
day_count = "act_act_icma"
coupon = { kind = "fixed", rate = "0.03625" }
schedule = { frequency = "P6M" }
calendar = { centres = ["new_york"] }
record = { days = 1, kind = "business" }
rounding = { mode = "half_up", basis = "per_position", decimals = 2 }
indexation = { index = "CPI-U", base = "161.55484", ratio_decimals = 5, par_floor = true }
"#;

/// Four per cent a year for ten years, callable between two coupon dates at 101.
const CALLABLE: &str = r#"
[terms]
isin = "SGXF10000002"
currency = "SGD"
denomination_minor = "100000"
issue_size_minor = "10000000000"
issue_date = "2025-01-15"
dated_date = "2025-01-15"
maturity = "2035-01-15"
day_count = "thirty_e360"
coupon = { kind = "fixed", rate = "0.04" }
schedule = { frequency = "P1Y" }
calendar = { centres = ["singapore_projected"] }
record = { days = 1, kind = "business" }
rounding = { mode = "half_up", basis = "per_denomination", decimals = 2 }
rights = [{ kind = "call", notice_business_days = 5, exercises = [{ date = "2027-07-15", value = "101" }] }]
"#;

/// The 52-week bill of 31 CFR 356 Appendix B, VI.D.2, with a frequency that it has no use for.
const BILL: &str = r#"
[terms]
isin = "US912797AA19"
currency = "USD"
denomination_minor = "10000"
issue_size_minor = "100000000000"
issue_date = "1990-06-07"
dated_date = "1990-06-07"
maturity = "1991-06-06"
day_count = "act360"
coupon = { kind = "zero" }
schedule = { frequency = "P6M" }
calendar = { centres = ["new_york"] }
record = { days = 1, kind = "business" }
rounding = { mode = "half_up", basis = "per_position", decimals = 2 }
"#;

/// Quarterly for a year at an index and half a per cent, on actual days over 360.
const FLOATER: &str = r#"
[terms]
isin = "SGXF10000002"
currency = "EUR"
denomination_minor = "100000"
issue_size_minor = "10000000000"
issue_date = "2025-01-15"
dated_date = "2025-01-15"
maturity = "2026-01-15"
day_count = "act360"
schedule = { frequency = "P3M" }
calendar = { centres = ["target"] }
record = { days = 1, kind = "business" }
rounding = { mode = "half_up", basis = "per_denomination", decimals = 2 }
[terms.coupon]
kind = "floating"
index = "EURIBOR-3M"
spread = "0.005"
calendar = { centres = ["target"] }
fixing = { kind = "term", offset_business_days = 2, in_arrears = false }
"#;

/// Four per cent a year, a quarter repaid on each of four dates, payments a week after their period.
const AMORTISING: &str = r#"
[terms]
isin = "SGXF10000002"
currency = "EUR"
denomination_minor = "100000"
issue_size_minor = "10000000000"
issue_date = "2025-01-15"
dated_date = "2025-01-15"
maturity = "2029-01-15"
day_count = "thirty_e360"
coupon = { kind = "fixed", rate = "0.04" }
schedule = { frequency = "P1Y" }
calendar = { centres = ["target"] }
payment_lag_business_days = 5
record = { days = 1, kind = "business" }
rounding = { mode = "half_up", basis = "per_denomination", decimals = 2 }
redemption = { kind = "linear" }
"#;

fn desk() -> Desk {
    Desk::with(&[
        ("linker.toml", LINKER),
        ("callable.toml", CALLABLE),
        ("bill.toml", BILL),
        ("floater.toml", FLOATER),
        ("amortising.toml", AMORTISING),
    ])
}

/// A figure within half of the sixth decimal, to which the regulation rounds, and its own rounding before it.
#[track_caller]
fn near(json: &Value, name: &str, expected: f64) {
    let got: f64 = json[name].as_str().expect("a text").parse().expect("a number");
    assert!((got - expected).abs() < 1.1e-6, "{name}: {got}");
}

#[test]
fn a_linker_is_quoted_in_real_terms_and_in_money() {
    let desk = desk();
    let trade = "--terms linker.toml --settlement 1998-10-15 --convention treasury";
    let known = "--index-level 1998-10-15=163.29032";
    let price = desk.json(&format!("bond price --yield 3.65% {trade} {known}"));
    assert_eq!(price["convention"], "treasury real");
    assert_eq!(price["index_ratio"], "1.01074");
    near(&price, "clean_price", 99.797_017);
    near(&price, "clean_price_in_money", 100.868_837);
    near(&price, "accrued_in_money", 0.915_983);
    near(&price, "dirty_price_in_money", 101.784_820);
    let clean = price["clean_price"].as_str().expect("a price");
    let back = desk.json(&format!("bond yield --price {clean} {trade}"));
    assert_eq!(back["yield"], "0.0365");
    assert!(back["index_ratio"].is_null(), "no index is published: {back}");
    let text = desk.text(&format!("bond price --yield 3.65% {trade} {known}"));
    assert!(text.contains("real yield            3.65 %\n"), "{text}");
    let text = desk.text(&format!("bond price --yield 3.65% {trade}"));
    assert!(text.contains("index ratio           waits for the index\n"), "{text}");
    // In money it waits for every level to come.
    let nominal = format!("bond price --yield 3.65% {trade} {known} --nominal");
    desk.refused(&nominal, 2, &["1999-01-15", "--index-level"]);
}

#[test]
fn a_floater_is_quoted_by_its_margins() {
    let desk = desk();
    let trade =
        "--terms floater.toml --settlement 2025-01-15 --fixing 2025-01-13=0.03 --index-rate 3%";
    // At a margin of its own spread a floater is worth par.
    let par = desk.json(&format!("bond price --discount-margin 0.5% {trade}"));
    assert_eq!(par["clean_price"], "100");
    assert_eq!(par["discount_margin"], "0.005");
    assert_eq!(par["simple_margin"], "0.005");
    assert_eq!(par["index_rate"], "0.03");
    // At 99 the gain of 1 comes over 365 days: (1 · 360/365 + 0.5) / 99.
    let below = desk.json(&format!("bond yield --price 99 {trade}"));
    assert_eq!(below["simple_margin"], "0.015013145150131");
    let margin = below["discount_margin"].as_str().expect("a margin");
    let again = desk.json(&format!("bond price --discount-margin {margin} {trade}"));
    near(&again, "clean_price", 99.0);
    let text = desk.text(&format!("bond yield --price 99 {trade}"));
    assert!(text.contains("index stays at        3 %\n"), "{text}");
    // A margin of 1004 % is beyond what is searched; the quote stands without it.
    let short = "bond yield --price 98 --terms floater.toml --settlement 2025-11-17 \
                 --fixing 2025-10-13=0.03 --index-rate -999%";
    assert!(desk.json(short)["discount_margin"].is_null());
    assert!(desk.text(short).contains("discount margin       not defined\n"));
    let without = "bond price --discount-margin 0.5% --terms floater.toml --settlement 2025-01-15";
    desk.refused(without, 2, &["--index-rate"]);
    let fixed = "bond yield --price 99 --terms callable.toml --settlement 2025-01-15";
    desk.refused(&format!("{fixed} --index-rate 3%"), 2, &["the coupon does not float"]);
    desk.refused(&format!("{fixed} --nominal"), 2, &["follow a price index", "SGXF10000002"]);
}

#[test]
fn a_call_between_coupon_dates_pays_what_has_accrued() {
    let desk = desk();
    let call = "--terms callable.toml --exercised 2027-07-15 --convention isma --settlement";
    // 4/1.05 + 4/1.05² + (101 + 2)/1.05^2.5
    let price = desk.json(&format!("bond price --yield 5% {call} 2025-01-15"));
    assert_eq!(price["dirty_price"], "98.610165545305141");
    desk.refused(
        &format!("bond price --yield 5% {call} 2027-07-15"),
        2,
        &["the day before 2027-07-15 (exercise)", "got 2027-07-15"],
    );
    let other = "bond price --yield 5% --terms callable.toml --settlement 2025-01-15 --exercised";
    desk.refused(&format!("{other} 2028-01-15"), 2, &["(2027-07-15)", "got 2028-01-15"]);
}

#[test]
fn a_bill_needs_no_frequency_and_yields_what_a_bond_would() {
    let desk = desk();
    let trade = "--terms bill.toml --settlement 1990-06-07 --convention";
    let discounted = desk.json(&format!("bond price --yield 7.65% {trade} discount"));
    assert_eq!(discounted["clean_price"], "92.265");
    // (−b + √(b² − 4ac)) / 2a with b = 364/365, a = 364/730 − 1/4, c = −7.735/92.265: 8.2373244 %.
    let equivalent = desk.json(&format!("bond yield --price 92.265 {trade} treasury"));
    near(&equivalent, "yield", 0.082_373_244);
}

#[test]
fn a_price_is_on_what_is_outstanding_and_both_are_shown() {
    let desk = desk();
    let trade = "--terms amortising.toml --convention isma --settlement";
    // Half is left on 15 January 2027, but its holders are owed the quarter and the coupon that are paid on the
    // 22nd: 75 and 3 of a hundred, on 75.
    let due = desk.json(&format!("bond price --yield 4% {trade} 2027-01-21"));
    assert_eq!(due["pool_factor"], "0.75");
    let paid = desk.json(&format!("bond price --yield 4% {trade} 2027-01-22"));
    assert_eq!(paid["pool_factor"], "0.5");
    let on_original: f64 =
        paid["clean_price_on_original_face"].as_str().expect("a price").parse().expect("a number");
    let clean: f64 = paid["clean_price"].as_str().expect("a price").parse().expect("a number");
    assert!((on_original - clean / 2.0).abs() < 1e-12 && (clean - 100.0).abs() < 0.01, "{paid}");
    let text = desk.text(&format!("bond price --yield 4% {trade} 2027-01-22"));
    let shown = |title: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(title));
        line.map(|line| line.split_whitespace().last().expect("a figure").to_owned())
    };
    assert_eq!(shown("pool factor").as_deref(), Some("0.5"), "{text}");
    assert!(shown("DV01 per 100 outstanding").is_some(), "{text}");
    // 1,000 of face: 30 due, and 6 days of 4 % on 500.
    let accrued = desk.json("bond accrued --terms amortising.toml --date 2027-01-21");
    assert_eq!(accrued["due_minor"], json!("3000"));
    assert_eq!(accrued["accrued_minor"], json!("3033"));
}
