//! What date rules and everything that uses them must satisfy.

use alloc::format;

use super::validate::{Check, PERIOD_MONTHS_MAX, bounded, months_at_most, require};
use super::{
    BondTerms, Coupon, InterestBase, LevelPayments, PaymentInKind, Reduction, RepaymentStage,
};
use crate::{Date, DateRule, Decimal, Frequency, Roll};

/// Parts of the face beyond ten times it are taken for an error of scale.
const PERCENT_MAX: Decimal = Decimal::from_integer(1_000);

impl BondTerms {
    /// A rule begins in the bond's life, or at its start, and stands for dates that ascend.
    pub(super) fn validate_date_rule(&self, field: &'static str, rule: &DateRule) -> Check {
        let end = self.maturity.unwrap_or(Date::MAX);
        let inside = self.dated_date <= rule.first && rule.first <= end;
        require(inside, field, || {
            format!("begins on {}, expected {} to the maturity", rule.first, self.dated_date)
        })?;
        require(rule.until.is_none_or(|until| until > rule.first), field, || {
            "ends on its first date or before it".into()
        })?;
        if let Frequency::Every(period) = rule.frequency {
            let fits = period.count > 0 && months_at_most(period) <= PERIOD_MONTHS_MAX;
            require(fits, field, || {
                format!("a distance of {period}, expected a day to 110 years")
            })?;
        }
        let known_roll = match rule.roll {
            Roll::Day(day) => (1..=30).contains(&day),
            _ => true,
        };
        require(known_roll, field, || "a roll day must be 1 to 30".into())
    }

    pub(super) fn validate_coupon_stages(&self) -> Check {
        let field = "coupon_stages";
        let stages = &self.coupon_stages;
        if stages.is_empty() {
            return Ok(());
        }
        bounded(field, stages.len())?;
        require(self.maturity.is_some(), field, || {
            "a perpetual bond has coupon dates by one rule".into()
        })?;
        require(self.coupon != Coupon::Zero, field, || "a bond without coupons has none".into())?;
        stages.iter().try_for_each(|stage| self.validate_date_rule(field, stage))?;
        ascending(field, stages.iter().map(|stage| stage.first))
    }

    pub(super) fn validate_repayment_stages(&self, stages: &[RepaymentStage]) -> Check {
        let field = "redemption.stages";
        bounded(field, stages.len())?;
        for stage in stages {
            self.validate_date_rule("redemption.stages.dates", &stage.dates)?;
            let fits = stage.percent.units().unsigned_abs() <= PERCENT_MAX.units().unsigned_abs();
            require(fits && !stage.percent.is_zero(), "redemption.stages.percent", || {
                format!("{} per cent of the face, expected up to ±1000 and not 0", stage.percent)
            })?;
        }
        ascending(field, stages.iter().map(|stage| stage.dates.first))
    }

    pub(super) fn validate_level(&self, level: &LevelPayments) -> Check {
        self.validate_date_rule("redemption.dates", &level.dates)?;
        if let Some(percent) = level.percent {
            let fits = percent > Decimal::ZERO && percent <= PERCENT_MAX;
            require(fits, "redemption.percent", || {
                format!("{percent} per cent of the face, expected above 0 and at most 1000")
            })?;
        }
        let later = level.computed_to.is_none_or(|to| to > level.dates.first);
        require(later, "redemption.computed_to", || "is not after the first date".into())
    }

    /// The base of interest, interest owed at the start, and what accrual in parts allows.
    pub(super) fn validate_interest(&self) -> Check {
        let percent = match &self.interest_base {
            InterestBase::Outstanding => None,
            InterestBase::Constant { percent } => Some(*percent),
            InterestBase::Reset { percent, dates } => {
                self.validate_date_rule("interest_base.dates", dates)?;
                Some(*percent)
            }
        };
        if let Some(percent) = percent {
            let fits = !percent.is_negative() && percent <= PERCENT_MAX;
            require(fits, "interest_base.percent", || {
                format!("{percent} per cent of the face, expected 0 to 1000")
            })?;
            require(self.reduction == Reduction::PoolFactor, "interest_base", || {
                "holdings that shrink say nothing of another base: keep them by pool factor".into()
            })?;
        }
        let owed = self.opening_interest;
        let fits = owed.units().unsigned_abs() <= Decimal::HUNDRED.units().unsigned_abs();
        require(fits, "opening_interest", || {
            format!("{owed} per cent of par, expected up to ±100")
        })?;
        let has_coupons = self.coupon != Coupon::Zero;
        require(has_coupons || owed.is_zero(), "opening_interest", || {
            "a bond without coupons pays no interest".into()
        })?;
        Ok(())
    }

    pub(super) fn validate_payment_in_kind(&self) -> Check {
        let has_coupons = self.coupon != Coupon::Zero;
        if let PaymentInKind::Until { date } = self.payment_in_kind {
            require(has_coupons, "payment_in_kind", || {
                "a bond without coupons has no interest to add to the principal".into()
            })?;
            require(self.lives_on(date), "payment_in_kind.date", || {
                format!("must lie after {} and up to the maturity", self.dated_date)
            })?;
        }
        Ok(())
    }
}

fn ascending(field: &'static str, dates: impl Iterator<Item = Date> + Clone) -> Check {
    let ascend = dates.clone().zip(dates.skip(1)).all(|(a, b)| a < b);
    require(ascend, field, || "first dates must ascend".into())
}
