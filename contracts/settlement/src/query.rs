//! What settlement answers.

use crate::state::*;
use tenor_interfaces::settlement::*;
use tenor_interfaces::{Bic, Reference};
use tenor_sdk::prelude::*;

/// The most entries of one page.
const PAGE_MAX: u32 = 50;

pub(crate) fn query(ctx: &QueryContext, message: QueryMsg) -> Result<Response> {
    match message {
        QueryMsg::Config => reply(CONFIG.load(ctx)?),
        QueryMsg::Instruction { id } => reply(INSTRUCTIONS.may_load(ctx, &id)?),
        QueryMsg::InstructionBy { account, reference } => {
            reply(by_reference(ctx, account, reference)?)
        }
        QueryMsg::Instructions { after, limit } => reply(instructions(ctx, after, limit)?),
        QueryMsg::Allegements { bic, after, limit } => reply(allegements(ctx, bic, after, limit)?),
        QueryMsg::Pending { limit } => reply(pending(ctx, limit)?),
    }
}

fn by_reference(
    ctx: &QueryContext,
    account: Address,
    reference: Reference,
) -> Result<Option<InstructionRecord>> {
    match BY_REFERENCE.may_load(ctx, &(account, reference))? {
        Some(id) => Ok(INSTRUCTIONS.may_load(ctx, &id)?),
        None => Ok(None),
    }
}

fn instructions(
    ctx: &QueryContext,
    after: Option<u64>,
    limit: u32,
) -> Result<Vec<InstructionRecord>> {
    let page = INSTRUCTIONS.all().after_if(after.as_ref()).load(ctx, limit.min(PAGE_MAX))?;
    Ok(page.into_iter().map(|(_, record)| record).collect())
}

fn allegements(
    ctx: &QueryContext,
    bic: Bic,
    after: Option<u64>,
    limit: u32,
) -> Result<Vec<Allegement>> {
    let after = after.map(|id| (bic, id));
    let found = ALLEGED.prefix(&bic).after_if(after.as_ref()).keys(ctx, limit.min(PAGE_MAX))?;
    let mut allegements = Vec::with_capacity(found.len());
    for (_, id) in found {
        let InstructionRecord { entered_at, instruction, .. } = INSTRUCTIONS.load(ctx, &id)?;
        allegements.push(Allegement { id, entered_at, instruction });
    }
    Ok(allegements)
}

fn pending(ctx: &QueryContext, limit: u32) -> Result<Vec<InstructionRecord>> {
    let queue = QUEUE.all().keys(ctx, limit.min(PAGE_MAX))?;
    queue.into_iter().map(|(_, _, id)| Ok(INSTRUCTIONS.load(ctx, &id)?)).collect()
}
