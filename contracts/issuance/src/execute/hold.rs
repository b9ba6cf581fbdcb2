//! Holds: the only way an agent moves units.

use super::guard::{check_accounts, require_face, require_transferable};
use super::holding::{credit, load_covering, save};
use crate::query::holding;
use crate::state::{AGENTS, BOND, BY_EXPIRY, HOLDS, HoldKey};
use tenor_interfaces::issuance::{Error, UnitsHeld, UnitsReleased, UnitsTransferred};
use tenor_interfaces::{AgentRight, HOLD_MS_MAX, Hold, Reference};
use tenor_sdk::prelude::*;

/// The most holds that one call of `Advance` releases.
const ADVANCE_MAX: u32 = 100;
/// The most open holds an account can place, so that ending all of them fits any call.
const HOLDS_PER_ACCOUNT_MAX: u32 = 64;

/// What an agent may do with holds; redemption is no such right.
fn right_of(ctx: &QueryContext, agent: Address) -> Result<AgentRight> {
    let right = AGENTS.may_load(ctx, &agent)?;
    let right = right.filter(|right| *right != AgentRight::Redemption);
    Ok(right.ok_or(Error::NotAnAgent { agent })?)
}

pub(super) fn place(
    ctx: &mut Context,
    account: Address,
    amount: Amount,
    agent: Address,
    expiry: Timestamp,
    reference: Reference,
) -> Result<()> {
    let bond = BOND.load(ctx)?;
    require_transferable(ctx, &bond)?;
    require_face(ctx, &bond, amount)?;
    let placed_by = ctx.caller();
    let right = right_of(ctx, agent)?;
    let by_agent = placed_by == agent && right == AgentRight::Settlement;
    let allowed = placed_by == account || by_agent;
    ctx.require(allowed, Error::NotTheAccount { account, caller: placed_by })?;
    ctx.require(ctx.block_time() < expiry, Error::HoldExpired { expiry })?;
    if !by_agent {
        // Settlement moves only what it has held itself, and would never give this back.
        ctx.require(right == AgentRight::Holds, Error::NotAnAgent { agent })?;
        let latest = ctx.block_time().checked_add_ms(HOLD_MS_MAX).unwrap_or(expiry);
        ctx.require(expiry <= latest, Error::HoldTooLong { latest })?;
        check_accounts(ctx, &bond, vec![account])?;
    }
    let key: HoldKey = (account, agent, reference);
    if let Some(open) = HOLDS.may_load(ctx, &key)? {
        let raised = open.is_raised_by(placed_by, amount, expiry);
        ctx.require(raised, Error::HoldExists { reference })?;
        end(ctx, &key, &open)?;
    }
    if !by_agent {
        require_room(ctx, account)?;
    }

    let balance = load_covering(ctx, &account, amount)?;
    save(ctx, &account, balance.with_hold(amount).ok_or(Error::Overflow)?)?;
    HOLDS.save(ctx, &key, &Hold { account, agent, reference, amount, expiry, placed_by })?;
    let (isin, face_amount) = (bond.isin, amount);
    ctx.emit(&UnitsHeld { isin, account, agent, reference, face_amount, expiry });
    Ok(())
}

/// An account places only so many holds. An agent's own end in the call that places them.
fn require_room(ctx: &QueryContext, account: Address) -> Result<()> {
    let open = HOLDS.prefix(&account).keys(ctx, HOLDS_PER_ACCOUNT_MAX)?;
    let room = u32::try_from(open.len()).is_ok_and(|open| open < HOLDS_PER_ACCOUNT_MAX);
    ctx.require(room, Error::TooManyHolds { max: HOLDS_PER_ACCOUNT_MAX })
}

fn load_hold(ctx: &QueryContext, key: &HoldKey) -> Result<Hold> {
    let (account, _, reference) = *key;
    Ok(HOLDS.may_load(ctx, key)?.ok_or(Error::NoSuchHold { account, reference })?)
}

