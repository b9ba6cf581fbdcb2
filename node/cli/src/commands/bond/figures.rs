//! Figures of a bond in three forms: aligned lines for people, JSON for programs, CSV for sheets.

use crate::core::{CliError, CliResult, Context, Report};
use serde_json::Value;
use tenor_bond_math::{Currency, Decimal, Error, RoundingMode};

/// Digits after the point of a price, an amount in per cent or a risk figure for people.
const SHOWN_DECIMALS: u8 = 9;

/// One figure.
pub(super) struct Figure {
    /// In JSON and CSV.
    name: &'static str,
    /// For people.
    title: &'static str,
    /// As programs read it; null where it is not defined.
    value: Value,
    /// As people read it, with its unit.
    shown: String,
}

/// The figures of one bond.
#[derive(Default)]
pub(super) struct Figures(Vec<Figure>);

impl Figures {
    /// A value that is the same for all.
    pub(super) fn plain(
        self,
        name: &'static str,
        title: &'static str,
        value: impl Into<Value>,
    ) -> Self {
        let value = value.into();
        let shown = cell(&value);
        self.both(name, title, value, shown)
    }

    /// A value, and another text for people.
    pub(super) fn both(
        mut self,
        name: &'static str,
        title: &'static str,
        value: impl Into<Value>,
        shown: String,
    ) -> Self {
        self.0.push(Figure { name, title, value: value.into(), shown });
        self
    }

    /// A number, cut for people to nine digits after the point; `None` where it is not defined.
    pub(super) fn number(
        self,
        name: &'static str,
        title: &'static str,
        value: Option<Decimal>,
        unit: &str,
    ) -> Result<Self, Error> {
        let Some(value) = value else {
            return Ok(self.both(name, title, Value::Null, "not defined".into()));
        };
        let shown = value.rounded(SHOWN_DECIMALS, RoundingMode::HalfEven)?;
        Ok(self.both(name, title, value.to_string(), format!("{shown} {unit}").trim_end().into()))
    }

    /// The report in the form that was asked for.
    pub(super) fn report(self, headline: String, form: Form) -> Report {
        if form == Form::Csv {
            let names: Vec<&str> = self.0.iter().map(|figure| figure.name).collect();
            let values = self.0.iter().map(|figure| cell(&figure.value)).collect();
            return Report::new().line(csv(&names, vec![values]));
        }
        let width = self.0.iter().map(|figure| figure.title.len()).max().unwrap_or(0);
        let mut report = Report::new().line(headline);
        for Figure { name, title, value, shown } in self.0 {
            report = report.line(format!("  {title:width$}  {shown}"));
            report = report.field(name, value);
        }
        report
    }
}

/// A value as a cell of a sheet.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// How a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Text, or with `--json` the same as JSON.
    Plain,
    /// Comma-separated values.
    Csv,
}

impl Form {
    /// What the flags ask for.
    pub(super) fn asked(context: &Context, csv: bool) -> CliResult<Self> {
        match (csv, context.global.json) {
            (true, true) => Err(CliError::Usage(
                "expected one form of output, got --csv and --json; leave one out".into(),
            )),
            (true, false) => Ok(Self::Csv),
            (false, _) => Ok(Self::Plain),
        }
    }
}

/// Comma-separated values after RFC 4180, without a last line break. No value of a bond has a comma, a
/// quote or a line break in it, so none is quoted.
pub(super) fn csv(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let rows = rows.into_iter().map(|row| row.join(","));
    std::iter::once(head.join(",")).chain(rows).collect::<Vec<_>>().join("\n")
}

/// An amount in minor units for people, with separators.
pub(super) fn money(amount_minor: i128, currency: Currency) -> String {
    let sign = if amount_minor < 0 { "-" } else { "" };
    let magnitude = tenor_primitives::Amount(amount_minor.unsigned_abs());
    format!("{sign}{}", crate::core::money::format(magnitude, currency))
}

/// An amount in minor units for programs: a plain decimal number of the major unit.
pub(super) fn plain_money(amount_minor: i128, currency: Currency) -> String {
    money(amount_minor, currency).replace(',', "")
}
