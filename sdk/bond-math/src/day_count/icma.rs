//! ACT/ACT ICMA: rule 251.1(iii), with the regular dates around a stub as ISDA's 1998 note on
//! ACT/ACT draws them.

use super::{CouponContext, DayCount, PeriodKind};
use crate::{Date, Error, Fraction};

/// A stub longer than this many regular periods is taken for an error in the dates.
const STUB_PERIODS_MAX: i32 = 400;

pub(super) fn act_act_icma(
    start: Date,
    end: Date,
    coupon: Option<&CouponContext>,
) -> Result<Fraction, Error> {
    let coupon = coupon.ok_or(Error::DayCountContext {
        day_count: DayCount::ActActIcma,
        needs: "the coupon period",
    })?;
    let year_part = coupon.frequency.year_part()?;
    match coupon.kind {
        PeriodKind::Regular if (start, end) == (coupon.start, coupon.end) => Ok(year_part),
        PeriodKind::Regular => {
            // Days × months over days × 12, in one step.
            let months = coupon.frequency.months().map_or(0, i64::from);
            let days = coupon.start.days_until(coupon.end).saturating_mul(12);
            Fraction::of_days(start.days_until(end).saturating_mul(months), days)
        }
        PeriodKind::FirstStub => sum_over(start, end, year_part, |index| {
            let nth = |times| coupon.roll.nth(coupon.end, coupon.frequency, times);
            Ok((nth(-index - 1)?, nth_or_anchor(coupon.end, -index, nth)?))
        }),
        PeriodKind::LastStub => sum_over(start, end, year_part, |index| {
            let nth = |times| coupon.roll.nth(coupon.start, coupon.frequency, times);
            Ok((nth_or_anchor(coupon.start, index, nth)?, nth(index + 1)?))
        }),
    }
}

/// The anchor itself is a regular date even when the roll would place it elsewhere.
fn nth_or_anchor(
    anchor: Date,
    times: i32,
    nth: impl Fn(i32) -> Result<Date, Error>,
) -> Result<Date, Error> {
    if times == 0 { Ok(anchor) } else { nth(times) }
}

/// Adds, over regular periods taken one after another from the anchor, the part of each that lies in
/// the accrual.
fn sum_over(
    start: Date,
    end: Date,
    year_part: Fraction,
    regular: impl Fn(i32) -> Result<(Date, Date), Error>,
) -> Result<Fraction, Error> {
    let mut sum = Fraction::ZERO;
    let mut covered_days = 0_i64;
    for index in 0..STUB_PERIODS_MAX {
        let (from, to) = regular(index)?;
        let (first, last) = (start.max(from), end.min(to));
        if first < last {
            covered_days = covered_days.saturating_add(first.days_until(last));
            sum = sum.plus(part_of(first, last, from, to)?)?;
        }
        if covered_days >= start.days_until(end) {
            return sum.times(year_part);
        }
    }
    Err(Error::Unsupported {
        what: "ACT/ACT ICMA",
        reason: "the accrual reaches outside its coupon period",
    })
}

fn part_of(start: Date, end: Date, from: Date, to: Date) -> Result<Fraction, Error> {
    Fraction::of_days(start.days_until(end), from.days_until(to))
}
