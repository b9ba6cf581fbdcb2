//! `tenor bond schedule`, `accrued`, `price`, `yield` and `plot`, which need no node: published
//! examples digit by digit, and every mistake named.

use crate::desk::Desk;
use serde_json::{Value, json};

/// The 9½ % note of 31 CFR 356 Appendix B, II.D: dated 15 November 1985, issued on the 29th at 9.54 %,
/// for 99.730918 and accrued interest of .367403. The ISIN is a placeholder.
const TREASURY: &str = include_str!("../../../../tests/terms/treasury-note-1995.toml");

/// The 1.70 % German bond of 2032 with a long first coupon: at 6 % its clean price is the conversion
/// factor 0.685182 of the table of Eurex. The ISIN is a placeholder.
const BUND: &str = r#"
[terms]
isin = "DE0001102606"
currency = "EUR"
denomination_minor = "1"
issue_size_minor = "500000000000"
issue_date = "2022-07-08"
dated_date = "2022-07-08"
maturity = "2032-08-15"
day_count = "act_act_icma"
coupon = { kind = "fixed", rate = "0.017" }
schedule = { frequency = "P12M", stub = "long_first" }
calendar = { centres = ["target"] }
record = { days = 1, kind = "business" }
rounding = { mode = "half_up", basis = "per_position", decimals = 2 }
"#;

/// The UK gilt of 8 % 2021: dirty 106.8021978 at a clean price of 103 on 29 May 2013, the last day with
/// the coupon; 102.8241758 at a yield of 7.49618 % on the next.
const GILT: &str = r#"
[terms]
isin = "GB0009997999"
currency = "GBP"
denomination_minor = "1"
issue_size_minor = "1000000000000"
issue_date = "1996-02-29"
dated_date = "1996-02-29"
maturity = "2021-06-07"
day_count = "act_act_icma"
coupon = { kind = "fixed", rate = "0.08" }
schedule = { frequency = "P6M", first_regular = "1996-06-07" }
calendar = { centres = ["london"] }
record = { days = 7, kind = "business" }
ex = { offset = { days = 7, kind = "business" }, cum_on_ex_date = true }
rounding = { mode = "half_up", basis = "per_position", decimals = 2 }
"#;

/// The bill of 31 CFR 356 Appendix B, VI.A: 90 days at a discount of 7.61 % for 98.0975. The ISIN is a
/// placeholder.
const BILL: &str = r#"
[terms]
isin = "US912797AA19"
currency = "USD"
denomination_minor = "10000"
issue_size_minor = "100000000000"
issue_date = "1990-01-02"
dated_date = "1990-01-02"
maturity = "1990-04-02"
day_count = "act360"
coupon = { kind = "zero" }
schedule = { frequency = "TERM" }
calendar = { centres = ["new_york"] }
record = { days = 1, kind = "business" }
rounding = { mode = "half_up", basis = "per_position", decimals = 2 }
"#;

/// One year, quarterly, at an index.
const FLOATER: &str = r#"
[terms]
isin = "SGXF10000002"
currency = "SGD"
denomination_minor = "25000000"
issue_size_minor = "10000000000"
issue_date = "2025-01-15"
dated_date = "2025-01-15"
maturity = "2026-01-15"
day_count = "act365_fixed"
schedule = { frequency = "P3M" }
calendar = { centres = ["singapore"] }
record = { days = 1, kind = "business" }
rounding = { mode = "half_up", basis = "per_denomination", decimals = 2 }
[terms.coupon]
kind = "floating"
index = "SORA <3M> & more"
spread = "0.005"
calendar = { centres = ["singapore"] }
fixing = { kind = "term", offset_business_days = 2, in_arrears = false }
"#;

/// A folder with these term files.
fn desk() -> Desk {
    Desk::with(&[
        ("treasury.toml", TREASURY),
        ("bund.toml", BUND),
        ("gilt.toml", GILT),
        ("bill.toml", BILL),
        ("floater.toml", FLOATER),
    ])
}

