//! The typed events of a contract, each with what the bond's own schedule, plan, coupons, principal and
//! accrued interest say of its day.

use serde_json::Value;
use tenor_bond_math::{
    BondTerms, CouponPeriod, Date, DateRule, Decimal, InterestUse, PaymentInKind, PrincipalStep,
    RoundingMode, Schedule, accrued, coupon_amount, period_rate, price_amount, principal_amount,
    principal_plan, rounding, schedule,
};

use super::mapping::{Mapped, Pattern, UNITS};
use super::read::{Contract, Read, asked_to};

/// What happens, in the order of events on one day.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Kind {
    Exchange,
    Principal,
    Fixing,
    Capitalized,
    Interest,
    Reset,
    ResetKnown,
    Refixing,
    Purchase,
    Termination,
    Scaling,
    Base,
    Maturity,
}

/// An event as the standard lists it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) day: Date,
    /// In units of 10^-12.
    pub(super) payoff: i128,
    pub(super) notional: i128,
    pub(super) accrued: i128,
    pub(super) rate: Decimal,
}

struct Due {
    shown: Date,
    unadjusted: Date,
    kind: Kind,
}

/// The events up to the last day that the case asks for.
pub(super) fn rows(mapped: &Mapped, case: &Value) -> Read<Vec<Row>> {
    let contract = Contract(&case["terms"]);
    let until = asked_to(case)?;
    let purchase = contract.day("purchaseDate")?;
    let mut due = timetable(mapped)?;
    for (kind, day) in
        [(Kind::Purchase, purchase), (Kind::Termination, contract.day("terminationDate")?)]
    {
        due.extend(day.map(|day| Due { shown: day, unadjusted: day, kind }));
    }
    let end = due.iter().find(|event| event.kind == Kind::Termination).map(|event| event.shown);
    due.retain(|event| {
        let ended = end.is_some_and(|end| {
            event.shown > end || (event.shown == end && event.kind > Kind::Termination)
        });
        !ended && until.is_none_or(|until| event.shown <= until)
    });
    due.sort_by(|a, b| a.shown.cmp(&b.shown).then(a.kind.partial_cmp(&b.kind).expect("ordered")));
    let mut life = Life::new(mapped)?;
    let mut rows = Vec::new();
    let mut bought = purchase.is_none();
    for event in &due {
        let price = |field: &str| Ok(units(contract.number_or(field, Decimal::ZERO)?));
        let row = life.row(event, price)?;
        bought |= event.kind == Kind::Purchase;
        if bought {
            rows.push(row);
        }
    }
    Ok(rows)
}

fn units(amount: Decimal) -> i128 {
    amount.units() / (Decimal::ONE.units() / UNITS)
}

/// The days of every event that the bond's own dates imply.
fn timetable(mapped: &Mapped) -> Read<Vec<Due>> {
    let dates = &mapped.dates;
    let mut due = Vec::new();
    let mut add = |kind, days: Vec<Date>| -> Read<()> {
        for day in days.into_iter().filter(|day| *day >= dates.begin) {
            due.push(Due { shown: shown(mapped, day)?, unadjusted: day, kind });
        }
        Ok(())
    };
    let before_end = |rule: Option<DateRule>| {
        rule.map_or(Ok(Vec::new()), |rule| rule.dates_before(dates.maturity))
    };
    if dates.exchange >= dates.status {
        add(Kind::Exchange, vec![dates.exchange])?;
    }
    add(Kind::Maturity, vec![dates.maturity])?;
    let repayments = before_end(dates.principal)?;
    if let (Pattern::Annuity, None, Some(first)) =
        (mapped.pattern, mapped.next_payment, repayments.first())
    {
        add(Kind::Fixing, vec![first.plus_days(-1)?.max(dates.exchange)])?;
    }
    add(Kind::Principal, repayments)?;
    for (index, (rule, _)) in dates.stages.iter().enumerate() {
        let next = dates.stages.get(index + 1).map_or(dates.maturity, |(next, _)| next.first);
        add(Kind::Principal, rule.dates_before(next.min(dates.maturity))?)?;
    }
    for period in &schedule(&mapped.terms)?.periods {
        let kind = match InterestUse::of(&mapped.terms, period) {
            InterestUse::Carried => continue,
            InterestUse::Paid => Kind::Interest,
            InterestUse::Capitalised => Kind::Capitalized,
        };
        add(kind, vec![period.unadjusted_end])?;
    }
    let first_coupon = mapped.terms.coupon_stages.first().map(|stage| stage.first);
    if first_coupon == Some(dates.begin) {
        let in_kind = mapped.terms.payment_in_kind != PaymentInKind::Never;
        let kind = if in_kind { Kind::Capitalized } else { Kind::Interest };
        add(kind, vec![dates.begin])?;
    }
    let resets = before_end(dates.resets)?;
    if mapped.pattern == Pattern::Annuity {
        add(Kind::Refixing, resets.clone())?;
    }
    let known = mapped.known_reset.map(|step| step.from);
    let (known, open) = resets.into_iter().partition(|day| Some(*day) == known);
    add(Kind::Reset, open)?;
    add(Kind::ResetKnown, known)?;
    let given = dates.rates.iter().map(|step| step.from).filter(|day| *day < dates.maturity);
    add(Kind::ResetKnown, given.collect())?;
    add(Kind::Scaling, before_end(dates.scaling)?)?;
    add(Kind::Base, before_end(dates.base)?)?;
    Ok(due)
}

