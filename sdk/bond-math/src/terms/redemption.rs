//! How the principal of a bond is repaid.

use alloc::string::String;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Currency, Date, DateRule, Decimal};

/// How the principal is repaid.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum Redemption {
    /// All at maturity.
    Bullet {
        /// In per cent of par.
        price: Decimal,
    },
    /// Equal parts of the original face on every coupon date.
    Linear {
        /// First unadjusted coupon date with a repayment; the first of all when `None`.
        #[cfg_attr(feature = "serde", serde(default))]
        first: Option<Date>,
    },
    /// Equal sums of interest and principal on every coupon date; the last repays the rest.
    Annuity {
        /// First unadjusted coupon date with a repayment; the first of all when `None`.
        #[cfg_attr(feature = "serde", serde(default))]
        first: Option<Date>,
    },
    /// Parts given by date, as for a sinking fund; maturity repays the rest at par.
    Instalments {
        /// The parts, in order.
        instalments: Vec<Instalment>,
    },
    /// Never: a perpetual bond.
    Never,
    /// Equal parts on dates of their own, stage by stage; maturity repays the rest at par.
    Stages {
        /// The stages, in order; each lasts until the first date of the next.
        stages: Vec<RepaymentStage>,
    },
    /// Level sums of interest and principal on dates of their own; maturity repays the rest at par.
    Level(LevelPayments),
}

impl Redemption {
    /// Whether nothing is repaid before the end: all at maturity, or never.
    #[must_use]
    pub const fn is_in_one(&self) -> bool {
        matches!(self, Self::Bullet { .. } | Self::Never)
    }
}

impl Default for Redemption {
    fn default() -> Self {
        Self::Bullet { price: Decimal::HUNDRED }
    }
}

/// A part of the principal that is repaid before maturity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct Instalment {
    /// Unadjusted coupon date on which it is due.
    pub date: Date,
    /// Per cent of the original face.
    pub percent: Decimal,
}

/// Equal changes of the principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct RepaymentStage {
    /// The dates.
    pub dates: DateRule,
    /// Repaid on each, in per cent of the original face and never more than is outstanding; below zero
    /// it is drawn, as on a bond that is paid up in parts.
    pub percent: Decimal,
}

/// Sums of which interest is paid first and principal with the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct LevelPayments {
    /// The dates.
    pub dates: DateRule,
    /// Each sum in per cent of the original face. Where it does not cover the interest, principal grows.
    /// `None`: the annuity that repays everything up to the last date, at the rate of the first.
    #[cfg_attr(feature = "serde", serde(default))]
    pub percent: Option<Decimal>,
    /// Whether the annuity is computed anew from each reset of the rate on.
    #[cfg_attr(feature = "serde", serde(default))]
    pub follows_rate: bool,
    /// Last date the annuity is computed to, where that is not the maturity.
    #[cfg_attr(feature = "serde", serde(default))]
    pub computed_to: Option<Date>,
}

/// What interest is computed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum InterestBase {
    /// The outstanding principal.
    #[default]
    Outstanding,
    /// One amount for life, whatever has been repaid.
    Constant {
        /// In per cent of the original face.
        percent: Decimal,
    },
    /// An amount that is set to the outstanding principal on dates of its own.
    Reset {
        /// Until the first of them, in per cent of the original face.
        percent: Decimal,
        /// The dates.
        dates: DateRule,
    },
}

/// How a repayment before maturity shows in holdings. A bond uses one, never both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum Reduction {
    /// Holdings keep their original face; a pool factor below one says what is outstanding.
    #[default]
    PoolFactor,
    /// Holdings shrink with each repayment.
    Nominal,
}

/// Whether interest is added to the principal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum PaymentInKind {
    /// Interest is paid in cash.
    #[default]
    Never,
    /// Interest of periods that end on or before a date is added to the principal.
    Until {
        /// Last unadjusted day up to which interest is not paid in cash; a coupon period it falls into is
        /// accrued in parts.
        date: Date,
    },
}

/// Principal and coupon follow a price index.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct Indexation {
    /// Name of the index, e.g. `CPI-U`.
    #[borsh(deserialize_with = "crate::text::read_name")]
    pub index: String,
    /// Value of the index for the dated date.
    pub base: Decimal,
    /// Digits after the point to which the index ratio is rounded half up (5 for US TIPS); 18 for none.
    pub ratio_decimals: u8,
    /// Whether redemption is never below par (US TIPS, French OATi).
    pub par_floor: bool,
    /// How the index of a day follows from published values; as published for that day when `None`.
    #[cfg_attr(feature = "serde", serde(default))]
    pub reference: Option<IndexReference>,
    /// Days on which the ratio is read, to stand until the next: a payment takes that of the last of
    /// them before it, one when there is none. On every day when `None`.
    #[cfg_attr(feature = "serde", serde(default))]
    pub dates: Option<DateRule>,
    /// What the ratio multiplies.
    #[cfg_attr(feature = "serde", serde(default))]
    pub scope: IndexScope,
}

impl Indexation {
    /// Interest and principal by an index that is published for each day, its ratio not rounded, without
    /// a floor.
    #[must_use]
    pub fn by_day(index: &str, base: Decimal) -> Self {
        Self {
            index: index.into(),
            base,
            ratio_decimals: crate::decimal::DECIMAL_SCALE,
            par_floor: false,
            reference: None,
            dates: None,
            scope: IndexScope::Both,
        }
    }
}

/// The index of a day out of monthly values: published for a month, they stand under its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct IndexReference {
    /// Months by which the value lags the day: 3 for US TIPS and most European linkers, 8 for old UK gilts.
    pub lag_months: u8,
    /// Whether the value lies on the line between two months' values, day by day (US TIPS, OATi, UK gilts
    /// since 2005); else the month's value stands for every day of the month.
    pub interpolated: bool,
    /// Digits after the point to which an interpolated value is rounded half up (5 for US TIPS); 18 for
    /// none.
    #[cfg_attr(feature = "serde", serde(default = "IndexReference::unrounded"))]
    pub decimals: u8,
}

#[cfg(feature = "serde")]
impl IndexReference {
    const fn unrounded() -> u8 {
        crate::decimal::DECIMAL_SCALE
    }
}

/// What an index multiplies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum IndexScope {
    /// Interest and principal.
    #[default]
    Both,
    /// Interest alone.
    Interest,
    /// Principal alone.
    Principal,
}

/// Payment in a second currency at a rate fixed in the terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct DualCurrency {
    /// The second currency.
    pub currency: Currency,
    /// Units of the second currency for one of the first.
    pub rate: Decimal,
    /// Whether coupons are paid in it.
    pub coupons: bool,
    /// Whether the principal is repaid in it.
    pub principal: bool,
}
