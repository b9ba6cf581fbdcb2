//! Payments by the account itself.

use super::balance::{check_accounts, credit, debit, require_amount, use_reference};
use tenor_interfaces::cash::{Error, Transferred};
use tenor_interfaces::{Payment, Reference};
use tenor_sdk::prelude::*;

/// The most payments of one batch.
const PAYMENTS_MAX: u32 = 100;

pub(super) fn transfer(
    ctx: &mut Context,
    to: Address,
    amount: Amount,
    reference: Reference,
) -> Result<()> {
    pay_all(ctx, &[Payment { to, amount }], reference)
}

pub(super) fn batch(ctx: &mut Context, payments: &[Payment], reference: Reference) -> Result<()> {
    let got = u32::try_from(payments.len()).unwrap_or(u32::MAX);
    let count = Error::Count { min: 1, max: PAYMENTS_MAX, got };
    ctx.require((1..=PAYMENTS_MAX).contains(&got), count)?;
    pay_all(ctx, payments, reference)
}

fn pay_all(ctx: &mut Context, payments: &[Payment], reference: Reference) -> Result<()> {
    let from = ctx.caller();
    for payment in payments {
        require_amount(ctx, payment.amount)?;
        ctx.require(payment.to != from, Error::SameAccount { account: from })?;
    }
    use_reference(ctx, from, reference)?;
    let accounts = core::iter::once(from).chain(payments.iter().map(|payment| payment.to));
    check_accounts(ctx, accounts.collect())?;

    let total = Amount::checked_sum(payments.iter().map(|payment| payment.amount));
    debit(ctx, &from, total.ok_or(Error::Overflow)?)?;
    for Payment { to, amount } in payments {
        credit(ctx, to, *amount)?;
        ctx.emit(&Transferred { from, to: *to, reference, amount: *amount, agent: None });
    }
    Ok(())
}
