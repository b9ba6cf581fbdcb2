//! Funding by the issuer, and the way back of what nothing needs.

use super::guard::*;
use super::load::{is_appointed, require_appointed};
use crate::state::{Bond, RESERVED, load_bond};
use tenor_interfaces::Reference;
use tenor_interfaces::cash::{CashClient, CashQueries};
use tenor_interfaces::coupon::*;
use tenor_sdk::prelude::*;

/// Cash of this instance's account that is not spoken for.
fn unreserved(ctx: &QueryContext, bond: &Bond) -> Result<Amount> {
    let own = CashQueries::new(ctx, bond.cash).balance(ctx.own_address())?;
    Ok(own.available().checked_sub(RESERVED.load(ctx)?).unwrap_or(Amount::ZERO))
}

pub(super) fn fund(
    ctx: &mut Context,
    period: u32,
    amount: Amount,
    reference: Reference,
) -> Result<()> {
    let bond = load_bond(ctx)?;
    require_caller(ctx, bond.issuer)?;
    require_appointed(ctx)?;
    ctx.require(!amount.is_zero(), Error::ZeroAmount)?;
    let mut payment = load_payment(ctx, period)?;
    let (expected, got) = (PaymentStage::Due, payment.stage);
    ctx.require(got <= expected, Error::WrongStage { expected, got })?;
    use_reference(ctx, reference)?;
    let available = unreserved(ctx, &bond)?;
    let short_by = amount.checked_sub(available).unwrap_or(Amount::ZERO);
    ctx.require(short_by.is_zero(), Error::Insufficient { available, short_by })?;

    reserve(ctx, amount)?;
    add(&mut payment.funded, amount)?;
    save_payment(ctx, &payment)?;
    let (isin, funded) = (bond.isin, payment.funded);
    ctx.emit(&PaymentFunded { isin, period, reference, amount, funded });
    Ok(())
}

pub(super) fn return_excess(ctx: &mut Context, reference: Reference) -> Result<Amount> {
    let bond = load_bond(ctx)?;
    require_payers(ctx, &bond)?;
    let amount = unreserved(ctx, &bond)?;
    ctx.require(!amount.is_zero(), Error::ZeroAmount)?;
    use_reference(ctx, reference)?;
    let transfer = next_transfer(ctx)?;
    CashClient::new(ctx, bond.cash).transfer(bond.issuer_cash_account, amount, transfer)?;
    ctx.emit(&ExcessReturned { isin: bond.isin, reference, amount });
    Ok(amount)
}

/// It goes back to the issuer and to nobody else, so the issuer may ask for it too.
fn require_payers(ctx: &QueryContext, bond: &Bond) -> Result<()> {
    if ctx.caller() == bond.issuer { Ok(()) } else { require_caller(ctx, bond.paying_agent) }
}

/// What was set aside for a payment that this instance will not make. While it is appointed, what is set
/// aside stays for the holders.
pub(super) fn return_funding(
    ctx: &mut Context,
    period: u32,
    reference: Reference,
) -> Result<Amount> {
    let bond = load_bond(ctx)?;
    require_payers(ctx, &bond)?;
    ctx.require(!is_appointed(ctx)?, Error::StillAppointed)?;
    let mut payment = load_payment(ctx, period)?;
    let (expected, got) = (PaymentStage::Due, payment.stage);
    ctx.require(got <= expected, Error::WrongStage { expected, got })?;
    let amount = payment.funded;
    ctx.require(!amount.is_zero(), Error::ZeroAmount)?;
    use_reference(ctx, reference)?;

    payment.funded = Amount::ZERO;
    save_payment(ctx, &payment)?;
    unreserve(ctx, amount)?;
    let transfer = next_transfer(ctx)?;
    CashClient::new(ctx, bond.cash).transfer(bond.issuer_cash_account, amount, transfer)?;
    ctx.emit(&FundingReturned { isin: bond.isin, period, reference, amount });
    Ok(amount)
}
