//! Reference cases of the ACTUS standard.

use serde_json::Value;
use tenor_bond_math::actus::{
    ContractKind, ContractTerms, Cycle, Event, EventKind, InterestBase, Observed, Priced,
    RateReset, Scaling, events,
};
use tenor_bond_math::{
    BusinessDayConvention, Calendar, Date, DayCount, Decimal, FixingSeries, RoundingMode,
};

use crate::report::{Outcome, Report, guarded, text, vectors};

mod stages;

/// Terms that are read; a case with another one is not supported.
const KNOWN: &[&str] = &[
    "contractType",
    "contractID",
    "contractDealDate",
    "contractRole",
    "creatorID",
    "counterpartyID",
    "statusDate",
    "currency",
    "notionalPrincipal",
    "initialExchangeDate",
    "maturityDate",
    "nominalInterestRate",
    "cycleAnchorDateOfInterestPayment",
    "cycleOfInterestPayment",
    "dayCountConvention",
    "endOfMonthConvention",
    "premiumDiscountAtIED",
    "rateMultiplier",
    "businessDayConvention",
    "calendar",
    "terminationDate",
    "priceAtTerminationDate",
    "purchaseDate",
    "priceAtPurchaseDate",
    "accruedInterest",
    "capitalizationEndDate",
    "cycleAnchorDateOfRateReset",
    "cycleOfRateReset",
    "rateSpread",
    "marketObjectCodeOfRateReset",
    "fixingDays",
    "cycleAnchorDateOfPrincipalRedemption",
    "cycleOfPrincipalRedemption",
    "nextPrincipalRedemptionPayment",
    "interestCalculationBase",
    "cycleAnchorDateOfInterestCalculationBase",
    "cycleOfInterestCalculationBase",
    "interestCalculationBaseAmount",
    "nextResetRate",
    "lifeCap",
    "lifeFloor",
    "periodCap",
    "periodFloor",
    "marketObjectCodeOfScalingIndex",
    "scalingIndexAtContractDealDate",
    "notionalScalingMultiplier",
    "interestScalingMultiplier",
    "cycleAnchorDateOfScalingIndex",
    "cycleOfScalingIndex",
    "scalingEffect",
    "amortizationDate",
    "arrayCycleAnchorDateOfInterestPayment",
    "arrayCycleOfInterestPayment",
    "arrayCycleAnchorDateOfPrincipalRedemption",
    "arrayCycleOfPrincipalRedemption",
    "arrayNextPrincipalRedemptionPayment",
    "arrayIncreaseDecrease",
    "arrayCycleAnchorDateOfRateReset",
    "arrayRate",
    "arrayFixedVariable",
];

/// Runs every case of `file`.
pub(crate) fn run(file: &str) {
    let Some(folder) = vectors() else { return };
    let content = std::fs::read_to_string(folder.join(file)).expect("a readable vector file");
    let cases: Value = serde_json::from_str(&content).expect("valid JSON");
    let mut report = Report::default();
    for (id, case) in cases.as_object().expect("cases by name") {
        report.add(id, guarded(|| check(case)));
    }
    report.finish(file);
}

/// Reports every case of `file` as not supported.
pub(crate) fn not_supported(file: &str, reason: &'static str) {
    let Some(folder) = vectors() else { return };
    let content = std::fs::read_to_string(folder.join(file)).expect("a readable vector file");
    let cases: Value = serde_json::from_str(&content).expect("valid JSON");
    let mut report = Report::default();
    for id in cases.as_object().expect("cases by name").keys() {
        report.add(id, Outcome::NotSupported(reason));
    }
    report.finish(file);
}

