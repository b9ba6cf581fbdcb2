//! Appointing agents: the cash provider and an officer of the registry, both.

use crate::state::{AGENTS, CONFIG, PENDING_AGENTS, PendingAgent};
use tenor_interfaces::cash::{AgentAppointed, AgentProposed, Error};
use tenor_interfaces::registry::{Office, RegistryQueries};
use tenor_interfaces::{APPOINTMENT_MS_MAX, AgentRight};
use tenor_sdk::prelude::*;

/// The sides of dual control.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Provider,
    Officer,
}

pub(super) fn appoint(
    ctx: &mut Context,
    agent: Address,
    right: Option<AgentRight>,
) -> Result<bool> {
    let by = ctx.caller();
    let side = side_of(ctx, by)?.ok_or(Error::NotAnAppointer { caller: by })?;
    ctx.require(right != Some(AgentRight::Redemption), Error::RightUnknown)?;
    if right == Some(AgentRight::Settlement) {
        // Whoever has it places holds for anybody: a person's account must never.
        let registry = CONFIG.load(ctx)?.registry;
        let listed = RegistryQueries::new(ctx, registry).settlement(agent)?;
        ctx.require(listed, Error::NotListed { agent })?;
    }
    let agreed = match PENDING_AGENTS.may_load(ctx, &agent)? {
        // An officer who has been dismissed since no longer speaks for the registry.
        Some(pending) if pending.right == right && is_meant(ctx, pending.since) => {
            side_of(ctx, pending.by)?.is_some_and(|other| other != side)
        }
        _ => false,
    };
    if !agreed {
        let since = ctx.block_time();
        PENDING_AGENTS.save(ctx, &agent, &PendingAgent { by, right, since })?;
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

/// Whether what was sent then still counts.
fn is_meant(ctx: &QueryContext, since: Timestamp) -> bool {
    since.checked_add_ms(APPOINTMENT_MS_MAX).is_some_and(|until| ctx.block_time() < until)
}

/// The side an address speaks for now. The provider never speaks for the registry as well.
fn side_of(ctx: &QueryContext, address: Address) -> Result<Option<Side>> {
    let config = CONFIG.load(ctx)?;
    if address == config.provider {
        return Ok(Some(Side::Provider));
    }
    let office = RegistryQueries::new(ctx, config.registry).office(address)?;
    Ok((office == Some(Office::Officer)).then_some(Side::Officer))
}
