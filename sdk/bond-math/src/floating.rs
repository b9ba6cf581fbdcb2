//! Rates of floating coupons: one fixing, an overnight rate compounded daily or averaged, or a compounded
//! index.

use crate::decimal::SCALE;
use crate::rounding::{Quotients, mul_div};
use crate::{
    CouponPeriod, Date, Decimal, Error, FixingRule, FloatingRate, Observation, Observations,
    RoundingMode,
};

const NEAREST: RoundingMode = RoundingMode::HalfUp;

/// The coupon rate as far as it is known on a day of the period: one that is compounded or averaged is
/// so up to that day, for accrued interest; to the end of the period for a whole coupon.
pub(crate) fn rate_until(
    floating: &FloatingRate,
    period: &CouponPeriod,
    until: Date,
    observations: &Observations,
) -> Result<Decimal, Error> {
    let index_rate = match floating.fixing {
        FixingRule::Term { .. } => observations.rates.get(term_fixing_date(floating, period)?)?,
        FixingRule::Compounded { .. } => compounded(floating, period, until, observations)?,
        FixingRule::Averaged { .. } => averaged(floating, period, until, observations)?,
        FixingRule::IndexRatio { .. } => index_ratio(floating, period, until, observations)?,
        FixingRule::Reset(_) => {
            return Err(Error::Unsupported {
                what: "the rate of a period",
                reason: "it resets on dates of its own",
            });
        }
    };
    Ok(between(with_margin(floating, index_rate)?, floating.floor, floating.cap))
}

/// Index rate, rounded, times gearing, plus spread.
pub(crate) fn with_margin(floating: &FloatingRate, index_rate: Decimal) -> Result<Decimal, Error> {
    index_rate
        .rounded(floating.rate_decimals, NEAREST)?
        .times(floating.gearing, NEAREST)?
        .plus(floating.spread)
}

/// The value, not above the cap; the floor goes before it.
pub(crate) fn between(value: Decimal, floor: Option<Decimal>, cap: Option<Decimal>) -> Decimal {
    let capped = cap.map_or(value, |cap| value.min(cap));
    floor.map_or(capped, |floor| capped.max(floor))
}

