//! Paying, page by page: cash to each holder, the tax to its account, and with the last payment the
//! units burned in the same call. Either all of a page happens or none of it.

use super::guard::*;
use crate::query::entitlements;
use crate::state::*;
use tenor_interfaces::Payment;
use tenor_interfaces::cash::CashClient;
use tenor_interfaces::coupon::*;
use tenor_interfaces::issuance::{IssuanceClient, Position};
use tenor_interfaces::registry::{RegistryQueries, Standing};
use tenor_sdk::prelude::*;

/// Pays the next page of holders.
pub(super) fn page(
    ctx: &mut Context,
    bond: &Bond,
    mut payment: PaymentRecord,
    limit: u32,
) -> Result<Progress> {
    let period = payment.period;
    let page = entitlements(ctx, period, payment.cursor, limit)?;
    let holders = u32::try_from(page.len()).unwrap_or(u32::MAX);
    let standings = standings(ctx, bond, &page)?;
    if payment.redeems {
        burn(ctx, &page)?;
    }
    let paid = transfer(ctx, bond, &page, &standings)?;
    for (entitlement, standing) in page.iter().zip(&standings) {
        note(ctx, bond, &mut payment, entitlement, *standing)?;
    }
    add(&mut payment.tax_paid, paid.tax)?;
    unreserve(ctx, paid.total)?;

    payment.cursor = page.last().map(|entitlement| entitlement.account);
    if holders < limit {
        complete(ctx, bond, &mut payment)?;
    }
    save_payment(ctx, &payment)?;
    Ok(Progress { period: Some(period), stage: Some(payment.stage), holders })
}

/// Whether each holder can receive now. This instance itself cannot pay itself: what it is entitled
/// to stays where it is, in escrow.
fn standings(ctx: &QueryContext, bond: &Bond, page: &[Entitlement]) -> Result<Vec<Standing>> {
    let own = ctx.own_address();
    let accounts = page.iter().map(|entitlement| entitlement.account).collect();
    let facts = RegistryQueries::new(ctx, bond.registry).check_movement(accounts)?;
    let standings = page.iter().zip(facts).map(|(entitlement, facts)| {
        if entitlement.account == own { Standing::Unknown } else { facts.standing }
    });
    Ok(standings.collect())
}

fn burn(ctx: &mut Context, page: &[Entitlement]) -> Result<()> {
    let positions: Vec<Position> = page
        .iter()
        .map(|entitlement| Position {
            account: entitlement.account,
            face_amount: entitlement.face_amount,
        })
        .collect();
    if positions.is_empty() {
        return Ok(());
    }
    let issuance = CONFIG.load(ctx)?.issuance;
    Ok(IssuanceClient::new(ctx, issuance).redeem(positions)?)
}

/// What left this instance's account with a page.
struct Paid {
    /// To holders and as tax.
    total: Amount,
    /// As tax.
    tax: Amount,
}

/// One batch: the holders that can receive, and the tax of the whole page.
fn transfer(
    ctx: &mut Context,
    bond: &Bond,
    page: &[Entitlement],
    standings: &[Standing],
) -> Result<Paid> {
    let receiving = page.iter().zip(standings).filter(|(entitlement, standing)| {
        **standing == Standing::Good && !entitlement.net.is_zero()
    });
    let mut payments: Vec<Payment> = receiving
        .map(|(entitlement, _)| Payment { to: entitlement.account, amount: entitlement.net })
        .collect();
    let tax = Amount::checked_sum(page.iter().map(|entitlement| entitlement.tax));
    let tax = tax.ok_or(Error::Overflow)?;
    if !tax.is_zero() {
        payments.push(Payment { to: CONFIG.load(ctx)?.tax_account, amount: tax });
    }
    let total = Amount::checked_sum(payments.iter().map(|payment| payment.amount));
    let total = total.ok_or(Error::Overflow)?;
    if !payments.is_empty() {
        let reference = next_transfer(ctx)?;
        CashClient::new(ctx, bond.cash).transfer_batch(payments, reference)?;
    }
    Ok(Paid { total, tax })
}

/// Records what became of one entitlement.
fn note(
    ctx: &mut Context,
    bond: &Bond,
    payment: &mut PaymentRecord,
    entitlement: &Entitlement,
    standing: Standing,
) -> Result<()> {
    let Entitlement { account, net, .. } = *entitlement;
    let (isin, period, at) = (bond.isin, payment.period, ctx.block_time());
    let redeemed = if payment.redeems { entitlement.face_amount } else { Amount::ZERO };
    let status = if standing == Standing::Good {
        add(&mut payment.paid, net)?;
        ctx.emit(&HolderPaid { isin, account, period, net, redeemed });
        EntitlementStatus::Paid { at }
    } else {
        add(&mut payment.escrowed, net)?;
        let mut escrow = ESCROW.may_load(ctx, &account)?.unwrap_or(Amount::ZERO);
        add(&mut escrow, net)?;
        ESCROW.save(ctx, &account, &escrow)?;
        ctx.emit(&HolderEscrowed { isin, account, period, net, redeemed, standing });
        EntitlementStatus::Escrowed { at }
    };
    Ok(ENTITLEMENTS.save(ctx, &(period, account), &Entitlement { status, ..*entitlement })?)
}

/// The last page: what was funded beyond need is free again.
fn complete(ctx: &mut Context, bond: &Bond, payment: &mut PaymentRecord) -> Result<()> {
    payment.stage = PaymentStage::Paid;
    payment.cursor = None;
    let used = Amount::checked_sum([payment.paid, payment.tax_paid, payment.escrowed]);
    let excess = used.and_then(|used| payment.funded.checked_sub(used)).ok_or(Error::Overflow)?;
    unreserve(ctx, excess)?;
    ctx.emit(&PaymentComplete {
        isin: bond.isin,
        period: payment.period,
        paid: payment.paid,
        tax: payment.tax_paid,
        escrowed: payment.escrowed,
    });
    Ok(())
}