#[test]
fn a_treasury_note_is_priced_as_the_regulation_says() {
    let desk = desk();
    let trade = "--terms treasury.toml --settlement 1985-11-29 --convention treasury";
    let price = format!("bond price --yield 9.54% {trade}");
    assert_eq!(
        desk.text(&price),
        "US912827SV42, settlement 1985-11-29\n  \
           ISIN                  US912827SV42\n  \
           settlement            1985-11-29\n  \
           convention            treasury\n  \
           yield                 9.54 %\n  \
           clean price           99.730918069\n  \
           accrued interest      0.367403315\n  \
           dirty price           100.098321384\n  \
           Macaulay duration     6.624401734 years\n  \
           modified duration     6.324360071\n  \
           convexity             54.007688187\n  \
           DV01 per 100 of face  0.063305783\n"
    );
    assert_eq!(
        desk.json(&price),
        json!({
            "isin": "US912827SV42",
            "settlement": "1985-11-29",
            "convention": "treasury",
            "yield": "0.0954",
            "clean_price": "99.73091806906744",
            "accrued": "0.367403314917127",
            "dirty_price": "100.098321383984567",
            "macaulay_duration": "6.624401734",
            "modified_duration": "6.324360071",
            "convexity": "54.007688187",
            "dv01": "0.063305783",
        })
    );
    assert_eq!(
        desk.text(&format!("{price} --csv")),
        "isin,settlement,convention,yield,clean_price,accrued,dirty_price,macaulay_duration,\
         modified_duration,convexity,dv01\n\
         US912827SV42,1985-11-29,treasury,0.0954,99.73091806906744,0.367403314917127,\
         100.098321383984567,6.624401734,6.324360071,54.007688187,0.063305783\n"
    );
    // The way back, to the last digit that the price has.
    let back = desk.json(&format!("bond yield --price 99.73091806906744 {trade}"));
    assert_eq!(back["yield"], "0.0954");
    let quoted = desk.text(&format!("bond yield --price 99.730918 {trade}"));
    assert!(quoted.contains("yield                 9.54000001"), "{quoted}");
}

#[test]
fn a_german_bond_at_six_per_cent_has_its_conversion_factor() {
    let desk = desk();
    let trade = "--terms bund.toml --settlement 2022-09-12";
    let price = desk.text(&format!("bond price --yield 0.06 {trade}"));
    assert!(price.contains("clean price           68.518156416\n"), "{price}");
    assert!(price.contains("convention            street\n"), "{price}");
    let exact = desk.json(&format!("bond price --yield 0.06 {trade}"));
    let clean = exact["clean_price"].as_str().expect("a price");
    assert_eq!(desk.json(&format!("bond yield --price {clean} {trade}"))["yield"], "0.06");
    // A yield may be negative.
    let negative = desk.json(&format!("bond price --yield -0.5% {trade}"));
    assert!(negative["clean_price"].as_str().expect("a price").starts_with("122."), "{negative}");
}

#[test]
fn a_gilt_goes_ex_with_the_figures_of_the_market() {
    let desk = desk();
    let day = |day: u8, clean: &str| {
        desk.json(&format!(
            "bond yield --terms gilt.toml --price {clean} --settlement 2013-05-{day} --convention isma"
        ))
    };
    let near = |json: &Value, name: &str, expected: f64| {
        let got: f64 = json[name].as_str().expect("a text").parse().expect("a number");
        assert!((got - expected).abs() < 1.1e-7, "{name}: {got}");
    };
    near(&day(29, "103"), "dirty_price", 106.802_197_8);
    let ex = day(30, "103");
    near(&ex, "accrued", -0.175_824_2);
    near(&ex, "dirty_price", 102.824_175_8);
    near(&ex, "yield", 0.074_961_8);
    near(&ex, "modified_duration", 5.892_816_3);
    near(&ex, "convexity", 43.756_218_6);
}

#[test]
fn a_bill_is_discounted() {
    let desk = desk();
    let trade = "--terms bill.toml --settlement 1990-01-02 --convention discount";
    let price = desk.json(&format!("bond price --yield 7.61% {trade}"));
    assert_eq!(price["clean_price"], "98.0975");
    assert_eq!(price["convention"], "discount/360");
    let back = desk.json(&format!("bond yield --price 98.0975 {trade}"));
    assert_eq!(back["yield"], "0.0761");
    // Japan's simple yield discounts nothing.
    let simple = "bond price --terms treasury.toml --settlement 1985-11-29 --convention simple";
    let simple = desk.json(&format!("{simple} --yield 2%"));
    assert!(simple["clean_price"].is_string() && simple["convexity"].is_null(), "{simple}");
}