fn check(case: &Value) -> Outcome {
    if case["identifier"] == "ann09" {
        return Outcome::NotSupported("skipped by the reference implementation too");
    }
    let json = &case["terms"];
    if stages::has_variable_rates(json) {
        return Outcome::NotSupported("rates of a stage that follow an index");
    }
    let known = |name: &String| KNOWN.contains(&name.as_str());
    if !json.as_object().expect("terms").keys().all(known) {
        return Outcome::NotSupported(
            "needs fees, prepayments or other terms outside the bond's own",
        );
    }
    let until = text(case, "to").filter(|to| !to.trim().is_empty()).map(moment);
    match events(&terms(json), &observed(json, &case["dataObserved"]), until) {
        Ok(got) => compare(&got, case["results"].as_array().expect("results")),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

fn compare(got: &[Event], expected: &[Value]) -> Outcome {
    for (index, (got, expected)) in got.iter().zip(expected).enumerate() {
        let numbers = [
            ("payoff", got.payoff),
            ("notionalPrincipal", got.notional),
            ("nominalInterestRate", got.rate),
            ("accruedInterest", got.accrued),
        ];
        let same = name(got.kind) == expected["eventType"]
            && got.date == moment(text(expected, "eventDate").expect("a date"))
            && numbers.iter().all(|(field, number)| agrees(*number, &expected[*field]));
        if !same {
            return Outcome::Failed(format!("event {index}: expected {expected}, got {got:?}"));
        }
    }
    if got.len() == expected.len() {
        Outcome::Passed
    } else {
        Outcome::Failed(format!("{} events, expected {}", got.len(), expected.len()))
    }
}

/// Equal on ten decimals; expected numbers carry the error of double arithmetic in the last one.
fn agrees(got: Decimal, expected: &Value) -> bool {
    let expected = match expected {
        Value::Null => return true,
        Value::String(text) => text.trim().parse().expect("a number"),
        number => number.as_f64().expect("a number"),
    };
    let got = got.rounded(10, RoundingMode::HalfUp).expect("small");
    let got = got.units() as f64 / 1e18;
    (got - expected).abs() <= 1.01e-10 + expected.abs() * 1e-15
}

fn name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::InitialExchange => "IED",
        EventKind::Principal => "PR",
        EventKind::PrincipalIncrease => "PI",
        EventKind::PrincipalFixing | EventKind::PrincipalRefixing => "PRF",
        EventKind::Capitalization => "IPCI",
        EventKind::Interest => "IP",
        EventKind::RateReset => "RR",
        EventKind::RateResetFixed => "RRF",
        EventKind::Purchase => "PRD",
        EventKind::Termination => "TD",
        EventKind::Scaling => "SC",
        EventKind::InterestBase => "IPCB",
        EventKind::Maturity => "MD",
    }
}

/// A timestamp as a day; the last second of a day counts as the next.
fn moment(text: &str) -> Date {
    let day: Date = text.get(..10).and_then(|day| day.parse().ok()).expect("a date");
    let late = text.get(11..).is_some_and(|time| time.starts_with("23:59:59"));
    if late { day.plus_days(1).expect("in range") } else { day }
}

fn number(json: &Value, field: &str) -> Option<Decimal> {
    match &json[field] {
        Value::String(text) => Some(decimal(text.trim())),
        Value::Number(number) => Some(decimal(&number.to_string())),
        _ => None,
    }
}

/// A decimal from text, cut to 18 digits after the point.
fn decimal(text: &str) -> Decimal {
    let cut = text.find('.').map_or(text.len(), |point| text.len().min(point + 19));
    text[..cut].trim_end_matches('.').parse().expect("a decimal")
}

fn day(json: &Value, field: &str) -> Option<Date> {
    text(json, field).map(moment)
}

/// A cycle; without an anchor it starts one cycle after the initial exchange.
fn cycle(json: &Value, what: &str) -> Option<Cycle> {
    let anchor = day(json, &format!("cycleAnchorDateOf{what}"));
    let length = text(json, &format!("cycleOf{what}"));
    if anchor.is_none() && length.is_none() {
        return None;
    }
    let mut cycle = cycle_from(anchor.or_else(|| day(json, "initialExchangeDate"))?, length);
    if let (None, Some(period)) = (anchor, cycle.period) {
        cycle.anchor = period.add_to(cycle.anchor, 1).expect("in range");
    }
    Some(cycle)
}

fn cycle_from(anchor: Date, length: Option<&str>) -> Cycle {
    let (period, long_stub) = match length.map(|length| length.split_once('L').expect("a stub")) {
        Some((period, stub)) => (Some(period.parse().expect("a period")), stub == "0"),
        None => (None, false),
    };
    Cycle { anchor, period, long_stub }
}

