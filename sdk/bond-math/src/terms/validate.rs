//! What terms must satisfy before a bond can be issued on them.

use alloc::format;
use alloc::vec::Vec;

use super::{BondTerms, Coupon, Redemption, Reduction, Right, RightKind};
use crate::decimal::DECIMAL_SCALE;
use crate::rounding::ROUNDING_DECIMALS_MAX;
use crate::text::NAME_BYTES_MAX;
use crate::{
    Date, DayCount, Decimal, Frequency, PARTS, Period, PeriodUnit, Roll, RoundingBasis, TermsError,
};

/// Largest face amount, in minor units: a million billion in any currency.
pub(crate) const FACE_MINOR_MAX: u128 = 1_000_000_000_000_000_000_000_000;
/// Longest life of a bond with a maturity, in days: 110 years.
const LIFE_DAYS_MAX: i64 = 40_200;
/// Prices beyond ten times par are taken for an error of scale.
const PRICE_MAX: Decimal = Decimal::from_integer(1_000);
/// Index levels, rates of exchange and conversion ratios beyond a billion are taken for an error.
const RATIO_MAX: Decimal = Decimal::from_integer(1_000_000_000);
/// The smallest of them: below it, a ratio has no digits left.
const RATIO_MIN: Decimal = Decimal::from_units(1_000_000_000);
/// Longest period between coupons: 110 years, in months.
pub(super) const PERIOD_MONTHS_MAX: u32 = 1_320;
/// Most steps, instalments or exercises.
const LIST_MAX: usize = 1_000;
/// Most business days of a lag.
pub(super) const LAG_MAX: u8 = 30;

pub(super) type Check = Result<(), TermsError>;

