//! Mint and burn: the only ways cash comes and goes.

use super::balance::{check_accounts, credit, debit, require_amount, use_reference};
use crate::state::{CONFIG, TOTALS};
use tenor_interfaces::Reference;
use tenor_interfaces::cash::{Burned, Error, Minted, Totals};
use tenor_sdk::prelude::*;

fn require_provider(ctx: &QueryContext) -> Result<Address> {
    let caller = ctx.caller();
    let provider = CONFIG.load(ctx)?.provider;
    ctx.require(caller == provider, Error::NotTheProvider { caller })?;
    Ok(provider)
}

fn add_to_totals(ctx: &mut Context, add: impl FnOnce(Totals) -> Option<Totals>) -> Result<()> {
    let totals = add(TOTALS.load(ctx)?).ok_or(Error::Overflow)?;
    Ok(TOTALS.save(ctx, &totals)?)
}

pub(super) fn mint(
    ctx: &mut Context,
    account: Address,
    amount: Amount,
    reference: Reference,
) -> Result<()> {
    let provider = require_provider(ctx)?;
    require_amount(ctx, amount)?;
    use_reference(ctx, provider, reference)?;
    check_accounts(ctx, vec![account])?;
    add_to_totals(ctx, |totals| {
        Some(Totals { minted: totals.minted.checked_add(amount)?, ..totals })
    })?;
    credit(ctx, &account, amount)?;
    ctx.emit(&Minted { account, reference, amount });
    Ok(())
}

pub(super) fn burn(ctx: &mut Context, amount: Amount, reference: Reference) -> Result<()> {
    let provider = require_provider(ctx)?;
    require_amount(ctx, amount)?;
    use_reference(ctx, provider, reference)?;
    check_accounts(ctx, vec![provider])?;
    debit(ctx, &provider, amount)?;
    add_to_totals(ctx, |totals| {
        Some(Totals { burned: totals.burned.checked_add(amount)?, ..totals })
    })?;
    ctx.emit(&Burned { account: provider, reference, amount });
    Ok(())
}