/// The caller is the agent: the key under which a hold is looked up carries the caller's address, so
/// that nobody reaches another agent's hold.
pub(super) fn execute(
    ctx: &mut Context,
    account: Address,
    reference: Reference,
    to: Address,
    amount: Amount,
) -> Result<()> {
    let bond = BOND.load(ctx)?;
    require_transferable(ctx, &bond)?;
    require_face(ctx, &bond, amount)?;
    let agent = ctx.caller();
    let right = right_of(ctx, agent)?;
    ctx.require(to != account, Error::SameAccount { account })?;
    let key: HoldKey = (account, agent, reference);
    let hold = load_hold(ctx, &key)?;
    let expiry = hold.expiry;
    ctx.require(ctx.block_time() < expiry, Error::HoldExpired { expiry })?;
    let left = hold.amount.checked_sub(amount);
    let left = left.ok_or(Error::HoldTooSmall { held: hold.amount })?;
    // Settlement has asked about all accounts of the trade at once.
    if right != AgentRight::Settlement {
        check_accounts(ctx, &bond, vec![account, to])?;
        // The coupon instance signs nothing: units sent to it would never come back. In settlement
        // the receiver has signed.
        let burns = AGENTS.may_load(ctx, &to)? == Some(AgentRight::Redemption);
        ctx.require(!burns, Error::ReceiverIsAgent { account: to })?;
    }

    if left.is_zero() {
        HOLDS.remove(ctx, &key)?;
    } else {
        HOLDS.save(ctx, &key, &Hold { amount: left, ..hold })?;
    }
    let deliverer = holding(ctx, &account)?.executed(amount).ok_or(Error::Overflow)?;
    save(ctx, &account, deliverer)?;
    credit(ctx, &to, amount)?;
    ctx.emit(&UnitsTransferred {
        isin: bond.isin,
        from: account,
        to,
        reference,
        face_amount: amount,
        agent: Some(agent),
    });
    Ok(())
}

pub(super) fn release(ctx: &mut Context, key: HoldKey) -> Result<()> {
    let hold = load_hold(ctx, &key)?;
    let (caller, expiry) = (ctx.caller(), hold.expiry);
    let mut may = caller == hold.agent || ctx.block_time() >= expiry;
    if !may && caller == hold.account {
        // Nobody is left who could execute it.
        may = !AGENTS.has(ctx, &hold.agent)?;
    }
    ctx.require(may, Error::HoldNotExpired { expiry })?;
    end(ctx, &key, &hold)
}

/// Removes a hold; what it held is available again.
fn end(ctx: &mut Context, key: &HoldKey, hold: &Hold) -> Result<()> {
    HOLDS.remove(ctx, key)?;
    let balance = holding(ctx, &hold.account)?.released(hold.amount).ok_or(Error::Overflow)?;
    save(ctx, &hold.account, balance)?;
    let isin = BOND.load(ctx)?.isin;
    let Hold { account, agent, reference, amount: face_amount, .. } = *hold;
    ctx.emit(&UnitsReleased { isin, account, agent, reference, face_amount });
    Ok(())
}

/// Releases holds of one account that have expired: expiry takes effect even if nobody advances.
pub(super) fn release_expired_of(ctx: &mut Context, account: &Address) -> Result<()> {
    let now = ctx.block_time();
    release_of(ctx, account, |hold| now >= hold.expiry)
}

/// Releases every hold of one account, whose units are about to be burned.
pub(super) fn release_all_of(ctx: &mut Context, account: &Address) -> Result<()> {
    release_of(ctx, account, |_| true)
}

fn release_of(ctx: &mut Context, account: &Address, which: impl Fn(&Hold) -> bool) -> Result<()> {
    for (key, hold) in HOLDS.prefix(account).load(ctx, HOLDS_PER_ACCOUNT_MAX)? {
        if which(&hold) {
            end(ctx, &key, &hold)?;
        }
    }
    Ok(())
}

pub(super) fn advance(ctx: &mut Context, limit: u32) -> Result<u32> {
    let now = ctx.block_time();
    let first = BY_EXPIRY.all().keys(ctx, limit.min(ADVANCE_MAX))?;
    let mut released = 0;
    for (expiry, key) in first {
        if now < expiry {
            break;
        }
        let hold = load_hold(ctx, &key)?;
        end(ctx, &key, &hold)?;
        released += 1;
    }
    Ok(released)
}
