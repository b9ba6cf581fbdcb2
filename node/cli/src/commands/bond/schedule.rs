//! `tenor bond schedule`: what a term file leads to, without a node.

use super::figures::{Form, csv, money, plain_money};
use super::sheet::{Horizon, Published, Sheet};
use super::summary::summary;
use crate::core::table::table;
use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use tenor_bond_math::{
    CashFlowKind, Coupon, CouponPeriod, Currency, Date, DualCurrency, Error, IssueResidue,
    RoundingBasis, cash_flows_on, fixing_dates, issue_residues,
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
    let rows = Row::all(&sheet).map_err(|error| sheet.refused(error))?;
    if form == Form::Csv {
        return Ok(Report::new().line(as_csv(&sheet, &rows)));
    }
    let terms = &sheet.terms;
    let report = Report::new()
        .line(format!("{}: payments on the whole issue", summary(terms)))
        .line(as_table(&sheet, &rows))
        .field("isin", terms.isin.to_string())
        .field("currency", terms.currency.to_string())
        .field("face_minor", terms.issue_size_minor.to_string())
        .field("maturity", json!(terms.maturity))
        .field("payments_on_the_issue", rows.iter().map(as_json).collect::<Vec<_>>());
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
    /// Days on which the numbers of its rate are published; none for a rate that the terms give.
    fixed_on: Vec<Date>,
    /// `None` until the payments are fixed.
    residue: Option<IssueResidue>,
}

impl<'a> Row<'a> {
    /// What every period pays: one computation for all, however many parts they accrue in.
    pub(super) fn all(sheet: &'a Sheet) -> Result<Vec<Self>, Error> {
        let Sheet { terms, schedule, observations, .. } = sheet;
        let flows = cash_flows_on(terms, schedule, terms.issue_size_minor, observations)?;
        let second = |paid: fn(&DualCurrency) -> bool| {
            terms.dual_currency.filter(paid).map_or(terms.currency, |dual| dual.currency)
        };
        let residues = issue_residues(terms, schedule, observations)?;
        let nothing = |(period, residue): (&'a CouponPeriod, Option<IssueResidue>)| {
            let fixed_on = match &terms.coupon {
                Coupon::Floating(floating) => fixing_dates(floating, period)?,
                _ => Vec::new(),
            };
            Ok(Self {
                period,
                interest: Some(0),
                principal: Some(0),
                interest_currency: second(|dual| dual.coupons),
                principal_currency: second(|dual| dual.principal),
                fixed_on,
                residue,
            })
        };
        let mut rows: Vec<Self> =
            schedule.periods.iter().zip(residues).map(nothing).collect::<Result<_, Error>>()?;
        for flow in flows {
            let Some(row) = rows.get_mut(flow.period_index as usize) else { continue };
            match flow.kind {
                CashFlowKind::Coupon => row.interest = flow.amount_minor,
                CashFlowKind::Principal => row.principal = flow.amount_minor,
            }
        }
        Ok(rows)
    }

    /// The days of fixing for people: the first and the last, and how many.
    fn fixed_on_shown(&self) -> String {
        match self.fixed_on.as_slice() {
            [] => "-".into(),
            [day] => day.to_string(),
            [first, .., last] => format!("{first}..{last} ({})", self.fixed_on.len()),
        }
    }
}

/// A column of the table: its head, whether numbers are set to the right, and what a row has in it.
type Column<'a> = (&'static str, bool, Box<dyn Fn(&Row<'_>) -> String + 'a>);

