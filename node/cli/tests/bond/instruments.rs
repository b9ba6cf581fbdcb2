//! Every kind of instrument: the sheets of `examples/instruments` through `tenor bond schedule`, `accrued`,
//! `price`, `yield` and `plot`.

use crate::desk::Desk;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The day on which everything is quoted.
const SETTLEMENT: &str = "2025-06-16";

/// What a sheet needs beside itself, and figures worked out by hand.
struct Case {
    name: &'static str,
    /// More flags of price and yield.
    quoted: &'static str,
    /// Payments on the whole issue: the row, its interest and its principal, as a schedule prints them.
    payments: &'static [(usize, &'static str, &'static str)],
    /// Interest accrued on one denomination up to the settlement date.
    accrued: &'static str,
}

const CASES: [Case; 22] = [
    // 100 million, 2 % each half-year; 151 of 360 days on 1,000: 16.78.
    case(
        "fixed",
        "",
        &[(0, "2,000,000.00", "0.00"), (9, "2,000,000.00", "100,000,000.00")],
        "16.78",
    ),
    // 2 % + 0.5 % on 181 of 360 days: 12.57 on each 1,000, and so on each holding.
    case("floating-single-fixing", "", &[(0, "1,257,000.00", "0.00")], "10.56"),
    // About ((1 + 0.02/360)^90 - 1) · 360/90 = 2.005 %, and 0.5 %, on 90 of 360 days: 6.26 on each 1,000.
    case("overnight-lookback", "", &[(0, "626,000.00", "0.00")], "4.31"),
    case("overnight-observation-shift", "", &[(0, "626,000.00", "0.00")], "4.31"),
    case("overnight-lockout", "", &[(0, "626,000.00", "0.00")], "4.31"),
    // The mean of 2 % each day is 2 %: with the margin 2.5 % on 90 days, and on 62.
    case("overnight-averaged-cut-off", "", &[(0, "625,000.00", "0.00")], "4.31"),
    // The index grows by 0.5 % in the 88 days from 13 January to 11 April: 0.5 % · 360/88 + 0.5 % = 2.5455 % a
    // year, on the 90 of 360 days of the period 6.36 on each 1,000.
    case("compounded-index", "", &[(0, "636,000.00", "0.00")], "4.84"),
    // 2 % + 0.5 % is between the floor and the cap.
    case("capped-floored", "", &[(0, "1,257,000.00", "0.00")], "10.56"),
    case("zero-coupon", "", &[(0, "0.00", "100,000,000.00")], "0.00"),
    case("step-up", "", &[(3, "1,500,000.00", "0.00"), (4, "2,000,000.00", "0.00")], "12.58"),
    // The target is missed: 4.25 % from 2028 on.
    case(
        "sustainability-linked",
        "--target 2027-12-31=1",
        &[(5, "2,000,000.00", "0.00"), (6, "2,125,000.00", "0.00")],
        "16.78",
    ),
    // A quarter on each of the last four dates.
    case(
        "amortising-linear",
        "",
        &[(6, "2,000,000.00", "25,000,000.00"), (9, "500,000.00", "25,000,000.00")],
        "16.78",
    ),
    // 1 % a quarter, twenty times: 1,000 · 0.01 / (1 - 1.01^-20) = 55.415, of which 10 are interest.
    case("amortising-annuity", "", &[(0, "1,000,000.00", "4,542,000.00")], "6.47"),
    case(
        "amortising-custom",
        "",
        &[(3, "2,000,000.00", "20,000,000.00"), (9, "1,000,000.00", "50,000,000.00")],
        "16.78",
    ),
    // Who holds from the start has a fifth less each year.
    case(
        "sinking-fund",
        "",
        &[
            (1, "2,000,000.00", "20,000,000.00"),
            (3, "1,600,000.00", "20,000,000.00"),
            (9, "400,000.00", "20,000,000.00"),
        ],
        "16.78",
    ),
    case("pool-factor", "", &[(1, "3,200,000.00", "20,000,000.00")], "16.78"),
    case("callable", "", &[(9, "2,000,000.00", "100,000,000.00")], "16.78"),
    case("puttable", "", &[(9, "2,000,000.00", "100,000,000.00")], "16.78"),
    // The index of 15 January 2027, 132.5, over its base of 125.5 is 1.05578; 1 % of that is interest.
    case("inflation-linked", "", &[(1, "1,056,000.00", "105,578,000.00")], "4.25"),
    // 2.75 % each half-year; 151/360 of 5.5 % on 1,000 is 23.07.
    case("perpetual", "--exercised 2030-01-15", &[(0, "2,750,000.00", "0.00")], "23.07"),
    // Four times 2 % is added to 1,000: 1,082.43; then 2 % of that is paid.
    case(
        "payment-in-kind",
        "",
        &[(3, "0.00", "0.00"), (4, "2,165,000.00", "0.00"), (9, "2,165,000.00", "108,243,000.00")],
        "16.78",
    ),
    // 1 % of 10,000 million yen at 0.0068: 680,000 dollars.
    case("dual-currency", "", &[(0, "680,000.00", "0")], "83,889"),
];

