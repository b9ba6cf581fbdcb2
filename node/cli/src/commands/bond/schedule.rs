//! `tenor bond schedule`: what a term file leads to, without a node.

use super::file::BondFile;
use crate::core::table::table;
use crate::core::{CliError, CliResult, Report};
use serde_json::{Value, json};
use std::path::Path;
use tenor_bond_math::{
    BondTerms, CashFlow, CouponPeriod, Currency, Error, Observations, Schedule, cash_flows,
    coupon_amount, principal_amount, schedule,
};

/// Runs the command.
pub(super) fn run(path: &Path) -> CliResult<Report> {
    let file = BondFile::load(path)?;
    let terms = &file.terms;
    let failed = |error: tenor_bond_math::Error| CliError::file(path, error);
    let periods = schedule(terms).map_err(failed)?;
    let flows = cash_flows(terms, &periods, &Observations::default()).map_err(failed)?;
    let head =
        ["period", "kind", "accrues from", "to", "record", "payment", "interest", "principal"];
    let rows = periods.periods.iter().map(|period| row(terms, &periods, period));
    let rows = rows.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let size = minor(i128::try_from(terms.issue_size_minor).ok(), terms.currency);
    Ok(Report::new()
        .line(format!("{}, {} {size}: payments on the whole issue", terms.isin, terms.currency))
        .line(table(&head, &[0, 6, 7], rows))
        .field("isin", terms.isin.to_string())
        .field("periods", json!(periods.periods))
        .field("cash_flows", flows.iter().map(flow).collect::<Vec<_>>())
        .next(format!("tenor bond create {} --as {}", path.display(), file.parties.issuer)))
}

fn row(
    terms: &BondTerms,
    schedule: &Schedule,
    period: &CouponPeriod,
) -> Result<Vec<String>, Error> {
    let (index, face, none) = (period.index, terms.issue_size_minor, Observations::default());
    let interest = match coupon_amount(terms, schedule, index, face, &none) {
        Ok(coupon) => Some(coupon.gross_minor),
        Err(Error::MissingFixing { .. }) => None,
        Err(error) => return Err(error),
    };
    let principal = principal_amount(terms, schedule, index, face, &none)?.gross_minor;
    Ok(vec![
        index.to_string(),
        format!("{:?}", period.kind),
        period.accrual_start.to_string(),
        period.accrual_end.to_string(),
        period.record_date.to_string(),
        period.payment_date.to_string(),
        minor(interest, terms.currency),
        minor(Some(principal), terms.currency),
    ])
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
