//! From terms and a settlement date to the payments that are left.

use alloc::vec::Vec;

use super::{Flow, Valuation};
use crate::{
    Accrued, BondTerms, Coupon, CouponPeriod, Date, DayCount, DayCountContext, Decimal, Error,
    Frequency, Observations, PeriodKind, RoundingBasis, Schedule, Stub, accrued, period_coupon,
    principal_amount, schedule,
};

/// Face on which principal is computed: large enough that rounding to a minor unit does not show.
const FACE: u128 = 1_000_000_000_000_000;

/// Days in a year for bonds without coupon periods.
const YEAR_DAYS: f64 = 365.0;

pub(super) fn valuation(
    terms: &BondTerms,
    schedule: &Schedule,
    settlement: Date,
    observations: &Observations,
) -> Result<Valuation, Error> {
    let exact = unrounded(terms);
    let quasi = quasi_schedule(&exact)?;
    let walk = Walk {
        terms: &exact,
        schedule: quasi.as_ref().unwrap_or(schedule),
        settlement,
        observations,
        periods_per_year: periods_per_year(terms),
    };
    walk.valuation()
}

/// The terms with principal computed on the whole position, so that it keeps its digits, and a
/// zero coupon spelt as a rate of zero.
fn unrounded(terms: &BondTerms) -> BondTerms {
    let mut exact = terms.clone();
    exact.rounding.basis = RoundingBasis::PerPosition;
    exact.rounding.decimals = exact.currency.minor_digits();
    exact.dual_currency = None;
    if exact.coupon == Coupon::Zero && exact.schedule.frequency != Frequency::Term {
        exact.coupon = Coupon::Fixed { rate: Decimal::ZERO };
        if exact.schedule.stub == Stub::Implied {
            exact.schedule.stub = Stub::ShortFirst;
        }
    }
    exact
}

/// The coupon periods a zero-coupon bond would have; `None` where the given schedule will do.
fn quasi_schedule(exact: &BondTerms) -> Result<Option<Schedule>, Error> {
    let zero = Coupon::Fixed { rate: Decimal::ZERO };
    if exact.coupon == zero && exact.maturity.is_some() {
        schedule(exact).map(Some)
    } else {
        Ok(None)
    }
}

/// Coupons in a year; one without a frequency in months.
fn periods_per_year(terms: &BondTerms) -> f64 {
    let months = terms.schedule.frequency.months().filter(|months| *months > 0);
    months.map_or(1.0, |months| 12.0 / f64::from(months))
}

#[allow(clippy::cast_precision_loss)]
fn days(from: Date, to: Date) -> f64 {
    from.days_until(to) as f64
}

struct Walk<'a> {
    terms: &'a BondTerms,
    schedule: &'a Schedule,
    settlement: Date,
    observations: &'a Observations,
    periods_per_year: f64,
}

/// What one period contributes.
struct Leg {
    /// Coupon rate in per cent of par a year.
    rate: f64,
    /// Part of a year of the whole period.
    whole: f64,
    /// Part of a year still to accrue.
    left: f64,
    interest: f64,
    principal: f64,
}

impl Walk<'_> {
    fn valuation(&self) -> Result<Valuation, Error> {
        let now = accrued(
            self.terms,
            self.schedule,
            self.settlement,
            self.terms.denomination_minor,
            self.observations,
        )?;
        let mut flows = Vec::new();
        let mut periods = 0.0;
        let mut first: Option<Leg> = None;
        let mut redemption = 0.0;
        let remaining = |period: &&CouponPeriod| period.accrual_end > self.settlement;
        for period in self.schedule.periods.iter().filter(remaining) {
            let leg = self.leg(period, &now)?;
            periods += self.periods_left(period, &leg);
            redemption = leg.principal;
            flows.push(Flow {
                date: period.payment_date,
                amount: leg.interest + leg.principal,
                periods,
                days: days(self.settlement, period.payment_date),
            });
            first.get_or_insert(leg);
        }
        let (Some(first), Some(last)) = (first, flows.last()) else {
            return Err(Error::Unsupported {
                what: "a valuation",
                reason: "nothing is left to be paid after settlement",
            });
        };
        let maturity = self.terms.maturity.unwrap_or(last.date);
        Ok(Valuation {
            settlement: self.settlement,
            periods_per_year: self.periods_per_year,
            accrued: first.rate * now.year_fraction.to_f64(),
            annual_coupon: first.rate,
            redemption,
            years_to_maturity: self.years_to(maturity),
            flows,
        })
    }

    /// Years under the bond's own day count, as Japan counts them without 29 February; under actual
    /// days over 365 where it needs a coupon period.
    fn years_to(&self, maturity: Date) -> f64 {
        let context =
            DayCountContext { calendar: Some(&self.terms.calendar), ..Default::default() };
        let own = self.terms.day_count;
        match own.year_fraction(self.settlement, maturity, &context) {
            Ok(part) if own != DayCount::OneOne => part.to_f64(),
            _ => days(self.settlement, maturity) / YEAR_DAYS,
        }
    }

    fn leg(&self, period: &CouponPeriod, now: &Accrued) -> Result<Leg, Error> {
        let index = period.index;
        let coupon = period_coupon(self.terms, self.schedule, index, self.observations)?;
        let factor = coupon.pool_factor.to_f64() * coupon.index_ratio.to_f64();
        let rate = 100.0 * factor * coupon.rate.to_f64();
        let whole = coupon.year_fraction.to_f64();
        let current = now.period_index == Some(index);
        let part = now.year_fraction.to_f64();
        let left = match (current, now.ex) {
            (true, true) => -part,
            (true, false) => whole - part,
            (false, _) => whole,
        };
        let paid = !(coupon.capitalised || (current && now.ex));
        Ok(Leg {
            rate,
            whole,
            left,
            interest: if paid { rate * whole } else { 0.0 },
            principal: self.principal(index)?,
        })
    }

    #[allow(clippy::cast_precision_loss)]
    fn principal(&self, index: u32) -> Result<f64, Error> {
        let amount = principal_amount(self.terms, self.schedule, index, FACE, self.observations)?;
        Ok(amount.gross_minor as f64 / FACE as f64 * 100.0)
    }

    /// Coupon periods in what is left of a period: a regular one counts as one whatever its days.
    fn periods_left(&self, period: &CouponPeriod, leg: &Leg) -> f64 {
        let has_months = self.terms.schedule.frequency.months().is_some();
        if leg.whole == 0.0 {
            let from = period.accrual_start.max(self.settlement);
            days(from, period.accrual_end) / YEAR_DAYS * self.periods_per_year
        } else if has_months && period.kind == PeriodKind::Regular {
            leg.left / leg.whole
        } else {
            leg.left * self.periods_per_year
        }
    }
}
