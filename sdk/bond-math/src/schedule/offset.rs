//! Record and ex dates: days counted back from a payment.

use alloc::format;

use borsh::{BorshDeserialize, BorshSerialize};

use super::work::Work;
use crate::{BusinessDayConvention, Calendar, Date, Error, TermsError};

/// How days before a payment are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum DayKind {
    /// Every day counts; the day found is then adjusted.
    Calendar,
    /// Business days of the bond's calendar.
    Business,
}

/// A number of days before a payment date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct DayOffset {
    /// How many, at most [`DAY_OFFSET_MAX`].
    pub days: u8,
    /// Of which kind.
    pub kind: DayKind,
    /// Applied to a day counted on the calendar.
    #[cfg_attr(feature = "serde", serde(default = "DayOffset::unadjusted"))]
    pub convention: BusinessDayConvention,
}

/// Most days a record or ex date may lie before the payment.
pub const DAY_OFFSET_MAX: u8 = 60;

impl DayOffset {
    /// `days` business days before.
    #[must_use]
    pub const fn business(days: u8) -> Self {
        Self { days, kind: DayKind::Business, convention: BusinessDayConvention::None }
    }

    /// `days` calendar days before, not adjusted.
    #[must_use]
    pub const fn calendar(days: u8) -> Self {
        Self { days, kind: DayKind::Calendar, convention: BusinessDayConvention::None }
    }

    #[cfg(feature = "serde")]
    const fn unadjusted() -> BusinessDayConvention {
        BusinessDayConvention::None
    }

    /// The day this many days before `date`.
    ///
    /// # Errors
    /// [`Error::CalendarYear`], [`Error::DateOutOfRange`].
    pub fn before(&self, date: Date, calendar: &Calendar) -> Result<Date, Error> {
        match self.kind {
            DayKind::Calendar => {
                let day = date.plus_days(i64::from(self.days).saturating_neg())?;
                self.convention.adjust(day, calendar)
            }
            DayKind::Business if self.days == 0 => Ok(date),
            DayKind::Business => {
                calendar.plus_business_days(date, i32::from(self.days).saturating_neg())
            }
        }
    }

    /// [`DayOffset::before`], counting the days looked up.
    pub(super) fn before_counted(
        &self,
        date: Date,
        calendar: &Calendar,
        work: &mut Work,
    ) -> Result<Date, Error> {
        let found = self.before(date, calendar)?;
        match self.kind {
            DayKind::Calendar => {
                let from = date.plus_days(i64::from(self.days).saturating_neg())?;
                work.add(self.convention.days_looked_up(from, found));
            }
            DayKind::Business => work.add_between(date, found),
        }
        Ok(found)
    }

    pub(crate) fn validate(&self, field: &'static str) -> Result<(), TermsError> {
        if self.days > DAY_OFFSET_MAX {
            return Err(TermsError::new(
                field,
                format!("{} days, at most {DAY_OFFSET_MAX} are allowed", self.days),
            ));
        }
        Ok(())
    }
}

/// When a bond begins to trade without its next coupon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct ExRule {
    /// The ex-dividend date, counted back from the payment.
    pub offset: DayOffset,
    /// Whether a settlement on that very date still has the coupon: so for UK gilts, not for
    /// Australian bonds.
    pub cum_on_ex_date: bool,
}

impl ExRule {
    /// The first settlement date without the coupon, counting the days looked up.
    ///
    /// # Errors
    /// [`Error::CalendarYear`], [`Error::DateOutOfRange`].
    pub(super) fn first_ex_day(
        &self,
        payment: Date,
        calendar: &Calendar,
        work: &mut Work,
    ) -> Result<Date, Error> {
        let date = self.offset.before_counted(payment, calendar, work)?;
        if !self.cum_on_ex_date {
            return Ok(date);
        }
        let next = calendar.plus_business_days(date, 1)?;
        work.add_between(date, next);
        Ok(next)
    }
}
