//! Balances, and the questions that come before a movement.

use super::hold;
use crate::state::{BALANCES, CONFIG, REFERENCES};
use tenor_interfaces::cash::Error;
use tenor_interfaces::registry::{RegistryQueries, Standing};
use tenor_interfaces::{Balance, Reference};
use tenor_sdk::prelude::*;

pub(super) fn require_amount(ctx: &QueryContext, amount: Amount) -> Result<()> {
    ctx.require(!amount.is_zero(), Error::ZeroAmount)
}

/// Uses up a reference of `account`: a retry is refused for ever.
pub(super) fn use_reference(
    ctx: &mut Context,
    account: Address,
    reference: Reference,
) -> Result<()> {
    let new = REFERENCES.insert(ctx, &(account, reference))?;
    ctx.require(new, Error::ReferenceUsed { reference })
}

/// Asks the registry once whether all `accounts` may take part in a movement.
pub(super) fn check_accounts(ctx: &QueryContext, accounts: Vec<Address>) -> Result<()> {
    let registry = CONFIG.load(ctx)?.registry;
    let facts = RegistryQueries::new(ctx, registry).check_movement(accounts.clone())?;
    for (account, facts) in accounts.into_iter().zip(facts) {
        let standing = facts.standing;
        ctx.require(standing == Standing::Good, Error::AccountRefused { account, standing })?;
    }
    Ok(())
}

pub(super) fn load(ctx: &QueryContext, account: &Address) -> Result<Balance> {
    Ok(BALANCES.may_load(ctx, account)?.unwrap_or_default())
}

pub(super) fn save(ctx: &mut Context, account: &Address, balance: &Balance) -> Result<()> {
    if balance.is_empty() {
        BALANCES.remove(ctx, account)?;
    } else {
        BALANCES.save(ctx, account, balance)?;
    }
    Ok(())
}

pub(super) fn credit(ctx: &mut Context, account: &Address, amount: Amount) -> Result<()> {
    let balance = load(ctx, account)?.credited(amount).ok_or(Error::Overflow)?;
    save(ctx, account, &balance)
}

pub(super) fn debit(ctx: &mut Context, account: &Address, amount: Amount) -> Result<()> {
    let balance = load_covering(ctx, account, amount)?;
    let left = balance.debited(amount).ok_or(Error::Overflow)?;
    save(ctx, account, &left)
}

/// The account's balance, of which `amount` is available, after releasing expired holds if need be.
pub(super) fn load_covering(
    ctx: &mut Context,
    account: &Address,
    amount: Amount,
) -> Result<Balance> {
    let mut balance = load(ctx, account)?;
    if !balance.shortfall(amount).is_zero() && !balance.held.is_zero() {
        hold::release_expired_of(ctx, account)?;
        balance = load(ctx, account)?;
    }
    let short_by = balance.shortfall(amount);
    let available = balance.available();
    let refused = Error::Insufficient { account: *account, available, short_by };
    ctx.require(short_by.is_zero(), refused)?;
    Ok(balance)
}
