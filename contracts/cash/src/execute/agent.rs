//! Appointing agents: the cash provider and an officer of the registry, both.

use crate::state::{AGENTS, CONFIG, PENDING_AGENTS, PendingAgent, Side};
use tenor_interfaces::AgentRight;
use tenor_interfaces::cash::{AgentAppointed, AgentProposed, Error};
use tenor_interfaces::registry::{Office, RegistryQueries};
use tenor_sdk::prelude::*;

pub(super) fn appoint(
    ctx: &mut Context,
    agent: Address,
    right: Option<AgentRight>,
) -> Result<bool> {
    let by = ctx.caller();
    let side = side_of(ctx, by)?;
    ctx.require(right != Some(AgentRight::Redemption), Error::RightUnknown)?;
    let other_side_agrees = PENDING_AGENTS
        .may_load(ctx, &agent)?
        .is_some_and(|pending| pending.side != side && pending.right == right);
    if !other_side_agrees {
        PENDING_AGENTS.save(ctx, &agent, &PendingAgent { side, right })?;
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

/// The side an address speaks for. The provider never speaks for the registry as well.
fn side_of(ctx: &QueryContext, caller: Address) -> Result<Side> {
    let config = CONFIG.load(ctx)?;
    if caller == config.provider {
        return Ok(Side::Provider);
    }
    let office = RegistryQueries::new(ctx, config.registry).office(caller)?;
    ctx.require(office == Some(Office::Officer), Error::NotAnAppointer { caller })?;
    Ok(Side::Officer)
}