const fn case(
    name: &'static str,
    quoted: &'static str,
    payments: &'static [(usize, &'static str, &'static str)],
    accrued: &'static str,
) -> Case {
    Case { name, quoted, payments, accrued }
}

fn sheets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/instruments")
}

/// A folder with what has been published: two per cent on every day, an index that grows by a fifth of a
/// per cent a month, a curve.
fn desk() -> Desk {
    let mut rates = String::new();
    let mut levels = String::new();
    for year in 2024..=2030 {
        for month in 1..=12 {
            for day in 1..=31 {
                let date: Result<tenor_bond_math::Date, _> =
                    format!("{year}-{month:02}-{day:02}").parse();
                if let Ok(date) = date {
                    writeln!(rates, "{date}=0.02").expect("to memory");
                }
            }
            let months = (year - 2024) * 12 + month;
            write!(levels, " --index-level {year}-{month:02}-01={}.5", 124 + months / 4)
                .expect("to memory");
        }
    }
    let curve = "date,zero_rate\n2026-06-16,0.02\n2035-01-15,0.025\n";
    Desk::with(&[("rates", &rates), ("levels", &levels), ("curve.csv", curve)])
}

/// The flags that name a sheet and what was published.
fn known(desk: &Desk, name: &str) -> String {
    let path = sheets().join(format!("{name}.toml"));
    let rates = match name {
        "compounded-index" => {
            "--fixing 2025-01-13=100 --fixing 2025-04-11=100.5 --fixing 2025-06-12=100.9"
        }
        _ => "--fixings rates",
    };
    let levels = match name {
        "inflation-linked" => desk.read("levels"),
        _ => String::new(),
    };
    format!("--terms {} {rates} {levels}", path.display())
}

#[test]
fn every_sheet_has_its_case() {
    let mut files: Vec<String> = std::fs::read_dir(sheets())
        .expect("the folder of sheets")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    let mut cases: Vec<String> = CASES.iter().map(|case| case.name.to_owned()).collect();
    files.sort();
    cases.sort();
    assert_eq!(files, cases);
}

#[test]
fn every_instrument_has_its_payments_and_accrued_interest() {
    let desk = desk();
    for case in &CASES {
        let known = format!("{} {}", known(&desk, case.name), target(case));
        let table = desk.text(&format!("bond schedule {known} --csv"));
        let rows: Vec<Vec<&str>> =
            table.lines().skip(1).map(|line| line.split(',').collect()).collect();
        for (row, interest, principal) in case.payments {
            let plain = |amount: &str| amount.replace(',', "");
            assert_eq!(rows[*row][8], plain(interest), "{} {row}: interest", case.name);
            assert_eq!(rows[*row][10], plain(principal), "{} {row}: principal", case.name);
        }
        let accrued = desk.text(&format!("bond accrued {known} --date {SETTLEMENT}"));
        let line = accrued.lines().find(|line| line.contains("accrued interest"));
        let shown = line.expect("a figure").split_whitespace().nth(2).expect("an amount");
        assert!(case.accrued.is_empty() || shown == case.accrued, "{}: {shown}", case.name);
        let drawn = desk.text(&format!("bond plot {known}"));
        assert!(drawn.starts_with("<svg") && drawn.trim_end().ends_with("</svg>"), "{}", case.name);
    }
}

/// The rows of a table for people: cells are parted by two blanks or more, between borders.
fn cells(text: &str) -> Vec<Vec<String>> {
    let rows = text.lines().filter(|line| line.starts_with('\u{2502}'));
    rows.map(|line| {
        let inner = line.trim_matches('\u{2502}');
        inner.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(Into::into).collect()
    })
    .collect()
}

