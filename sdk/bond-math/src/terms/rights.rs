//! Calls, puts and conversions.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Date, Decimal};

/// Whose right it is, and to what.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum RightKind {
    /// The issuer may redeem early.
    Call,
    /// A holder may ask for redemption.
    Put,
    /// A holder may exchange units for another security.
    Conversion,
}

/// A right that can be exercised on given dates after notice.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct Right {
    /// Whose right, and to what.
    pub kind: RightKind,
    /// The dates, in order.
    pub exercises: Vec<Exercise>,
    /// Business days of notice before the date.
    pub notice_business_days: u8,
}

/// One date on which a right can be exercised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct Exercise {
    /// Unadjusted date of redemption or conversion.
    pub date: Date,
    /// Call and put: per cent of par. Conversion: units of the other security for one denomination.
    pub value: Decimal,
}