fn terms(json: &Value) -> ContractTerms {
    let zero = Decimal::ZERO;
    let convention = text(json, "businessDayConvention").unwrap_or("NOS");
    let effect = text(json, "scalingEffect").unwrap_or("OOO");
    let stages = stages::of(json);
    let priced = |date: &str, price: &str| {
        day(json, date).map(|date| Priced { date, price: number(json, price).unwrap_or(zero) })
    };
    ContractTerms {
        kind: match text(json, "contractType") {
            Some("LAM") => ContractKind::Linear,
            Some("NAM") => ContractKind::Negative,
            Some("ANN") => ContractKind::Annuity,
            Some("LAX") => ContractKind::Exotic,
            _ => ContractKind::Bullet,
        },
        asset: json["contractRole"] != "RPL",
        status_date: day(json, "statusDate").expect("a date"),
        initial_exchange: day(json, "initialExchangeDate").expect("a date"),
        maturity: day(json, "maturityDate"),
        amortization: day(json, "amortizationDate"),
        notional: number(json, "notionalPrincipal").expect("an amount"),
        rate: number(json, "nominalInterestRate").unwrap_or(zero),
        accrued: number(json, "accruedInterest"),
        premium_discount: number(json, "premiumDiscountAtIED").unwrap_or(zero),
        interest: stages.interest.first().copied().or_else(|| cycle(json, "InterestPayment")),
        stages,
        capitalization_end: day(json, "capitalizationEndDate"),
        principal: cycle(json, "PrincipalRedemption"),
        next_principal: number(json, "nextPrincipalRedemptionPayment"),
        reset: cycle(json, "RateReset").map(|cycle| reset(json, cycle)),
        base: match text(json, "interestCalculationBase") {
            Some("NTIED") => InterestBase::Initial,
            Some("NTL") => InterestBase::Lagged(cycle(json, "InterestCalculationBase")),
            _ => InterestBase::Outstanding,
        },
        base_amount: number(json, "interestCalculationBaseAmount"),
        scaling: cycle(json, "ScalingIndex").map(|cycle| Scaling {
            cycle,
            base: number(json, "scalingIndexAtContractDealDate").unwrap_or(Decimal::ONE),
            interest: effect.starts_with('I'),
            notional: effect.get(1..2) == Some("N"),
        }),
        purchase: priced("purchaseDate", "priceAtPurchaseDate"),
        termination: priced("terminationDate", "priceAtTerminationDate"),
        day_count: match text(json, "dayCountConvention") {
            Some("AA") => DayCount::ActActIsda,
            Some("A360") => DayCount::Act360,
            Some("30E360") => DayCount::ThirtyE360,
            Some("30E360ISDA") => DayCount::ThirtyE360Isda,
            Some("B252") => DayCount::Bus252,
            _ => DayCount::Act365Fixed,
        },
        convention: match convention.get(convention.len() - 2..) {
            Some("MF") => BusinessDayConvention::ModifiedFollowing,
            Some("MP") => BusinessDayConvention::ModifiedPreceding,
            _ if convention.ends_with('F') => BusinessDayConvention::Following,
            _ if convention.ends_with('P') => BusinessDayConvention::Preceding,
            _ => BusinessDayConvention::None,
        },
        compute_on_adjusted: convention.starts_with("SC"),
        calendar: match text(json, "calendar") {
            Some("MF") => Calendar::weekends(),
            _ => Calendar::default(),
        },
        ends_late: ["maturityDate", "amortizationDate"]
            .iter()
            .any(|field| text(json, field).is_some_and(|text| text.contains("23:59:59"))),
        end_of_month: json["endOfMonthConvention"] == "EOM",
    }
}

fn reset(json: &Value, cycle: Cycle) -> RateReset {
    let opposite = |field| {
        number(json, field).map(|value: Decimal| Decimal::ZERO.minus(value).expect("small"))
    };
    RateReset {
        cycle,
        next: number(json, "nextResetRate"),
        multiplier: number(json, "rateMultiplier").unwrap_or(Decimal::ONE),
        spread: number(json, "rateSpread").unwrap_or(Decimal::ZERO),
        life: (number(json, "lifeFloor"), number(json, "lifeCap")),
        period: (opposite("periodFloor"), number(json, "periodCap")),
    }
}

fn observed(json: &Value, data: &Value) -> Observed {
    let series = |code: &str| {
        let mut series = FixingSeries::default();
        let points = text(json, code).and_then(|code| data[code]["data"].as_array());
        for point in points.into_iter().flatten() {
            let value = number(point, "value").expect("a number");
            let _ = series.insert(moment(text(point, "timestamp").expect("a date")), value);
        }
        series
    };
    Observed {
        rates: series("marketObjectCodeOfRateReset"),
        scaling: series("marketObjectCodeOfScalingIndex"),
    }
}
