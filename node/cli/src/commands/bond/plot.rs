//! `tenor bond plot`: the payments of a bond as a picture, without a node.

use super::schedule::{Row, shown};
use super::sheet::{Horizon, Known, Sheet};
use super::summary::{coupon, end};
use super::svg::{Bar, Chart, Panel};
use crate::core::{CliError, CliResult, Report};
use clap::Args;
use std::path::PathBuf;
use tenor_bond_math::Currency;

const INTEREST: &str = "#2a6f97";
const PRINCIPAL: &str = "#b5651d";

/// Which bond, and where to.
#[derive(Args, Debug)]
pub(crate) struct PlotArgs {
    #[command(flatten)]
    known: Known,
    #[command(flatten)]
    horizon: Horizon,
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE.svg")]
    out: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &PlotArgs) -> CliResult<Report> {
    let sheet = Sheet::known(&args.known, args.horizon.until)?;
    let rows = Row::all(&sheet).map_err(|error| sheet.refused(error))?;
    let svg = chart(&sheet, &rows).to_svg();
    let report = Report::new().field("isin", sheet.terms.isin.to_string());
    let report = report.field("payments", rows.len());
    let Some(out) = &args.out else {
        return Ok(report.line(svg.trim_end()).field("svg", svg));
    };
    std::fs::write(out, &svg).map_err(|error| CliError::file(out, error))?;
    Ok(report
        .line(format!(
            "{}: {} payment dates drawn in {}",
            sheet.terms.isin,
            rows.len(),
            out.display()
        ))
        .field("file", out.display().to_string()))
}

fn chart(sheet: &Sheet, rows: &[Row<'_>]) -> Chart {
    let terms = &sheet.terms;
    let size = i128::try_from(terms.issue_size_minor).ok();
    let interest = rows.iter().map(|row| bar(row.interest, row.interest_currency)).collect();
    let principal = rows.iter().map(|row| bar(row.principal, row.principal_currency)).collect();
    let currency =
        |of: fn(&Row<'_>) -> Currency| rows.last().map_or(terms.currency, of).to_string();
    let panels = vec![
        Panel {
            title: "Interest",
            currency: currency(|row| row.interest_currency),
            colour: INTEREST,
            bars: interest,
        },
        Panel {
            title: "Principal",
            currency: currency(|row| row.principal_currency),
            colour: PRINCIPAL,
            bars: principal,
        },
    ];
    // A zero-coupon bond pays no interest.
    let pays = |panel: &Panel| panel.bars.iter().any(|bar| bar.amount != Some(0.0));
    Chart {
        title: format!("{} \u{b7} {}", terms.isin, coupon(&terms.coupon)),
        subtitle: format!(
            "{} {} issued {}, {}: payments on the whole issue by payment date",
            terms.currency,
            shown(size, terms.currency),
            terms.issue_date,
            end(terms)
        ),
        dates: rows.iter().map(|row| row.period.payment_date.to_string()).collect(),
        panels: panels.into_iter().filter(pays).collect(),
    }
}

fn bar(amount_minor: Option<i128>, currency: Currency) -> Bar {
    let minor_in_major = 10.0_f64.powi(i32::from(currency.minor_digits()));
    Bar {
        amount: amount_minor.map(|amount| amount as f64 / minor_in_major),
        label: shown(amount_minor, currency),
    }
}
