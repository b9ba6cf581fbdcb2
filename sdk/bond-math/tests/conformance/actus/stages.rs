//! The arrays of LAX; a case with one stage gives plain values instead.

use serde_json::Value;
use tenor_bond_math::actus::{PrincipalStage, RateStage, Stages};
use tenor_bond_math::{Date, Decimal};

use super::{cycle_from, moment, number};

/// Whether a rate of a stage is not fixed.
pub(super) fn has_variable_rates(json: &Value) -> bool {
    list(&json["arrayFixedVariable"]).iter().any(|kind| *kind != "FIX")
}

/// The stages of a contract; empty for the other kinds.
pub(super) fn of(json: &Value) -> Stages {
    let field = |name: &str| list(&json[name]);
    let lengths = field("arrayCycleOfInterestPayment");
    let interest = days(&field("arrayCycleAnchorDateOfInterestPayment"));
    let interest = interest.into_iter().enumerate();
    let repaid = field("arrayCycleOfPrincipalRedemption");
    let (amounts, signs) =
        (field("arrayNextPrincipalRedemptionPayment"), field("arrayIncreaseDecrease"));
    let principal = days(&field("arrayCycleAnchorDateOfPrincipalRedemption"));
    let principal = principal.into_iter().enumerate().map(|(index, anchor)| PrincipalStage {
        cycle: cycle_from(anchor, repaid.get(index).and_then(|length| length.as_str())),
        amount: decimal(amounts[index]),
        increase: *signs[index] == "INC",
    });
    let rates = days(&field("arrayCycleAnchorDateOfRateReset"));
    let rates = rates.into_iter().zip(field("arrayRate"));
    Stages {
        interest: interest
            .map(|(index, anchor)| {
                cycle_from(anchor, lengths.get(index).and_then(|length| length.as_str()))
            })
            .collect(),
        principal: principal.collect(),
        rates: rates.map(|(from, rate)| RateStage { from, rate: decimal(rate) }).collect(),
    }
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.iter().collect(),
        value => vec![value],
    }
}

fn days(values: &[&Value]) -> Vec<Date> {
    values.iter().map(|value| moment(value.as_str().expect("a date"))).collect()
}

fn decimal(value: &Value) -> Decimal {
    number(&serde_json::json!({ "value": value }), "value").expect("a number")
}
