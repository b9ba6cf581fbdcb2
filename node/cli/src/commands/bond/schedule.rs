//! `tenor bond schedule`: what a term file leads to, without a node.

use super::file::BondFile;
use crate::core::table::table;
use crate::core::{CliError, CliResult, Report};
use serde_json::{Value, json};
use std::path::Path;
use tenor_bond_math::{CashFlow, CouponPeriod, Currency, Observations, cash_flows, schedule};

/// Runs the command.
pub(super) fn run(path: &Path) -> CliResult<Report> {
    let file = BondFile::load(path)?;
    let terms = &file.terms;
    let failed = |error: tenor_bond_math::Error| CliError::file(path, error);
    let periods = schedule(terms).map_err(failed)?;
    let flows = cash_flows(terms, &periods, &Observations::default()).map_err(failed)?;
    let head = ["period", "kind", "accrues from", "to", "ex", "record", "payment", "pays"];
    let rows = periods.periods.iter().map(|period| row(period, &flows, terms.currency));
    let denomination = minor(i128::try_from(terms.denomination_minor).ok(), terms.currency);
    Ok(Report::new()
        .line(format!("{} in {}, payments per {denomination}", terms.isin, terms.currency))
        .line(table(&head, &[0, 7], rows.collect()))
        .field("isin", terms.isin.to_string())
        .field("periods", json!(periods.periods))
        .field("cash_flows", flows.iter().map(flow).collect::<Vec<_>>())
        .next(format!("tenor bond create {} --as {}", path.display(), file.parties.issuer)))
}

fn row(period: &CouponPeriod, flows: &[CashFlow], currency: Currency) -> Vec<String> {
    let own = flows.iter().filter(|flow| flow.period_index == period.index);
    let pays = own
        .map(|flow| flow.amount_minor)
        .try_fold(0_i128, |sum, amount| amount.and_then(|amount| sum.checked_add(amount)));
    vec![
        period.index.to_string(),
        format!("{:?}", period.kind),
        period.accrual_start.to_string(),
        period.accrual_end.to_string(),
        period.ex_date.map_or_else(|| "-".into(), |date| date.to_string()),
        period.record_date.to_string(),
        period.payment_date.to_string(),
        minor(pays, currency),
    ]
}

/// An amount in minor units, or that it waits for a fixing.
fn minor(amount: Option<i128>, currency: Currency) -> String {
    let shown = |amount: i128| {
        let sign = if amount < 0 { "-" } else { "" };
        let magnitude = tenor_primitives::Amount(amount.unsigned_abs());
        format!("{sign}{}", crate::core::money::format(magnitude, currency))
    };
    amount.map_or_else(|| "to be fixed".into(), shown)
}

fn flow(flow: &CashFlow) -> Value {
    json!({
        "kind": flow.kind,
        "period": flow.period_index,
        "record_date": flow.record_date,
        "payment_date": flow.payment_date,
        "currency": flow.currency,
        "amount_minor": flow.amount_minor.map(|amount| amount.to_string()),
    })
}
