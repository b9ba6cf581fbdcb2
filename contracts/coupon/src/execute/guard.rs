//! Checks and small steps that several features share.

use crate::state::{Bond, PAYMENTS, REFERENCES, RESERVED, TRANSFERS};
use tenor_bond_math::Date;
use tenor_interfaces::Reference;
use tenor_interfaces::coupon::{Error, PaymentRecord, PaymentStage};
use tenor_interfaces::registry::RegistryQueries;
use tenor_sdk::prelude::*;

pub(super) fn require_caller(ctx: &QueryContext, expected: Address) -> Result<()> {
    let caller = ctx.caller();
    ctx.require(caller == expected, Error::NotAllowed { expected, caller })
}

pub(super) fn load_payment(ctx: &QueryContext, period: u32) -> Result<PaymentRecord> {
    Ok(PAYMENTS.may_load(ctx, &period)?.ok_or(Error::NoSuchPayment { period })?)
}

pub(super) fn save_payment(ctx: &mut Context, payment: &PaymentRecord) -> Result<()> {
    Ok(PAYMENTS.save(ctx, &payment.period, payment)?)
}

pub(super) fn require_stage(
    ctx: &QueryContext,
    payment: &PaymentRecord,
    expected: PaymentStage,
) -> Result<()> {
    let got = payment.stage;
    ctx.require(got == expected, Error::WrongStage { expected, got })
}

pub(super) fn ledger_date(ctx: &QueryContext, bond: &Bond) -> Result<Date> {
    Ok(RegistryQueries::new(ctx, bond.registry).market_day(bond.market)?.date)
}

/// Uses up a reference of the caller: a retry is refused for ever.
pub(super) fn use_reference(ctx: &mut Context, reference: Reference) -> Result<()> {
    let caller = ctx.caller();
    let new = REFERENCES.insert(ctx, &(caller, reference))?;
    ctx.require(new, Error::ReferenceUsed { reference })
}

/// Adds to a total, or says that it does not fit.
pub(super) fn add(total: &mut Amount, amount: Amount) -> Result<()> {
    *total = total.checked_add(amount).ok_or(Error::Overflow)?;
    Ok(())
}

/// Cash of this instance's account is spoken for.
pub(super) fn reserve(ctx: &mut Context, amount: Amount) -> Result<()> {
    let mut reserved = RESERVED.load(ctx)?;
    add(&mut reserved, amount)?;
    Ok(RESERVED.save(ctx, &reserved)?)
}

/// Cash of this instance's account is no longer spoken for: it was paid, or is not needed.
pub(super) fn unreserve(ctx: &mut Context, amount: Amount) -> Result<()> {
    let reserved = RESERVED.load(ctx)?.checked_sub(amount).ok_or(Error::Overflow)?;
    Ok(RESERVED.save(ctx, &reserved)?)
}

/// A reference for the next cash transfer of this instance: `PAY-` and a number.
pub(super) fn next_transfer(ctx: &mut Context) -> Result<Reference> {
    let mut number = TRANSFERS.next(ctx)?;
    let mut digits = Vec::new();
    while number > 0 || digits.is_empty() {
        let digit = u8::try_from(number % 10).unwrap_or(0);
        digits.push(b'0' + digit);
        number /= 10;
    }
    digits.extend(b"-YAP");
    digits.reverse();
    Ok(Reference::from_bytes(&digits).ok_or(Error::Overflow)?)
}