pub(super) fn require(
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
        require(PARTS || !self.accrues_in_parts(), "terms", || {
            "what runs on dates of its own is not computed here: leave it out".into()
        })?;
        self.validate_amounts()?;
        self.validate_dates()?;
        self.validate_schedule()?;
        self.validate_coupon()?;
        self.validate_redemption()?;
        self.validate_payment_in_kind()?;
        if PARTS {
            self.validate_coupon_stages()?;
            self.validate_interest()?;
        }
        self.validate_extras()?;
        self.calendar.validate()?;
        let holidays = self.day_count != DayCount::Bus252 || self.calendar.has_holidays();
        require(holidays, "calendar", || {
            "BUS/252 counts business days: name a centre or a table with the holidays they leave out"
                .into()
        })?;
        self.record.validate("record.days")?;
        if let Some(ex) = &self.ex {
            ex.offset.validate("ex.offset.days")?;
        }
        self.validate_rights()
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
        price_in_range("issue_price", self.issue_price)?;
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
        Ok(())
    }

    /// Whether a date lies after interest begins and up to the end of the bond's life.
    pub(super) fn lives_on(&self, date: Date) -> bool {
        self.dated_date < date && date <= self.maturity.unwrap_or(Date::MAX)
    }

    fn validate_schedule(&self) -> Check {
        let rule = &self.schedule;
        let end = self.maturity.unwrap_or(Date::MAX);
        match rule.frequency {
            Frequency::Term => require(self.maturity.is_some(), "schedule.frequency", || {
                "a perpetual bond needs coupon dates: give a period, as P6M".into()
            })?,
            Frequency::Every(period) => {
                require(period.count > 0, "schedule.frequency", || "must be above zero".into())?;
                require(months_at_most(period) <= PERIOD_MONTHS_MAX, "schedule.frequency", || {
                    format!("{period} is longer than {PERIOD_MONTHS_MAX} months")
                })?;
            }
        }
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
            Redemption::Bullet { price } => price_in_range("redemption.price", *price),
            Redemption::Instalments { instalments } => {
                bounded("redemption.instalments", instalments.len())?;
                let ascending = instalments
                    .iter()
                    .zip(instalments.iter().skip(1))
                    .all(|(a, b)| a.date < b.date);
                require(ascending, "redemption.instalments", || "dates must ascend".into())?;
                let inside = instalments.iter().all(|part| self.lives_on(part.date));
                require(inside, "redemption.instalments", || {
                    format!("dates must lie after {} and up to the maturity", self.dated_date)
                })?;
                let positive = instalments.iter().all(|part| part.percent > Decimal::ZERO);
                let sum = instalments
                    .iter()
                    .try_fold(Decimal::ZERO, |sum, part| sum.plus(part.percent))
                    .unwrap_or(PRICE_MAX);
                let sum_fits = positive && sum <= Decimal::HUNDRED;
                require(sum_fits, "redemption.instalments", || {
                    format!("parts must be above zero and together at most 100 per cent, not {sum}")
                })
            }
            Redemption::Annuity { first } => {
                let fixed = matches!(self.coupon, Coupon::Fixed { .. });
                require(fixed, "redemption", || "an annuity needs a fixed coupon".into())?;
                self.validate_first_repayment(*first)
            }
            Redemption::Linear { first } => {
                require(self.coupon != Coupon::Zero, "redemption", || {
                    "repayment in equal parts needs coupon dates".into()
                })?;
                self.validate_first_repayment(*first)
            }
            Redemption::Stages { stages } if PARTS => self.validate_repayment_stages(stages),
            Redemption::Level(level) if PARTS => self.validate_level(level),
            _ => Ok(()),
        }
    }

    fn validate_first_repayment(&self, first: Option<Date>) -> Check {
        require(first.is_none_or(|date| self.lives_on(date)), "redemption.first", || {
            format!("must lie after {} and up to the maturity", self.dated_date)
        })
    }

    fn validate_extras(&self) -> Check {
        let per_position = self.rounding.basis == RoundingBasis::PerPosition;
        require(self.reduction == Reduction::PoolFactor || per_position, "reduction", || {
            "holdings that shrink are no multiple of the denomination: round per position".into()
        })?;
        if let Some(indexation) = &self.indexation {
            named("indexation.index", &indexation.index)?;
            ratio_in_range("indexation.base", indexation.base)?;
            digits("indexation.ratio_decimals", indexation.ratio_decimals)?;
            if let Some(reference) = &indexation.reference {
                digits("indexation.reference.decimals", reference.decimals)?;
                require(reference.lag_months <= 24, "indexation.reference.lag_months", || {
                    format!("{} months, at most 24", reference.lag_months)
                })?;
            }
            if let Some(dates) = indexation.dates.as_ref().filter(|_| PARTS) {
                self.validate_date_rule("indexation.dates", dates)?;
            }
        }
        if let Some(dual) = &self.dual_currency {
            ratio_in_range("dual_currency.rate", dual.rate)?;
            require(dual.coupons || dual.principal, "dual_currency", || {
                "neither coupons nor principal are paid in it: leave it out".into()
            })?;
            require(dual.currency != self.currency, "dual_currency.currency", || {
                "is the currency of the bond".into()
            })?;
        }
        Ok(())
    }

    fn validate_rights(&self) -> Check {
        bounded("rights", self.rights.len())?;
        let count =
            self.rights.iter().map(|right| right.exercises.len()).fold(0, usize::saturating_add);
        bounded("rights.exercises", count)?;
        self.rights.iter().try_for_each(|right| self.validate_right(right))?;
        let mut days: Vec<(RightKind, Date)> = Vec::with_capacity(count);
        for right in &self.rights {
            days.extend(right.exercises.iter().map(|exercise| (right.kind, exercise.date)));
        }
        days.sort_unstable();
        let twice = days.iter().zip(days.iter().skip(1)).find(|(day, next)| day == next);
        match twice {
            None => Ok(()),
            Some(((kind, date), _)) => Err(TermsError::new(
                "rights.exercises",
                format!("two rights of one kind ({kind:?}) on {date}: keep one, at one value"),
            )),
        }
    }

    fn validate_right(&self, right: &Right) -> Check {
        let dates = right.exercises.iter().map(|exercise| exercise.date);
        let ascending = dates.clone().zip(dates.clone().skip(1)).all(|(a, b)| a < b);
        let end = self.maturity.unwrap_or(crate::Date::MAX);
        let inside = dates.clone().all(|date| self.issue_date < date && date <= end);
        require(!right.exercises.is_empty() && ascending && inside, "rights.exercises", || {
            "needs dates that ascend, after the issue date and up to the maturity".into()
        })?;
        let field = "rights.exercises.value";
        let mut values = right.exercises.iter().map(|exercise| exercise.value);
        values.try_for_each(|value| match right.kind {
            RightKind::Conversion => ratio_in_range(field, value),
            RightKind::Call | RightKind::Put => price_in_range(field, value),
        })
    }
}

pub(super) fn bounded(field: &'static str, length: usize) -> Check {
    require(length <= LIST_MAX, field, || {
        format!("{length} entries, at most {LIST_MAX} are allowed")
    })
}

pub(super) fn named(field: &'static str, name: &str) -> Check {
    require(!name.is_empty() && name.len() <= NAME_BYTES_MAX, field, || {
        format!("{} bytes, expected 1 to {NAME_BYTES_MAX}", name.len())
    })
}

fn price_in_range(field: &'static str, price: Decimal) -> Check {
    require(price > Decimal::ZERO && price <= PRICE_MAX, field, || {
        format!("{price} per cent of par, expected above 0 and at most 1000")
    })
}

fn ratio_in_range(field: &'static str, ratio: Decimal) -> Check {
    require((RATIO_MIN..=RATIO_MAX).contains(&ratio), field, || {
        format!("{ratio}, expected {RATIO_MIN} to {RATIO_MAX}")
    })
}

/// Digits after the point that a decimal can be rounded to.
pub(super) fn digits(field: &'static str, decimals: u8) -> Check {
    require(decimals <= DECIMAL_SCALE, field, || {
        format!("{decimals} digits after the point, at most {DECIMAL_SCALE} are kept")
    })
}

/// The months in a period, rounded down where it is of days.
pub(super) fn months_at_most(period: Period) -> u32 {
    let count = u32::from(period.count);
    match period.unit {
        PeriodUnit::Days => count.wrapping_div(31),
        PeriodUnit::Weeks => count.wrapping_div(5),
        PeriodUnit::Months | PeriodUnit::Years => period.in_months().unwrap_or(u32::MAX),
    }
}
