//! All payments of a bond, in order.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::coupon::{Amounts, coupon_on};
use crate::principal::{amount_of_step, known_plan, plain_step, shrinking};
use crate::rates::Rates;
use crate::{
    BondTerms, Coupon, CouponPeriod, Currency, Date, Error, InterestUse, Observations,
    PrincipalStep, Redemption, Reduction, Schedule,
};

/// What a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum CashFlowKind {
    /// Interest.
    Coupon,
    /// Repayment of principal, in part or in whole.
    Principal,
}

/// One payment on a face amount.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CashFlow {
    /// Interest or principal.
    pub kind: CashFlowKind,
    /// The coupon period at whose end it is due.
    pub period_index: u32,
    /// From this day a buyer does not get it.
    pub ex_date: Option<Date>,
    /// Holders at the end of this day get it.
    pub record_date: Date,
    /// Day of payment.
    pub payment_date: Date,
    /// Currency of payment.
    pub currency: Currency,
    /// Minor units of that currency on the face amount; `None` until its fixings are known.
    pub amount_minor: Option<i128>,
}

/// The payments on one denomination: for each period its coupon, then its principal.
///
/// # Errors
/// [`Error::Overflow`] and the errors of [`crate::coupon_amount`], except that a payment whose fixings are
/// not yet known has no amount.
pub fn cash_flows(
    terms: &BondTerms,
    schedule: &Schedule,
    observations: &Observations,
) -> Result<Vec<CashFlow>, Error> {
    cash_flows_on(terms, schedule, terms.denomination_minor, observations)
}

/// The payments on an original face amount, held from the start to the end: for each period its coupon,
/// then its principal.
///
/// # Errors
/// As [`cash_flows`], and [`Error::NotAMultiple`] when the terms round per denomination and the face
/// is no whole number of them.
pub fn cash_flows_on(
    terms: &BondTerms,
    schedule: &Schedule,
    face_minor: u128,
    observations: &Observations,
) -> Result<Vec<CashFlow>, Error> {
    let mut flows = Vec::with_capacity(schedule.periods.len().saturating_add(1));
    // Interest that is capitalised or carried but not yet fixed leaves all that follows unknown.
    let plan = known_plan(terms, schedule, observations)?;
    let horizon = schedule.periods.last().map_or(terms.dated_date, |last| last.unadjusted_end);
    let mut rates = Rates::new(terms, horizon, observations)?;
    let bears_interest = !matches!(terms.coupon, Coupon::Zero);
    let mut amounts = bears_interest.then(|| Amounts::new(terms, face_minor)).transpose()?;
    let mut latest = None;
    let held = match terms.reduction {
        Reduction::Nominal => shrinking(terms, &plan, face_minor)?,
        Reduction::PoolFactor => Vec::new(),
    };
    for (index, period) in schedule.periods.iter().enumerate() {
        let plain;
        let step = match plan.get(index) {
            Some(step) => Some(step),
            None => {
                plain = plain_step(terms, schedule, period);
                plain.as_ref()
            }
        };
        let face_minor = match held.get(index) {
            Some(held) => {
                amounts = bears_interest.then(|| Amounts::new(terms, *held)).transpose()?;
                latest = None;
                *held
            }
            None => face_minor,
        };
        if let Some(amounts) = &amounts
            && InterestUse::of(terms, period) == InterestUse::Paid
        {
            let coupon = match step {
                Some(step) => known(coupon_on(terms, schedule, step, &mut rates))?,
                None => None,
            };
            let amount = match (coupon, &latest) {
                (None, _) => None,
                // Regular periods of a fixed rate pay alike.
                (Some(coupon), Some((like, amount))) if coupon.pays_like(like) => Some(*amount),
                (Some(coupon), _) => {
                    let amount = coupon.amount_by(terms, amounts)?.gross_minor;
                    latest = Some((coupon, amount));
                    Some(amount)
                }
            };
            flows.push(flow(terms, CashFlowKind::Coupon, period, amount));
        }
        let due =
            step.map_or(is_principal_due(terms, schedule, period), |step| !step.repaid.is_zero());
        if due {
            let amount = match step {
                Some(step) => principal(terms, schedule, step, face_minor, observations)?,
                None => None,
            };
            flows.push(flow(terms, CashFlowKind::Principal, period, amount));
        }
    }
    Ok(flows)
}

/// The principal due on the face amount; `None` until its index is known.
fn principal(
    terms: &BondTerms,
    schedule: &Schedule,
    step: &PrincipalStep,
    face_minor: u128,
    observations: &Observations,
) -> Result<Option<i128>, Error> {
    let amount = amount_of_step(terms, schedule, step, face_minor, observations);
    Ok(known(amount)?.map(|amount| amount.gross_minor))
}

/// A payment that waits for a fixing has no amount yet.
fn known<T>(amount: Result<T, Error>) -> Result<Option<T>, Error> {
    match amount {
        Ok(amount) => Ok(Some(amount)),
        Err(Error::MissingFixing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether principal can be due at the end of `period`: always at maturity, before it only for a bond
/// that is repaid in parts.
fn is_principal_due(terms: &BondTerms, schedule: &Schedule, period: &CouponPeriod) -> bool {
    match terms.redemption {
        Redemption::Never => false,
        Redemption::Bullet { .. } => {
            schedule.periods.last().is_some_and(|last| last.index == period.index)
        }
        _ => true,
    }
}

fn flow(
    terms: &BondTerms,
    kind: CashFlowKind,
    period: &CouponPeriod,
    amount_minor: Option<i128>,
) -> CashFlow {
    let second = terms.dual_currency.filter(|dual| match kind {
        CashFlowKind::Coupon => dual.coupons,
        CashFlowKind::Principal => dual.principal,
    });
    CashFlow {
        kind,
        period_index: period.index,
        ex_date: period.ex_date,
        record_date: period.record_date,
        payment_date: period.payment_date,
        currency: second.map_or(terms.currency, |dual| dual.currency),
        amount_minor,
    }
}

#[cfg(test)]
mod tests;