/// Text, CSV and JSON of a schedule say the same of the whole issue, for all sheets of the examples.
#[test]
fn a_schedule_is_the_same_in_its_three_forms() {
    let desk = desk();
    let mut all: Vec<String> =
        CASES.iter().map(|case| format!("{} {}", known(&desk, case.name), target(case))).collect();
    let examples =
        sheets_of("../bonds").into_iter().chain([sheets().join("../terms-template.toml")]);
    all.extend(examples.map(|path| format!("--terms {}", path.display())));
    for known in &all {
        let command = format!("bond schedule {known}");
        let csv = desk.text(&format!("{command} --csv"));
        let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
        let (head, rows) = rows.split_first().expect("a head");
        let json = desk.json(&command);
        let json = json["payments_on_the_issue"].as_array().expect("rows").clone();
        let table = cells(&desk.text(&command));
        let (titles, table) = table.split_first().expect("a head");
        assert!(!rows.is_empty(), "{known}");
        assert_eq!((rows.len(), rows.len()), (json.len(), table.len()), "{known}");
        for ((row, json), cells) in rows.iter().zip(&json).zip(table) {
            let csv = |name: &str| row[head.iter().position(|title| *title == name).expect(name)];
            let text = |title: &str| {
                let at = titles.iter().position(|other| other == title).expect(title);
                cells[at].replace(',', "")
            };
            for name in ["kind", "accrual_start", "accrual_end", "record_date", "payment_date"] {
                assert_eq!(json[name], csv(name), "{known}: {name}");
            }
            assert_eq!(
                [text("accrues from"), text("to")],
                [csv("accrual_start"), csv("accrual_end")]
            );
            assert_eq!(
                [text("record"), text("payment")],
                [csv("record_date"), csv("payment_date")]
            );
            for (name, title) in [("interest", "interest"), ("principal", "principal")] {
                let amount = csv(name);
                let shown = text(title);
                assert!(
                    shown == amount || (amount.is_empty() && shown == "to be fixed"),
                    "{known}"
                );
                let minor = json[format!("{name}_minor")].as_str().unwrap_or_default();
                assert_eq!(minor, minor_units(amount), "{known}: {name}");
                assert_eq!(json[format!("{name}_currency")], csv(&format!("{name}_currency")));
                let residue = json[format!("{name}_residue_minor")].as_str().unwrap_or_default();
                assert_eq!(residue, minor_units(csv(&format!("{name}_residue"))), "{known}");
            }
        }
    }
}

/// The term files of a folder beside that of the instruments.
fn sheets_of(folder: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(sheets().join(folder)).expect("a folder");
    files.map(|entry| entry.expect("an entry").path()).collect()
}

/// A plain amount in minor units: `-12.50` is `-1250`.
fn minor_units(amount: &str) -> String {
    let digits = amount.trim_start_matches('-').replace('.', "");
    let digits = digits.trim_start_matches('0');
    match (amount, digits) {
        ("", _) => String::new(),
        (_, "") => "0".into(),
        (negative, digits) if negative.starts_with('-') => format!("-{digits}"),
        (_, digits) => digits.into(),
    }
}

/// Published targets, which schedules and accruals need as well.
fn target(case: &Case) -> &'static str {
    if case.quoted.starts_with("--target") { case.quoted } else { "" }
}

/// The yield at the price of a yield is that yield; the price at the spread of a price that price.
#[test]
fn every_instrument_is_quoted_back_and_forth() {
    let desk = desk();
    for case in CASES.iter().filter(|case| case.name != "compounded-index") {
        let trade = format!(
            "{} {} --settlement {SETTLEMENT} --curve curve.csv",
            known(&desk, case.name),
            case.quoted
        );
        for convention in ["street", "isma", "treasury", "annual", "money-market"] {
            let trade = format!("{trade} --convention {convention}");
            let price = desk.json(&format!("bond price --yield 0.0375 {trade}"));
            let clean = price["clean_price"].as_str().expect("a price").to_owned();
            let back = desk.json(&format!("bond yield --price {clean} {trade}"));
            assert_eq!(back["yield"], "0.0375", "{} {convention}", case.name);
            assert_eq!(back["dirty_price"], price["dirty_price"], "{} {convention}", case.name);
        }
        let price = desk.json(&format!("bond price --yield 0.0375 {trade}"));
        let spread = price["z_spread"].as_str().expect("a spread").to_owned();
        let again = desk.json(&format!("bond price --z-spread {spread} {trade}"));
        let number =
            |value: &Value| value.as_str().expect("a number").parse::<f64>().expect("a number");
        let (there, back) = (number(&price["clean_price"]), number(&again["clean_price"]));
        assert!((there - back).abs() < 1e-6, "{}: {there} {back}", case.name);
    }
}
