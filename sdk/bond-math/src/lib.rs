//! Bond mathematics in exact integers.
//!
//! The same functions pay a coupon inside a contract and quote a price outside it: `no_std`, no
//! floating point (except behind the feature `pricing`, which is never used on a ledger), no panic
//! on input. Year fractions are exact rationals and amounts are rounded once, where the terms say.
//!
//! Start with [`BondTerms`], then [`schedule()`], [`cash_flows`], [`coupon_amount`] and [`accrued`].
//!
//! ```
//! use tenor_bond_math::{
//!     BondTerms, Coupon, Decimal, Observations, accrued, cash_flows, coupon_amount, schedule,
//! };
//! // Three per cent, semi-annual, in denominations of SGD 250,000.00.
//! let terms = BondTerms::plain(
//!     "SGXF10000002".parse()?, "SGD".parse()?, 25_000_000, 10_000_000_000,
//!     "2025-01-15".parse()?, "2028-01-15".parse()?,
//!     Coupon::Fixed { rate: Decimal::from_bps(300) },
//! );
//! terms.validate()?;
//! let schedule = schedule(&terms)?;
//! let none = Observations::default();
//! assert_eq!(cash_flows(&terms, &schedule, &none)?.len(), 7);
//! assert_eq!(coupon_amount(&terms, &schedule, 0, 25_000_000, &none)?.gross_minor, 375_000);
//! assert_eq!(accrued(&terms, &schedule, "2025-02-15".parse()?, 25_000_000, &none)?.amount_minor, 62_500);
//! # Ok::<(), tenor_bond_math::Error>(())
//! ```
#![no_std]
#![cfg_attr(not(any(feature = "pricing", test)), deny(clippy::float_arithmetic))]
#![warn(clippy::arithmetic_side_effects)]

extern crate alloc;
#[cfg(any(test, feature = "pricing"))]
extern crate std;

/// Whether terms that run on dates of their own are computed; without it they are refused, and a contract
/// does not carry the code. A constant and not conditional compilation, so that every build checks all of it.
const PARTS: bool = cfg!(feature = "parts");

pub mod accrual;
pub mod business_day;
#[allow(
    clippy::arithmetic_side_effects,
    reason = "days, months and years of dates between 0001 and 9999"
)]
pub mod calendar;
pub mod cash_flow;
pub mod coupon;
#[allow(
    clippy::arithmetic_side_effects,
    reason = "days, months and years of dates between 0001 and 9999"
)]
pub mod date;
#[allow(
    clippy::arithmetic_side_effects,
    reason = "days, months and years of dates between 0001 and 9999"
)]
pub mod day_count;
pub mod decimal;
pub mod error;
pub mod floating;
pub mod fraction;
#[allow(clippy::arithmetic_side_effects, reason = "digits of twelve bytes")]
pub mod identifiers;
mod indexation;
pub mod observations;
#[allow(clippy::arithmetic_side_effects, reason = "counts of sixteen bits")]
pub mod period;
pub mod price;
#[cfg(feature = "pricing")]
pub mod pricing;
pub mod principal;
mod rate_text;
mod rates;
pub mod residue;
pub mod roll;
pub mod rounding;
pub mod schedule;
#[cfg(feature = "serde")]
mod serde_u128;
pub mod terms;
#[cfg(test)]
mod test_terms;
mod text;
mod wide;

pub use accrual::{Accrued, accrued};
pub use business_day::BusinessDayConvention;
pub use calendar::{Calendar, Centre, HolidayTable};
pub use cash_flow::{CashFlow, CashFlowKind, cash_flows, cash_flows_on};
pub use coupon::{
    CouponAmount, InterestUse, PeriodCoupon, Split, TaxSplit, coupon_amount, period_coupon,
    period_rate, split_residue, withhold,
};
pub use date::{Date, Weekday};
pub use day_count::{CouponContext, DayCount, DayCountContext, PeriodKind};
pub use decimal::Decimal;
pub use error::{Error, TermsError};
pub use floating::fixing_dates;
pub use fraction::Fraction;
pub use identifiers::{Currency, Isin};
pub use indexation::index_ratio;
pub use observations::{Fixing, FixingSeries, Observations};
pub use period::{Frequency, Period, PeriodUnit};
pub use price::{SettlementAmount, price_amount, settlement_amount};
pub use principal::{PrincipalAmount, PrincipalStep, principal_amount, principal_plan};
pub use rate_text::parse_rate;
pub use residue::{IssueResidue, issue_residues};
pub use roll::Roll;
pub use rounding::{Rounding, RoundingBasis, RoundingMode};
pub use schedule::{
    CouponPeriod, DateRule, DayKind, DayOffset, ExRule, Schedule, ScheduleRule, Stub, schedule,
    schedule_to,
};
pub use terms::{
    BondTerms, Coupon, DualCurrency, Exercise, FixingRule, FloatingRate, IndexReference,
    IndexScope, Indexation, Instalment, InterestBase, LevelPayments, Observation, PaymentInKind,
    RateAdjustment, RateStep, Redemption, Reduction, RepaymentStage, ResetRule, Right, RightKind,
};

pub(crate) use text::invalid_data;
