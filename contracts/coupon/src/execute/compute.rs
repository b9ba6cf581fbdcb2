//! Entitlements: who held how much at the record instant, and what that gives.

use super::guard::{add, save_payment};
use super::pay;
use crate::entitlement::Calculator;
use crate::state::*;
use tenor_bond_math::{BondTerms, Observations, period_coupon, principal_plan, schedule};
use tenor_interfaces::coupon::*;
use tenor_interfaces::issuance::{IssuanceQueries, Position};
use tenor_interfaces::registry::RegistryQueries;
use tenor_sdk::prelude::*;

/// Computes the next page of entitlements.
pub(super) fn page(
    ctx: &mut Context,
    bond: &Bond,
    mut payment: PaymentRecord,
    limit: u32,
) -> Result<Progress> {
    let (config, terms) = (CONFIG.load(ctx)?, load_terms(ctx)?);
    let facts = period_facts(ctx, &terms, payment.period)?;
    let calculator = Calculator::new(&terms, &facts, &config.tax_rates)?;
    let questions = IssuanceQueries::new(ctx, config.issuance);
    let page = questions.holders_at(payment.period, payment.cursor, limit)?;
    let holders = u32::try_from(page.positions.len()).unwrap_or(u32::MAX);
    entitle(ctx, bond, &mut payment, &calculator, &page.positions)?;

    payment.cursor = page.next;
    payment.stage = PaymentStage::Computing;
    if page.next.is_none() {
        complete(ctx, bond, &mut payment, &calculator)?;
    }
    save_payment(ctx, &payment)?;
    Ok(Progress { period: Some(payment.period), stage: Some(payment.stage), holders })
}

/// What the period pays, computed with its first page.
fn period_facts(ctx: &mut Context, terms: &BondTerms, period: u32) -> Result<PeriodFacts> {
    if let Some(facts) = PERIODS.may_load(ctx, &period)? {
        return Ok(facts);
    }
    let facts = facts_of(terms, period).ok_or(Error::Overflow)?;
    PERIODS.save(ctx, &period, &facts)?;
    Ok(facts)
}

fn facts_of(terms: &BondTerms, period: u32) -> Option<PeriodFacts> {
    let (schedule, none) = (schedule(terms).ok()?, Observations::default());
    let coupon = period_coupon(terms, &schedule, period, &none).ok()?;
    let plan = principal_plan(terms, &schedule, &none).ok()?;
    let step = plan.iter().find(|step| step.period_index == period)?;
    Some(PeriodFacts { coupon, repays: !step.repaid.is_zero() })
}

fn entitle(
    ctx: &mut Context,
    bond: &Bond,
    payment: &mut PaymentRecord,
    calculator: &Calculator<'_>,
    positions: &[Position],
) -> Result<()> {
    let accounts = positions.iter().map(|position| position.account).collect();
    let standings = RegistryQueries::new(ctx, bond.registry).check_movement(accounts)?;
    for (position, facts) in positions.iter().zip(standings) {
        let Position { account, face_amount } = *position;
        let entitlement = calculator.entitlement(account, face_amount, facts.tax_class)?;
        let Entitlement { gross, tax, principal, net, .. } = entitlement;
        payment.holders = payment.holders.saturating_add(1);
        add(&mut payment.face_amount, face_amount)?;
        add(&mut payment.gross, gross)?;
        add(&mut payment.tax, tax)?;
        add(&mut payment.principal, principal)?;
        let period = payment.period;
        ENTITLEMENTS.save(ctx, &(period, account), &entitlement)?;
        let isin = bond.isin;
        ctx.emit(&Entitled { isin, account, period, face_amount, gross, tax, principal, net });
    }
    Ok(())
}

/// All holders are known: what the issuer owes, and what rounding leaves.
fn complete(
    ctx: &mut Context,
    bond: &Bond,
    payment: &mut PaymentRecord,
    calculator: &Calculator<'_>,
) -> Result<()> {
    let on_the_whole = signed(calculator.gross(payment.face_amount)?)?;
    payment.residue = on_the_whole.checked_sub(signed(payment.gross)?).ok_or(Error::Overflow)?;
    payment.cursor = None;
    payment.stage = PaymentStage::Due;
    let marks = MARKS.load(ctx)?;
    MARKS.save(ctx, &Marks { compute: payment.period.saturating_add(1), ..marks })?;
    ctx.emit(&PaymentDue {
        isin: bond.isin,
        period: payment.period,
        required: payment.required().ok_or(Error::Overflow)?,
        residue: payment.residue,
        payment_date: payment.payment_date,
    });
    // Without holders, there is nothing to release or pay, and what was funded is free again.
    if payment.holders == 0 { pay::complete(ctx, bond, payment) } else { Ok(()) }
}

fn signed(amount: Amount) -> Result<i128> {
    Ok(i128::try_from(amount.0).map_err(|_| Error::Overflow)?)
}
