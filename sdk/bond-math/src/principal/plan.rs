//! The plan of a bond's principal, period by period.

use alloc::vec::Vec;

use super::level::{Owed, Sums};
use super::{NEAREST, PrincipalStep, count, interest_on, is_last};
use crate::rates::Rates;
use crate::{
    BondTerms, CouponPeriod, Date, Decimal, Error, InterestBase, InterestUse, Observations, PARTS,
    Redemption, RepaymentStage, RoundingMode, Schedule,
};

/// The steps of the first `count` periods, as far as they are known, and the fixing that is missing for
/// the next.
pub(super) fn steps(
    terms: &BondTerms,
    schedule: &Schedule,
    observations: &Observations,
    count: usize,
) -> Result<(Vec<PrincipalStep>, Option<Error>), Error> {
    check_instalment_dates(terms, schedule)?;
    let mut plan = Plan::new(terms, schedule, observations)?;
    let mut state = State::at_start(terms)?;
    let mut steps = Vec::with_capacity(count.min(schedule.periods.len()));
    for period in schedule.periods.iter().take(count) {
        match plan.step(period, &mut state) {
            Ok(step) => steps.push(step),
            Err(missing @ Error::MissingFixing { .. }) => return Ok((steps, Some(missing))),
            Err(error) => return Err(error),
        }
    }
    Ok((steps, None))
}

/// What is carried from one period into the next.
struct State {
    outstanding: Decimal,
    /// What interest is computed on, where that is not what is outstanding.
    own_base: Option<Decimal>,
    carried: Decimal,
    repaid: Decimal,
}

impl State {
    fn at_start(terms: &BondTerms) -> Result<Self, Error> {
        let own_base = match terms.interest_base {
            InterestBase::Outstanding => None,
            InterestBase::Constant { percent } | InterestBase::Reset { percent, .. } => {
                Some(part(percent)?)
            }
        };
        let carried = part(terms.opening_interest)?;
        Ok(Self { outstanding: Decimal::ONE, own_base, carried, repaid: Decimal::ZERO })
    }
}

pub(super) fn part(percent: Decimal) -> Result<Decimal, Error> {
    percent.over(Decimal::HUNDRED, NEAREST)
}

struct Plan<'a> {
    terms: &'a BondTerms,
    schedule: &'a Schedule,
    rates: Rates<'a>,
    repaying: Repaying,
    /// Dates and parts of a redemption in stages, in order.
    staged: Vec<(Date, Decimal)>,
    sums: Option<Sums<'a>>,
    /// Dates on which the base of interest becomes what is outstanding.
    base_resets: Vec<Date>,
    /// The level payment of an annuity on the coupon dates, once it is known.
    level: Option<Decimal>,
}

impl<'a> Plan<'a> {
    fn new(
        terms: &'a BondTerms,
        schedule: &'a Schedule,
        observations: &'a Observations,
    ) -> Result<Self, Error> {
        let end = schedule.periods.last().map_or(terms.dated_date, |last| last.unadjusted_end);
        Ok(Self {
            terms,
            schedule,
            rates: Rates::new(terms, end, observations)?,
            repaying: repaying_periods(terms, schedule),
            staged: match &terms.redemption {
                Redemption::Stages { stages } if PARTS => staged(stages, end)?,
                _ => Vec::new(),
            },
            sums: match &terms.redemption {
                Redemption::Level(level) if PARTS => Some(Sums::new(terms, level, end)?),
                _ => None,
            },
            base_resets: match &terms.interest_base {
                InterestBase::Reset { dates, .. } if PARTS => {
                    dates.dates_within(terms.maturity.unwrap_or(Date::MAX), end)?
                }
                _ => Vec::new(),
            },
            level: None,
        })
    }

    fn step(&mut self, period: &CouponPeriod, state: &mut State) -> Result<PrincipalStep, Error> {
        if self.base_resets.binary_search(&period.unadjusted_start).is_ok() {
            state.own_base = Some(state.outstanding);
        }
        let interest_base = state.own_base.unwrap_or(state.outstanding);
        self.renew_sum(period, state)?;
        let interest_use = InterestUse::of(self.terms, period);
        let owed = if interest_use != InterestUse::Paid || self.counts_interest(period) {
            state.carried.plus(self.interest(period, interest_base)?)?
        } else {
            Decimal::ZERO
        };
        let capitalised =
            if interest_use == InterestUse::Capitalised { owed } else { Decimal::ZERO };
        let step = PrincipalStep {
            period_index: period.index,
            outstanding: state.outstanding,
            interest_base,
            carried: state.carried,
            capitalised,
            repaid: self.repaid(period, state.outstanding, capitalised, owed)?,
            repaid_before: state.repaid,
        };
        state.outstanding = step.remaining()?;
        state.repaid = state.repaid.plus(step.repaid)?;
        state.carried = if interest_use == InterestUse::Carried { owed } else { Decimal::ZERO };
        Ok(step)
    }

    /// Whether the repayment at the end of a period depends on its interest.
    fn counts_interest(&self, period: &CouponPeriod) -> bool {
        match &self.terms.redemption {
            Redemption::Annuity { .. } => period.index >= self.repaying.first,
            Redemption::Level(_) => true,
            _ => false,
        }
    }

    /// A reset of the rate sets a new sum where the terms say so.
    fn renew_sum(&mut self, period: &CouponPeriod, state: &State) -> Result<(), Error> {
        let Some(sums) = self.sums.as_mut().filter(|_| PARTS) else { return Ok(()) };
        let later = period.unadjusted_start > self.terms.dated_date;
        if sums.follow_rate() && later && self.rates.is_set_on(period.unadjusted_start) {
            let owed = Owed { principal: state.outstanding, interest: state.carried };
            sums.renew(period, &owed, self.rates.of(period)?)?;
        }
        Ok(())
    }

