//! `tenor bond accrued`: interest accrued on a face amount, without a node.

use super::figures::{Figures, Form, money};
use super::sheet::{Known, Sheet};
use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use tenor_bond_math::{Accrued, Date, Decimal, Error, RoundingMode, accrued, rounding::mul_div};

/// Which bond, when, on how much.
#[derive(Args, Debug)]
pub(crate) struct AccruedArgs {
    #[command(flatten)]
    known: Known,
    /// The settlement date
    #[arg(long, value_name = "DATE")]
    date: Date,
    /// Face amount, as 1,000,000.00 [default: one denomination]
    #[arg(long, value_name = "AMOUNT")]
    face: Option<String>,
    /// Print comma-separated values
    #[arg(long)]
    csv: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &AccruedArgs) -> CliResult<Report> {
    let form = Form::asked(context, args.csv)?;
    let sheet = Sheet::known(&args.known, Some(args.date))?;
    let (date, terms) = (args.date, &sheet.terms);
    if date < terms.dated_date || date > sheet.end() {
        return Err(CliError::Usage(format!(
            "expected a --date from {} (interest begins) to {} (maturity), got {date}",
            terms.dated_date,
            sheet.end()
        )));
    }
    let face_minor = face(&sheet, args.face.as_deref())?;
    let result = accrued(terms, &sheet.schedule, date, face_minor, &sheet.observations)
        .map_err(|error| sheet.refused(error))?;
    let figures = figures(&sheet, date, face_minor, &result).map_err(|e| sheet.refused(e))?;
    let headline = format!("{}, settlement {date}", terms.isin);
    Ok(figures.report(headline, form))
}

/// A face amount that can be held.
fn face(sheet: &Sheet, text: Option<&str>) -> CliResult<u128> {
    let (terms, currency) = (&sheet.terms, sheet.terms.currency);
    let Some(text) = text else {
        return Ok(terms.denomination_minor);
    };
    let face = crate::core::money::parse(text, currency)?;
    let shown =
        |minor| crate::core::money::with_currency(tenor_primitives::Amount(minor), currency);
    let fits = face.0 > 0 && face.0 <= terms.issue_size_minor && terms.units_of(face.0).is_ok();
    if fits {
        return Ok(face.0);
    }
    Err(CliError::Usage(format!(
        "expected a --face that is a multiple of the denomination {} and at most the issue of {}, \
         got {}",
        shown(terms.denomination_minor),
        shown(terms.issue_size_minor),
        shown(face.0)
    )))
}

fn figures(
    sheet: &Sheet,
    date: Date,
    face_minor: u128,
    accrued: &Accrued,
) -> Result<Figures, Error> {
    let currency = sheet.terms.currency;
    let face = i128::try_from(face_minor).map_err(|_| Error::Overflow { what: "a face amount" })?;
    let part = accrued.year_fraction;
    let percent = [accrued.amount_minor, Decimal::HUNDRED.units()];
    let percent = mul_div(&percent, &[face], RoundingMode::HalfUp).map(Decimal::from_units)?;
    let fraction = format!("{}/{}", part.numerator(), part.denominator());
    let none = || "none: nothing accrues from maturity on".to_owned();
    let period = accrued.period_index.map_or_else(none, |index| index.to_string());
    let figures = Figures::default()
        .plain("isin", "ISIN", sheet.terms.isin.to_string())
        .plain("settlement", "settlement", date.to_string())
        .both(
            "face_minor",
            "face",
            face.to_string(),
            format!("{} {currency}", money(face, currency)),
        )
        .both(
            "accrued_minor",
            "accrued interest",
            accrued.amount_minor.to_string(),
            format!("{} {currency}", money(accrued.amount_minor, currency)),
        )
        .both(
            "due_minor",
            "of it, coupons due",
            accrued.due_minor.to_string(),
            format!("{} {currency}", money(accrued.due_minor, currency)),
        )
        .plain("currency", "currency", currency.to_string())
        .number("accrued_percent", "in per cent of face", Some(percent), "")?
        .plain("days", "days", accrued.days)
        .plain("year_fraction", "part of a year", fraction)
        .both("period", "coupon period", accrued.period_index, period)
        .plain("ex", "ex coupon", accrued.ex);
    Ok(figures)
}
