//! Day-count conventions: how much of a year lies between two dates, as an exact fraction.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Calendar, Date, Error, Fraction, Frequency, Roll};

mod actual;
mod icma;
mod names;
mod thirty;

/// A day-count convention. Names and rules: ISDA 2006 Definitions section 4.16, ICMA rule 251,
/// AFB master agreement 1994, and market usage where named.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize, tenor_macros::Schema,
)]
pub enum DayCount {
    /// Always one year (ISDA 4.16(a)).
    OneOne,
    /// ACT/ACT ISDA: days in leap years over 366 plus the others over 365 (ISDA 4.16(b)).
    ActActIsda,
    /// ACT/ACT ICMA: days over days in the coupon period times periods in a year (rule 251.1).
    ActActIcma,
    /// ACT/ACT AFB: whole years counted back from the end, the rest over 366 when it holds a 29 February.
    ActActAfb,
    /// Whole years from the start, the rest over the length of the year it lies in.
    ActActYear,
    /// Actual days over 360 (ISDA 4.16(e)).
    Act360,
    /// Actual days over 364.
    Act364,
    /// Actual days over 365 (ISDA 4.16(d)).
    Act365Fixed,
    /// ACT/365L: over 366 when the period's end is in a leap year (annual: when it holds a 29 February).
    Act365L,
    /// Actual days over 366 when they hold a 29 February, else over 365.
    Act365Actual,
    /// Actual days over 365.25.
    Act36525,
    /// Actual days over 366.
    Act366,
    /// Actual days without 29 February, over 360.
    Nl360,
    /// Actual days without 29 February, over 365.
    Nl365,
    /// 30/360 bond basis (ISDA 4.16(f)): no rule for February.
    Thirty360Isda,
    /// 30/360 US: the end of February counts as the 30th when the schedule rolls at month ends.
    Thirty360Us,
    /// 30/360 US with the rule for the end of February whatever the roll (SIFMA, Bloomberg).
    Thirty360UsEom,
    /// 30/360 PSA: the end of February counts as the 30th at the start only.
    Thirty360Psa,
    /// 30E/360 Eurobond basis (ISDA 4.16(g)).
    ThirtyE360,
    /// 30E/360 ISDA (4.16(h)): month ends count as the 30th, except a maturity at the end of February.
    ThirtyE360Isda,
    /// 30E+/360: an end on the 31st counts as the 1st of the next month.
    ThirtyEPlus360,
    /// 30E/365: every month end counts as the 30th, days over 365.
    ThirtyE365,
    /// 30/365: days as 30E/360, over 365 (ISO 20022 code A002).
    Thirty365,
    /// Business days over 252 (Brazil).
    Bus252,
}

/// Which part of a schedule a coupon period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum PeriodKind {
    /// As long as the frequency says.
    Regular,
    /// A first period that is shorter or longer; its regular dates are counted back from its end.
    FirstStub,
    /// A last period that is shorter or longer; its regular dates are counted on from its start.
    LastStub,
}

/// The coupon period an accrual lies in. Around a stub, ACT/ACT ICMA counts regular dates from its end or
/// start: there these are the schedule's own dates, whatever days accrual is moved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CouponContext {
    /// First day of the coupon period.
    pub start: Date,
    /// Last day of the coupon period.
    pub end: Date,
    /// How often the bond pays.
    pub frequency: Frequency,
    /// The roll of the schedule, for the regular dates around a stub.
    pub roll: Roll,
    /// Whether the period is regular.
    pub kind: PeriodKind,
}

/// The facts some conventions need beside two dates.
#[derive(Clone, Copy, Debug, Default)]
pub struct DayCountContext<'a> {
    /// The coupon period (ACT/ACT ICMA; ACT/365L when annual).
    pub coupon: Option<CouponContext>,
    /// The bond's maturity (30E/360 ISDA).
    pub maturity: Option<Date>,
    /// The calendar (BUS/252).
    pub calendar: Option<&'a Calendar>,
    /// Whether the schedule rolls at month ends (30/360 US).
    pub end_of_month: bool,
}

