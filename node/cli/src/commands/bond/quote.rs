//! A bond with everything it is quoted by.

use super::curve;
use super::figures::{Figures, Form};
use super::price::TradeArgs;
use super::sheet::{Known, Sheet};
use crate::core::{CliError, CliResult, Report};
use serde_json::Value;
use tenor_bond_math::pricing::{Assumptions, Curve, Risk, Valuation, YieldConvention};
use tenor_bond_math::{
    BondTerms, Date, Decimal, Error, PaymentInKind, Reduction, RoundingMode, index_ratio,
};

/// Digits to which durations and the like are given to programs; they come from floating point.
const RISK_DECIMALS: u8 = 9;

const NEAREST: RoundingMode = RoundingMode::HalfEven;

/// A bond to be quoted.
pub(super) struct Quote {
    sheet: Sheet,
    settlement: Date,
    convention: YieldConvention,
    convention_name: String,
    assumptions: Assumptions,
    valuation: Valuation,
    curve: Option<Curve>,
}

impl Quote {
    pub(super) fn new(known: &Known, trade: &TradeArgs) -> CliResult<Self> {
        let settlement = trade.settlement;
        let horizon = trade.exercised.map_or(settlement, |date| date.max(settlement));
        let sheet = Sheet::known(known, Some(horizon))?;
        let exercise = trade.exercised.map(|date| sheet.exercise(date)).transpose()?;
        let end = exercise.map_or(sheet.end(), |exercise| exercise.date);
        let terms = &sheet.terms;
        if terms.maturity.is_none() && exercise.is_none() {
            return Err(CliError::Usage(format!(
                "{} is perpetual: expected --exercised with the date of a call or put of its terms, \
                 for it has no last payment to be valued to",
                terms.isin
            )));
        }
        if settlement < terms.issue_date || settlement >= end {
            let what = if exercise.is_some() { "exercise" } else { "maturity" };
            return Err(CliError::Usage(format!(
                "expected a --settlement from {} (issue) to the day before {end} ({what}), got \
                 {settlement}",
                terms.issue_date
            )));
        }
        let assumptions = Assumptions {
            exercise,
            index_rate: trade.index_rate,
            real: terms.is_linker() && !trade.nominal,
        };
        if trade.nominal && !terms.is_linker() {
            return Err(CliError::Usage(format!(
                "expected --nominal for a bond whose interest and principal follow a price index; \
                 {} is none: leave it out",
                terms.isin
            )));
        }
        let convention = trade.convention.convention()?;
        let none = &sheet.observations;
        let valuation = Valuation::assuming(terms, &sheet.schedule, settlement, none, &assumptions)
            .map_err(|error| sheet.refused(error))?;
        let real = if assumptions.real { " real" } else { "" };
        let convention_name = format!("{}{real}", trade.convention);
        let curve = trade.curve.as_ref().map(|path| curve::read(path, settlement)).transpose()?;
        Ok(Self { settlement, convention, convention_name, assumptions, valuation, curve, sheet })
    }

    /// The clean price at a yield.
    pub(super) fn clean_at_yield(&self, rate: Decimal) -> CliResult<Decimal> {
        self.valuation.exact_clean_from_yield(rate, self.convention).map_err(|error| match error {
            Error::NoConvergence { .. } | Error::Overflow { .. } => CliError::Usage(format!(
                "expected a --yield at which {} has a price above zero under {}, got {rate}",
                self.sheet.terms.isin, self.convention_name
            )),
            error => self.sheet.refused(error),
        })
    }

    /// The yield at a clean price, which a flag gave or led to.
    pub(super) fn yield_at(
        &self,
        clean: Decimal,
        flag: &str,
        given: Decimal,
    ) -> CliResult<Decimal> {
        self.valuation.exact_yield_from_clean(clean, self.convention).map_err(|error| match error {
            Error::NoConvergence { .. } | Error::Overflow { .. } => CliError::Usage(format!(
                "expected a {flag} that {} has at a yield of at most 1000% under {}, got {given}",
                self.sheet.terms.isin, self.convention_name
            )),
            error => self.sheet.refused(error),
        })
    }

