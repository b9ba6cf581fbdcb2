//! The names of the yield conventions.

use crate::core::{CliError, CliResult};
use clap::{Args, ValueEnum};
use std::fmt;
use tenor_bond_math::pricing::YieldConvention;

/// Which convention.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct ConventionArgs {
    /// How the yield discounts
    #[arg(long, value_enum, default_value_t = Name::Street)]
    convention: Name,
    /// Days in a year of money-market and discount: 360 or 365
    #[arg(long, value_name = "DAYS")]
    year_days: Option<u16>,
}

/// A yield convention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Compounding with the coupons; simple interest in the last coupon period (US street, Germany)
    Street,
    /// Compounding with the coupons throughout (ICMA rule 803; gilts, Australia)
    Isma,
    /// Simple interest for the broken part of the first period (US Treasury, 31 CFR 356); of a bill, the bond
    /// equivalent yield
    Treasury,
    /// Simple interest on actual days to each payment
    MoneyMarket,
    /// Discount off the redemption on actual days: bills, with one payment left
    Discount,
    /// Coupon and straight-line gain over the clean price (Japan)
    Simple,
    /// Compounding once a year, years by the bond's day count (Brazil with BUS/252)
    Annual,
}

impl ConventionArgs {
    /// The convention meant.
    pub(super) fn convention(self) -> CliResult<YieldConvention> {
        let year_days = self.year_days.unwrap_or(360);
        let has_year = matches!(self.convention, Name::MoneyMarket | Name::Discount);
        if self.year_days.is_some() && !has_year {
            return Err(CliError::Usage(format!(
                "expected --year-days with money-market or discount alone, got it with {self}; \
                 leave it out"
            )));
        }
        if !matches!(year_days, 360 | 365) {
            return Err(CliError::Usage(format!(
                "expected --year-days 360 or 365, got {year_days}"
            )));
        }
        Ok(match self.convention {
            Name::Street => YieldConvention::Street,
            Name::Isma => YieldConvention::Isma,
            Name::Treasury => YieldConvention::UsTreasury,
            Name::MoneyMarket => YieldConvention::MoneyMarket { year_days },
            Name::Discount => YieldConvention::Discount { year_days },
            Name::Simple => YieldConvention::Simple,
            Name::Annual => YieldConvention::Annual,
        })
    }
}

impl fmt::Display for ConventionArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.convention.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))?;
        match self.convention {
            Name::MoneyMarket | Name::Discount => write!(f, "/{}", self.year_days.unwrap_or(360)),
            _ => Ok(()),
        }
    }
}
