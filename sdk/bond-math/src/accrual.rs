//! Interest accrued since the last coupon.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::coupon::{Amounts, PeriodCoupon};
use crate::indexation::interest_ratio;
use crate::principal::{plan_to, step};
use crate::rates::Rates;
use crate::{
    BondTerms, Coupon, CouponPeriod, Date, DayCountContext, Decimal, Error, Fraction, InterestUse,
    Observations, PARTS, PrincipalStep, Reduction, RoundingMode, Schedule, period_coupon,
};

/// Accrued interest on a settlement date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Accrued {
    /// What the buyer pays the seller beside the clean price, in minor units; negative when the bond
    /// trades ex and the seller keeps a coupon that partly belongs to the buyer.
    pub amount_minor: i128,
    /// Of it, coupons of periods that have ended and will be paid to the buyer: where payments lag, until the
    /// ex day or, without an ex rule, up to the record date.
    pub due_minor: i128,
    /// Days accrued as the day count counts them; negative when ex.
    pub days: i64,
    /// Part of a year accrued; negative when ex.
    pub year_fraction: Fraction,
    /// The period it accrues in; `None` before the dated date and from maturity on.
    pub period_index: Option<u32>,
    /// Whether settlement is in the ex period.
    pub ex: bool,
}

impl Accrued {
    const NONE: Self = Self {
        amount_minor: 0,
        due_minor: 0,
        days: 0,
        year_fraction: Fraction::ZERO,
        period_index: None,
        ex: false,
    };
}

/// Accrued interest on `face_minor` for settlement on a date.
///
/// Runs from the start of the accrual period to the settlement date. From the first ex day to the
/// end of the period it is the negative of what is still to accrue: the whole coupon less what has accrued. A
/// coupon of a period that has ended and that the buyer will be paid ([`CouponPeriod::is_due_to_buyer`]) is
/// part of it. A rate that is compounded or averaged is so up to settlement; what is still to accrue needs the
/// rates of the whole coupon, the last of which are published before settlement where the lookback is not
/// shorter than the ex period. An indexed bond needs the index value that applies to the settlement date.
///
/// # Errors
/// As [`crate::coupon_amount`].
///
/// ```
/// use tenor_bond_math::{
///     BondTerms, Coupon, DayOffset, Decimal, ExRule, Observations, accrued, schedule,
/// };
/// let mut terms = BondTerms::plain(
///     "SGXF10000002".parse()?, "SGD".parse()?, 10_000, 10_000_000,
///     "2025-01-15".parse()?, "2028-01-15".parse()?,
///     Coupon::Fixed { rate: Decimal::from_bps(360) },
/// );
/// terms.ex = Some(ExRule { offset: DayOffset::calendar(7), cum_on_ex_date: false });
/// let schedule = schedule(&terms)?;
/// let on = |date: &str| accrued(&terms, &schedule, date.parse()?, 100_000, &Observations::default());
/// assert_eq!(on("2025-07-07")?.amount_minor, 1_720); // 172 days
/// assert_eq!(on("2025-07-08")?.amount_minor, -70);   // 7 days to go
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
pub fn accrued(
    terms: &BondTerms,
    schedule: &Schedule,
    settlement: Date,
    face_minor: u128,
    observations: &Observations,
) -> Result<Accrued, Error> {
    let Some(period) = schedule.period_at(settlement) else {
        return Ok(Accrued::NONE);
    };
    if matches!(terms.coupon, Coupon::Zero) {
        return Ok(Accrued { period_index: Some(period.index), ..Accrued::NONE });
    }
    let due = Due::to_buyer(terms, schedule, settlement, face_minor, observations)?;
    let own = accrued_in(terms, schedule, period, settlement, &due, observations)?;
    let amount_minor = own.amount_minor.checked_add(due.interest_minor);
    Ok(Accrued {
        amount_minor: amount_minor.ok_or(Error::overflow("accrued interest"))?,
        due_minor: due.interest_minor,
        ..own
    })
}

/// What a buyer will be paid for periods that have ended.
struct Due {
    interest_minor: i128,
    /// The face on which interest accrues now, in minor units, and the part of it that is left once the
    /// repayments due have made holdings smaller.
    face_minor: u128,
    left: Decimal,
}

impl Due {
    fn to_buyer(
        terms: &BondTerms,
        schedule: &Schedule,
        settlement: Date,
        face_minor: u128,
        observations: &Observations,
    ) -> Result<Self, Error> {
        let mut due = Self { interest_minor: 0, face_minor, left: Decimal::ONE };
        for period in schedule.due_to_buyer(settlement) {
            let coupon = period_coupon(terms, schedule, period.index, observations)?;
            if coupon.interest_use == InterestUse::Paid {
                let interest = coupon.interest(&Amounts::new(terms, face_minor)?)?;
                due.interest_minor = due
                    .interest_minor
                    .checked_add(interest)
                    .ok_or(Error::overflow("interest due"))?;
            }
            if terms.reduction == Reduction::Nominal {
                let step = step(terms, schedule, period.index, observations)?;
                let left = step.remaining()?.over(step.outstanding, RoundingMode::HalfUp)?;
                due.left = due.left.times(left, RoundingMode::HalfUp)?;
            }
        }
        Ok(due)
    }
}

