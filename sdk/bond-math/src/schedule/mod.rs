//! The schedule of a bond: accrual periods with their ex, record and payment dates.

use alloc::format;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{
    BondTerms, Coupon, CouponContext, Date, DayCount, DayCountContext, Error, Frequency, PARTS,
    PeriodKind, Roll, TermsError,
};

mod boundaries;
mod date_rule;
mod generate;
mod offset;
mod work;

use boundaries::{Boundaries, Boundary, boundaries};
pub use date_rule::DateRule;
pub use generate::{PERIODS_MAX, UnadjustedDates};
pub use offset::{DAY_OFFSET_MAX, DayKind, DayOffset, ExRule};
use work::Work;

/// Where an irregular period goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[derive(tenor_macros::Schema)]
pub enum Stub {
    /// None, or what the explicit dates and the roll lead to.
    #[default]
    Implied,
    /// The dates must leave none.
    None,
    /// A first period shorter than a regular one.
    ShortFirst,
    /// A first period longer than a regular one.
    LongFirst,
    /// First, short when it has seven days or more, else joined to the next.
    SmartFirst,
    /// A last period shorter than a regular one.
    ShortLast,
    /// A last period longer than a regular one.
    LongLast,
    /// Last, short when it has seven days or more, else joined to the one before.
    SmartLast,
}

/// How the regular dates of a schedule are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[derive(tenor_macros::Schema)]
pub struct ScheduleRule {
    /// Length of a regular period.
    pub frequency: Frequency,
    /// Day of the month.
    #[cfg_attr(feature = "serde", serde(default))]
    pub roll: Roll,
    /// Where an irregular period goes.
    #[cfg_attr(feature = "serde", serde(default))]
    pub stub: Stub,
    /// End of an irregular first period, when it is given as a date.
    #[cfg_attr(feature = "serde", serde(default))]
    pub first_regular: Option<Date>,
    /// Start of an irregular last period, when it is given as a date.
    #[cfg_attr(feature = "serde", serde(default))]
    pub last_regular: Option<Date>,
}

impl ScheduleRule {
    /// Regular periods of `frequency`, roll and stub as the dates imply.
    #[must_use]
    pub const fn every(frequency: Frequency) -> Self {
        Self {
            frequency,
            roll: Roll::Implied,
            stub: Stub::Implied,
            first_regular: None,
            last_regular: None,
        }
    }
}

/// One accrual period. Dates are civil dates of the bond's market.
///
/// Mostly it is a coupon period. Where rate, principal or base change between two coupon dates, it is a
/// part of one: the interest of the parts is paid together at the end of the last.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(tenor_macros::Schema)]
pub struct CouponPeriod {
    /// Position in the schedule, from 0.
    pub index: u32,
    /// Regular, first or last stub.
    pub kind: PeriodKind,
    /// First day on the rule's own dates.
    pub unadjusted_start: Date,
    /// Last day on the rule's own dates.
    pub unadjusted_end: Date,
    /// Whether a coupon date ends it; else its interest is carried to the period after it.
    pub pays_interest: bool,
    /// First day of accrual: adjusted when the terms say so.
    pub accrual_start: Date,
    /// End of accrual, not itself accrued.
    pub accrual_end: Date,
    /// From this day the buyer does not get the coupon; `None` when the bond never trades ex.
    pub ex_date: Option<Date>,
    /// Whoever holds at the end of this day is paid.
    pub record_date: Date,
    /// Day of payment.
    pub payment_date: Date,
}

impl CouponPeriod {
    /// Whether `date` accrues in this period.
    #[must_use]
    pub fn contains(&self, date: Date) -> bool {
        self.accrual_start <= date && date < self.accrual_end
    }

    /// Whether who buys for settlement on a day is paid at the end of the period: up to the day before the
    /// first ex day. A bond without an ex rule never trades ex: the buyer has the coupon up to the end of the
    /// period, and afterwards while it is not paid and its record date has not passed.
    #[must_use]
    pub fn goes_to_buyer(&self, settlement: Date) -> bool {
        match self.ex_date {
            Some(ex_date) => settlement < ex_date,
            None => settlement < self.accrual_end || settlement <= self.record_date,
        }
    }

    /// Whether the period has ended and its payment is still to come, to who buys for settlement on a day:
    /// where payments lag behind the end of their period.
    #[must_use]
    pub fn is_due_to_buyer(&self, settlement: Date) -> bool {
        self.accrual_end <= settlement
            && settlement < self.payment_date
            && self.goes_to_buyer(settlement)
    }
}

