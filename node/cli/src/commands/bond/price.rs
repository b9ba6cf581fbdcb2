//! `tenor bond price` and `tenor bond yield`: a quote in the other's terms, without a node.

use super::convention::ConventionArgs;
use super::curve;
use super::figures::{Figures, Form};
use super::sheet::{Known, Sheet};
use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use std::path::PathBuf;
use tenor_bond_math::pricing::{Curve, Risk, Valuation, YieldConvention};
use tenor_bond_math::{Date, Decimal, Error, RoundingMode};

/// Digits to which durations and the like are given to programs; they come from floating point.
const RISK_DECIMALS: u8 = 9;

/// Which bond at which yield.
#[derive(Args, Debug)]
pub(crate) struct PriceArgs {
    #[command(flatten)]
    known: Known,
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    trade: TradeArgs,
}

/// What is known instead of the price.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct At {
    /// The yield of a year, as 0.0425 or 4.25%
    #[arg(long = "yield", value_name = "YIELD", value_parser = rate, allow_hyphen_values = true)]
    rate: Option<Decimal>,
    /// The spread over the curve, compounded continuously, as 0.0125 or 1.25%
    #[arg(long, value_name = "SPREAD", value_parser = rate, allow_hyphen_values = true, requires = "curve")]
    z_spread: Option<Decimal>,
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
    /// A discount curve, for the z-spread: CSV with the head date,discount_factor or date,zero_rate
    #[arg(long, value_name = "FILE")]
    curve: Option<PathBuf>,
    /// Until a call or put of the terms on this date, at its price: yield to call, yield to put
    #[arg(long, value_name = "DATE")]
    exercised: Option<Date>,
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
    match (args.at.rate, args.at.z_spread) {
        (Some(rate), _) => {
            let found = |error| match error {
                Error::NoConvergence { .. } | Error::Overflow { .. } => CliError::Usage(format!(
                    "expected a --yield at which {} has a price above zero under {}, got {rate}",
                    quote.sheet.terms.isin, quote.convention_name
                )),
                error => quote.sheet.refused(error),
            };
            let clean = quote.valuation.exact_clean_from_yield(rate, quote.convention);
            quote.report(clean.map_err(found)?, rate, form)
        }
        (None, spread) => {
            let spread = spread.unwrap_or(Decimal::ZERO);
            let clean = quote.clean_at_spread(spread)?;
            quote.report(clean, quote.yield_at(clean, "--z-spread", spread)?, form)
        }
    }
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
    quote.report(args.clean, quote.yield_at(args.clean, "--price", args.clean)?, form)
}

/// A bond to be quoted.
struct Quote {
    sheet: Sheet,
    settlement: Date,
    convention: YieldConvention,
    convention_name: String,
    valuation: Valuation,
    curve: Option<Curve>,
}

impl Quote {
    fn new(known: &Known, trade: &TradeArgs) -> CliResult<Self> {
        let mut sheet = Sheet::known(known, Some(trade.settlement))?;
        if let Some(date) = trade.exercised {
            sheet = sheet.exercised(date)?;
        }
        let (settlement, terms) = (trade.settlement, &sheet.terms);
        if terms.maturity.is_none() {
            return Err(CliError::Usage(format!(
                "{} is perpetual: expected --exercised with the date of a call or put of its terms, \
                 for it has no last payment to be valued to",
                terms.isin
            )));
        }
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
        let curve = trade.curve.as_ref().map(|path| curve::read(path, settlement)).transpose()?;
        Ok(Self { settlement, convention, convention_name, valuation, curve, sheet })
    }

    /// The yield at a clean price, which a flag gave or led to.
    fn yield_at(&self, clean: Decimal, flag: &str, given: Decimal) -> CliResult<Decimal> {
        self.valuation.exact_yield_from_clean(clean, self.convention).map_err(|error| match error {
            Error::NoConvergence { .. } | Error::Overflow { .. } => CliError::Usage(format!(
                "expected a {flag} that {} has at a yield of at most 1000% under {}, got {given}",
                self.sheet.terms.isin, self.convention_name
            )),
            error => self.sheet.refused(error),
        })
    }

    fn clean_at_spread(&self, spread: Decimal) -> CliResult<Decimal> {
        let Some(curve) = &self.curve else {
            return Err(CliError::Usage("expected --curve with --z-spread".into()));
        };
        let clean = || {
            let dirty = self.valuation.dirty_from_z_spread(spread.to_f64(), curve)?;
            cut(dirty)?.minus(self.valuation.exact_accrued()?)
        };
        let clean = clean().map_err(|error| self.sheet.refused(error))?;
        if clean <= Decimal::ZERO {
            return Err(CliError::Usage(format!(
                "expected a --z-spread at which {} has a price above zero, got {spread}",
                self.sheet.terms.isin
            )));
        }
        Ok(clean)
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
        let figures = Figures::default()
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
            .number("dv01", "DV01 per 100 of face", of(|r| r.basis_point_value)?, "")?;
        let Some(curve) = &self.curve else { return Ok(figures) };
        let spread = cut(self.valuation.z_spread(dirty.to_f64(), curve)?)?;
        let points = spread.times(Decimal::from_integer(10_000), RoundingMode::HalfEven)?;
        Ok(figures.both("z_spread", "z-spread", spread.to_string(), format!("{points} bp")))
    }
}

fn cut(figure: f64) -> Result<Decimal, Error> {
    Decimal::from_f64(figure)?.rounded(RISK_DECIMALS, RoundingMode::HalfEven)
}
