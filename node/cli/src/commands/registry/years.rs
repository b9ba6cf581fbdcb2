//! `tenor registry extend-market`: holidays from a file, for years that a market does not know yet.

use super::{OrderArgs, propose_actions};
use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use std::path::{Path, PathBuf};
use tenor_bond_math::{Date, HolidayTable, Weekday};
use tenor_client::interfaces::MarketCode;
use tenor_client::interfaces::registry::Action;

/// Which market, and its next years.
#[derive(Args, Debug)]
pub(crate) struct YearsArgs {
    /// The market's code, such as XSES
    market: MarketCode,
    /// The years, such as 2031-2040: they begin with the one after the last that is known
    #[arg(value_name = "FIRST-LAST", value_parser = years)]
    years: (i32, i32),
    /// A text file with the holidays in these years, a date such as 2031-01-01 on each line; what stands
    /// behind it, and lines that begin with #, are for people
    #[arg(long, value_name = "FILE")]
    holidays: PathBuf,
    /// Days of the week that are never business days; repeat it
    #[arg(long, value_name = "DAY", value_parser = weekday, default_values = ["saturday", "sunday"])]
    weekend: Vec<Weekday>,
    #[command(flatten)]
    order: OrderArgs,
}

pub(super) async fn run(context: &Context, args: YearsArgs) -> CliResult<Report> {
    let (first_year, last_year) = args.years;
    let mut holidays = read(&args.holidays)?;
    holidays.sort_unstable();
    let (name, weekend) = (args.market.to_string(), args.weekend);
    let years = HolidayTable { name, first_year, last_year, weekend, holidays };
    // What the registry would refuse without a word on which day is wrong.
    years.validate().map_err(|error| CliError::file(&args.holidays, error.to_string()))?;
    let action = Action::ExtendMarket { market: args.market, years };
    propose_actions(context, &args.order, vec![action]).await
}

fn read(path: &Path) -> CliResult<Vec<Date>> {
    let text = std::fs::read_to_string(path).map_err(|error| CliError::file(path, error))?;
    let lines = (1..).zip(text.lines().map(str::trim));
    let days = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    days.map(|(number, line)| {
        let word = line.split_whitespace().next().unwrap_or_default();
        word.parse().map_err(|_| {
            let reason = format!("line {number}: expected a date such as 2031-01-01, got {word:?}");
            CliError::file(path, reason)
        })
    })
    .collect()
}

fn years(text: &str) -> Result<(i32, i32), String> {
    let years = text
        .split_once('-')
        .and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    years.ok_or_else(|| "expected years such as 2031-2040".into())
}

fn weekday(text: &str) -> Result<Weekday, String> {
    let quoted = serde_json::Value::String(text.to_lowercase());
    serde_json::from_value(quoted).map_err(|_| "expected a day such as saturday".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_holidays_is_read_line_by_line_and_a_wrong_line_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("days");
        let write = |text: &str| std::fs::write(&path, text).expect("written");
        write("# Gazetted 2030\n\n2031-01-01 New Year\n  2031-01-23\tLunar New Year\n");
        let days: Vec<String> =
            read(&path).expect("dates").iter().map(ToString::to_string).collect();
        assert_eq!(days, ["2031-01-01", "2031-01-23"]);
        write("2031-01-01\n1 May 2031\n");
        let error = read(&path).expect_err("no date").to_string();
        assert!(error.contains("line 2") && error.contains("\"1\""), "{error}");
    }

    #[test]
    fn years_and_days_of_the_week_are_words() {
        assert_eq!(years("2031-2040"), Ok((2031, 2040)));
        assert!(["2031", "2031-", "-", "a-b"].iter().all(|text| years(text).is_err()));
        assert_eq!(weekday("Friday"), Ok(Weekday::Friday));
        assert!(weekday("Fri").is_err());
    }
}
