//! The terms of a bond: one model for every instrument, from zero coupon to perpetual.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{
    BusinessDayConvention, Calendar, Currency, Date, DateRule, DayCount, DayOffset, Decimal,
    ExRule, Frequency, Isin, Rounding, ScheduleRule,
};

mod coupon;
mod redemption;
mod rights;
mod validate;
mod validate_coupon;
mod validate_dates;

pub use coupon::{
    Coupon, FixingRule, FloatingRate, Observation, RateAdjustment, RateStep, ResetRule,
};
pub use redemption::{
    DualCurrency, IndexReference, IndexScope, Indexation, Instalment, InterestBase, LevelPayments,
    PaymentInKind, Redemption, Reduction, RepaymentStage,
};
pub use rights::{Exercise, Right, RightKind};

/// The longest term sheet as text, in bytes, that a reader should accept: with it, reading one stays within
/// a mebibyte and ten milliseconds.
pub const TEXT_BYTES_MAX: usize = 16 * 1024;

/// Everything the payments of a bond follow from.
///
/// Amounts named `_minor` are in minor units of the currency (cents; yen). Rates are parts of one
/// (4.25 % is `0.0425`), prices per cent of par. Check with [`BondTerms::validate`] before use: the
/// other functions stay safe on unchecked terms, but what they compute then means nothing.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct BondTerms {
    /// ISO 6166 number.
    pub isin: Isin,
    /// Currency of denomination and, unless [`BondTerms::dual_currency`] says otherwise, of payment.
    pub currency: Currency,
    /// Smallest amount that can be held and transferred, in minor units.
    #[cfg_attr(feature = "serde", serde(with = "crate::serde_u128"))]
    pub denomination_minor: u128,
    /// Face amount of the whole issue, in minor units; a multiple of the denomination.
    #[cfg_attr(feature = "serde", serde(with = "crate::serde_u128"))]
    pub issue_size_minor: u128,
    /// Issue price in per cent of par.
    #[cfg_attr(feature = "serde", serde(default = "par"))]
    pub issue_price: Decimal,
    /// Day of issue and first settlement.
    pub issue_date: Date,
    /// Day interest begins to accrue; often the issue date.
    pub dated_date: Date,
    /// Day the principal is due; `None` for a perpetual bond.
    #[cfg_attr(feature = "serde", serde(default))]
    pub maturity: Option<Date>,
    /// What interest is paid.
    pub coupon: Coupon,
    /// How the days of an accrual count.
    pub day_count: DayCount,
    /// How the coupon dates are found.
    pub schedule: ScheduleRule,
    /// Coupon dates of their own, stage by stage, from the first date of the first stage on: a bond that
    /// pays yearly and later quarterly. The rule of the schedule leads up to them.
    #[cfg_attr(feature = "serde", serde(default))]
    pub coupon_stages: Vec<DateRule>,
    /// Business days for payments, record and ex dates.
    pub calendar: Calendar,
    /// What happens to a payment on a day that is none.
    #[cfg_attr(feature = "serde", serde(default))]
    pub payment_convention: BusinessDayConvention,
    /// Whether accrual runs between adjusted dates, so that a moved payment pays more or fewer days.
    #[cfg_attr(feature = "serde", serde(default))]
    pub accrual_adjusted: bool,
    /// Whether the dated date and the maturity stay where they are, also when they are no business days
    /// (ISDA: effective and termination date not adjusted).
    #[cfg_attr(feature = "serde", serde(default))]
    pub end_dates_unadjusted: bool,
    /// Business days from the adjusted end of a period to its payment.
    #[cfg_attr(feature = "serde", serde(default))]
    pub payment_lag_business_days: u8,
    /// Record date: holders at the end of this day are paid. Counted back from the payment.
    pub record: DayOffset,
    /// Ex date; `None` when the bond never trades ex.
    #[cfg_attr(feature = "serde", serde(default))]
    pub ex: Option<ExRule>,
    /// Business days from a trade to its settlement.
    #[cfg_attr(feature = "serde", serde(default))]
    pub settlement_lag_business_days: u8,
    /// How amounts are rounded.
    pub rounding: Rounding,
    /// How the principal is repaid.
    #[cfg_attr(feature = "serde", serde(default))]
    pub redemption: Redemption,
    /// How a repayment before maturity shows in holdings.
    #[cfg_attr(feature = "serde", serde(default))]
    pub reduction: Reduction,
    /// Whether interest is added to the principal instead of paid.
    #[cfg_attr(feature = "serde", serde(default))]
    pub payment_in_kind: PaymentInKind,
    /// What interest is computed on.
    #[cfg_attr(feature = "serde", serde(default))]
    pub interest_base: InterestBase,
    /// Interest already owed on the dated date, in per cent of par, paid with the first coupon: of a bond
    /// given for another with its accrued interest.
    #[cfg_attr(feature = "serde", serde(default))]
    pub opening_interest: Decimal,
    /// Principal and coupon follow a price index.
    #[cfg_attr(feature = "serde", serde(default))]
    pub indexation: Option<Indexation>,
    /// Coupon or redemption is paid in another currency.
    #[cfg_attr(feature = "serde", serde(default))]
    pub dual_currency: Option<DualCurrency>,
    /// Calls, puts and conversions.
    #[cfg_attr(feature = "serde", serde(default))]
    pub rights: Vec<Right>,
}

