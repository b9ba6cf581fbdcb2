//! Rates of floating coupons: one fixing, an overnight rate compounded daily, or a compounded index.

use crate::rounding::mul_div;
use crate::{
    CouponPeriod, Date, Decimal, Error, FixingRule, FloatingRate, Observation, Observations,
    RoundingMode,
};

const NEAREST: RoundingMode = RoundingMode::HalfUp;

/// The coupon rate of a period: index rate, rounded, times gearing, plus spread, between floor and cap.
pub(crate) fn period_rate(
    floating: &FloatingRate,
    period: &CouponPeriod,
    observations: &Observations,
) -> Result<Decimal, Error> {
    rate_until(floating, period, period.accrual_end, observations)
}

/// The coupon rate as far as it is known on a day of the period: one that is compounded is compounded
/// up to that day, for accrued interest.
pub(crate) fn rate_until(
    floating: &FloatingRate,
    period: &CouponPeriod,
    until: Date,
    observations: &Observations,
) -> Result<Decimal, Error> {
    let index_rate = match floating.fixing {
        FixingRule::Term { .. } => observations.rates.get(term_fixing_date(floating, period)?)?,
        FixingRule::Compounded { .. } => compounded(floating, period, until, observations)?,
        FixingRule::IndexRatio { .. } => index_ratio(floating, period, until, observations)?,
    };
    let rate = index_rate
        .rounded(floating.rate_decimals, NEAREST)?
        .times(floating.gearing, NEAREST)?
        .plus(floating.spread)?;
    let capped = floating.cap.map_or(rate, |cap| rate.min(cap));
    Ok(floating.floor.map_or(capped, |floor| capped.max(floor)))
}

/// The days on which numbers must have been published before the rate of `period` is known, in
/// order. For a compounded rate these are all observation days.
///
/// # Errors
/// [`Error::CalendarYear`], [`Error::DateOutOfRange`].
pub fn fixing_dates(
    floating: &FloatingRate,
    period: &CouponPeriod,
) -> Result<alloc::vec::Vec<Date>, Error> {
    match floating.fixing {
        FixingRule::Term { .. } => Ok([term_fixing_date(floating, period)?].into()),
        FixingRule::IndexRatio { offset_business_days, .. } => Ok([
            business_days_before(floating, period.accrual_start, offset_business_days)?,
            business_days_before(floating, period.accrual_end, offset_business_days)?,
        ]
        .into()),
        FixingRule::Compounded { .. } => {
            let mut dates = alloc::vec::Vec::new();
            walk(floating, period, period.accrual_end, |observed, _| {
                if dates.last() != Some(&observed) {
                    dates.push(observed);
                }
                Ok(())
            })?;
            Ok(dates)
        }
    }
}

fn term_fixing_date(floating: &FloatingRate, period: &CouponPeriod) -> Result<Date, Error> {
    let FixingRule::Term { offset_business_days, in_arrears } = floating.fixing else {
        return Err(Error::Unsupported {
            what: "a single fixing date",
            reason: "the rate is compounded over many days",
        });
    };
    let anchor = if in_arrears { period.accrual_end } else { period.accrual_start };
    business_days_before(floating, anchor, offset_business_days)
}

/// The date `count` business days before; the business day on or before it for none.
fn business_days_before(floating: &FloatingRate, date: Date, count: u8) -> Result<Date, Error> {
    match count {
        0 => floating.calendar.previous_or_same(date),
        count => floating.calendar.plus_business_days(date, i32::from(count).saturating_neg()),
    }
}

/// ((1 + r1·n1/Y)·(1 + r2·n2/Y)·… − 1) · Y / D over the observation days (ISDA 2021 section 7).
fn compounded(
    floating: &FloatingRate,
    period: &CouponPeriod,
    until: Date,
    observations: &Observations,
) -> Result<Decimal, Error> {
    let FixingRule::Compounded { year_days, .. } = floating.fixing else {
        return Err(Error::overflow("a compounded rate"));
    };
    let year = i128::from(year_days);
    let one = Decimal::ONE.units();
    let year_units = mul_div(&[year, one], &[1], NEAREST)?;
    let mut factor = one;
    let mut all_days = 0_i128;
    walk(floating, period, until, |observed, days| {
        let rate = observations.rates.get(observed)?;
        let interest = mul_div(&[rate.units(), i128::from(days)], &[1], NEAREST)?;
        let growth =
            year_units.checked_add(interest).ok_or(Error::overflow("a compounding factor"))?;
        factor = mul_div(&[factor, growth], &[year_units], NEAREST)?;
        all_days = all_days.saturating_add(i128::from(days));
        Ok(())
    })?;
    mul_div(&[factor.saturating_sub(one), year], &[all_days], NEAREST).map(Decimal::from_units)
}

/// Visits each business day of the period up to `until` with the day whose rate it takes and its weight in days.
///
/// With [`Observation::Shift`] the days and weights are those of the period moved back by the
/// lookback. The lockout freezes the rate from the cut-off day on.
fn walk(
    floating: &FloatingRate,
    period: &CouponPeriod,
    until: Date,
    mut visit: impl FnMut(Date, i64) -> Result<(), Error>,
) -> Result<(), Error> {
    let FixingRule::Compounded {
        lookback_business_days: lookback,
        observation,
        lockout_business_days: lockout,
        ..
    } = floating.fixing
    else {
        return Ok(());
    };
    let (shift, lag) = match observation {
        Observation::Lag => (0, lookback),
        Observation::Shift => (lookback, 0),
    };
    let shifted = |date| match shift {
        0 => Ok(date),
        days => business_days_before(floating, date, days),
    };
    let end = shifted(until)?;
    let cut_off = match lockout {
        0 => Date::MAX,
        lockout => business_days_before(floating, shifted(period.accrual_end)?, lockout)?,
    };
    let mut day = shifted(period.accrual_start)?;
    while day < end {
        let next = floating.calendar.next_or_same(day.plus_days(1)?)?.min(end);
        // A day that is no business day takes the rate of the one before it.
        let of_day = floating.calendar.previous_or_same(day.min(cut_off))?;
        let observed = business_days_before(floating, of_day, lag)?;
        visit(observed, day.days_until(next))?;
        day = next;
    }
    Ok(())
}

/// (index at the end / index at the start − 1) · Y / days of the accrual period.
fn index_ratio(
    floating: &FloatingRate,
    period: &CouponPeriod,
    until: Date,
    observations: &Observations,
) -> Result<Decimal, Error> {
    let FixingRule::IndexRatio { year_days, offset_business_days } = floating.fixing else {
        return Err(Error::overflow("an index ratio"));
    };
    let value = |date| {
        let published = business_days_before(floating, date, offset_business_days)?;
        observations.rates.get(published)
    };
    let (at_start, at_end) = (value(period.accrual_start)?, value(until)?);
    let growth = at_end.minus(at_start)?;
    let days = period.accrual_start.days_until(until);
    mul_div(
        &[growth.units(), i128::from(year_days), Decimal::ONE.units()],
        &[at_start.units(), i128::from(days)],
        NEAREST,
    )
    .map(Decimal::from_units)
}

#[cfg(test)]
mod tests;
