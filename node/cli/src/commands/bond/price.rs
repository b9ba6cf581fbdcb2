//! `tenor bond price` and `tenor bond yield`: a quote in the other's terms, without a node.

use super::convention::ConventionArgs;
use super::figures::Form;
use super::quote::Quote;
use super::sheet::Known;
use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use std::path::PathBuf;
use tenor_bond_math::{Date, Decimal, parse_rate};

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
#[derive(Args, Clone, Copy, Debug)]
#[group(required = true, multiple = false)]
struct At {
    /// The yield of a year, as 0.0425 or 4.25%
    #[arg(long = "yield", value_name = "YIELD", value_parser = parse_rate, allow_hyphen_values = true)]
    rate: Option<Decimal>,
    /// The spread over the curve, compounded continuously, as 0.0125 or 1.25%
    #[arg(long, value_name = "SPREAD", value_parser = parse_rate, allow_hyphen_values = true, requires = "curve")]
    z_spread: Option<Decimal>,
    /// The discount margin of a floating coupon, as 0.0125 or 1.25%
    #[arg(long, value_name = "MARGIN", value_parser = parse_rate, allow_hyphen_values = true, requires = "index_rate")]
    discount_margin: Option<Decimal>,
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
pub(super) struct TradeArgs {
    /// The settlement date
    #[arg(long, value_name = "DATE")]
    pub(super) settlement: Date,
    #[command(flatten)]
    pub(super) convention: ConventionArgs,
    /// A discount curve, for the z-spread: CSV with the head date,discount_factor or date,zero_rate
    #[arg(long, value_name = "FILE")]
    pub(super) curve: Option<PathBuf>,
    /// Until a call or put of the terms on this date, at its price: yield to call, yield to put
    #[arg(long, value_name = "DATE")]
    pub(super) exercised: Option<Date>,
    /// Of a floating coupon, the rate at which its index stays where nothing is published; for its margins
    #[arg(long, value_name = "RATE", value_parser = parse_rate, allow_hyphen_values = true)]
    pub(super) index_rate: Option<Decimal>,
    /// Quote a bond that follows a price index in money, by levels given for every payment, and not in real
    /// terms
    #[arg(long)]
    pub(super) nominal: bool,
    /// Print comma-separated values
    #[arg(long)]
    csv: bool,
}

/// Runs `tenor bond price`.
pub(super) fn price(context: &Context, args: &PriceArgs) -> CliResult<Report> {
    let form = Form::asked(context, args.trade.csv)?;
    let quote = Quote::new(&args.known, &args.trade)?;
    let At { rate, z_spread, discount_margin } = args.at;
    if let Some(rate) = rate {
        return quote.report(quote.clean_at_yield(rate)?, rate, form);
    }
    let (clean, flag, given) = match (z_spread, discount_margin) {
        (Some(spread), _) => (quote.clean_at_spread(spread)?, "--z-spread", spread),
        (None, margin) => {
            let margin = margin.unwrap_or(Decimal::ZERO);
            (quote.clean_at_margin(margin)?, "--discount-margin", margin)
        }
    };
    quote.report(clean, quote.yield_at(clean, flag, given)?, form)
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
