//! What the commands without a node read: a term file, or one with the table `[terms]` alone, and the
//! fixings that are known.

use super::file::{IssueTerms, PartyNames};
use crate::core::{CliError, CliResult};
use clap::Args;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use tenor_bond_math::{
    BondTerms, Date, Decimal, FixingSeries, Observations, Schedule, schedule_to,
};

/// Largest term file that is read, in bytes: three hundred exercises or sixty years of holidays fit.
const FILE_BYTES_MAX: u64 = tenor_bond_math::terms::TEXT_BYTES_MAX as u64;

/// Largest file of fixings or of a curve that is read, in bytes: fixings of each day for thirty years.
pub(super) const FIXINGS_BYTES_MAX: u64 = 512 * 1024;

/// What is known of the bond.
#[derive(Args, Clone, Debug)]
pub(crate) struct Known {
    /// A term file; the table [terms] is enough
    #[arg(long, value_name = "FILE")]
    pub(crate) terms: PathBuf,
    #[command(flatten)]
    pub(crate) published: Published,
}

/// How far to look.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Horizon {
    /// Of a perpetual bond, the payments up to this date [default: ten years of them]
    #[arg(long, value_name = "DATE")]
    pub(super) until: Option<Date>,
}

/// Numbers that were published.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Published {
    /// A published rate of the coupon's index, as a part of one; repeat it
    #[arg(long = "fixing", value_name = "DATE=RATE", value_parser = fixing)]
    pub(crate) fixings: Vec<(Date, Decimal)>,
    /// A file of such rates, one DATE=RATE a line
    #[arg(long = "fixings", value_name = "FILE")]
    pub(crate) fixings_file: Option<PathBuf>,
    /// A published level of the price index; repeat it
    #[arg(long = "index-level", value_name = "DATE=LEVEL", value_parser = fixing)]
    pub(crate) index_levels: Vec<(Date, Decimal)>,
    /// Whether a sustainability target was missed (1) or met (0); repeat it
    #[arg(long = "target", value_name = "DATE=0|1", value_parser = fixing)]
    pub(crate) targets: Vec<(Date, Decimal)>,
}

impl Published {
    /// The rates of the flags and of the file.
    fn rates(&self) -> CliResult<Vec<(Date, Decimal)>> {
        let mut rates = self.fixings.clone();
        let Some(path) = &self.fixings_file else { return Ok(rates) };
        for (number, line) in read_up_to(path, FIXINGS_BYTES_MAX)?.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let rate = fixing(line.trim())
                .map_err(|error| CliError::file(path, format!("line {}: {error}", number + 1)))?;
            rates.push(rate);
        }
        Ok(rates)
    }
}

/// `2025-01-15=0.0325`
fn fixing(text: &str) -> Result<(Date, Decimal), String> {
    let (date, value) = text.split_once('=').ok_or("expected DATE=VALUE, as 2025-01-15=0.0325")?;
    let date = date.parse().map_err(|error: tenor_bond_math::Error| error.to_string())?;
    let value = value.parse().map_err(|error: tenor_bond_math::Error| error.to_string())?;
    Ok((date, value))
}

/// A term file's parts; how the bond is issued may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    terms: BondTerms,
    issue: Option<IssueTerms>,
    parties: Option<PartyNames>,
}

/// A bond's checked terms with its schedule and what was published.
pub(super) struct Sheet {
    pub(super) path: PathBuf,
    pub(super) terms: BondTerms,
    pub(super) schedule: Schedule,
    pub(super) observations: Observations,
    /// The issuer's account, where the file says how the bond is issued.
    pub(super) issuer: Option<String>,
}

impl Sheet {
    /// Reads and checks a term file.
    ///
    /// Of a perpetual bond the schedule reaches to the period of `horizon`, or for ten years.
    pub(super) fn load(
        path: &Path,
        published: &Published,
        horizon: Option<Date>,
    ) -> CliResult<Self> {
        let tables: Tables =
            toml::from_str(&read(path)?).map_err(|error| CliError::file(path, error))?;
        let terms = tables.terms;
        terms.validate().map_err(|error| CliError::file(path, error))?;
        let ten_years = || terms.dated_date.plus_months(120).unwrap_or(Date::MAX);
        let horizon = horizon.unwrap_or_else(ten_years).max(terms.dated_date);
        let schedule = schedule_to(&terms, horizon);
        let schedule = schedule.map_err(|error| CliError::file(path, error))?;
        let observations = Observations {
            rates: series("--fixing", &published.rates()?)?,
            index_levels: series("--index-level", &published.index_levels)?,
            targets: series("--target", &published.targets)?,
        };
        let issuer = tables.issue.and(tables.parties).map(|parties| parties.issuer);
        Ok(Self { path: path.into(), terms, schedule, observations, issuer })
    }

    /// Reads what the flags name.
    pub(super) fn known(known: &Known, horizon: Option<Date>) -> CliResult<Self> {
        Self::load(&known.terms, &known.published, horizon)
    }

    /// A computation that the terms, or what was published, did not allow.
    pub(super) fn refused(&self, error: tenor_bond_math::Error) -> CliError {
        use tenor_bond_math::Error;
        match error {
            Error::MissingFixing { date } => CliError::Usage(format!(
                "{}: no number published for {date}; give it with --fixing {date}=RATE (or \
                 --index-level, --target)",
                self.terms.isin
            )),
            Error::NotAMultiple { .. }
            | Error::NoConvergence { .. }
            | Error::Unsupported { .. } => CliError::Usage(format!("{}: {error}", self.terms.isin)),
            error => CliError::file(&self.path, error),
        }
    }

    /// The date on which the last payment falls due; of a perpetual bond, the last of all days.
    pub(super) fn end(&self) -> Date {
        self.terms.maturity.unwrap_or(Date::MAX)
    }
}

/// The text of a term file, which is small.
pub(super) fn read(path: &Path) -> CliResult<String> {
    read_up_to(path, FILE_BYTES_MAX)
}

/// The text of a file of at most so many bytes.
pub(super) fn read_up_to(path: &Path, bytes_max: u64) -> CliResult<String> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).map_err(|error| CliError::file(path, error))?;
    let mut text = String::new();
    let read = file.take(bytes_max + 1).read_to_string(&mut text);
    let bytes = read.map_err(|error| CliError::file(path, error))?;
    if bytes as u64 > bytes_max {
        let reason = format!("longer than {bytes_max} bytes; is it the file that was meant?");
        return Err(CliError::file(path, reason));
    }
    Ok(text)
}

fn series(flag: &str, values: &[(Date, Decimal)]) -> CliResult<FixingSeries> {
    FixingSeries::new(values.iter().copied())
        .map_err(|error| CliError::Usage(format!("{flag}: {error}")))
}