#[cfg(feature = "serde")]
const fn par() -> Decimal {
    Decimal::HUNDRED
}

impl BondTerms {
    /// Terms of the commonest bond, to be changed field by field: issued at par, accruing from its
    /// issue date, semi-annual, 30E/360, unadjusted, following, weekends only, record date one
    /// business day before payment, never ex, settlement after two business days, rounded half up
    /// per denomination to the minor unit, redeemed at par.
    #[must_use]
    pub fn plain(
        isin: Isin,
        currency: Currency,
        denomination_minor: u128,
        issue_size_minor: u128,
        issue_date: Date,
        maturity: Date,
        coupon: Coupon,
    ) -> Self {
        Self {
            isin,
            currency,
            denomination_minor,
            issue_size_minor,
            issue_price: Decimal::HUNDRED,
            issue_date,
            dated_date: issue_date,
            maturity: Some(maturity),
            coupon,
            day_count: DayCount::ThirtyE360,
            schedule: ScheduleRule::every(Frequency::SEMI_ANNUAL),
            coupon_stages: Vec::new(),
            calendar: Calendar::weekends(),
            payment_convention: BusinessDayConvention::Following,
            accrual_adjusted: false,
            end_dates_unadjusted: false,
            payment_lag_business_days: 0,
            record: DayOffset::business(1),
            ex: None,
            settlement_lag_business_days: 2,
            rounding: Rounding::per_denomination(currency.minor_digits()),
            redemption: Redemption::default(),
            reduction: Reduction::default(),
            payment_in_kind: PaymentInKind::default(),
            interest_base: InterestBase::default(),
            opening_interest: Decimal::ZERO,
            indexation: None,
            dual_currency: None,
            rights: Vec::new(),
        }
    }

    /// The day a trade settles: the terms' business days after it.
    ///
    /// # Errors
    /// [`crate::Error::CalendarYear`].
    pub fn settlement_date(&self, trade_date: Date) -> Result<Date, crate::Error> {
        self.calendar.plus_business_days(trade_date, i32::from(self.settlement_lag_business_days))
    }

    /// The last day on which notice of an exercise can be given.
    ///
    /// # Errors
    /// [`crate::Error::CalendarYear`].
    pub fn notice_deadline(
        &self,
        right: &Right,
        exercise: &Exercise,
    ) -> Result<Date, crate::Error> {
        let notice = i32::from(right.notice_business_days).saturating_neg();
        match notice {
            0 => self.calendar.previous_or_same(exercise.date),
            notice => self.calendar.plus_business_days(exercise.date, notice),
        }
    }

    /// Whether something here runs on dates of its own, so that interest may accrue in parts: later coupon
    /// stages, resets, repayments, index readings, a base of interest or interest owed at the start. Such
    /// terms are computed with the feature `parts` alone.
    #[must_use]
    pub fn accrues_in_parts(&self) -> bool {
        let resets = matches!(&self.coupon, Coupon::Floating(rate) if rate.fixing.resets());
        let own_index =
            |indexation: &Indexation| indexation.dates.is_some() || indexation.reference.is_some();
        resets
            || !self.coupon_stages.is_empty()
            || matches!(self.redemption, Redemption::Stages { .. } | Redemption::Level(_))
            || self.interest_base != InterestBase::Outstanding
            || !self.opening_interest.is_zero()
            || self.indexation.as_ref().is_some_and(own_index)
    }

    /// Whether interest and principal follow a price index: a linker, which is quoted in real terms.
    #[must_use]
    pub fn is_linker(&self) -> bool {
        self.indexation.as_ref().is_some_and(|indexation| indexation.scope == IndexScope::Both)
    }

    /// Where business days move a date of the schedule.
    pub(crate) fn adjusted(&self, date: Date) -> Result<Date, crate::Error> {
        let is_end = date == self.dated_date || Some(date) == self.maturity;
        if self.end_dates_unadjusted && is_end {
            return Ok(date);
        }
        self.payment_convention.adjust(date, &self.calendar)
    }

    /// The day on which accrual begins or ends for a date of the schedule.
    pub(crate) fn accrual_date(&self, date: Date) -> Result<Date, crate::Error> {
        if self.accrual_adjusted { self.adjusted(date) } else { Ok(date) }
    }

    /// Number of denominations in a face amount.
    ///
    /// # Errors
    /// [`crate::Error::NotAMultiple`] when it is not a whole number.
    pub fn units_of(&self, face_minor: u128) -> Result<u128, crate::Error> {
        let refused =
            crate::Error::NotAMultiple { face_minor, denomination_minor: self.denomination_minor };
        match face_minor.checked_rem(self.denomination_minor) {
            Some(0) => face_minor.checked_div(self.denomination_minor).ok_or(refused),
            _ => Err(refused),
        }
    }
}

#[cfg(test)]
mod tests;