/// The accrual periods of a bond, in order, each beginning where the one before ends.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(tenor_macros::Schema)]
pub struct Schedule {
    /// The roll the rule led to.
    pub roll: Roll,
    /// The periods; never empty.
    pub periods: Vec<CouponPeriod>,
}

impl Schedule {
    /// The period at `index`.
    ///
    /// # Errors
    /// [`Error::Schedule`] when there is none.
    pub fn period(&self, index: u32) -> Result<&CouponPeriod, Error> {
        usize::try_from(index).ok().and_then(|index| self.periods.get(index)).ok_or_else(|| {
            Error::Schedule {
                reason: format!("no period {index}: the schedule has {}", self.periods.len()),
            }
        })
    }

    /// The period in which `date` accrues.
    #[must_use]
    pub fn period_at(&self, date: Date) -> Option<&CouponPeriod> {
        let index = self.periods.partition_point(|period| period.accrual_end <= date);
        self.periods.get(index).filter(|period| period.contains(date))
    }

    /// The periods that have ended and whose payment still goes to who buys for settlement on a day.
    pub(crate) fn due_to_buyer(&self, settlement: Date) -> impl Iterator<Item = &CouponPeriod> {
        let ended = self.periods.partition_point(|period| period.accrual_end <= settlement);
        let (ended, _) = self.periods.split_at(ended);
        // Few of them are still to be paid, and those are the last.
        let paid = ended.iter().rev().take_while(|period| period.payment_date > settlement).count();
        let from = ended.len().saturating_sub(paid);
        ended.iter().skip(from).filter(move |period| period.is_due_to_buyer(settlement))
    }

    /// The periods before `period`, from the latest on.
    fn before(&self, period: &CouponPeriod) -> impl Iterator<Item = &CouponPeriod> {
        let count = usize::try_from(period.index).unwrap_or(usize::MAX).min(self.periods.len());
        self.periods.iter().take(count).rev()
    }

    /// Whether `period` is a whole coupon period.
    pub(crate) fn is_whole(&self, period: &CouponPeriod) -> bool {
        period.pays_interest && self.before(period).next().is_none_or(|before| before.pays_interest)
    }

    /// The first and the last part of the coupon period that `period` belongs to.
    pub(crate) fn coupon_of<'a>(
        &'a self,
        period: &'a CouponPeriod,
    ) -> (&'a CouponPeriod, &'a CouponPeriod) {
        let first = self.before(period).take_while(|before| !before.pays_interest).last();
        (first.unwrap_or(period), self.rest_of_coupon(period).last().unwrap_or(period))
    }

    /// `period` and what follows it in the same coupon period.
    pub(crate) fn rest_of_coupon(
        &self,
        period: &CouponPeriod,
    ) -> impl Iterator<Item = &CouponPeriod> {
        let from = usize::try_from(period.index).unwrap_or(usize::MAX);
        let mut over = false;
        let within = move |part: &&CouponPeriod| !core::mem::replace(&mut over, part.pays_interest);
        self.periods.iter().skip(from).take_while(within)
    }

    /// The facts a day count needs about `period`.
    #[must_use]
    pub fn day_count_context<'a>(
        &self,
        terms: &'a BondTerms,
        period: &CouponPeriod,
    ) -> DayCountContext<'a> {
        self.context_within(terms, period, self.coupon_of(period))
    }

    /// [`Schedule::day_count_context`] where the first and the last part of the coupon period are known.
    pub(crate) fn context_within<'a>(
        &self,
        terms: &'a BondTerms,
        period: &CouponPeriod,
        (first, last): (&CouponPeriod, &CouponPeriod),
    ) -> DayCountContext<'a> {
        // The regular dates around a stub are the schedule's own (ISDA 2006 §4.16(c)); a regular period is
        // one, and pays a full coupon, as it accrues.
        let from_own_dates =
            terms.day_count == DayCount::ActActIcma && period.kind != PeriodKind::Regular;
        let (start, end) = if from_own_dates {
            (first.unadjusted_start, last.unadjusted_end)
        } else {
            (first.accrual_start, last.accrual_end)
        };
        let stage = stage_of(terms, first.unadjusted_start);
        let (frequency, roll) = stage.unwrap_or((terms.schedule.frequency, self.roll));
        DayCountContext {
            coupon: Some(CouponContext { start, end, frequency, roll, kind: period.kind }),
            maturity: terms.maturity,
            calendar: Some(&terms.calendar),
            end_of_month: self.roll == Roll::EndOfMonth,
        }
    }
}

