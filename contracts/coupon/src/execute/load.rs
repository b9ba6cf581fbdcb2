//! Taking over the frozen terms and laying out the payments.

use super::guard::save_payment;
use crate::state::{BOND, Bond, CONFIG, MARKS, Marks, TERMS};
use tenor_bond_math::{CouponPeriod, schedule};
use tenor_interfaces::coupon::*;
use tenor_interfaces::issuance::{BondStatus, IssuanceQueries};
use tenor_sdk::abi::codec::encode;
use tenor_sdk::prelude::*;

/// Loads the bond if its terms are frozen; says whether they are.
pub(super) fn load(ctx: &mut Context) -> Result<bool> {
    let issuance = CONFIG.load(ctx)?.issuance;
    let facts = IssuanceQueries::new(ctx, issuance).bond()?;
    if facts.status == BondStatus::Draft {
        return Ok(false);
    }
    let questions = IssuanceQueries::new(ctx, issuance);
    let (terms, instants) = (questions.draft()?.terms, questions.record_instants()?);
    let schedule = schedule(&terms).map_err(|_| Error::Overflow)?;
    let periods = u32::try_from(schedule.periods.len()).map_err(|_| Error::Overflow)?;
    for (period, instant) in schedule.periods.iter().zip(instants) {
        save_payment(ctx, &scheduled(period, instant.at, periods))?;
    }
    TERMS.save(ctx, &encode(&*terms))?;
    MARKS.save(ctx, &Marks::default())?;
    let bond = Bond {
        isin: facts.isin,
        registry: facts.registry,
        cash: facts.cash,
        market: facts.market,
        issuer: facts.parties.issuer,
        paying_agent: facts.parties.paying_agent,
        issuer_cash_account: facts.issuer_cash_account,
        periods,
    };
    BOND.save(ctx, &bond)?;
    ctx.emit(&ScheduleLoaded { isin: bond.isin, payments: periods });
    Ok(true)
}

fn scheduled(period: &CouponPeriod, record_at: Timestamp, periods: u32) -> PaymentRecord {
    PaymentRecord {
        period: period.index,
        record_at,
        payment_date: period.payment_date,
        redeems: period.index.saturating_add(1) == periods,
        stage: PaymentStage::Scheduled,
        timeliness: Timeliness::OnTime,
        cursor: None,
        holders: 0,
        face_amount: Amount::ZERO,
        gross: Amount::ZERO,
        tax: Amount::ZERO,
        principal: Amount::ZERO,
        residue: 0,
        funded: Amount::ZERO,
        paid: Amount::ZERO,
        tax_paid: Amount::ZERO,
        escrowed: Amount::ZERO,
    }
}
