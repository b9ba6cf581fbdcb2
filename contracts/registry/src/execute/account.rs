//! Accounts and freezes.

use super::proposal::Order;
use crate::state::{ACCOUNTS, PARTIES};
use tenor_interfaces::registry::*;
use tenor_sdk::prelude::*;

/// Tax classes are 0 to this.
const TAX_CLASS_MAX: u8 = 15;

pub(super) fn set(ctx: &mut Context, terms: AccountTerms, order: &Order) -> Result<()> {
    let (account, party) = (terms.account, terms.party);
    ctx.require(PARTIES.has(ctx, &party)?, Error::NoSuchParty { lei: party })?;
    let got = terms.tax_class;
    ctx.require(got <= TAX_CLASS_MAX, Error::InvalidTaxClass { got })?;
    let in_order = terms.eligible_until.is_none_or(|until| terms.eligible_from < until);
    ctx.require(in_order, Error::InvalidEligibility { account })?;

    let before = ACCOUNTS.may_load(ctx, &account)?;
    let changed = before.as_ref().is_some_and(|before| before.terms != terms);
    // Ending its eligibility is as good as a freeze, its party decides who can be delivered to, and its
    // tax class what it is paid.
    ctx.require(!changed || order.document_hash != Hash::ZERO, Error::DocumentNeeded)?;
    let AccountTerms { kind, tax_class, eligible_from, eligible_until, .. } = terms;
    let reason = order.reason;
    let freeze = before.and_then(|before| before.freeze);
    ACCOUNTS.save(ctx, &account, &Account { terms, freeze })?;
    ctx.emit(&AccountSet {
        account,
        party,
        kind,
        tax_class,
        eligible_from,
        eligible_until,
        reason,
    });
    Ok(())
}

pub(super) fn freeze(ctx: &mut Context, account: Address, order: &Order) -> Result<()> {
    let (reason, document_hash) = (order.reason, order.document_hash);
    let freeze = Freeze { reason, document_hash, since: ctx.block_time() };
    change(ctx, account, Some(freeze))?;
    ctx.emit(&AccountFrozen { account, reason, document_hash });
    Ok(())
}

pub(super) fn unfreeze(ctx: &mut Context, account: Address, order: &Order) -> Result<()> {
    let (reason, document_hash) = (order.reason, order.document_hash);
    change(ctx, account, None)?;
    ctx.emit(&AccountUnfrozen { account, reason, document_hash });
    Ok(())
}

fn change(ctx: &mut Context, address: Address, freeze: Option<Freeze>) -> Result<()> {
    ACCOUNTS.update(ctx, &address, |found| {
        let mut account = found.ok_or(Error::NoSuchAccount { account: address })?;
        if account.freeze.is_some() == freeze.is_some() {
            return Err(Failure::from(Error::FreezeUnchanged { account: address }));
        }
        account.freeze = freeze;
        Ok(account)
    })?;
    Ok(())
}