#[test]
fn interest_accrues_by_the_day_and_is_negative_ex_coupon() {
    let desk = desk();
    let gilt = "bond accrued --terms gilt.toml --face 1,000,000";
    assert_eq!(
        desk.text(&format!("{gilt} --date 2013-05-29")),
        "GB0009997999, settlement 2013-05-29\n  \
           ISIN                 GB0009997999\n  \
           settlement           2013-05-29\n  \
           face                 1,000,000.00 GBP\n  \
           accrued interest     38,021.98 GBP\n  \
           of it, coupons due   0.00 GBP\n  \
           currency             GBP\n  \
           in per cent of face  3.802198\n  \
           days                 173\n  \
           part of a year       173/364\n  \
           coupon period        34\n  \
           ex coupon            false\n"
    );
    assert_eq!(
        desk.json(&format!("{gilt} --date 2013-05-30")),
        json!({
            "isin": "GB0009997999",
            "settlement": "2013-05-30",
            "face_minor": "100000000",
            "accrued_minor": "-175824",
            "due_minor": "0",
            "currency": "GBP",
            "accrued_percent": "-0.175824",
            "days": -8,
            "year_fraction": "-2/91",
            "period": 34,
            "ex": true,
        })
    );
    assert_eq!(
        desk.text(&format!("{gilt} --date 2021-06-07 --csv")),
        "isin,settlement,face_minor,accrued_minor,due_minor,currency,accrued_percent,days,\
         year_fraction,period,ex\nGB0009997999,2021-06-07,100000000,0,0,GBP,0,0,0/1,,false\n"
    );
    // 250,000 at 3.5 per cent for 31 days over 365.
    let fixed = "bond accrued --terms floater.toml --date 2025-02-15 --fixing 2025-01-13=0.03";
    assert_eq!(desk.json(fixed)["accrued_minor"], "74315");
}

#[test]
fn a_schedule_is_text_json_and_csv_from_either_form_of_the_file() {
    let desk = desk();
    assert_eq!(desk.text("bond schedule bill.toml"), desk.text("bond schedule --terms bill.toml"));
    assert_eq!(
        desk.text("bond schedule --terms floater.toml --csv --fixing 2025-01-13=0.03"),
        "isin,period,kind,accrual_start,accrual_end,ex_date,record_date,payment_date,interest,\
         interest_currency,principal,principal_currency,fixing_dates,interest_residue,principal_residue\n\
         SGXF10000002,0,Regular,2025-01-15,2025-04-15,,2025-04-14,2025-04-15,863012.00,SGD,0.00,SGD,\
         2025-01-13,1.70,0.00\n\
         SGXF10000002,1,Regular,2025-04-15,2025-07-15,,2025-07-14,2025-07-15,,SGD,0.00,SGD,\
         2025-04-11,,\n\
         SGXF10000002,2,Regular,2025-07-15,2025-10-15,,2025-10-14,2025-10-15,,SGD,0.00,SGD,\
         2025-07-11,,\n\
         SGXF10000002,3,Regular,2025-10-15,2026-01-15,,2026-01-14,2026-01-15,,SGD,100000000.00,SGD,\
         2025-10-13,,\n"
    );
    // 250,000 at 3.5 % for 90 days of 365 is 2,157.534, and 400 times that 863,013.70: each loses 0.4 of a cent.
    let text = desk.text("bond schedule floater.toml --fixing 2025-01-13=0.03");
    for part in ["fixed on", "2025-01-13", "interest residue", " 1.70 "] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains(" ex "), "it never trades ex: {text}");
    let json = desk.json("bond schedule floater.toml --fixing 2025-01-13=0.03");
    assert_eq!(
        json["payments_on_the_issue"][0],
        json!({
            "period": 0,
            "kind": "Regular",
            "accrual_start": "2025-01-15",
            "accrual_end": "2025-04-15",
            "ex_date": null,
            "record_date": "2025-04-14",
            "payment_date": "2025-04-15",
            "interest_minor": "86301200",
            "interest_currency": "SGD",
            "principal_minor": "0",
            "principal_currency": "SGD",
            "fixing_dates": ["2025-01-13"],
            "interest_residue_minor": "170",
            "principal_residue_minor": "0",
        })
    );
    assert_eq!(json["face_minor"], "10000000000");
    assert!(json["payments_on_the_issue"][1]["interest_minor"].is_null(), "not fixed: {json}");
    let gilt = desk.json("bond schedule gilt.toml");
    assert_eq!(gilt["payments_on_the_issue"][34]["ex_date"], "2013-05-30");
    assert!(desk.text("bond schedule gilt.toml").contains(" ex "), "it does");
    assert_eq!(gilt["payments_on_the_issue"].as_array().map(Vec::len), Some(51));
}