    /// What is repaid at the end of `period`; the last one repays the rest.
    fn repaid(
        &mut self,
        period: &CouponPeriod,
        outstanding: Decimal,
        capitalised: Decimal,
        owed: Decimal,
    ) -> Result<Decimal, Error> {
        let started = period.pays_interest && period.index >= self.repaying.first;
        let on = period.unadjusted_end;
        match &self.terms.redemption {
            Redemption::Never => Ok(Decimal::ZERO),
            _ if is_last(self.schedule, period.index) => outstanding.plus(capitalised),
            Redemption::Linear { .. } if started => linear_part(self.repaying.count),
            Redemption::Annuity { .. } if started => self.annuity(outstanding, owed),
            Redemption::Instalments { instalments } => instalments
                .binary_search_by_key(&on, |instalment| instalment.date)
                .ok()
                .and_then(|index| instalments.get(index))
                .map_or(Ok(Decimal::ZERO), |due| Ok(part(due.percent)?.min(outstanding))),
            Redemption::Stages { .. } if PARTS => Ok(self
                .staged
                .binary_search_by_key(&on, |(date, _)| *date)
                .ok()
                .and_then(|index| self.staged.get(index))
                .map_or(Decimal::ZERO, |(_, part)| (*part).min(outstanding))),
            Redemption::Level(_) if PARTS => self.levelled(period, outstanding, owed),
            _ => Ok(Decimal::ZERO),
        }
    }

    /// The level sum less the interest that is owed, on one of its dates.
    fn levelled(
        &mut self,
        period: &CouponPeriod,
        outstanding: Decimal,
        owed: Decimal,
    ) -> Result<Decimal, Error> {
        let Some(sums) = self.sums.as_mut().filter(|sums| sums.falls_on(period.unadjusted_end))
        else {
            return Ok(Decimal::ZERO);
        };
        let rate = self.rates.of(period)?;
        let due = Owed { principal: outstanding, interest: owed };
        Ok(sums.sum(period, &due, rate)?.minus(owed)?.min(outstanding))
    }

    fn annuity(&mut self, outstanding: Decimal, owed: Decimal) -> Result<Decimal, Error> {
        let level = self.level_payment(outstanding)?;
        let repaid = level.minus(owed)?.min(outstanding);
        if repaid.is_negative() {
            return Err(Error::Unsupported {
                what: "an annuity",
                reason: "the level sum does not cover the interest of a long period",
            });
        }
        Ok(repaid)
    }

    /// Interest of one period on `base`.
    fn interest(&mut self, period: &CouponPeriod, base: Decimal) -> Result<Decimal, Error> {
        let rate = self.rates.of(period)?;
        let part = self.rates.year_fraction(self.schedule, period)?;
        interest_on(base, rate, part)
    }

    /// The level sum of interest and principal that repays `outstanding` over the periods from the
    /// first repayment: outstanding / sum of discount factors at the coupon rate.
    fn level_payment(&mut self, outstanding: Decimal) -> Result<Decimal, Error> {
        if let Some(level) = self.level {
            return Ok(level);
        }
        let mut discount = Decimal::ONE;
        let mut sum = Decimal::ZERO;
        let mut growth = Decimal::ONE;
        let first = self.repaying.first;
        for period in self.schedule.periods.iter().filter(|period| period.index >= first) {
            growth = growth.plus(self.interest(period, Decimal::ONE)?)?;
            if period.pays_interest {
                discount = discount.over(growth, NEAREST)?;
                sum = sum.plus(discount)?;
                growth = Decimal::ONE;
            }
        }
        let level = outstanding.over(sum, NEAREST)?;
        self.level = Some(level);
        Ok(level)
    }
}

/// Every date of a redemption in stages, with its part of the original face.
fn staged(stages: &[RepaymentStage], end: Date) -> Result<Vec<(Date, Decimal)>, Error> {
    let mut all = Vec::new();
    for (index, stage) in stages.iter().enumerate() {
        let next = stages.get(index.saturating_add(1)).map_or(end, |next| next.dates.first);
        let part = part(stage.percent)?;
        let dates = stage.dates.dates_before(next.min(end))?;
        all.extend(dates.into_iter().map(|date| (date, part)));
    }
    Ok(all)
}

/// The first period with a repayment and how many there are, the last included.
struct Repaying {
    first: u32,
    count: u32,
}

fn repaying_periods(terms: &BondTerms, schedule: &Schedule) -> Repaying {
    let from: Option<Date> = match terms.redemption {
        Redemption::Linear { first } | Redemption::Annuity { first } => first,
        _ => return Repaying { first: 0, count: count(schedule) },
    };
    let first = from
        .map_or(0, |from| schedule.periods.partition_point(|period| period.unadjusted_end < from));
    let coupons = schedule.periods.iter().skip(first).filter(|period| period.pays_interest);
    let limited = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Repaying { first: limited(first), count: limited(coupons.count()) }
}

fn check_instalment_dates(terms: &BondTerms, schedule: &Schedule) -> Result<(), Error> {
    let Redemption::Instalments { instalments } = &terms.redemption else {
        return Ok(());
    };
    let falls_on_coupon = |date: Date| {
        let ends = &schedule.periods;
        ends.binary_search_by_key(&date, |period| period.unadjusted_end).is_ok()
    };
    if instalments.iter().all(|part| falls_on_coupon(part.date)) {
        Ok(())
    } else {
        Err(Error::Unsupported {
            what: "a repayment",
            reason: "its date is no coupon date of the schedule",
        })
    }
}

fn linear_part(parts: u32) -> Result<Decimal, Error> {
    Decimal::ONE.over(Decimal::from_integer(i64::from(parts.max(1))), RoundingMode::Down)
}
