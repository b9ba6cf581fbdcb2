//! What terms must satisfy before a bond can be issued on them.

use alloc::format;

use super::{BondTerms, Coupon, FixingRule, FloatingRate, Redemption, Reduction, Right};
use crate::rounding::ROUNDING_DECIMALS_MAX;
use crate::{DayCount, Decimal, Frequency, Roll, RoundingBasis, TermsError};

/// Largest face amount, in minor units: a million billion in any currency.
pub(crate) const FACE_MINOR_MAX: u128 = 1_000_000_000_000_000_000_000_000;
/// Longest life of a bond with a maturity, in days: 110 years.
const LIFE_DAYS_MAX: i64 = 40_200;
/// Rates beyond ±1000 % a year are taken for an error of scale.
const RATE_MAX: Decimal = Decimal::from_integer(10);
/// Most steps, instalments or exercises.
const LIST_MAX: usize = 1_000;
/// Longest name of an index, in bytes.
const NAME_MAX: usize = 64;
/// Most business days of a lag.
const LAG_MAX: u8 = 30;

type Check = Result<(), TermsError>;

fn require(
    holds: bool,
    field: &'static str,
    reason: impl FnOnce() -> alloc::string::String,
) -> Check {
    if holds { Ok(()) } else { Err(TermsError::new(field, reason())) }
}

impl BondTerms {
    /// Checks the terms against themselves and against the rules of the market.
    ///
    /// # Errors
    /// [`TermsError`] naming the first field that is wrong, and why.
    ///
    /// ```
    /// use tenor_bond_math::{BondTerms, Coupon, Decimal};
    /// let mut terms = BondTerms::plain(
    ///     "SGXF10000002".parse()?, "SGD".parse()?, 25_000_000, 10_000_000_000,
    ///     "2025-01-31".parse()?, "2028-01-31".parse()?,
    ///     Coupon::Fixed { rate: Decimal::from_bps(300) },
    /// );
    /// assert!(terms.validate().is_ok());
    /// terms.issue_size_minor += 1;
    /// assert_eq!(terms.validate().unwrap_err().field, "issue_size_minor");
    /// # Ok::<(), tenor_bond_math::Error>(())
    /// ```
    pub fn validate(&self) -> Result<(), TermsError> {
        self.validate_amounts()?;
        self.validate_dates()?;
        self.validate_coupon()?;
        self.validate_redemption()?;
        self.validate_extras()?;
        self.calendar.validate()?;
        self.record.validate("record.days")?;
        if let Some(ex) = &self.ex {
            ex.offset.validate("ex.offset.days")?;
        }
        bounded("rights", self.rights.len())?;
        self.rights.iter().try_for_each(|right| self.validate_right(right))
    }

    fn validate_amounts(&self) -> Check {
        require(self.denomination_minor > 0, "denomination_minor", || "must be above zero".into())?;
        let size = self.issue_size_minor;
        require((1..=FACE_MINOR_MAX).contains(&size), "issue_size_minor", || {
            format!("{size} minor units, expected 1 to {FACE_MINOR_MAX}")
        })?;
        let whole = size.checked_rem(self.denomination_minor) == Some(0);
        require(whole, "issue_size_minor", || {
            format!("{size} is not a multiple of the denomination {}", self.denomination_minor)
        })?;
        let price = self.issue_price;
        require(
            price > Decimal::ZERO && price <= Decimal::from_integer(1_000),
            "issue_price",
            || format!("{price} per cent of par, expected above 0 and at most 1000"),
        )?;
        let (decimals, minor) = (self.rounding.decimals, self.currency.minor_digits());
        require(decimals <= ROUNDING_DECIMALS_MAX, "rounding.decimals", || {
            format!("{decimals}, at most {ROUNDING_DECIMALS_MAX} are kept")
        })?;
        let finer = decimals > minor && self.rounding.basis == RoundingBasis::PerPosition;
        require(!finer, "rounding.decimals", || {
            format!("{decimals} decimals per position, but {} has {minor}", self.currency)
        })
    }

    fn validate_dates(&self) -> Check {
        require(self.dated_date <= self.issue_date, "dated_date", || {
            format!("{} is after the issue date {}", self.dated_date, self.issue_date)
        })?;
        if let Some(maturity) = self.maturity {
            require(maturity > self.issue_date, "maturity", || {
                format!("{maturity} is not after the issue date {}", self.issue_date)
            })?;
            let days = self.dated_date.days_until(maturity);
            require(days <= LIFE_DAYS_MAX, "maturity", || {
                format!("{days} days after the dated date, at most {LIFE_DAYS_MAX} are allowed")
            })?;
        }
        let rule = &self.schedule;
        let end = self.maturity.unwrap_or(crate::Date::MAX);
        for (field, date) in [
            ("schedule.first_regular", rule.first_regular),
            ("schedule.last_regular", rule.last_regular),
        ] {
            let inside = date.is_none_or(|date| self.dated_date <= date && date <= end);
            require(inside, field, || {
                format!("must lie between {} and the maturity", self.dated_date)
            })?;
        }
        let known_roll = match rule.roll {
            Roll::Day(day) => (1..=30).contains(&day),
            _ => true,
        };
        require(known_roll, "schedule.roll", || "a day must be 1 to 30".into())?;
        let ordered = match (rule.first_regular, rule.last_regular) {
            (Some(first), Some(last)) => first <= last,
            _ => true,
        };
        require(ordered, "schedule.last_regular", || "is before schedule.first_regular".into())?;
        require(self.payment_lag_business_days <= LAG_MAX, "payment_lag_business_days", || {
            format!("at most {LAG_MAX}")
        })?;
        require(
            self.settlement_lag_business_days <= LAG_MAX,
            "settlement_lag_business_days",
            || format!("at most {LAG_MAX}"),
        )
    }