/// A rate in per cent with its sign is the same bond, and the first line says what was understood.
#[test]
fn the_first_line_says_what_was_understood() {
    let desk = desk();
    let text = desk.text("bond schedule gilt.toml");
    let said = "GB0009997999, GBP 10,000,000,000.00, 8 %, issued 1996-02-29, due 2021-06-07: payments on \
                the whole issue\n";
    assert!(text.starts_with(said), "{text}");
    desk.write("percent.toml", &GILT.replace("\"0.08\"", "\"8%\""));
    assert_eq!(desk.text("bond schedule percent.toml"), text);
    desk.write(
        "perpetual.toml",
        &GILT.replace("maturity = \"2021-06-07\"\n", "").replace(
            "cum_on_ex_date = true }",
            "cum_on_ex_date = true }\nredemption = { kind = \"never\" }",
        ),
    );
    let text = desk.text("bond schedule perpetual.toml");
    assert!(text.contains(", 8 %, issued 1996-02-29, perpetual: payments"), "{text}");
    assert!(desk.json("bond schedule perpetual.toml")["maturity"].is_null());
    let text = desk.text("bond schedule floater.toml");
    assert!(
        text.contains(", floating coupon +0.5 %, issued 2025-01-15, due 2026-01-15: "),
        "{text}"
    );
}

/// A day count by any name of the page: this crate's, those of ISO 20022, FIX and ISDA, and those in use.
#[test]
fn term_sheets_take_the_names_of_other_systems() {
    let desk = desk();
    let own = desk.text("bond schedule gilt.toml --csv");
    for name in [
        "\"ACT/ACT ICMA\"",
        "\"A006\"",
        "9",
        "\"FIX 9\"",
        "\"Actual/Actual (ICMA)\"",
        "\"act/act isma\"",
    ] {
        desk.write("named.toml", &GILT.replace("\"act_act_icma\"", name));
        assert_eq!(desk.text("bond schedule named.toml --csv"), own, "{name}");
    }
    for (name, said) in
        [("\"A003\"", "A003"), ("10", "FIX 10"), ("\"ACT/ACT ICMA Ultimo\"", "Ultimo")]
    {
        desk.write("named.toml", &GILT.replace("\"act_act_icma\"", name));
        desk.refused("bond schedule named.toml", 7, &["day count", said, "ISO 20022"]);
    }
}

#[test]
fn a_plot_has_a_bar_for_each_payment() {
    let desk = desk();
    let told = desk.text("bond plot --terms floater.toml --out plot.svg");
    assert_eq!(told, "SGXF10000002: 4 payment dates drawn in plot.svg\n");
    let svg = desk.read("plot.svg");
    assert_eq!(svg.matches("<title>").count(), 5, "four coupons and the principal");
    assert_eq!(svg.matches("class=\"open\"").count(), 4, "none is fixed");
    for part in
        ["SGXF10000002 \u{b7} floating coupon", "100,000,000.00", "2026-01-15: Principal SGD"]
    {
        assert!(svg.contains(part), "{part}");
    }
    assert!(!svg.contains("SORA"), "a name from a file is not put into XML");
    assert_eq!(desk.text("bond plot --terms floater.toml"), svg);
    let bill = desk.json("bond plot --terms bill.toml");
    assert_eq!(bill["payments"], 1);
    assert!(!bill["svg"].as_str().expect("a picture").contains("Interest"), "it pays none");
}

