//! Conventions that count actual days.

use super::CouponContext;
use crate::date::is_leap_year;
use crate::{Date, Error, Fraction};

/// Days in leap years over 366, the others over 365.
pub(super) fn act_act_isda(start: Date, end: Date) -> Result<Fraction, Error> {
    let (mut leap, mut common) = (0_i64, 0_i64);
    let mut from = start;
    while from < end {
        let year = from.year();
        // A year that ends after 9999 cannot be reached: `end` is a date.
        let next = Date::from_ymd(year + 1, 1, 1).unwrap_or(end).min(end);
        let days = from.days_until(next);
        if is_leap_year(year) {
            leap += days;
        } else {
            common += days;
        }
        from = next;
    }
    Fraction::of_days(leap, 366)?.plus(Fraction::of_days(common, 365)?)
}

/// Whole years counted back from the end; the rest over 366 when a 29 February lies in it, its first
/// day counted and its last not.
pub(super) fn act_act_afb(start: Date, end: Date) -> Result<Fraction, Error> {
    let mut years = end.year() - start.year();
    if end.plus_months(-12 * years)? < start {
        years -= 1;
    }
    let rest_end = end.plus_months(-12 * years)?;
    let day_before = |date: Date| date.plus_days(-1).unwrap_or(date);
    let leap = day_before(start).leap_day_after_until(day_before(rest_end));
    Fraction::of_days(start.days_until(rest_end), if leap { 366 } else { 365 })?
        .plus(Fraction::of_days(i64::from(years), 1)?)
}

/// Whole years from the start; the rest over the length of the year that begins where they end.
pub(super) fn act_act_year(start: Date, end: Date) -> Result<Fraction, Error> {
    let mut years = end.year() - start.year();
    if start.plus_months(12 * years)? > end {
        years -= 1;
    }
    let rest_start = start.plus_months(12 * years)?;
    let year_end = start.plus_months(12 * (years + 1))?;
    Fraction::of_days(rest_start.days_until(end), rest_start.days_until(year_end))?
        .plus(Fraction::of_days(i64::from(years), 1)?)
}

/// ACT/365L (ICMA rule 251.1(i)): the year of the coupon date decides; for annual coupons, whether
/// the coupon period holds a 29 February. Without a coupon period, the end of the accrual stands for
/// the coupon date.
pub(super) fn act_365l(
    start: Date,
    end: Date,
    coupon: Option<&CouponContext>,
) -> Result<Fraction, Error> {
    let coupon_date = coupon.map_or(end, |coupon| coupon.end);
    let annual = coupon.is_some_and(|coupon| coupon.frequency.months() == Some(12));
    let leap = if annual {
        start.leap_day_after_until(coupon_date)
    } else {
        is_leap_year(coupon_date.year())
    };
    Fraction::of_days(start.days_until(end), if leap { 366 } else { 365 })
}

/// Actual days less every 29 February in `(start, end]`.
pub(super) fn days_without_leap_days(start: Date, end: Date) -> i64 {
    let leap_days = (start.year()..=end.year())
        .filter_map(|year| Date::from_ymd(year, 2, 29).ok())
        .filter(|leap| start < *leap && *leap <= end)
        .count();
    start.days_until(end) - i64::try_from(leap_days).unwrap_or(0)
}
