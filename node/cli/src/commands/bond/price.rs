//! `tenor bond price` and `tenor bond yield`: a quote in the other's terms, without a node.

use super::convention::ConventionArgs;
use super::figures::{Figures, Form};
use super::sheet::{Known, Sheet};
use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use tenor_bond_math::pricing::{Risk, Valuation, YieldConvention};
use tenor_bond_math::{Date, Decimal, Error, RoundingMode};

/// Digits to which durations and the like are given to programs; they come from floating point.
const RISK_DECIMALS: u8 = 9;

/// Which bond at which yield.
#[derive(Args, Debug)]
pub(crate) struct PriceArgs {
    #[command(flatten)]
    known: Known,
    /// The yield of a year, as 0.0425 or 4.25%
    #[arg(long = "yield", value_name = "YIELD", value_parser = rate, allow_hyphen_values = true)]
    rate: Decimal,
    #[command(flatten)]
    trade: TradeArgs,
}

/// Which bond at which price.
#[derive(Args, Debug)]
pub(crate) struct YieldArgs {
    #[command(flatten)]
    known: Known,
    /// The clean price in per cent of par, as 99.75
    #[arg(long = "price", value_name = "CLEAN", allow_hyphen_values = true)]
    clean: Decimal,
    #[command(flatten)]
    trade: TradeArgs,
}

/// When, under which convention.
#[derive(Args, Debug)]
struct TradeArgs {
    /// The settlement date
    #[arg(long, value_name = "DATE")]
    settlement: Date,
    #[command(flatten)]
    convention: ConventionArgs,
    /// Print comma-separated values
    #[arg(long)]
    csv: bool,
}

/// A rate as a part of one, or in per cent with the sign. A bare number from one on is refused: it is
/// more often 4.25 per cent without its sign than 425 per cent.
fn rate(text: &str) -> Result<Decimal, String> {
    let number = |text: &str| text.parse::<Decimal>().map_err(|error| error.to_string());
    if let Some(percent) = text.strip_suffix('%') {
        let hundred = Decimal::HUNDRED;
        let rate = number(percent.trim_end())?.over(hundred, RoundingMode::HalfEven);
        return rate.map_err(|error| error.to_string());
    }
    let rate = number(text)?;
    if rate >= Decimal::ONE {
        return Err(format!(
            "expected a part of one, as 0.0425, or 4.25%; for {text} per cent write {text}%"
        ));
    }
    Ok(rate)
}

/// Runs `tenor bond price`.
pub(super) fn price(context: &Context, args: &PriceArgs) -> CliResult<Report> {
    let form = Form::asked(context, args.trade.csv)?;
    let quote = Quote::new(&args.known, &args.trade)?;
    let found = |error| match error {
        Error::NoConvergence { .. } | Error::Overflow { .. } => CliError::Usage(format!(
            "expected a --yield at which {} has a price above zero under {}, got {}",
            quote.sheet.terms.isin, quote.convention_name, args.rate
        )),
        error => quote.sheet.refused(error),
    };
    let clean = quote.valuation.exact_clean_from_yield(args.rate, quote.convention);
    quote.report(clean.map_err(found)?, args.rate, form)
}

/// Runs `tenor bond yield`.
pub(super) fn yield_of(context: &Context, args: &YieldArgs) -> CliResult<Report> {
    let form = Form::asked(context, args.trade.csv)?;
    if args.clean <= Decimal::ZERO {
        return Err(CliError::Usage(format!(
            "expected a --price above zero in per cent of par, as 99.75, got {}",
            args.clean
        )));
    }
    let quote = Quote::new(&args.known, &args.trade)?;
    let found = |error| match error {
        Error::NoConvergence { .. } | Error::Overflow { .. } => CliError::Usage(format!(
            "expected a --price that {} has at a yield of at most 1000% under {}, got {}",
            quote.sheet.terms.isin, quote.convention_name, args.clean
        )),
        error => quote.sheet.refused(error),
    };
    let rate = quote.valuation.exact_yield_from_clean(args.clean, quote.convention);
    quote.report(args.clean, rate.map_err(found)?, form)
}

/// A bond to be quoted.
struct Quote {
    sheet: Sheet,
    settlement: Date,
    convention: YieldConvention,
    convention_name: String,
    valuation: Valuation,
}

impl Quote {
    fn new(known: &Known, trade: &TradeArgs) -> CliResult<Self> {
        let sheet = Sheet::known(known)?;
        let (settlement, terms) = (trade.settlement, &sheet.terms);
        if settlement < terms.issue_date || settlement >= sheet.end() {
            return Err(CliError::Usage(format!(
                "expected a --settlement from {} (issue) to the day before {} (maturity), got {}",
                terms.issue_date,
                sheet.end(),
                settlement
            )));
        }
        let convention = trade.convention.convention()?;
        let valuation = Valuation::new(terms, &sheet.schedule, settlement, &sheet.observations)
            .map_err(|error| sheet.refused(error))?;
        let convention_name = trade.convention.to_string();
        Ok(Self { settlement, convention, convention_name, valuation, sheet })
    }

    fn report(&self, clean: Decimal, rate: Decimal, form: Form) -> CliResult<Report> {
        let figures = self.figures(clean, rate).map_err(|error| self.sheet.refused(error))?;
        let headline = format!("{}, settlement {}", self.sheet.terms.isin, self.settlement);
        Ok(figures.report(headline, form))
    }

    fn figures(&self, clean: Decimal, rate: Decimal) -> Result<Figures, Error> {
        let accrued = self.valuation.exact_accrued()?;
        let dirty = clean.plus(accrued)?;
        // Japan's simple yield has a price, but discounts nothing: no durations.
        let risk = self.valuation.risk(rate.to_f64(), self.convention).ok();
        let of = |figure: fn(&Risk) -> f64| risk.as_ref().map(|risk| cut(figure(risk))).transpose();
        let percent = rate.times(Decimal::HUNDRED, RoundingMode::HalfEven)?;
        let settlement = self.settlement.to_string();
        Figures::default()
            .plain("isin", "ISIN", self.sheet.terms.isin.to_string())
            .plain("settlement", "settlement", settlement)
            .plain("convention", "convention", self.convention_name.clone())
            .both("yield", "yield", rate.to_string(), format!("{percent} %"))
            .number("clean_price", "clean price", Some(clean), "")?
            .number("accrued", "accrued interest", Some(accrued), "")?
            .number("dirty_price", "dirty price", Some(dirty), "")?
            .number(
                "macaulay_duration",
                "Macaulay duration",
                of(|r| r.macaulay_duration)?,
                "years",
            )?
            .number("modified_duration", "modified duration", of(|r| r.modified_duration)?, "")?
            .number("convexity", "convexity", of(|r| r.convexity)?, "")?
            .number("dv01", "DV01 per 100 of face", of(|r| r.basis_point_value)?, "")
    }
}

fn cut(figure: f64) -> Result<Decimal, Error> {
    Decimal::from_f64(figure)?.rounded(RISK_DECIMALS, RoundingMode::HalfEven)
}