/// The schedule of a bond from its dated date to its maturity.
///
/// # Errors
/// [`Error::Schedule`] when the dates do not fit the rule; [`Error::Terms`] when a record or ex date lies before
/// the coupon period or the issue; [`Error::Unsupported`] for a perpetual
/// bond (use [`schedule_to`]); [`Error::CalendarYear`] when a payment falls in a year whose holidays
/// are not known.
///
/// ```
/// use tenor_bond_math::{BondTerms, Coupon, Decimal, schedule};
/// let terms = BondTerms::plain(
///     "SGXF10000002".parse()?, "SGD".parse()?, 25_000_000, 10_000_000_000,
///     "2025-01-31".parse()?, "2028-01-31".parse()?,
///     Coupon::Fixed { rate: Decimal::from_bps(300) },
/// );
/// let schedule = schedule(&terms)?;
/// assert_eq!(schedule.periods.len(), 6);
/// assert_eq!(schedule.periods[0].unadjusted_end.to_string(), "2025-07-31");
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
pub fn schedule(terms: &BondTerms) -> Result<Schedule, Error> {
    let maturity = terms.maturity.ok_or(Error::Unsupported {
        what: "the whole schedule",
        reason: "the bond is perpetual: ask for the schedule to a date",
    })?;
    build(terms, maturity)
}

/// The schedule up to and including the period in which `horizon` falls, for perpetual bonds; the
/// whole schedule for the others.
///
/// # Errors
/// As [`schedule`].
pub fn schedule_to(terms: &BondTerms, horizon: Date) -> Result<Schedule, Error> {
    if terms.maturity.is_some() {
        return schedule(terms);
    }
    let first = terms.schedule.first_regular.unwrap_or(terms.dated_date);
    let roll = match terms.schedule.roll {
        Roll::Implied => Roll::implied_by(first),
        roll => roll,
    };
    let mut end = first;
    let mut times = 0_u16;
    while end <= horizon || end <= terms.dated_date {
        times = times.saturating_add(1);
        generate::check_length(usize::from(times))?;
        end = roll.nth(first, terms.schedule.frequency, i32::from(times))?;
    }
    build(terms, end)
}

fn build(terms: &BondTerms, end: Date) -> Result<Schedule, Error> {
    let schedule = build_with(terms, end, &mut Work::new(&terms.calendar))?;
    check_who_is_paid(terms, &schedule)?;
    Ok(schedule)
}

/// A coupon is paid to holders of a day of its own period, on which the bond is issued, and is traded with
/// and then without. Coupons paid before a later issue are nobody's.
fn check_who_is_paid(terms: &BondTerms, schedule: &Schedule) -> Result<(), Error> {
    let mut start = None;
    for period in &schedule.periods {
        let first_day = *start.get_or_insert(period.accrual_start);
        if !period.pays_interest {
            continue;
        }
        start = None;
        if period.payment_date <= terms.issue_date {
            continue;
        }
        let from = first_day.max(terms.issue_date);
        let refused = |field, what, date: Date| {
            let reason = format!(
                "{what} {date} of the payment on {} is too early: its coupon period, or the bond, begins on \
                 {from}; count fewer days back",
                period.payment_date
            );
            Err(Error::Terms(TermsError::new(field, reason)))
        };
        if period.record_date < from {
            return refused("record.days", "the record date", period.record_date);
        }
        if let Some(ex_date) = period.ex_date.filter(|ex_date| *ex_date <= from) {
            return refused("ex.offset.days", "the ex date", ex_date);
        }
    }
    Ok(())
}

fn build_with(terms: &BondTerms, end: Date, work: &mut Work) -> Result<Schedule, Error> {
    let Boundaries { roll, dates } = boundaries(terms, end)?;
    let mut periods: Vec<CouponPeriod> = Vec::with_capacity(dates.len());
    let mut rest = dates.as_slice();
    let by_one_rule = roll != Roll::Imm
        && terms.coupon_stages.is_empty()
        && dates.iter().all(|boundary| boundary.pays_interest);
    // One coupon period after the other, each with its parts.
    while let Some((first, last, parts)) = next_coupon(rest) {
        let index = periods.len();
        // Between the second coupon date and the last but one, the roll makes every period regular.
        let inner = by_one_rule && index > 1 && rest.len() > parts.saturating_add(2);
        let kind =
            if inner { PeriodKind::Regular } else { kind_of(terms, roll, index, first, last)? };
        for pair in rest.windows(2).take(parts) {
            let [start, end] = pair else { continue };
            periods.push(period(terms, periods.len(), kind, start.date, end, work)?);
        }
        // Business days may leave a part of a coupon period empty, never a coupon period of the rule.
        let empty = |period: &&CouponPeriod| period.accrual_start == period.accrual_end;
        if let (1, Some(period)) = (parts, periods.last().filter(empty))
            && terms.coupon_stages.is_empty()
        {
            return Err(no_day_left(period.unadjusted_start, period.unadjusted_end));
        }
        rest = rest.get(parts..).unwrap_or_default();
    }
    Ok(Schedule { roll, periods })
}

