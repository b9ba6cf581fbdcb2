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
    let tax = Amount::checked_sum(page.iter().map(|entitlement| entitlement.tax));
    let tax = Tax { account: CONFIG.load(ctx)?.tax_account, amount: tax.ok_or(Error::Overflow)? };
    let standings = standings(ctx, bond, &page, tax)?;
    if payment.redeems {
        burn(ctx, &page)?;
    }
    let paid = transfer(ctx, bond, &page, tax, &standings)?;
    for (entitlement, standing) in page.iter().zip(&standings.holders) {
        note(ctx, bond, &mut payment, entitlement, *standing)?;
    }
    note_tax(ctx, bond, &mut payment, tax, standings.tax)?;
    unreserve(ctx, paid)?;

    payment.cursor = page.last().map(|entitlement| entitlement.account);
    if holders < limit {
        complete(ctx, bond, &mut payment)?;
    }
    save_payment(ctx, &payment)?;
    Ok(Progress { period: Some(period), stage: Some(payment.stage), holders })
}

/// The tax of a page.
#[derive(Clone, Copy)]
struct Tax {
    account: Address,
    amount: Amount,
}

/// Who can receive now.
struct Standings {
    /// The holders of the page, in its order.
    holders: Vec<Standing>,
    /// The tax account.
    tax: Standing,
}

/// Whether each holder and the tax account can receive now. This instance itself cannot pay itself:
/// what it is entitled to stays where it is, in escrow.
fn standings(ctx: &QueryContext, bond: &Bond, page: &[Entitlement], tax: Tax) -> Result<Standings> {
    let own = ctx.own_address();
    let holders = page.iter().map(|entitlement| entitlement.account);
    let accounts: Vec<Address> = holders.chain([tax.account]).collect();
    let facts = RegistryQueries::new(ctx, bond.registry).check_movement(accounts)?;
    let mut facts = facts.into_iter().map(|facts| facts.standing);
    let holders = page.iter().zip(facts.by_ref()).map(|(entitlement, standing)| {
        if entitlement.account == own { Standing::Unknown } else { standing }
    });
    let holders = holders.collect();
    Ok(Standings { holders, tax: facts.next().unwrap_or(Standing::Unknown) })
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

/// One batch: the holders that can receive, and the tax of the whole page. What has left this
/// instance's account.
fn transfer(
    ctx: &mut Context,
    bond: &Bond,
    page: &[Entitlement],
    tax: Tax,
    standings: &Standings,
) -> Result<Amount> {
    let receiving = page.iter().zip(&standings.holders).filter(|(entitlement, standing)| {
        **standing == Standing::Good && !entitlement.net.is_zero()
    });
    let mut payments: Vec<Payment> = receiving
        .map(|(entitlement, _)| Payment { to: entitlement.account, amount: entitlement.net })
        .collect();
    if standings.tax == Standing::Good && !tax.amount.is_zero() {
        payments.push(Payment { to: tax.account, amount: tax.amount });
    }
    let total = Amount::checked_sum(payments.iter().map(|payment| payment.amount));
    if !payments.is_empty() {
        let reference = next_transfer(ctx)?;
        CashClient::new(ctx, bond.cash).transfer_batch(payments, reference)?;
    }
    Ok(total.ok_or(Error::Overflow)?)
}

/// Adds to what is in escrow for an account.
fn set_aside(ctx: &mut Context, account: Address, amount: Amount) -> Result<()> {
    let mut escrow = ESCROW.may_load(ctx, &account)?.unwrap_or(Amount::ZERO);
    add(&mut escrow, amount)?;
    Ok(ESCROW.save(ctx, &account, &escrow)?)
}

/// Records what became of a page's tax: a tax account that cannot receive stops nobody's payment.
fn note_tax(
    ctx: &mut Context,
    bond: &Bond,
    payment: &mut PaymentRecord,
    tax: Tax,
    standing: Standing,
) -> Result<()> {
    let Tax { account, amount } = tax;
    if standing == Standing::Good || amount.is_zero() {
        return add(&mut payment.tax_paid, amount);
    }
    add(&mut payment.escrowed, amount)?;
    set_aside(ctx, account, amount)?;
    let (isin, period) = (bond.isin, payment.period);
    ctx.emit(&TaxEscrowed { isin, account, period, amount, standing });
    Ok(())
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
        set_aside(ctx, account, net)?;
        ctx.emit(&HolderEscrowed { isin, account, period, net, redeemed, standing });
        EntitlementStatus::Escrowed { at }
    };
    Ok(ENTITLEMENTS.save(ctx, &(period, account), &Entitlement { status, ..*entitlement })?)
}

/// The last page, or no holders at all: what was funded beyond need is free again.
pub(super) fn complete(ctx: &mut Context, bond: &Bond, payment: &mut PaymentRecord) -> Result<()> {
    PAYING.remove(ctx, &payment.period)?;
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
