//! ACT/ACT ICMA: rule 251.1(iii), with the regular dates around a stub as ISDA's 1998 note on
//! ACT/ACT draws them.

use super::{CouponContext, DayCount, PeriodKind};
use crate::{Date, Error, Fraction};

/// A stub longer than this many regular periods is taken for an error in the dates.
const STUB_PERIODS_MAX: u32 = 400;

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
        PeriodKind::FirstStub => sum_over(start, end, coupon, coupon.end)?.times(year_part),
        PeriodKind::LastStub => sum_over(start, end, coupon, coupon.start)?.times(year_part),
    }
}

/// Adds the part of each regular period that lies in the accrual. Regular dates are counted from the
/// anchor, to both sides of it: an accrual that business days have moved may begin or end beyond it.
fn sum_over(
    start: Date,
    end: Date,
    coupon: &CouponContext,
    anchor: Date,
) -> Result<Fraction, Error> {
    // The anchor itself is a regular date even when the roll would place it elsewhere.
    let regular = |times| match times {
        0 => Ok(anchor),
        times => coupon.roll.nth(anchor, coupon.frequency, times),
    };
    let mut index = 0_i32;
    let mut from = anchor;
    while start < from {
        index = within(index.saturating_sub(1))?;
        from = regular(index)?;
    }
    let mut sum = Fraction::ZERO;
    while from < end {
        index = within(index.saturating_add(1))?;
        let to = regular(index)?;
        let (first, last) = (start.max(from), end.min(to));
        if first < last {
            sum = sum.plus(part_of(first, last, from, to)?)?;
        }
        from = to;
    }
    Ok(sum)
}

fn within(index: i32) -> Result<i32, Error> {
    if index.unsigned_abs() <= STUB_PERIODS_MAX {
        return Ok(index);
    }
    Err(Error::Unsupported {
        what: "ACT/ACT ICMA",
        reason: "the accrual reaches outside its coupon period",
    })
}

fn part_of(start: Date, end: Date, from: Date, to: Date) -> Result<Fraction, Error> {
    Fraction::of_days(start.days_until(end), from.days_until(to))
}
