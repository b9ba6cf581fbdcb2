//! Reference cases of the ACTUS standard: each contract becomes the terms of a bond, and what the bond's
//! schedule, coupons and repayments say is compared with the standard's events.

use serde_json::Value;
use tenor_bond_math::{BondTerms, Decimal, Observations, RoundingMode};

use crate::report::{Outcome, Report, guarded, text};

mod mapping;
mod maturity;
mod read;
mod rows;

use mapping::UNITS;
use read::{Read, Stop, moment, number};
use rows::Row;

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
    "scalingIndexAtStatusDate",
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
    Report::of_cases(file, |id, case| guarded(|| check(id, case)));
}

/// The bond that a case becomes, and what was published for it.
pub(crate) fn as_bond(case: &Value) -> Option<(BondTerms, Observations)> {
    mapping::map(case).ok().map(|mapped| (mapped.terms, mapped.observations))
}

fn check(id: &str, case: &Value) -> Outcome {
    if id == "ann09" || case["identifier"] == "ann09" {
        return Outcome::NotSupported("skipped by the reference implementation too");
    }
    match compared(case) {
        Ok(outcome) => outcome,
        Err(Stop::NotSupported(reason)) => Outcome::NotSupported(reason),
        Err(Stop::Failed(reason)) => Outcome::Failed(reason),
    }
}

fn compared(case: &Value) -> Read<Outcome> {
    let terms = case["terms"].as_object().ok_or_else(|| "terms: expected an object".to_owned())?;
    let results =
        case["results"].as_array().ok_or_else(|| "results: expected a list".to_owned())?;
    let mapped = mapping::map(case);
    if !terms.keys().all(|name| KNOWN.contains(&name.as_str())) {
        if let Err(Stop::NotSupported(reason)) = mapped {
            return Err(Stop::NotSupported(reason));
        }
        return Err(Stop::NotSupported(
            "needs fees, prepayments or other terms beside a bond's own",
        ));
    }
    let rows = rows::rows(&mapped?, case)?;
    for (index, (got, expected)) in rows.iter().zip(results).enumerate() {
        if !same(got, expected)? {
            let reason = format!("event {index}: expected {expected}, got {got:?}");
            return Ok(Outcome::Failed(reason));
        }
    }
    Ok(if rows.len() == results.len() {
        Outcome::Passed
    } else {
        Outcome::Failed(format!("{} events, expected {}", rows.len(), results.len()))
    })
}

fn same(got: &Row, expected: &Value) -> Read<bool> {
    let day = moment(text(expected, "eventDate").unwrap_or_default())?.day;
    let numbers = [
        ("payoff", got.payoff, UNITS),
        ("notionalPrincipal", got.notional, UNITS),
        ("accruedInterest", got.accrued, UNITS),
        ("nominalInterestRate", got.rate.units(), Decimal::ONE.units()),
    ];
    let mut same = got.name == expected["eventType"] && got.day == day;
    for (field, units, one) in numbers {
        let number = number(&expected[field]).map_err(|reason| format!("{field}: {reason}"))?;
        same &= number.is_none_or(|number| agrees(units, one, number));
    }
    Ok(same)
}

/// Equal on ten decimals, both rounded half up: what was computed from units of 10^-12 or finer. Expected
/// numbers carry the error of double arithmetic, which can turn the last digit of a tie.
fn agrees(units: i128, one: i128, expected: Decimal) -> bool {
    let Some(exact) = units.checked_mul(Decimal::ONE.units() / one) else { return false };
    let ten = |number: Decimal| number.rounded(10, RoundingMode::HalfUp).ok();
    match (ten(Decimal::from_units(exact)), ten(expected)) {
        (Some(got), Some(wanted)) => {
            // A double holds 15 digits; 10^8 units are 10^-10.
            let double = expected.units().abs() / 1_000_000_000_000_000;
            (got.units() - wanted.units()).abs() <= 100_000_000_i128.max(double)
        }
        _ => false,
    }
}
