//! Paying what was set aside, once the account can receive.

use super::guard::{next_transfer, unreserve};
use crate::state::{ESCROW, load_bond};
use tenor_interfaces::cash::CashClient;
use tenor_interfaces::coupon::{Error, EscrowPaid};
use tenor_interfaces::registry::{RegistryQueries, Standing};
use tenor_sdk::prelude::*;

pub(super) fn claim(ctx: &mut Context, account: Address) -> Result<()> {
    let bond = load_bond(ctx)?;
    let amount = ESCROW.may_load(ctx, &account)?.filter(|amount| !amount.is_zero());
    let amount = amount.ok_or(Error::NoEscrow { account })?;
    let facts = RegistryQueries::new(ctx, bond.registry).check_movement(vec![account])?;
    let standing = facts.first().map_or(Standing::Unknown, |facts| facts.standing);
    ctx.require(standing == Standing::Good, Error::AccountRefused { account, standing })?;
    ESCROW.remove(ctx, &account)?;
    unreserve(ctx, amount)?;
    let reference = next_transfer(ctx)?;
    CashClient::new(ctx, bond.cash).transfer(account, amount, reference)?;
    ctx.emit(&EscrowPaid { isin: bond.isin, account, amount });
    Ok(())
}
