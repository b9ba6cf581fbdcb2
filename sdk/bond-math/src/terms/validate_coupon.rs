//! What the coupon of valid terms must satisfy.

use alloc::format;

use super::validate::{Check, LAG_MAX, bounded, digits, named, require};
use super::{BondTerms, Coupon, FixingRule, FloatingRate, ResetRule};
use crate::{Date, DayCount, Decimal, PARTS};

/// Rates beyond ±1000 % a year are taken for an error of scale.
const RATE_MAX: Decimal = Decimal::from_integer(10);

impl BondTerms {
    pub(super) fn validate_coupon(&self) -> Check {
        let icma = self.day_count == DayCount::ActActIcma;
        let months = self.schedule.frequency.months().is_some_and(|months| months > 0);
        require(!icma || months || self.coupon == Coupon::Zero, "day_count", || {
            "ACT/ACT ICMA needs a frequency in months".into()
        })?;
        require(!icma || self.coupon_stages.is_empty(), "day_count", || {
            "ACT/ACT ICMA needs one frequency for life, not coupon stages".into()
        })?;
        match &self.coupon {
            Coupon::Zero => Ok(()),
            Coupon::Fixed { rate } => rate_in_range("coupon.rate", *rate),
            Coupon::StepUp { steps } => {
                bounded("coupon.steps", steps.len())?;
                let first = steps.first().is_some_and(|step| step.from <= self.dated_date);
                require(first, "coupon.steps", || {
                    format!("the first step must be from {} or before", self.dated_date)
                })?;
                let ascending =
                    steps.iter().zip(steps.iter().skip(1)).all(|(a, b)| a.from < b.from);
                require(ascending, "coupon.steps", || "dates must ascend".into())?;
                let last = steps.last().map(|step| step.from);
                require(self.begins_in_life(last), "coupon.steps", || {
                    "the last step is from the maturity or after it".into()
                })?;
                steps.iter().try_for_each(|step| rate_in_range("coupon.steps.rate", step.rate))
            }
            Coupon::SustainabilityLinked { rate, adjustments } => {
                bounded("coupon.adjustments", adjustments.len())?;
                rate_in_range("coupon.rate", *rate)?;
                let ascending = adjustments
                    .iter()
                    .zip(adjustments.iter().skip(1))
                    .all(|(a, b)| a.from < b.from);
                let known = adjustments.iter().all(|a| a.observed_on <= a.from);
                require(ascending && known, "coupon.adjustments", || {
                    "dates must ascend, each observed on or before it applies".into()
                })?;
                let last = adjustments.last().map(|adjustment| adjustment.from);
                require(self.begins_in_life(last), "coupon.adjustments", || {
                    "the last adjustment is from the maturity or after it".into()
                })?;
                adjustments
                    .iter()
                    .try_for_each(|a| rate_in_range("coupon.adjustments.step", a.step))
            }
            Coupon::Floating(floating) => {
                validate_floating(floating)?;
                match &floating.fixing {
                    FixingRule::Reset(reset) if PARTS => self.validate_resets(reset),
                    _ => Ok(()),
                }
            }
        }
    }

    fn validate_resets(&self, reset: &ResetRule) -> Check {
        let fixed = &reset.fixed;
        bounded("coupon.fixing.fixed", fixed.len())?;
        let first = fixed.first().is_some_and(|step| step.from <= self.dated_date);
        require(first, "coupon.fixing.fixed", || {
            format!("the first rate must be given from {} or before", self.dated_date)
        })?;
        let ascending = fixed.iter().zip(fixed.iter().skip(1)).all(|(a, b)| a.from < b.from);
        require(ascending, "coupon.fixing.fixed", || "dates must ascend".into())?;
        fixed.iter().try_for_each(|step| rate_in_range("coupon.fixing.fixed.rate", step.rate))?;
        reset
            .dates
            .map_or(Ok(()), |dates| self.validate_date_rule("coupon.fixing.dates", &dates))?;
        for (field, most) in
            [("coupon.fixing.rise_max", reset.rise_max), ("coupon.fixing.fall_max", reset.fall_max)]
        {
            let Some(most) = most else { continue };
            rate_in_range(field, most)?;
            require(!most.is_negative(), field, || format!("{most} is below zero"))?;
        }
        Ok(())
    }

    /// Whether a change of the rate applies to a period of the bond at all.
    fn begins_in_life(&self, from: Option<Date>) -> bool {
        match (from, self.maturity) {
            (Some(from), Some(maturity)) => from < maturity,
            _ => true,
        }
    }
}

fn rate_in_range(field: &'static str, rate: Decimal) -> Check {
    let inside = rate.units().unsigned_abs() <= RATE_MAX.units().unsigned_abs();
    require(inside, field, || {
        format!("{rate} a year is beyond 1000 per cent: give 4.25 per cent as 0.0425")
    })
}

fn validate_floating(floating: &FloatingRate) -> Check {
    named("coupon.index", &floating.index)?;
    rate_in_range("coupon.spread", floating.spread)?;
    rate_in_range("coupon.gearing", floating.gearing)?;
    for (field, bound) in [("coupon.cap", floating.cap), ("coupon.floor", floating.floor)] {
        bound.map_or(Ok(()), |rate| rate_in_range(field, rate))?;
    }
    digits("coupon.rate_decimals", floating.rate_decimals)?;
    let ordered = match (floating.floor, floating.cap) {
        (Some(floor), Some(cap)) => floor <= cap,
        _ => true,
    };
    require(ordered, "coupon.cap", || "is below coupon.floor".into())?;
    floating.calendar.validate()?;
    validate_fixing(&floating.fixing)
}

fn validate_fixing(fixing: &FixingRule) -> Check {
    let lag = |field, days: u8| {
        require(days <= LAG_MAX, field, || format!("{days} business days, at most {LAG_MAX}"))
    };
    let year = |days: u16| {
        require(matches!(days, 360 | 365), "coupon.fixing.year_days", || {
            format!("{days}, expected 360 or 365")
        })
    };
    match *fixing {
        FixingRule::Reset(ref reset) => {
            lag("coupon.fixing.offset_business_days", reset.offset_business_days)
        }
        FixingRule::Averaged { lookback_business_days, lockout_business_days, .. } => {
            lag("coupon.fixing.lookback_business_days", lookback_business_days)?;
            lag("coupon.fixing.lockout_business_days", lockout_business_days)
        }
        FixingRule::Term { offset_business_days, .. } => {
            lag("coupon.fixing.offset_business_days", offset_business_days)
        }
        FixingRule::Compounded {
            year_days, lookback_business_days, lockout_business_days, ..
        } => {
            year(year_days)?;
            lag("coupon.fixing.lookback_business_days", lookback_business_days)?;
            lag("coupon.fixing.lockout_business_days", lockout_business_days)
        }
        FixingRule::IndexRatio { year_days, offset_business_days } => {
            year(year_days)?;
            lag("coupon.fixing.offset_business_days", offset_business_days)
        }
    }
}
