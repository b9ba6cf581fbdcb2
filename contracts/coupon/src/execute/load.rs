//! Taking over the frozen terms and laying out the payments; only for a bond that has appointed this
//! instance, so that nobody else's says in public what that bond owes or has missed.

use super::guard::save_payment;
use crate::state::{BOND, Bond, CONFIG, MARKS, Marks, TERMS};
use tenor_bond_math::{CouponPeriod, schedule};
use tenor_interfaces::coupon::*;
use tenor_interfaces::issuance::{BondStatus, IssuanceQueries};
use tenor_interfaces::{AgentRight, Appointment};
use tenor_sdk::abi::codec::encode;
use tenor_sdk::prelude::*;

/// Whether the bond has appointed this instance to pay it.
pub(super) fn is_appointed(ctx: &QueryContext) -> Result<bool> {
    let (issuance, own) = (CONFIG.load(ctx)?.issuance, ctx.own_address());
    let agents = IssuanceQueries::new(ctx, issuance).agents()?;
    let payer = Appointment { agent: own, right: AgentRight::Redemption };
    Ok(agents.contains(&payer))
}

pub(super) fn require_appointed(ctx: &QueryContext) -> Result<()> {
    ctx.require(is_appointed(ctx)?, Error::NotAppointed)
}

/// Loads the bond if its terms are frozen and it has appointed this instance; says whether.
pub(super) fn load(ctx: &mut Context) -> Result<bool> {
    let Config { issuance, first_period, .. } = CONFIG.load(ctx)?;
    let facts = IssuanceQueries::new(ctx, issuance).bond()?;
    if facts.status == BondStatus::Draft || !is_appointed(ctx)? {
        return Ok(false);
    }
    let questions = IssuanceQueries::new(ctx, issuance);
    let (terms, instants) = (questions.draft()?.terms, questions.record_instants()?);
    let schedule = schedule(&terms).map_err(|_| Error::Overflow)?;
    let periods = u32::try_from(schedule.periods.len()).map_err(|_| Error::Overflow)?;
    for (period, instant) in schedule.periods.iter().zip(instants) {
        // What comes before is its predecessor's.
        if period.index >= first_period {
            save_payment(ctx, &scheduled(period, instant.at, periods))?;
        }
    }
    TERMS.save(ctx, &encode(&*terms))?;
    let marks = Marks { compute: first_period, late: first_period, default: first_period };
    MARKS.save(ctx, &marks)?;
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
    ctx.emit(&ScheduleLoaded { isin: bond.isin, payments: periods.saturating_sub(first_period) });
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