/// The coupon period that begins at the first boundary: its dates and the number of its parts.
fn next_coupon(boundaries: &[Boundary]) -> Option<(Date, Date, usize)> {
    let first = boundaries.first()?;
    let parts =
        boundaries.iter().skip(1).position(|boundary| boundary.pays_interest)?.saturating_add(1);
    boundaries.get(parts).map(|last| (first.date, last.date, parts))
}

/// Frequency and roll of the stage of coupon dates that a coupon period begins in.
fn stage_of(terms: &BondTerms, start: Date) -> Option<(Frequency, Roll)> {
    let begun = |stage: &&DateRule| PARTS && stage.first <= start;
    let stage = terms.coupon_stages.iter().rev().find(begun)?;
    let roll = match stage.roll {
        Roll::Implied => Roll::implied_by(stage.first),
        roll => roll,
    };
    Some((stage.frequency, roll))
}

/// A period is regular when both its ends are on the roll and one is one regular step from the other: a
/// bond dated the 16th that pays on the 15th has a short first period.
fn kind_of(
    terms: &BondTerms,
    roll: Roll,
    index: usize,
    start: Date,
    end: Date,
) -> Result<PeriodKind, Error> {
    let rule = match terms.coupon {
        Coupon::Zero => ScheduleRule::every(Frequency::Term),
        _ => terms.schedule,
    };
    if let Some((frequency, roll)) = stage_of(terms, start) {
        let regular = frequency == Frequency::Term || roll.nth(start, frequency, 1)? == end;
        return Ok(if regular { PeriodKind::Regular } else { PeriodKind::LastStub });
    }
    if rule.frequency == Frequency::Term {
        return Ok(PeriodKind::Regular);
    }
    let stepped = roll.nth(start, rule.frequency, 1)? == end
        || roll.nth(end, rule.frequency, -1).is_ok_and(|date| date == start);
    // Without stubs, month ends may stop short of the last one.
    let without_stubs = match rule.stub {
        Stub::None => true,
        Stub::Implied => rule.roll == Roll::Implied,
        _ => false,
    };
    let ends_on_roll = roll.matches(end) || (without_stubs && roll == Roll::EndOfMonth);
    let regular = stepped && roll.matches(start) && ends_on_roll;
    Ok(match (regular, index) {
        (true, _) => PeriodKind::Regular,
        (false, 0) if !rule.stub.comes_last() => PeriodKind::FirstStub,
        (false, _) => PeriodKind::LastStub,
    })
}

fn period(
    terms: &BondTerms,
    index: usize,
    kind: PeriodKind,
    start: Date,
    end: &Boundary,
    work: &mut Work,
) -> Result<CouponPeriod, Error> {
    let Boundary { date: end, pays_interest } = *end;
    let calendar = &terms.calendar;
    let adjust = |date, work: &mut Work| {
        let found = terms.adjusted(date)?;
        work.add(terms.payment_convention.days_looked_up(date, found));
        Ok::<_, Error>(found)
    };
    let adjusted_end = adjust(end, work)?;
    let (accrual_start, accrual_end) =
        if terms.accrual_adjusted { (adjust(start, work)?, adjusted_end) } else { (start, end) };
    if accrual_start > accrual_end {
        return Err(no_day_left(start, end));
    }
    let payment_date = match terms.payment_lag_business_days {
        0 => adjusted_end,
        lag => calendar.plus_business_days(adjusted_end, i32::from(lag))?,
    };
    work.add_between(adjusted_end, payment_date);
    let ex_date = match &terms.ex {
        Some(ex) => Some(ex.first_ex_day(payment_date, calendar, work)?),
        None => None,
    };
    let record_date = terms.record.before_counted(payment_date, calendar, work)?;
    work.check(payment_date)?;
    Ok(CouponPeriod {
        index: u32::try_from(index).map_err(|_| Error::overflow("the number of periods"))?,
        kind,
        unadjusted_start: start,
        unadjusted_end: end,
        pays_interest,
        accrual_start,
        accrual_end,
        ex_date,
        record_date,
        payment_date,
    })
}

fn no_day_left(start: Date, end: Date) -> Error {
    Error::Schedule {
        reason: format!("the period {start} to {end} has no day left after adjustment"),
    }
}

#[cfg(test)]
mod tests;
