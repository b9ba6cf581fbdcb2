//! The ends of the accrual periods: coupon dates, and the dates between them on which something that
//! interest is computed from changes.

use alloc::vec::Vec;

use super::ScheduleRule;
use super::generate::check_length;
use crate::{
    BondTerms, Coupon, Date, Error, FixingRule, Frequency, InterestBase, PARTS, PaymentInKind,
    Redemption, Roll,
};

/// The boundaries of the periods and the roll they fall on.
pub(super) struct Boundaries {
    pub(super) roll: Roll,
    /// Ascending, the start of the first period and the end of the last included.
    pub(super) dates: Vec<Boundary>,
}

pub(super) struct Boundary {
    pub(super) date: Date,
    /// Whether interest is due there; else the accrual only changes.
    pub(super) pays_interest: bool,
}

pub(super) fn boundaries(terms: &BondTerms, end: Date) -> Result<Boundaries, Error> {
    if !PARTS && terms.accrues_in_parts() {
        return Err(not_in_parts());
    }
    let (roll, coupons) = coupon_dates(terms, end)?;
    let coupon = |date| Boundary { date, pays_interest: true };
    let mut cuts = cut_dates(terms, end)?;
    if cuts.is_empty() {
        return Ok(Boundaries { roll, dates: coupons.into_iter().map(coupon).collect() });
    }
    let floats = matches!(&terms.coupon, Coupon::Floating(rate) if !rate.fixing.resets());
    let (Some(first), Some(last)) = (coupons.first(), coupons.last()) else {
        return Err(Error::overflow("a schedule without dates"));
    };
    let inside = |date: &Date| first < date && date < last;
    cuts.retain(|date| inside(date) && coupons.binary_search(date).is_err());
    if !PARTS && !cuts.is_empty() {
        return Err(not_in_parts());
    }
    cuts.sort_unstable();
    cuts.dedup();
    if floats && !cuts.is_empty() {
        return Err(Error::Unsupported {
            what: "a change between coupon dates",
            reason: "the rate is fixed for whole coupon periods: let it reset on dates of its own",
        });
    }
    let cuts = cuts.into_iter().map(|date| Boundary { date, pays_interest: false });
    let mut dates: Vec<Boundary> = coupons.into_iter().map(coupon).chain(cuts).collect();
    check_length(dates.len())?;
    dates.sort_unstable_by_key(|boundary| boundary.date);
    Ok(Boundaries { roll, dates })
}

fn not_in_parts() -> Error {
    Error::Unsupported {
        what: "a change between coupon dates",
        reason: "interest would accrue in parts, which contracts do not compute: move it to a coupon date",
    }
}

/// The dates on which interest is due, the dated date and the end included: by the rule of the
/// schedule, then stage by stage.
fn coupon_dates(terms: &BondTerms, end: Date) -> Result<(Roll, Vec<Date>), Error> {
    let rule = match terms.coupon {
        Coupon::Zero => ScheduleRule::every(Frequency::Term),
        _ => terms.schedule,
    };
    let start = terms.dated_date;
    let by_rule =
        |end| rule.unadjusted_dates(start, end, terms.payment_convention, &terms.calendar);
    let Some(first) = terms.coupon_stages.first().filter(|_| PARTS && terms.coupon != Coupon::Zero)
    else {
        return by_rule(end).map(|unadjusted| (unadjusted.roll, unadjusted.dates));
    };
    let mut dates = Vec::from([start]);
    let mut roll = rule.roll;
    if start < first.first && first.first < end {
        let unadjusted = by_rule(first.first)?;
        (roll, dates) = (unadjusted.roll, unadjusted.dates);
    }
    for (index, stage) in terms.coupon_stages.iter().enumerate() {
        let own = match terms.coupon_stages.get(index.saturating_add(1)) {
            Some(next) => stage.dates_before(next.first.min(end))?,
            None => stage.dates_to(end)?,
        };
        dates.extend(own);
        check_length(dates.len())?;
    }
    dates.retain(|date| start <= *date && *date <= end);
    dates.sort_unstable();
    dates.dedup();
    Ok((roll, dates))
}

/// Days on which rate, principal or base of the interest change, in any order.
fn cut_dates(terms: &BondTerms, end: Date) -> Result<Vec<Date>, Error> {
    let mut cuts = Vec::new();
    // A perpetual bond is made up to a day on which it does not end.
    let end_of_life = terms.maturity.unwrap_or(Date::MAX);
    match &terms.coupon {
        Coupon::StepUp { steps } => cuts.extend(steps.iter().map(|step| step.from)),
        Coupon::Floating(floating) => {
            if let FixingRule::Reset(reset) = &floating.fixing
                && PARTS
            {
                cuts.extend(reset.fixed.iter().map(|step| step.from));
                if let Some(dates) = &reset.dates {
                    cuts.extend(dates.dates_within(end_of_life, end)?);
                }
            }
        }
        _ => {}
    }
    match &terms.redemption {
        Redemption::Stages { stages } if PARTS => {
            for (index, stage) in stages.iter().enumerate() {
                let next = stages.get(index.saturating_add(1)).map_or(end, |next| next.dates.first);
                cuts.extend(stage.dates.dates_before(next.min(end))?);
                check_length(cuts.len())?;
            }
        }
        Redemption::Level(level) if PARTS => cuts.extend(level.dates.dates_before(end)?),
        _ => {}
    }
    if let PaymentInKind::Until { date } = terms.payment_in_kind {
        cuts.push(date);
    }
    if let InterestBase::Reset { dates, .. } = &terms.interest_base
        && PARTS
    {
        cuts.extend(dates.dates_within(end_of_life, end)?);
    }
    Ok(cuts)
}
