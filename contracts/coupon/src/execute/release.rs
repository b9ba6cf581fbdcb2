//! The release of a funded payment: by the paying agent, and once it is late by anyone, so that no
//! agent alone keeps holders from what the issuer has paid.

use super::guard::*;
use super::load::require_appointed;
use super::timeliness;
use crate::state::{Bond, PAYING, load_bond};
use tenor_interfaces::coupon::*;
use tenor_sdk::prelude::*;

pub(super) fn release(ctx: &mut Context, period: u32) -> Result<()> {
    let bond = load_bond(ctx)?;
    let mut payment = load_payment(ctx, period)?;
    let due = payment.stage == PaymentStage::Due;
    if ctx.caller() != bond.paying_agent && !(due && timeliness::is_late(ctx, &bond, &payment)?) {
        require_caller(ctx, bond.paying_agent)?;
    }
    // Once dismissed, its successor pays: holders must not be paid twice.
    require_appointed(ctx)?;
    require_stage(ctx, &payment, PaymentStage::Due)?;
    let (payment_date, ledger_date) = (payment.payment_date, ledger_date(ctx, &bond)?);
    let reached = ledger_date >= payment_date;
    ctx.require(reached, Error::BeforePaymentDate { payment_date, ledger_date })?;
    let (funded, required) = (payment.funded, payment.required().ok_or(Error::Overflow)?);
    let short_by = required.checked_sub(funded).unwrap_or(Amount::ZERO);
    ctx.require(short_by.is_zero(), Error::Underfunded { funded, short_by })?;
    // A release after the day is late, whether or not anybody has let it be noted.
    timeliness::note(ctx, &bond, &mut payment, ledger_date)?;
    begin(ctx, &bond, payment)
}

/// From here on the pages pay.
pub(super) fn begin(ctx: &mut Context, bond: &Bond, mut payment: PaymentRecord) -> Result<()> {
    let period = payment.period;
    payment.stage = PaymentStage::Paying;
    save_payment(ctx, &payment)?;
    PAYING.insert(ctx, &period)?;
    ctx.emit(&PaymentReleased { isin: bond.isin, period });
    Ok(())
}