/// The day on which an event shows: business days move all but the ends.
fn shown(mapped: &Mapped, day: Date) -> Read<Date> {
    if day == mapped.dates.maturity || day == mapped.dates.exchange {
        return Ok(day);
    }
    Ok(mapped.terms.payment_convention.adjust(day, &mapped.terms.calendar)?)
}

/// The bond, walked from event to event.
struct Life<'a> {
    mapped: &'a Mapped,
    /// The terms without their index: the standard scales payments, not what has accrued.
    plain: BondTerms,
    schedule: Schedule,
    plan: Vec<PrincipalStep>,
    notional: i128,
    rate: Decimal,
    ended: bool,
}

impl<'a> Life<'a> {
    fn new(mapped: &'a Mapped) -> Read<Self> {
        let schedule = schedule(&mapped.terms)?;
        let plan = principal_plan(&mapped.terms, &schedule, &mapped.observations)?;
        let started = mapped.dates.exchange < mapped.dates.status;
        Ok(Self {
            mapped,
            plain: BondTerms { indexation: None, ..mapped.terms.clone() },
            schedule,
            plan,
            notional: if started { face(mapped)? } else { 0 },
            rate: mapped.rate,
            ended: false,
        })
    }

    fn row(&mut self, due: &Due, price: impl Fn(&str) -> Read<i128>) -> Read<Row> {
        let mapped = self.mapped;
        let period = self.schedule.periods.iter().find(|period| {
            period.unadjusted_end == due.unadjusted && due.unadjusted > mapped.terms.dated_date
        });
        let period = period.cloned();
        let before = self.accrued(due)?;
        let mut payoff = 0;
        let mut accrued = before;
        let sign = if mapped.asset { 1 } else { -1 };
        match due.kind {
            Kind::Exchange => {
                let price = mapped.terms.issue_price;
                payoff = -price_amount(mapped.face_minor, price, RoundingMode::HalfUp)?;
                self.notional = face(mapped)?;
            }
            Kind::Principal => {
                if let Some(period) = &period {
                    payoff = self.principal(period)?;
                    let step = self.step(period)?;
                    self.notional = self.part(step.outstanding.minus(step.repaid)?)?;
                }
            }
            Kind::Interest => {
                payoff = match &period {
                    Some(period) => self.interest(&mapped.terms, period)?,
                    None => {
                        self.part(mapped.opening.over(Decimal::HUNDRED, RoundingMode::HalfUp)?)?
                    }
                };
                accrued = 0;
            }
            Kind::Capitalized => {
                if let Some(period) = &period {
                    self.notional = self.part(self.step(period)?.remaining()?)?;
                }
                accrued = 0;
            }
            Kind::Reset | Kind::ResetKnown => {
                let begins = |period: &&CouponPeriod| period.unadjusted_start == due.unadjusted;
                if let Some(period) = self.schedule.periods.iter().find(begins) {
                    self.rate = period_rate(&mapped.terms, period, &mapped.observations)?;
                }
            }
            // The standard adds the signed accrual inside the sign of the role.
            Kind::Purchase => payoff = -(price("priceAtPurchaseDate")? + sign * before),
            Kind::Termination => {
                payoff = price("priceAtTerminationDate")? + sign * before;
                (self.notional, self.ended, accrued) = (0, true, 0);
            }
            Kind::Maturity => {
                payoff = period.as_ref().map_or(Ok(0), |period| self.principal(period))?;
                (self.notional, self.ended, accrued) = (0, true, 0);
            }
            Kind::Fixing | Kind::Refixing | Kind::Scaling | Kind::Base => {}
        }
        Ok(Row {
            name: self.name(due.kind, payoff),
            day: due.shown,
            payoff: sign * payoff,
            notional: sign * self.notional,
            accrued: sign * accrued,
            rate: self.rate,
        })
    }

