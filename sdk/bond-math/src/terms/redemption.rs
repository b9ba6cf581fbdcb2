//! How the principal of a bond is repaid.

use alloc::string::String;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Currency, Date, Decimal};

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
        /// Last unadjusted period end that is not paid in cash.
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
    pub index: String,
    /// Value of the index for the dated date.
    pub base: Decimal,
    /// Digits after the point to which the index ratio is rounded half up (5 for US TIPS); 18 for none.
    pub ratio_decimals: u8,
    /// Whether redemption is never below par (US TIPS, French OATi).
    pub par_floor: bool,
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