    pub(super) fn clean_at_spread(&self, spread: Decimal) -> CliResult<Decimal> {
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

    pub(super) fn clean_at_margin(&self, margin: Decimal) -> CliResult<Decimal> {
        let clean = self.valuation.exact_clean_from_yield(margin, YieldConvention::DiscountMargin);
        clean.map_err(|error| match error {
            Error::NoConvergence { .. } | Error::Overflow { .. } => CliError::Usage(format!(
                "expected a --discount-margin at which {} has a price above zero, got {margin}",
                self.sheet.terms.isin
            )),
            error => self.sheet.refused(error),
        })
    }

    pub(super) fn report(&self, clean: Decimal, rate: Decimal, form: Form) -> CliResult<Report> {
        let figures = self.figures(clean, rate).map_err(|error| self.sheet.refused(error))?;
        let headline = format!("{}, settlement {}", self.sheet.terms.isin, self.settlement);
        Ok(figures.report(headline, form))
    }

    fn figures(&self, clean: Decimal, rate: Decimal) -> Result<Figures, Error> {
        let accrued = self.valuation.exact_accrued()?;
        let dirty = clean.plus(accrued)?;
        let settlement = self.settlement.to_string();
        let yield_title = if self.assumptions.real { "real yield" } else { "yield" };
        let figures = Figures::default()
            .plain("isin", "ISIN", self.sheet.terms.isin.to_string())
            .plain("settlement", "settlement", settlement)
            .plain("convention", "convention", self.convention_name.clone());
        let figures = rate_figure(figures, "yield", yield_title, rate)?
            .number("clean_price", "clean price", Some(clean), "")?
            .number("accrued", "accrued interest", Some(accrued), "")?
            .number("dirty_price", "dirty price", Some(dirty), "")?;
        let figures = self.risk_figures(figures, rate)?;
        let figures = self.factor_figures(figures, clean, dirty)?;
        let figures = self.index_figures(figures, clean, accrued, dirty)?;
        self.spread_figures(figures, clean, dirty)
    }

    fn risk_figures(&self, figures: Figures, rate: Decimal) -> Result<Figures, Error> {
        // Japan's simple yield has a price, but discounts nothing: no durations.
        let risk = self.valuation.risk(rate.to_f64(), self.convention).ok();
        let dv01 = if has_factor(&self.sheet.terms) {
            "DV01 per 100 outstanding"
        } else {
            "DV01 per 100 of face"
        };
        let of = |figure: fn(&Risk) -> f64| risk.as_ref().map(|risk| cut(figure(risk))).transpose();
        figures
            .number(
                "macaulay_duration",
                "Macaulay duration",
                of(|r| r.macaulay_duration)?,
                "years",
            )?
            .number("modified_duration", "modified duration", of(|r| r.modified_duration)?, "")?
            .number("convexity", "convexity", of(|r| r.convexity)?, "")?
            .number("dv01", dv01, of(|r| r.basis_point_value)?, "")
    }

    /// Of a bond that is repaid by pool factor, or grows: prices are per 100 of what is outstanding, and here
    /// per 100 of original face.
    fn factor_figures(
        &self,
        figures: Figures,
        clean: Decimal,
        dirty: Decimal,
    ) -> Result<Figures, Error> {
        if !has_factor(&self.sheet.terms) {
            return Ok(figures);
        }
        let factor = self.valuation.outstanding();
        let on_original = |price: Decimal| price.times(factor, NEAREST).map(Some);
        figures
            .number("pool_factor", "pool factor", Some(factor), "")?
            .number(
                "clean_price_on_original_face",
                "clean, original face",
                on_original(clean)?,
                "",
            )?
            .number("dirty_price_on_original_face", "dirty, original face", on_original(dirty)?, "")
    }

    /// Of a bond quoted in real terms: the prices in money, once the index of the settlement date is known.
    fn index_figures(
        &self,
        figures: Figures,
        clean: Decimal,
        accrued: Decimal,
        dirty: Decimal,
    ) -> Result<Figures, Error> {
        if !self.assumptions.real {
            return Ok(figures);
        }
        let Sheet { terms, observations, .. } = &self.sheet;
        let ratio = match index_ratio(terms, self.settlement, observations) {
            Ok(ratio) => Some(ratio),
            Err(Error::MissingFixing { .. }) => None,
            Err(error) => return Err(error),
        };
        let prices = [
            ("index_ratio", "index ratio", Decimal::ONE),
            ("clean_price_in_money", "clean price in money", clean),
            ("accrued_in_money", "accrued in money", accrued),
            ("dirty_price_in_money", "dirty price in money", dirty),
        ];
        prices.into_iter().try_fold(figures, |figures, (name, title, price)| match ratio {
            Some(ratio) => figures.number(name, title, Some(price.times(ratio, NEAREST)?), ""),
            None => Ok(figures.both(name, title, Value::Null, "waits for the index".into())),
        })
    }

    /// Margins and spread; one that no rate gives the price is said not to be defined.
    fn spread_figures(
        &self,
        mut figures: Figures,
        clean: Decimal,
        dirty: Decimal,
    ) -> Result<Figures, Error> {
        if let Some(index_rate) = self.assumptions.index_rate {
            let margin =
                self.valuation.exact_yield_from_clean(clean, YieldConvention::DiscountMargin);
            // A coupon that multiplies its index has no simple margin.
            let simple = self.valuation.simple_margin(&self.sheet.terms, clean).ok();
            figures = rate_figure(figures, "index_rate", "index stays at", index_rate)?;
            figures = defined(figures, "discount_margin", "discount margin", found(margin)?)?;
            figures = defined(figures, "simple_margin", "simple margin", simple)?;
        }
        let Some(curve) = &self.curve else { return Ok(figures) };
        let spread = self.valuation.z_spread(dirty.to_f64(), curve).and_then(cut);
        let Some(spread) = found(spread)? else {
            return figures.number("z_spread", "z-spread", None, "");
        };
        let points = spread.times(Decimal::from_integer(10_000), NEAREST)?;
        Ok(figures.both("z_spread", "z-spread", spread.to_string(), format!("{points} bp")))
    }
}

/// What a search found; nothing where there is no such number.
fn found(searched: Result<Decimal, Error>) -> Result<Option<Decimal>, Error> {
    match searched {
        Ok(rate) => Ok(Some(rate)),
        Err(Error::NoConvergence { .. } | Error::Overflow { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A rate that may not be defined.
fn defined(
    figures: Figures,
    name: &'static str,
    title: &'static str,
    rate: Option<Decimal>,
) -> Result<Figures, Error> {
    match rate {
        Some(rate) => rate_figure(figures, name, title, rate),
        None => figures.number(name, title, None, ""),
    }
}

/// A rate: a part of one for programs, per cent for people.
fn rate_figure(
    figures: Figures,
    name: &'static str,
    title: &'static str,
    rate: Decimal,
) -> Result<Figures, Error> {
    let percent = rate.times(Decimal::HUNDRED, NEAREST)?;
    Ok(figures.both(name, title, rate.to_string(), format!("{percent} %")))
}

/// Whether what is outstanding of a face may differ from it.
fn has_factor(terms: &BondTerms) -> bool {
    let grows = terms.payment_in_kind != PaymentInKind::Never;
    terms.reduction == Reduction::PoolFactor && (!terms.redemption.is_in_one() || grows)
}

fn cut(figure: f64) -> Result<Decimal, Error> {
    Decimal::from_f64(figure)?.rounded(RISK_DECIMALS, NEAREST)
}