/// What has accrued in the current period alone.
fn accrued_in(
    terms: &BondTerms,
    schedule: &Schedule,
    period: &CouponPeriod,
    settlement: Date,
    due: &Due,
    observations: &Observations,
) -> Result<Accrued, Error> {
    let last = schedule.coupon_of(period).1;
    let ex = last.ex_date.is_some_and(|ex_date| settlement >= ex_date);
    let whole = schedule.is_whole(period);
    if settlement == period.accrual_start && !ex && whole && terms.opening_interest.is_zero() {
        return Ok(Accrued { period_index: Some(period.index), ..Accrued::NONE });
    }
    let accruing = Accruing { terms, schedule, observations, settlement };
    let by_day = terms.coupon.is_known_by_day();
    let mut coupon = accruing.coupon(period, ex && whole && !by_day)?;
    if due.left != Decimal::ONE {
        coupon.pool_factor = coupon.pool_factor.times(due.left, RoundingMode::HalfUp)?;
    }
    let context = schedule.day_count_context(terms, period);
    let (year_fraction, days) = accrued_part(terms, period, &context, settlement, ex && whole)?;
    let amounts = Amounts::new(terms, due.face_minor)?;
    let amount_minor = match (ex, whole) {
        (true, false) if PARTS => accruing.less_whole_coupon(period, &coupon, &amounts)?,
        (true, _) if by_day => accruing.less_coupon_by_day(period, &coupon, &context, &amounts)?,
        // An ex price owes what is still to accrue, whatever was carried in.
        (true, _) => {
            PeriodCoupon { year_fraction, carried: Decimal::ZERO, ..coupon }.interest(&amounts)?
        }
        (false, _) => PeriodCoupon { year_fraction, ..coupon }.interest(&amounts)?,
    };
    let period_index = Some(period.index);
    Ok(Accrued { amount_minor, due_minor: 0, days, year_fraction, period_index, ex })
}

struct Accruing<'a> {
    terms: &'a BondTerms,
    schedule: &'a Schedule,
    observations: &'a Observations,
    settlement: Date,
}

impl Accruing<'_> {
    /// What accrues in a period: at the rate known on the settlement date, or at that of the whole
    /// period.
    fn coupon(&self, period: &CouponPeriod, whole: bool) -> Result<PeriodCoupon, Error> {
        let step = step(self.terms, self.schedule, period.index, self.observations)?;
        let horizon = period.unadjusted_end;
        let mut rates = Rates::new(self.terms, horizon, self.observations)?;
        self.coupon_on(period, &step, whole, &mut rates)
    }

    fn coupon_on(
        &self,
        period: &CouponPeriod,
        step: &PrincipalStep,
        whole: bool,
        rates: &mut Rates<'_>,
    ) -> Result<PeriodCoupon, Error> {
        let Self { terms, observations, settlement, .. } = *self;
        let until = if whole { period.accrual_end } else { settlement };
        Ok(PeriodCoupon {
            period_index: period.index,
            pool_factor: step.held_part(terms),
            rate: rates.until(period, until)?,
            year_fraction: Fraction::ZERO,
            index_ratio: interest_ratio(terms, settlement, observations)?,
            carried: step.carried_in(terms)?,
            interest_use: InterestUse::Paid,
        })
    }

    /// The negative of what is still to accrue up to the coupon date, over the parts that are left.
    fn less_whole_coupon(
        &self,
        period: &CouponPeriod,
        coupon: &PeriodCoupon,
        amounts: &Amounts,
    ) -> Result<i128, Error> {
        let Self { terms, schedule, settlement, observations } = *self;
        let (first, last) = schedule.coupon_of(period);
        let plan = plan_to(terms, schedule, last.index, observations)?;
        let mut rates = Rates::new(terms, last.unadjusted_end, observations)?;
        let mut left = Decimal::ZERO;
        let from = usize::try_from(period.index).unwrap_or(usize::MAX);
        for (part, step) in schedule.rest_of_coupon(period).zip(plan.iter().skip(from)) {
            let context = schedule.context_within(terms, part, (first, last));
            let from = part.accrual_start.max(settlement);
            let years = terms.day_count.year_fraction(from, part.accrual_end, &context)?;
            let accruing = self.coupon_on(part, step, true, &mut rates)?;
            left = left.plus(PeriodCoupon { year_fraction: years, ..accruing }.accrued_part()?)?;
        }
        let left = Decimal::ZERO.minus(left)?;
        amounts.of(&[left.ratio(), coupon.index_ratio.ratio()])
    }

    /// What has accrued by the rates up to settlement less the whole coupon by all its rates: the interest on a
    /// rate that is compounded does not grow with the days alone.
    fn less_coupon_by_day(
        &self,
        period: &CouponPeriod,
        accrued: &PeriodCoupon,
        context: &DayCountContext<'_>,
        amounts: &Amounts,
    ) -> Result<i128, Error> {
        let Self { terms, settlement, .. } = *self;
        let part = |end| terms.day_count.year_fraction(period.accrual_start, end, context);
        let whole = self.coupon(period, true)?;
        let year_fraction = part(period.accrual_end)?;
        let whole = PeriodCoupon { year_fraction, pool_factor: accrued.pool_factor, ..whole };
        let accrued = PeriodCoupon { year_fraction: part(settlement)?, ..*accrued };
        let left = accrued.accrued_part()?.minus(whole.accrued_part()?)?;
        amounts.of(&[left.ratio(), accrued.index_ratio.ratio()])
    }
}

/// Part of a year and days from the start of the period to settlement, less the whole period when ex.
fn accrued_part(
    terms: &BondTerms,
    period: &CouponPeriod,
    context: &DayCountContext<'_>,
    settlement: Date,
    ex: bool,
) -> Result<(Fraction, i64), Error> {
    let start = period.accrual_start;
    let part = terms.day_count.year_fraction(start, settlement, context)?;
    let days = terms.day_count.days(start, settlement, context)?;
    if !ex {
        return Ok((part, days));
    }
    let whole = terms.day_count.year_fraction(start, period.accrual_end, context)?;
    let all_days = terms.day_count.days(start, period.accrual_end, context)?;
    Ok((part.minus(whole)?, days.saturating_sub(all_days)))
}

#[cfg(test)]
mod tests;
