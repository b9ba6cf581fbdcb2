//! Appointing agents after the draft: issuer and registrar, both.

use crate::state::{AGENTS, BOND, PENDING_AGENTS, PendingAgent};
use tenor_interfaces::AgentRight;
use tenor_interfaces::issuance::{AgentAppointed, AgentProposed, BondStatus, Error};
use tenor_sdk::prelude::*;

pub(super) fn appoint(
    ctx: &mut Context,
    agent: Address,
    right: Option<AgentRight>,
) -> Result<bool> {
    let bond = BOND.load(ctx)?;
    // Before that, agents are part of the draft that everyone accepts.
    let (expected, got) = (BondStatus::Book, bond.status);
    ctx.require(got >= expected, Error::WrongStatus { expected, got })?;
    let by = ctx.caller();
    let is_side = by == bond.parties.issuer || by == bond.parties.registrar;
    ctx.require(is_side, Error::NotAnAppointer { caller: by })?;
    let other_side_agrees = PENDING_AGENTS
        .may_load(ctx, &agent)?
        .is_some_and(|pending| pending.by != by && pending.right == right);
    if !other_side_agrees {
        PENDING_AGENTS.save(ctx, &agent, &PendingAgent { by, right })?;
        ctx.emit(&AgentProposed { agent, by, right });
        return Ok(false);
    }
    PENDING_AGENTS.remove(ctx, &agent)?;
    match right {
        Some(right) => AGENTS.save(ctx, &agent, &right)?,
        None => {
            AGENTS.remove(ctx, &agent)?;
        }
    }
    ctx.emit(&AgentAppointed { agent, right });
    Ok(true)
}