    fn validate_coupon(&self) -> Check {
        let icma = self.day_count == DayCount::ActActIcma;
        let months = self.schedule.frequency.months().is_some_and(|months| months > 0);
        require(!icma || months || self.coupon == Coupon::Zero, "day_count", || {
            "ACT/ACT ICMA needs a frequency in months".into()
        })?;
        if let Frequency::Every(period) = self.schedule.frequency {
            require(period.count > 0, "schedule.frequency", || "must be above zero".into())?;
        }
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
                adjustments
                    .iter()
                    .try_for_each(|a| rate_in_range("coupon.adjustments.step", a.step))
            }
            Coupon::Floating(floating) => validate_floating(floating),
        }
    }

    fn validate_redemption(&self) -> Check {
        let perpetual = self.maturity.is_none();
        let never = self.redemption == Redemption::Never;
        require(perpetual == never, "redemption", || {
            "a bond without maturity is never redeemed, and only such a bond".into()
        })?;
        require(!(perpetual && self.coupon == Coupon::Zero), "coupon", || {
            "a perpetual bond needs a coupon".into()
        })?;
        match &self.redemption {
            Redemption::Bullet { price } => require(
                *price > Decimal::ZERO && *price <= Decimal::from_integer(1_000),
                "redemption.price",
                || format!("{price} per cent of par, expected above 0 and at most 1000"),
            ),
            Redemption::Instalments { instalments } => {
                bounded("redemption.instalments", instalments.len())?;
                let ascending = instalments
                    .iter()
                    .zip(instalments.iter().skip(1))
                    .all(|(a, b)| a.date < b.date);
                require(ascending, "redemption.instalments", || "dates must ascend".into())?;
                let positive = instalments.iter().all(|part| part.percent > Decimal::ZERO);
                let sum = instalments
                    .iter()
                    .try_fold(Decimal::ZERO, |sum, part| sum.plus(part.percent))
                    .unwrap_or(RATE_MAX);
                let sum_fits = positive && sum <= Decimal::HUNDRED;
                require(sum_fits, "redemption.instalments", || {
                    format!("parts must be above zero and together at most 100 per cent, not {sum}")
                })
            }
            Redemption::Annuity { .. } => {
                let fixed = matches!(self.coupon, Coupon::Fixed { .. });
                require(fixed, "redemption", || "an annuity needs a fixed coupon".into())
            }
            Redemption::Linear { .. } => require(self.coupon != Coupon::Zero, "redemption", || {
                "repayment in equal parts needs coupon dates".into()
            }),
            Redemption::Never => Ok(()),
        }
    }

    fn validate_extras(&self) -> Check {
        let per_position = self.rounding.basis == RoundingBasis::PerPosition;
        require(self.reduction == Reduction::PoolFactor || per_position, "reduction", || {
            "holdings that shrink are no multiple of the denomination: round per position".into()
        })?;
        if let Some(indexation) = &self.indexation {
            named("indexation.index", &indexation.index)?;
            require(indexation.base > Decimal::ZERO, "indexation.base", || {
                "must be above zero".into()
            })?;
        }
        if let Some(dual) = &self.dual_currency {
            require(dual.rate > Decimal::ZERO, "dual_currency.rate", || {
                "must be above zero".into()
            })?;
            require(dual.currency != self.currency, "dual_currency.currency", || {
                "is the currency of the bond".into()
            })?;
        }
        Ok(())
    }

    fn validate_right(&self, right: &Right) -> Check {
        bounded("rights.exercises", right.exercises.len())?;
        let dates = right.exercises.iter().map(|exercise| exercise.date);
        let ascending = dates.clone().zip(dates.clone().skip(1)).all(|(a, b)| a < b);
        let end = self.maturity.unwrap_or(crate::Date::MAX);
        let inside = dates.clone().all(|date| self.issue_date < date && date <= end);
        require(!right.exercises.is_empty() && ascending && inside, "rights.exercises", || {
            "needs dates that ascend, after the issue date and up to the maturity".into()
        })?;
        let positive = right.exercises.iter().all(|exercise| exercise.value > Decimal::ZERO);
        require(positive, "rights.exercises.value", || "must be above zero".into())
    }
}

fn bounded(field: &'static str, length: usize) -> Check {
    require(length <= LIST_MAX, field, || {
        format!("{length} entries, at most {LIST_MAX} are allowed")
    })
}

fn named(field: &'static str, name: &str) -> Check {
    require(!name.is_empty() && name.len() <= NAME_MAX, field, || {
        format!("{} bytes, expected 1 to {NAME_MAX}", name.len())
    })
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
    let ordered = match (floating.floor, floating.cap) {
        (Some(floor), Some(cap)) => floor <= cap,
        _ => true,
    };
    require(ordered, "coupon.cap", || "is below coupon.floor".into())?;
    floating.calendar.validate()?;
    match floating.fixing {
        FixingRule::Term { .. } => Ok(()),
        FixingRule::Compounded { year_days, .. } | FixingRule::IndexRatio { year_days, .. } => {
            require(matches!(year_days, 360 | 365), "coupon.fixing.year_days", || {
                format!("{year_days}, expected 360 or 365")
            })
        }
    }
}
