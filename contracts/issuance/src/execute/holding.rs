//! Holdings: every change goes through here, so that the history at record instants is kept.

use super::hold;
use crate::query::holding;
use crate::state::{HOLDINGS, RECORD_INSTANTS};
use tenor_interfaces::Balance;
use tenor_interfaces::issuance::Error;
use tenor_sdk::prelude::*;

/// The latest record instant strictly before now: a change at the very instant still counts in.
fn last_instant(ctx: &QueryContext) -> Result<Option<Timestamp>> {
    let instants = RECORD_INSTANTS.load(ctx)?;
    let now = ctx.block_time();
    let passed = instants.partition_point(|instant| *instant < now);
    Ok(passed.checked_sub(1).and_then(|last| instants.get(last)).copied())
}

pub(super) fn save(ctx: &mut Context, account: &Address, balance: Balance) -> Result<()> {
    let last_instant = last_instant(ctx)?;
    if balance.is_empty() {
        HOLDINGS.remove(ctx, account, last_instant)?;
    } else {
        HOLDINGS.save(ctx, account, balance, last_instant)?;
    }
    Ok(())
}

pub(super) fn credit(ctx: &mut Context, account: &Address, face: Amount) -> Result<()> {
    let balance = holding(ctx, account)?.credited(face).ok_or(Error::Overflow)?;
    save(ctx, account, balance)
}

pub(super) fn debit(ctx: &mut Context, account: &Address, face: Amount) -> Result<()> {
    let left = load_covering(ctx, account, face)?.debited(face).ok_or(Error::Overflow)?;
    save(ctx, account, left)
}

/// The account's holding, of which `face` is available, after releasing expired holds if need be.
pub(super) fn load_covering(ctx: &mut Context, account: &Address, face: Amount) -> Result<Balance> {
    let mut balance = holding(ctx, account)?;
    if !balance.shortfall(face).is_zero() && !balance.held.is_zero() {
        hold::release_expired_of(ctx, account)?;
        balance = holding(ctx, account)?;
    }
    let (short_by, available) = (balance.shortfall(face), balance.available());
    let refused = Error::Insufficient { account: *account, available, short_by };
    ctx.require(short_by.is_zero(), refused)?;
    Ok(balance)
}