    fn name(&self, kind: Kind, payoff: i128) -> &'static str {
        match kind {
            Kind::Exchange => "IED",
            Kind::Principal if self.mapped.pattern == Pattern::Exotic && payoff < 0 => "PI",
            Kind::Principal => "PR",
            Kind::Fixing | Kind::Refixing => "PRF",
            Kind::Capitalized => "IPCI",
            Kind::Interest => "IP",
            Kind::Reset => "RR",
            Kind::ResetKnown => "RRF",
            Kind::Purchase => "PRD",
            Kind::Termination => "TD",
            Kind::Scaling => "SC",
            Kind::Base => "IPCB",
            Kind::Maturity => "MD",
        }
    }

    /// Interest accrued when an event takes place: before that day's payment of interest or after it.
    fn accrued(&self, due: &Due) -> Read<i128> {
        let mapped = self.mapped;
        let paid_later = due.kind < Kind::Reset;
        let ending = self.schedule.periods.iter().find(|period| {
            period.unadjusted_end == due.unadjusted && period.pays_interest && paid_later
        });
        if let Some(period) = ending {
            return self.interest(&self.plain, period);
        }
        let at_once = due.unadjusted == mapped.dates.begin && due.kind < Kind::Reset;
        if at_once && !mapped.opening.is_zero() {
            return self.part(mapped.opening.over(Decimal::HUNDRED, RoundingMode::HalfUp)?);
        }
        let adjusted = mapped.terms.accrual_adjusted;
        let day = if adjusted { due.shown } else { due.unadjusted };
        let face = mapped.face_minor;
        let accrued = accrued(&self.plain, &self.schedule, day, face, &mapped.observations)?;
        Ok(accrued.amount_minor)
    }

    fn interest(&self, terms: &BondTerms, period: &CouponPeriod) -> Read<i128> {
        let (face, observed) = (self.mapped.face_minor, &self.mapped.observations);
        let coupon = coupon_amount(terms, &self.schedule, period.index, face, observed)?;
        Ok(coupon.gross_minor + coupon.capitalised_minor)
    }

    fn principal(&self, period: &CouponPeriod) -> Read<i128> {
        let Mapped { terms, face_minor, observations, .. } = self.mapped;
        let amount =
            principal_amount(terms, &self.schedule, period.index, *face_minor, observations)?;
        Ok(amount.gross_minor)
    }

    fn step(&self, period: &CouponPeriod) -> Read<PrincipalStep> {
        let index = usize::try_from(period.index).map_err(|error| error.to_string())?;
        Ok(*self.plan.get(index).ok_or_else(|| "a period without a step".to_owned())?)
    }

    /// A part of the face.
    fn part(&self, part: Decimal) -> Read<i128> {
        let factors = [face(self.mapped)?, part.units()];
        Ok(rounding::mul_div(&factors, &[Decimal::ONE.units()], RoundingMode::HalfUp)?)
    }
}

fn face(mapped: &Mapped) -> Read<i128> {
    Ok(i128::try_from(mapped.face_minor).map_err(|error| error.to_string())?)
}
