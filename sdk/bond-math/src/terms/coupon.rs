//! What interest a bond pays.

use alloc::string::String;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Calendar, Date, DateRule, Decimal};

/// The coupon of a bond.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
#[allow(clippy::large_enum_variant, reason = "terms hold one coupon, and are few")]
pub enum Coupon {
    /// None: the bond is issued at a discount.
    Zero,
    /// One rate for life.
    Fixed {
        /// Rate of a year, as a part of one.
        #[cfg_attr(feature = "serde", serde(with = "crate::rate_text::serde_rate"))]
        rate: Decimal,
    },
    /// Rates that change on fixed dates.
    StepUp {
        /// The rates, in order; the first from the dated date or before.
        steps: Vec<RateStep>,
    },
    /// A rate that rises when a target is missed (or falls when it is met).
    SustainabilityLinked {
        /// Rate of a year before any adjustment.
        #[cfg_attr(feature = "serde", serde(with = "crate::rate_text::serde_rate"))]
        rate: Decimal,
        /// The adjustments, in order.
        adjustments: Vec<RateAdjustment>,
    },
    /// A rate fixed from an index for each period.
    Floating(FloatingRate),
}

impl Coupon {
    /// Whether the rate of a period becomes known day by day: compounded, averaged or by an index.
    #[must_use]
    pub const fn is_known_by_day(&self) -> bool {
        matches!(
            self,
            Self::Floating(FloatingRate {
                fixing: FixingRule::Compounded { .. }
                    | FixingRule::Averaged { .. }
                    | FixingRule::IndexRatio { .. },
                ..
            })
        )
    }
}

/// A rate from a date on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct RateStep {
    /// First day with this rate, on unadjusted dates; a coupon period it falls into is accrued in parts.
    pub from: Date,
    /// Rate of a year, as a part of one.
    #[cfg_attr(feature = "serde", serde(with = "crate::rate_text::serde_rate"))]
    pub rate: Decimal,
}

/// A change of rate that depends on a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct RateAdjustment {
    /// Day on which the target is observed.
    pub observed_on: Date,
    /// First unadjusted period start with the adjustment.
    pub from: Date,
    /// Added to the rate when the target was missed.
    #[cfg_attr(feature = "serde", serde(with = "crate::rate_text::serde_rate"))]
    pub step: Decimal,
}

/// A coupon that follows an index.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct FloatingRate {
    /// Name of the index, e.g. `SORA` or `EURIBOR-3M`; for people and for the calculation agent.
    #[borsh(deserialize_with = "crate::text::read_name")]
    pub index: String,
    /// Added to the rate of the index.
    #[cfg_attr(feature = "serde", serde(with = "crate::rate_text::serde_rate"))]
    pub spread: Decimal,
    /// Multiplies the rate of the index, before the spread.
    #[cfg_attr(feature = "serde", serde(default = "one"))]
    pub gearing: Decimal,
    /// Highest coupon rate, after the spread.
    #[cfg_attr(feature = "serde", serde(default, with = "crate::rate_text::serde_rate::option"))]
    pub cap: Option<Decimal>,
    /// Lowest coupon rate, after the spread.
    #[cfg_attr(feature = "serde", serde(default, with = "crate::rate_text::serde_rate::option"))]
    pub floor: Option<Decimal>,
    /// How the rate of a period is found from the published numbers.
    pub fixing: FixingRule,
    /// Business days on which the index is published.
    pub calendar: Calendar,
    /// Digits after the point to which the rate of the index is rounded half up before gearing and
    /// spread: 7 for the fifth decimal of a percentage; 18 for none.
    #[cfg_attr(feature = "serde", serde(default = "unrounded"))]
    pub rate_decimals: u8,
}

#[cfg(feature = "serde")]
const fn one() -> Decimal {
    Decimal::ONE
}

#[cfg(feature = "serde")]
const fn unrounded() -> u8 {
    crate::decimal::DECIMAL_SCALE
}

/// How the rate of a period is found.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum FixingRule {
    /// One rate per period, published before its start (or its end).
    Term {
        /// Business days between the fixing and the start (or end) of the period.
        offset_business_days: u8,
        /// Fix before the end of the period instead of its start.
        in_arrears: bool,
    },
    /// An overnight rate compounded over the business days of the period.
    Compounded {
        /// Days in a year of the overnight rate: 360 or 365.
        year_days: u16,
        /// Business days by which each day's rate lags.
        lookback_business_days: u8,
        /// What the lag moves.
        observation: Observation,
        /// Business days before the end of the period on which the rate stays what it was.
        lockout_business_days: u8,
    },
    /// The ratio of a published compounded index at the end and the start of the period, over the days between
    /// the two published numbers.
    IndexRatio {
        /// Days in a year of the index: 360 or 365.
        year_days: u16,
        /// Business days by which the index values lag the start and the end.
        offset_business_days: u8,
    },
    /// An overnight rate averaged over the calendar days of the period.
    Averaged {
        /// Business days by which each day's rate lags.
        lookback_business_days: u8,
        /// What the lag moves.
        observation: Observation,
        /// Business days before the end of the period on which the rate stays what it was: the rate
        /// cut-off.
        lockout_business_days: u8,
    },
    /// A rate from each reset on, whatever the coupon dates are.
    Reset(ResetRule),
}

impl FixingRule {
    /// Whether the rate changes on dates of its own and not with the coupon periods.
    #[must_use]
    pub const fn resets(&self) -> bool {
        matches!(self, Self::Reset(_))
    }
}

/// Rates that are known at first and then reset from the index on dates of their own, as of a bond that
/// is fixed for five years and floats thereafter, or one that pays yearly and resets monthly.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct ResetRule {
    /// Rates that the terms give, in order; the first from the dated date or before. One that begins on
    /// a reset date takes its place.
    pub fixed: Vec<RateStep>,
    /// Reset dates; none for the given rates alone.
    #[cfg_attr(feature = "serde", serde(default))]
    pub dates: Option<DateRule>,
    /// Business days between the fixing and the reset.
    #[cfg_attr(feature = "serde", serde(default))]
    pub offset_business_days: u8,
    /// Most by which one reset raises the rate, before cap and floor.
    #[cfg_attr(feature = "serde", serde(default, with = "crate::rate_text::serde_rate::option"))]
    pub rise_max: Option<Decimal>,
    /// Most by which one reset lowers it.
    #[cfg_attr(feature = "serde", serde(default, with = "crate::rate_text::serde_rate::option"))]
    pub fall_max: Option<Decimal>,
}

/// What a lookback moves (ARRC and Bank of England usage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum Observation {
    /// The rate only: each day of the period keeps its own weight.
    #[default]
    Lag,
    /// Rate and weight: the whole observation period moves.
    Shift,
}
