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
    let due_minor = due_to_buyer(terms, schedule, settlement, face_minor, observations)?;
    let Share { days, year_fraction, ex, interest } =
        share(terms, schedule, period, settlement, observations)?;
    let own = match interest {
        Interest::Nothing => 0,
        Interest::Of(coupon) => coupon.interest(&Amounts::new(terms, face_minor)?)?,
        Interest::Part { part, index_ratio } => {
            Amounts::new(terms, face_minor)?.of(&[part.ratio(), index_ratio.ratio()])?
        }
    };
    let amount_minor = own.checked_add(due_minor).ok_or(Error::overflow("accrued interest"))?;
    let period_index = Some(period.index);
    Ok(Accrued { amount_minor, due_minor, days, year_fraction, period_index, ex })
}

/// The interest that a buyer will be paid for periods that have ended.
fn due_to_buyer(
    terms: &BondTerms,
    schedule: &Schedule,
    settlement: Date,
    face_minor: u128,
    observations: &Observations,
) -> Result<i128, Error> {
    let mut due_minor = 0_i128;
    for period in schedule.due_to_buyer(settlement) {
        let coupon = period_coupon(terms, schedule, period.index, observations)?;
        if coupon.interest_use == InterestUse::Paid {
            let interest = coupon.interest(&Amounts::new(terms, face_minor)?)?;
            due_minor = due_minor.checked_add(interest).ok_or(Error::overflow("interest due"))?;
        }
    }
    Ok(due_minor)
}

/// What is left of a holding that repayments which are due make smaller: interest accrues on it.
fn left_after_due(
    terms: &BondTerms,
    schedule: &Schedule,
    settlement: Date,
    observations: &Observations,
) -> Result<Decimal, Error> {
    schedule.due_to_buyer(settlement).try_fold(Decimal::ONE, |left, period| {
        let step = step(terms, schedule, period.index, observations)?;
        let part = step.remaining()?.over(step.outstanding, RoundingMode::HalfUp)?;
        left.times(part, RoundingMode::HalfUp)
    })
}

/// What has accrued in the current period alone, of any face.
pub(crate) struct Share {
    pub(crate) days: i64,
    pub(crate) year_fraction: Fraction,
    pub(crate) ex: bool,
    pub(crate) interest: Interest,
}

/// Accrued interest that no face is put to yet.
pub(crate) enum Interest {
    Nothing,
    /// Of the coupon's part of a year, with what was carried in.
    Of(PeriodCoupon),
    /// A part of the face, before the index.
    Part {
        part: Decimal,
        index_ratio: Decimal,
    },
}

/// What has accrued in `period`, in which the settlement date lies.
pub(crate) fn share(
    terms: &BondTerms,
    schedule: &Schedule,
    period: &CouponPeriod,
    settlement: Date,
    observations: &Observations,
) -> Result<Share, Error> {
    let last = schedule.coupon_of(period).1;
    let ex = last.ex_date.is_some_and(|ex_date| settlement >= ex_date);
    let whole = schedule.is_whole(period);
    if settlement == period.accrual_start && !ex && whole && terms.opening_interest.is_zero() {
        let (days, year_fraction) = (0, Fraction::ZERO);
        return Ok(Share { days, year_fraction, ex, interest: Interest::Nothing });
    }
    let accruing = Accruing { terms, schedule, observations, settlement };
    let by_day = terms.coupon.is_known_by_day();
    let mut coupon = accruing.coupon(period, ex && whole && !by_day)?;
    if terms.reduction == Reduction::Nominal {
        let left = left_after_due(terms, schedule, settlement, observations)?;
        coupon.pool_factor = coupon.pool_factor.times(left, RoundingMode::HalfUp)?;
    }
    let context = schedule.day_count_context(terms, period);
    let (year_fraction, days) = accrued_part(terms, period, &context, settlement, ex && whole)?;
    let interest = match (ex, whole) {
        (true, false) if PARTS => accruing.less_whole_coupon(period, &coupon)?,
        (true, _) if by_day => accruing.less_coupon_by_day(period, &coupon, &context)?,
        // An ex price owes what is still to accrue, whatever was carried in.
        (true, _) => Interest::Of(PeriodCoupon { year_fraction, carried: Decimal::ZERO, ..coupon }),
        (false, _) => Interest::Of(PeriodCoupon { year_fraction, ..coupon }),
    };
    Ok(Share { days, year_fraction, ex, interest })
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
    ) -> Result<Interest, Error> {
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
        let part = Decimal::ZERO.minus(left)?;
        Ok(Interest::Part { part, index_ratio: coupon.index_ratio })
    }

    /// What has accrued by the rates up to settlement less the whole coupon by all its rates: the interest on a
    /// rate that is compounded does not grow with the days alone.
    fn less_coupon_by_day(
        &self,
        period: &CouponPeriod,
        accrued: &PeriodCoupon,
        context: &DayCountContext<'_>,
    ) -> Result<Interest, Error> {
        let Self { terms, settlement, .. } = *self;
        let part = |end| terms.day_count.year_fraction(period.accrual_start, end, context);
        let whole = self.coupon(period, true)?;
        let year_fraction = part(period.accrual_end)?;
        let whole = PeriodCoupon { year_fraction, pool_factor: accrued.pool_factor, ..whole };
        let accrued = PeriodCoupon { year_fraction: part(settlement)?, ..*accrued };
        let part = accrued.accrued_part()?.minus(whole.accrued_part()?)?;
        Ok(Interest::Part { part, index_ratio: accrued.index_ratio })
    }
}

/// Part of a year and days from the start of the period to settlement, less the whole period when ex.
pub(crate) fn accrued_part(
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
