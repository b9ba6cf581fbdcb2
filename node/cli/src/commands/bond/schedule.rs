//! `tenor bond schedule`: what a term file leads to, without a node.

use super::figures::{Form, csv, money, plain_money};
use super::sheet::{Horizon, Published, Sheet};
use crate::core::table::table;
use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use tenor_bond_math::{
    CashFlow, CouponPeriod, Currency, Error, cash_flows, coupon_amount, principal_amount,
};

/// Which bond, and how to answer.
#[derive(Args, Debug)]
pub(crate) struct ScheduleArgs {
    /// The term file
    #[arg(required_unless_present = "terms", conflicts_with = "terms")]
    file: Option<PathBuf>,
    /// The term file; the table [terms] is enough
    #[arg(long, value_name = "FILE")]
    terms: Option<PathBuf>,
    #[command(flatten)]
    published: Published,
    #[command(flatten)]
    horizon: Horizon,
    /// Print comma-separated values
    #[arg(long)]
    csv: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &ScheduleArgs) -> CliResult<Report> {
    let form = Form::asked(context, args.csv)?;
    let path = args.file.as_ref().or(args.terms.as_ref());
    let path = path.ok_or_else(|| CliError::Usage("expected a term file".into()))?;
    let sheet = Sheet::load(path, &args.published, args.horizon.until)?;
    let rows = sheet.schedule.periods.iter().map(|period| Row::of(&sheet, period));
    let rows = rows.collect::<Result<Vec<_>, _>>().map_err(|error| sheet.refused(error))?;
    if form == Form::Csv {
        return Ok(Report::new().line(as_csv(&sheet, &rows)));
    }
    let (terms, currency) = (&sheet.terms, sheet.terms.currency);
    let flows = cash_flows(terms, &sheet.schedule, &sheet.observations)
        .map_err(|error| sheet.refused(error))?;
    let size = shown(i128::try_from(terms.issue_size_minor).ok(), currency);
    let head =
        ["period", "kind", "accrues from", "to", "record", "payment", "interest", "principal"];
    let report = Report::new()
        .line(format!("{}, {currency} {size}: payments on the whole issue", terms.isin))
        .line(table(&head, &[0, 6, 7], rows.iter().map(Row::shown).collect()))
        .field("isin", terms.isin.to_string())
        .field("periods", json!(sheet.schedule.periods))
        .field("cash_flows", flows.iter().map(flow).collect::<Vec<_>>());
    Ok(match &sheet.issuer {
        Some(issuer) => report.next(format!("tenor bond create {} --as {issuer}", path.display())),
        None => report,
    })
}

/// What a period pays on the whole issue.
pub(super) struct Row<'a> {
    pub(super) period: &'a CouponPeriod,
    /// In minor units; `None` until it is fixed.
    pub(super) interest: Option<i128>,
    pub(super) principal: Option<i128>,
    pub(super) interest_currency: Currency,
    pub(super) principal_currency: Currency,
}

impl<'a> Row<'a> {
    pub(super) fn of(sheet: &Sheet, period: &'a CouponPeriod) -> Result<Self, Error> {
        let Sheet { terms, schedule, observations, .. } = sheet;
        let index = period.index;
        // Holdings that shrink are what is left of them; while that waits for a fixing, so do payments.
        let face = sheet.held.get(index as usize).copied().unwrap_or(terms.issue_size_minor);
        let interest = known(coupon_amount(terms, schedule, index, face, observations))?;
        let principal = known(principal_amount(terms, schedule, index, face, observations))?;
        Ok(Self {
            period,
            interest: interest.as_ref().map(|coupon| coupon.gross_minor),
            principal: principal.as_ref().map(|amount| amount.gross_minor),
            interest_currency: interest.map_or(terms.currency, |coupon| coupon.currency),
            principal_currency: principal.map_or(terms.currency, |amount| amount.currency),
        })
    }

    fn shown(&self) -> Vec<String> {
        let period = self.period;
        vec![
            period.index.to_string(),
            format!("{:?}", period.kind),
            period.accrual_start.to_string(),
            period.accrual_end.to_string(),
            period.record_date.to_string(),
            period.payment_date.to_string(),
            shown(self.interest, self.interest_currency),
            shown(self.principal, self.principal_currency),
        ]
    }
}

/// `None` for a payment that waits for a fixing.
fn known<T>(amount: Result<T, Error>) -> Result<Option<T>, Error> {
    match amount {
        Ok(amount) => Ok(Some(amount)),
        Err(Error::MissingFixing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// An amount in minor units, or that it waits for a fixing.
pub(super) fn shown(amount: Option<i128>, currency: Currency) -> String {
    amount.map_or_else(|| "to be fixed".into(), |amount| money(amount, currency))
}

fn as_csv(sheet: &Sheet, rows: &[Row<'_>]) -> String {
    let head = [
        "isin",
        "period",
        "kind",
        "accrual_start",
        "accrual_end",
        "ex_date",
        "record_date",
        "payment_date",
        "interest",
        "interest_currency",
        "principal",
        "principal_currency",
    ];
    let amount = |amount: Option<i128>, currency| {
        amount.map_or_else(String::new, |amount| plain_money(amount, currency))
    };
    let row = |row: &Row<'_>| {
        let period = row.period;
        vec![
            sheet.terms.isin.to_string(),
            period.index.to_string(),
            format!("{:?}", period.kind),
            period.accrual_start.to_string(),
            period.accrual_end.to_string(),
            period.ex_date.map_or_else(String::new, |date| date.to_string()),
            period.record_date.to_string(),
            period.payment_date.to_string(),
            amount(row.interest, row.interest_currency),
            row.interest_currency.to_string(),
            amount(row.principal, row.principal_currency),
            row.principal_currency.to_string(),
        ]
    };
    csv(&head, rows.iter().map(row).collect())
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