impl DayCount {
    /// Every convention.
    pub const ALL: [Self; 24] = [
        Self::OneOne,
        Self::ActActIsda,
        Self::ActActIcma,
        Self::ActActAfb,
        Self::ActActYear,
        Self::Act360,
        Self::Act364,
        Self::Act365Fixed,
        Self::Act365L,
        Self::Act365Actual,
        Self::Act36525,
        Self::Act366,
        Self::Nl360,
        Self::Nl365,
        Self::Thirty360Isda,
        Self::Thirty360Us,
        Self::Thirty360UsEom,
        Self::Thirty360Psa,
        Self::ThirtyE360,
        Self::ThirtyE360Isda,
        Self::ThirtyEPlus360,
        Self::ThirtyE365,
        Self::Thirty365,
        Self::Bus252,
    ];

    /// The part of a year from `start` to `end`, exactly; negative when `end` is earlier.
    ///
    /// # Errors
    /// [`Error::DayCountContext`] when the convention needs a fact `context` does not hold;
    /// [`Error::CalendarYear`] for BUS/252.
    ///
    /// ```
    /// use tenor_bond_math::{Date, DayCount, DayCountContext, Fraction};
    /// let (start, end): (Date, Date) = ("2003-11-01".parse()?, "2004-05-01".parse()?);
    /// let part = DayCount::Act360.year_fraction(start, end, &DayCountContext::default())?;
    /// assert_eq!(part, Fraction::new(182, 360)?);
    /// # Ok::<(), tenor_bond_math::Error>(())
    /// ```
    pub fn year_fraction(
        self,
        start: Date,
        end: Date,
        context: &DayCountContext<'_>,
    ) -> Result<Fraction, Error> {
        if self == Self::OneOne {
            return Ok(Fraction::ONE);
        }
        if end < start {
            return self.year_fraction(end, start, context).map(Fraction::negated);
        }
        match self {
            Self::ActActIsda => actual::act_act_isda(start, end),
            Self::ActActIcma => icma::act_act_icma(start, end, context.coupon.as_ref()),
            Self::ActActAfb => actual::act_act_afb(start, end),
            Self::ActActYear => actual::act_act_year(start, end),
            Self::Act365L => actual::act_365l(start, end, context.coupon.as_ref()),
            Self::Act365Actual => {
                let leap = start.leap_day_after_until(end);
                Fraction::of_days(start.days_until(end), if leap { 366 } else { 365 })
            }
            Self::Act36525 => {
                let days = start.days_until(end).saturating_mul(4);
                Fraction::of_days(days, 1461)
            }
            _ => Fraction::of_days(self.days(start, end, context)?, self.denominator()),
        }
    }

    /// The number of days from `start` to `end` as this convention counts them.
    ///
    /// # Errors
    /// As [`DayCount::year_fraction`].
    pub fn days(self, start: Date, end: Date, context: &DayCountContext<'_>) -> Result<i64, Error> {
        if end < start {
            return self.days(end, start, context).map(i64::saturating_neg);
        }
        Ok(match self {
            Self::OneOne => 1,
            Self::Nl360 | Self::Nl365 => actual::days_without_leap_days(start, end),
            Self::Thirty360Isda => thirty::isda(start, end),
            Self::Thirty360Us => thirty::us(start, end, context.end_of_month),
            Self::Thirty360UsEom => thirty::us(start, end, true),
            Self::Thirty360Psa => thirty::psa(start, end),
            Self::ThirtyE360 | Self::Thirty365 => thirty::eurobond(start, end),
            Self::ThirtyE365 => thirty::e_isda(start, end, None),
            Self::ThirtyE360Isda => thirty::e_isda(start, end, context.maturity),
            Self::ThirtyEPlus360 => thirty::e_plus(start, end),
            Self::Bus252 => context
                .calendar
                .ok_or(Error::DayCountContext { day_count: self, needs: "a calendar" })?
                .business_days_between(start, end)?,
            _ => start.days_until(end),
        })
    }

    /// Days in a year, for the conventions where it is one number.
    const fn denominator(self) -> i64 {
        match self {
            Self::Act364 => 364,
            Self::Act366 => 366,
            Self::Act365Fixed | Self::Nl365 | Self::ThirtyE365 | Self::Thirty365 => 365,
            Self::Bus252 => 252,
            _ => 360,
        }
    }
}

#[cfg(test)]
mod tests;