/// The days on which numbers must have been published before the rate of `period` is known, in
/// order. For a compounded or averaged rate these are all observation days; for one that resets on dates
/// of its own, the fixing of a reset with which the period begins (also of one before the maturity that
/// `long_last` leaves out: the rate does not say when the bond ends).
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
        FixingRule::Reset(ref reset) => {
            let start = period.unadjusted_start;
            let last = match &reset.dates {
                Some(dates) => dates.last_within(Date::MAX, start.plus_days(1)?)?,
                None => None,
            };
            let given = reset.fixed.iter().any(|step| step.from == start);
            if given || last != Some(start) {
                return Ok(alloc::vec::Vec::new());
            }
            let offset = reset.offset_business_days;
            Ok([business_days_before(floating, period.accrual_start, offset)?].into())
        }
        FixingRule::Compounded { .. } | FixingRule::Averaged { .. } => {
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
pub(crate) fn business_days_before(
    floating: &FloatingRate,
    date: Date,
    count: u8,
) -> Result<Date, Error> {
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
    let divisor = year.saturating_mul(one);
    let over_year = Year { divisor, quotients: Quotients::by(divisor) };
    let mut factor = Factor::ONE;
    let mut all_days = 0_u64;
    let mut rates = observations.rates.reader();
    walk(floating, period, until, |observed, days| {
        factor = factor.grown(&over_year, rates.get(observed)?, days)?;
        all_days = all_days.saturating_add(days);
        Ok(())
    })?;
    let growth = factor.units().saturating_sub(one);
    per_day(&[growth, year], all_days)
}

/// A compounding factor, in units of 10^-18.
#[derive(Clone, Copy)]
enum Factor {
    /// Nearly always, to eighteenfold growth: a guest has no instructions for more.
    Word(u64),
    /// Beyond, and where rates are below zero.
    Wide(i128),
}

impl Factor {
    const ONE: Self = Self::Word(SCALE);

    const fn units(self) -> i128 {
        match self {
            Self::Word(units) => units as i128,
            Self::Wide(units) => units,
        }
    }

    /// The factor after some days at a rate, rounded.
    #[inline]
    fn grown(self, year: &Year, rate: Decimal, days: u64) -> Result<Self, Error> {
        if let (Self::Word(factor), Ok(rate)) = (self, u64::try_from(rate.units()))
            && let Some(interest) = short_product(rate, days)
            && let Some(growth) = year.quotients.of(factor, interest)
            && let Some(grown) = factor.checked_add(growth)
        {
            return Ok(Self::Word(grown));
        }
        self.grown_wide(year, rate, days)
    }

    #[cold]
    fn grown_wide(self, year: &Year, rate: Decimal, days: u64) -> Result<Self, Error> {
        let factor = self.units();
        let growth = mul_div(&[factor, weighted(rate, days)?], &[year.divisor], NEAREST)?;
        factor.checked_add(growth).map(Self::Wide).ok_or(Error::overflow("a compounding factor"))
    }
}

/// What a rate times days is divided by: the days of a year, in units of 10^-18.
struct Year {
    divisor: i128,
    quotients: Quotients,
}

/// (r1·n1 + r2·n2 + …) / D over the observation days.
fn averaged(
    floating: &FloatingRate,
    period: &CouponPeriod,
    until: Date,
    observations: &Observations,
) -> Result<Decimal, Error> {
    let mut sum = 0_i128;
    let mut all_days = 0_u64;
    let mut rates = observations.rates.reader();
    walk(floating, period, until, |observed, days| {
        let part = weighted(rates.get(observed)?, days)?;
        sum = sum.checked_add(part).ok_or(Error::overflow("a sum of rates"))?;
        all_days = all_days.saturating_add(days);
        Ok(())
    })?;
    per_day(&[sum], all_days)
}

/// A product over a number of days; none where no day has passed, as from a Saturday to a Sunday of a period
/// that is moved back to business days.
fn per_day(numerators: &[i128], days: u64) -> Result<Decimal, Error> {
    match days {
        0 => Ok(Decimal::ZERO),
        days => mul_div(numerators, &[i128::from(days)], NEAREST).map(Decimal::from_units),
    }
}

/// A rate of up to half of one times days, as nearly all are: the check of a product of any two words is
/// dear in a guest.
#[inline]
const fn short_product(rate: u64, days: u64) -> Option<u64> {
    const RATE_MAX: u64 = u64::MAX >> 5;
    if rate <= RATE_MAX && days < 32 { Some(rate.wrapping_mul(days)) } else { None }
}

#[inline]
fn weighted(rate: Decimal, days: u64) -> Result<i128, Error> {
    let units = rate.units();
    if let Some(product) = u64::try_from(units).ok().and_then(|units| short_product(units, days)) {
        return Ok(i128::from(product));
    }
    units.checked_mul(i128::from(days)).ok_or(Error::overflow("a rate times days"))
}

/// Visits each business day of the period up to `until` with the day whose rate it takes and its weight in days.
///
/// With [`Observation::Shift`] the days and weights are those of the period moved back by the
/// lookback. The lockout freezes the rate from the cut-off day on.
fn walk(
    floating: &FloatingRate,
    period: &CouponPeriod,
    until: Date,
    mut visit: impl FnMut(Date, u64) -> Result<(), Error>,
) -> Result<(), Error> {
    let (lookback, observation, lockout) = match floating.fixing {
        FixingRule::Compounded {
            lookback_business_days,
            observation,
            lockout_business_days,
            ..
        }
        | FixingRule::Averaged { lookback_business_days, observation, lockout_business_days } => {
            (lookback_business_days, observation, lockout_business_days)
        }
        _ => return Ok(()),
    };
    let (shift, lag) = match observation {
        Observation::Lag => (0, lookback),
        Observation::Shift => (lookback, 0),
    };
    let calendar = &floating.calendar;
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
    // A day that is no business day takes the rate of the one before it.
    let mut of_day = calendar.previous_or_same(day.min(cut_off))?;
    let mut observed = business_days_before(floating, of_day, lag)?;
    while day < end {
        let next = calendar.next_or_same(day.plus_days(1)?)?;
        visit(observed, day.days_until(next.min(end)).unsigned_abs())?;
        day = next;
        // From one business day to the next, the observed day moves by one too.
        if day < end && day <= cut_off && of_day < day {
            of_day = day;
            observed =
                if lag == 0 { day } else { calendar.next_or_same(observed.plus_days(1)?)? };
        }
    }
    Ok(())
}

/// (index at the end / index at the start − 1) · Y / days from the one published number to the other.
///
/// The index grows on the days it is published for, which are those of the observation period, not of the
/// accrual period (New York Fed, SOFR Averages and Index; Bank of England, SONIA Compounded Index).
fn index_ratio(
    floating: &FloatingRate,
    period: &CouponPeriod,
    until: Date,
    observations: &Observations,
) -> Result<Decimal, Error> {
    let FixingRule::IndexRatio { year_days, offset_business_days } = floating.fixing else {
        return Err(Error::overflow("an index ratio"));
    };
    let published = |date| business_days_before(floating, date, offset_business_days);
    let (start, end) = (published(period.accrual_start)?, published(until)?);
    let (at_start, at_end) = (observations.rates.get(start)?, observations.rates.get(end)?);
    let growth = at_end.minus(at_start)?;
    let days = start.days_until(end);
    if days == 0 {
        return Ok(Decimal::ZERO);
    }
    mul_div(
        &[growth.units(), i128::from(year_days), Decimal::ONE.units()],
        &[at_start.units(), i128::from(days)],
        NEAREST,
    )
    .map(Decimal::from_units)
}

#[cfg(test)]
mod tests;
