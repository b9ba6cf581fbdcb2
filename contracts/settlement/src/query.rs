//! What settlement answers.

use crate::state::*;
use tenor_interfaces::registry::RegistryQueries;
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
        QueryMsg::InstructionsOf { account, after, limit } => {
            reply(instructions_of(ctx, account, after, limit)?)
        }
        QueryMsg::AllegementsOf { account, after, limit } => match bic_of(ctx, account)? {
            Some(bic) => reply(allegements(ctx, bic, after, limit)?),
            None => reply(Vec::<Allegement>::new()),
        },
        QueryMsg::MatchedCash { account, reference } => {
            reply(matched_cash(ctx, account, reference)?)
        }
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

fn instructions_of(
    ctx: &QueryContext,
    account: Address,
    after: Option<Reference>,
    limit: u32,
) -> Result<Vec<InstructionRecord>> {
    let after = after.map(|reference| (account, reference));
    let own = BY_REFERENCE.prefix(&account).after_if(after.as_ref());
    let page = own.load(ctx, limit.min(PAGE_MAX))?;
    page.into_iter().map(|(_, id)| Ok(INSTRUCTIONS.load(ctx, &id)?)).collect()
}

/// The BIC of an account's party; none when the registry does not know it.
fn bic_of(ctx: &QueryContext, account: Address) -> Result<Option<Bic>> {
    let registry = CONFIG.load(ctx)?.registry;
    let Some(account) = RegistryQueries::new(ctx, registry).account(account)? else {
        return Ok(None);
    };
    let party = RegistryQueries::new(ctx, registry).party(account.terms.party)?;
    Ok(party.map(|party| party.bic))
}

fn matched_cash(
    ctx: &QueryContext,
    account: Address,
    reference: Reference,
) -> Result<Option<CashLeg>> {
    let Some(own) = by_reference(ctx, account, reference)? else { return Ok(None) };
    let (InstructionStatus::Pending { with, .. } | InstructionStatus::Settled { with, .. }) =
        own.status
    else {
        return Ok(None);
    };
    let deliverer = match own.instruction.movement {
        Movement::Deliver => own,
        Movement::Receive => INSTRUCTIONS.load(ctx, &with)?,
    };
    let against = deliverer.instruction.payment == PaymentType::AgainstPayment;
    Ok(deliverer.instruction.cash.filter(|_| against))
}