#[test]
fn quotes_that_make_no_sense_are_refused() {
    let desk = desk();
    let price = "bond price --terms gilt.toml --settlement 2013-05-30 --yield";
    desk.refused(&format!("{price} 4.25"), 2, &["--yield", "\"4.25\"", "0.0425", "4.25%"]);
    desk.refused(&format!("{price} -3"), 2, &["--yield", "\"-3\"", "4.25%"]);
    desk.refused(&format!("{price} -300%"), 2, &["--yield", "above zero under street", "got -3"]);
    desk.refused(&format!("{price} 5e-2"), 2, &["--yield", "5e-2", "0.0425"]);
    desk.refused(&format!("{price} 5% --convention streat"), 2, &["streat", "street, isma"]);
    desk.refused(&format!("{price} 5% --convention discount"), 2, &["more than one payment"]);
    desk.refused(&format!("{price} 5% --year-days 360"), 2, &["money-market or discount"]);
    let bill = "bond price --terms bill.toml --settlement 1990-01-30 --convention discount";
    desk.refused(&format!("{bill} --yield 5% --year-days 366"), 2, &["360 or 365, got 366"]);
    desk.refused(&format!("{bill} --yield 999%"), 2, &["above zero under discount/360"]);
    desk.refused(&format!("{price} 5% --csv --json"), 2, &["--csv and --json"]);
    let gilt = "bond price --terms gilt.toml --yield 5% --settlement";
    desk.refused(&format!("{gilt} 2021-06-07"), 2, &["the day before 2021-06-07 (maturity)"]);
    desk.refused(&format!("{gilt} 1990-06-07"), 2, &["from 1996-02-29 (issue)", "got 1990"]);
    desk.refused(&format!("{gilt} 2013-02-30"), 2, &["--settlement", "2013-02-30 is not a date"]);
    let yields = "bond yield --terms gilt.toml --settlement 2013-05-30 --price";
    desk.refused(&format!("{yields} 0"), 2, &["--price above zero", "got 0"]);
    desk.refused(&format!("{yields} -5"), 2, &["--price above zero", "got -5"]);
    desk.refused(&format!("{yields} 1e2"), 2, &["--price", "1e2"]);
    desk.refused(&format!("{yields} 0.0001"), 2, &["at most 1000% under street", "got 0.0001"]);
    let floater = "bond price --terms floater.toml --yield 5% --settlement 2025-02-15";
    desk.refused(floater, 2, &["2025-01-13", "--fixing 2025-01-13=RATE"]);
}

#[test]
fn dates_faces_and_files_that_do_not_fit_are_refused() {
    let desk = desk();
    let accrued = "bond accrued --terms gilt.toml --date";
    desk.refused(&format!("{accrued} 2030-01-01"), 2, &["2021-06-07 (maturity)", "got 2030"]);
    desk.refused(&format!("{accrued} 1990-01-01"), 2, &["1996-02-29 (interest begins)"]);
    desk.refused(&format!("{accrued} 2013-05-30 --face 1.001"), 2, &["2 decimals", "1.001"]);
    desk.refused(&format!("{accrued} 2013-05-30 --face 0"), 2, &["--face", "got 0.00 GBP"]);
    desk.refused(
        "bond accrued --terms treasury.toml --date 1990-05-30 --face 1500",
        2,
        &["multiple of the denomination 1,000.00 USD", "got 1,500.00 USD"],
    );
    let floater = "bond accrued --terms floater.toml --date 2025-02-15 --fixing 2025-01-13";
    desk.refused(floater, 2, &["--fixing", "expected DATE=VALUE"]);
    desk.refused(
        &format!("{floater}=0.03 --fixing 2025-01-13=0.04"),
        2,
        &["--fixing", "two different fixings for 2025-01-13"],
    );
    desk.refused("bond schedule", 2, &["FILE"]);
    desk.refused("bond schedule gilt.toml --terms gilt.toml", 2, &["--terms"]);
    desk.refused("bond schedule --terms nowhere.toml", 7, &["nowhere.toml"]);
    desk.refused("bond plot --terms gilt.toml --out nowhere/plot.svg", 7, &["nowhere/plot.svg"]);
    for (change, needles) in [
        (("\"0.08\"", "\"8\""), &["a rate from", "\"8\"", "0.0425", "4.25%"][..]),
        (("\"0.08\"", "\"8000%\""), &["coupon.rate", "0.0425"][..]),
        (("2021-06-07", "1995-06-07"), &["maturity", "not after the issue date"][..]),
        (("\"1000000000000\"", "\"0\""), &["issue_size_minor", "expected 1 to"][..]),
        (("P6M", "P0M"), &["P0M", "another period above zero"][..]),
        (("london", "atlantis"), &["atlantis"][..]),
        (("first_regular", "first_regluar"), &["first_regluar"][..]),
        (("GB0009997999", "GB0009997990"), &["ISIN", "check digit"][..]),
        (("[terms]", "[term]"), &["term"][..]),
    ] {
        desk.write("wrong.toml", &GILT.replace(change.0, change.1));
        desk.refused("bond schedule --terms wrong.toml", 7, &[&["wrong.toml"], needles].concat());
    }
    desk.write("long.toml", &"#".repeat(1_100_000));
    desk.refused("bond schedule --terms long.toml", 7, &["longer than 16384 bytes"]);
}
