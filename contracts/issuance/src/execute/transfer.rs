//! A holder's own transfer, free of payment, where the terms allow it.

use super::guard::*;
use super::holding::{credit, debit};
use crate::state::{AGENTS, BOND};
use tenor_interfaces::Reference;
use tenor_interfaces::issuance::{Error, UnitsTransferred};
use tenor_sdk::prelude::*;

pub(super) fn free(
    ctx: &mut Context,
    to: Address,
    face_amount: Amount,
    reference: Reference,
) -> Result<()> {
    let bond = BOND.load(ctx)?;
    ctx.require(bond.free_transfers, Error::FreeTransfersRefused)?;
    require_transferable(ctx, &bond)?;
    require_face(ctx, &bond, face_amount)?;
    let from = ctx.caller();
    ctx.require(to != from, Error::SameAccount { account: from })?;
    // The coupon instance signs nothing: units sent to it would never come back.
    ctx.require(!AGENTS.has(ctx, &to)?, Error::ReceiverIsAgent { account: to })?;
    use_reference(ctx, from, reference)?;
    check_accounts(ctx, &bond, vec![from, to])?;
    debit(ctx, &from, face_amount)?;
    credit(ctx, &to, face_amount)?;
    let isin = bond.isin;
    ctx.emit(&UnitsTransferred { isin, from, to, reference, face_amount, agent: None });
    Ok(())
}
