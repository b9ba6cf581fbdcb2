//! Burning units, by the coupon instance that pays for them in the same call.

use super::book::change_totals;
use super::guard::{require_count, require_status};
use super::{hold, holding};
use crate::query::holding as load;
use crate::state::{AGENTS, BOND, RECORD_INSTANTS};
use tenor_interfaces::AgentRight;
use tenor_interfaces::issuance::*;
use tenor_sdk::prelude::*;

/// The most positions of one call.
const POSITIONS_MAX: u32 = 100;

pub(super) fn redeem(ctx: &mut Context, positions: &[Position]) -> Result<()> {
    let mut bond = BOND.load(ctx)?;
    require_status(ctx, &bond, BondStatus::Live)?;
    let agent = ctx.caller();
    let right = AGENTS.may_load(ctx, &agent)?;
    ctx.require(right == Some(AgentRight::Redemption), Error::NotAnAgent { agent })?;
    require_count(ctx, positions.len(), POSITIONS_MAX)?;
    require_last_record(ctx)?;
    for position in positions {
        burn(ctx, &bond, position)?;
    }
    let total = Amount::checked_sum(positions.iter().map(|position| position.face_amount));
    let total = total.ok_or(Error::Overflow)?;
    let totals = change_totals(ctx, |totals| {
        Some(IssueTotals { redeemed: totals.redeemed.checked_add(total)?, ..totals })
    })?;
    if totals.redeemed == totals.issued {
        bond.status = BondStatus::Redeemed;
        BOND.save(ctx, &bond)?;
        ctx.emit(&BondRedeemed { isin: bond.isin, redeemed: totals.redeemed });
    }
    Ok(())
}

/// Units are burned only once nobody can trade them any more.
fn require_last_record(ctx: &QueryContext) -> Result<()> {
    let instants = RECORD_INSTANTS.load(ctx)?;
    let period = u32::try_from(instants.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let passed = instants.last().is_some_and(|last| *last < ctx.block_time());
    ctx.require(passed, Error::NoRecordYet { period })
}

/// Held units are their owner's and are burned like the others; what held them ends.
fn burn(ctx: &mut Context, bond: &BondFacts, position: &Position) -> Result<()> {
    let Position { account, face_amount } = *position;
    ctx.require(!face_amount.is_zero(), Error::ZeroAmount)?;
    if !load(ctx, &account)?.held.is_zero() {
        hold::release_all_of(ctx, &account)?;
    }
    holding::debit(ctx, &account, face_amount)?;
    ctx.emit(&UnitsRedeemed { isin: bond.isin, account, face_amount });
    Ok(())
}