/// The table for people. Days of fixing, ex dates and what rounding leaves over have
/// columns where there are any.
fn as_table(sheet: &Sheet, rows: &[Row<'_>]) -> String {
    let mut columns: Vec<Column<'_>> = vec![
        ("period", true, Box::new(|row| row.period.index.to_string())),
        ("kind", false, Box::new(|row| format!("{:?}", row.period.kind))),
        ("accrues from", false, Box::new(|row| row.period.accrual_start.to_string())),
        ("to", false, Box::new(|row| row.period.accrual_end.to_string())),
    ];
    if rows.iter().any(|row| !row.fixed_on.is_empty()) {
        columns.push(("fixed on", false, Box::new(|row| row.fixed_on_shown())));
    }
    if sheet.terms.ex.is_some() {
        columns.push(("ex", false, Box::new(|row| ex_date(row.period))));
    }
    columns.push(("record", false, Box::new(|row| row.period.record_date.to_string())));
    columns.push(("payment", false, Box::new(|row| row.period.payment_date.to_string())));
    columns.push(("interest", true, Box::new(|row| shown(row.interest, row.interest_currency))));
    columns.push(("principal", true, Box::new(|row| shown(row.principal, row.principal_currency))));
    let of_interest = |row: &Row<'_>| row.residue.map(|residue| residue.interest_minor);
    let of_principal = |row: &Row<'_>| row.residue.map(|residue| residue.principal_minor);
    // Rounded per position, what is left over depends on who holds how much.
    let known = sheet.terms.rounding.basis == RoundingBasis::PerDenomination;
    let some = |of: &dyn Fn(&Row<'_>) -> Option<i128>| {
        known && rows.iter().any(|row| of(row).is_some_and(|residue| residue != 0))
    };
    if some(&of_interest) {
        let cell = move |row: &Row<'_>| shown(of_interest(row), row.interest_currency);
        columns.push(("interest residue", true, Box::new(cell)));
    }
    if some(&of_principal) {
        let cell = move |row: &Row<'_>| shown(of_principal(row), row.principal_currency);
        columns.push(("principal residue", true, Box::new(cell)));
    }
    let head: Vec<&str> = columns.iter().map(|(head, ..)| *head).collect();
    let right: Vec<usize> =
        columns.iter().enumerate().filter(|(_, (_, right, _))| *right).map(|(at, _)| at).collect();
    let cells = rows.iter().map(|row| columns.iter().map(|(_, _, cell)| cell(row)).collect());
    table(&head, &right, cells.collect())
}

/// The first day without the coupon; empty for a bond that never trades ex.
fn ex_date(period: &CouponPeriod) -> String {
    period.ex_date.map_or_else(String::new, |date| date.to_string())
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
        "fixing_dates",
        "interest_residue",
        "principal_residue",
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
            ex_date(period),
            period.record_date.to_string(),
            period.payment_date.to_string(),
            amount(row.interest, row.interest_currency),
            row.interest_currency.to_string(),
            amount(row.principal, row.principal_currency),
            row.principal_currency.to_string(),
            row.fixed_on.iter().map(Date::to_string).collect::<Vec<_>>().join(" "),
            amount(row.residue.map(|residue| residue.interest_minor), row.interest_currency),
            amount(row.residue.map(|residue| residue.principal_minor), row.principal_currency),
        ]
    };
    csv(&head, rows.iter().map(row).collect())
}

/// The same row for programs: amounts in minor units, none until they are fixed.
fn as_json(row: &Row<'_>) -> Value {
    let amount = |amount: Option<i128>| amount.map(|amount| amount.to_string());
    let period = row.period;
    json!({
        "period": period.index,
        "kind": format!("{:?}", period.kind),
        "accrual_start": period.accrual_start,
        "accrual_end": period.accrual_end,
        "ex_date": period.ex_date,
        "record_date": period.record_date,
        "payment_date": period.payment_date,
        "interest_minor": amount(row.interest),
        "interest_currency": row.interest_currency,
        "principal_minor": amount(row.principal),
        "principal_currency": row.principal_currency,
        "fixing_dates": row.fixed_on,
        "interest_residue_minor": amount(row.residue.map(|residue| residue.interest_minor)),
        "principal_residue_minor": amount(row.residue.map(|residue| residue.principal_minor)),
    })
}
