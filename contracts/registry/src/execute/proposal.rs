//! Dual control: one officer proposes, another confirms.

use super::{account, listing, market, office, party};
use crate::state::{NEXT_PROPOSAL, OFFICES, PROPOSALS};
use tenor_interfaces::ReasonCode;
use tenor_interfaces::registry::*;
use tenor_sdk::abi::codec::encode;
use tenor_sdk::prelude::*;

/// The most actions of one proposal.
const ACTIONS_MAX: u32 = 50;
/// How long a proposal can be confirmed: what an officer signed long ago may no longer be meant.
const PROPOSAL_MS_MAX: u64 = 30 * 86_400_000;

pub(super) fn propose(
    ctx: &mut Context,
    actions: Vec<Action>,
    reason: ReasonCode,
    document_hash: Hash,
) -> Result<u64> {
    let proposer = ctx.caller();
    may_propose(ctx, proposer, &actions)?;
    let got = u32::try_from(actions.len()).unwrap_or(u32::MAX);
    ctx.require((1..=ACTIONS_MAX).contains(&got), Error::Count { min: 1, max: ACTIONS_MAX, got })?;
    let documented = document_hash != Hash::ZERO || !actions.iter().any(is_freeze);
    ctx.require(documented, Error::DocumentNeeded)?;

    let number = NEXT_PROPOSAL.next(ctx)?;
    let actions_hash = ctx.keccak256(&encode(&actions));
    let proposed_at = ctx.block_time();
    let proposal = Proposal { proposer, actions, reason, document_hash, proposed_at };
    PROPOSALS.save(ctx, &number, &proposal)?;
    ctx.emit(&Proposed { proposal: number, proposer, actions_hash, reason, document_hash });
    Ok(number)
}

const fn is_freeze(action: &Action) -> bool {
    matches!(action, Action::Freeze { .. } | Action::Unfreeze { .. })
}

fn dismisses(action: &Action, officer: Address) -> bool {
    match action {
        Action::Dismiss { address } => *address == officer,
        // An office is also lost to another one.
        Action::Appoint { address, office } => *address == officer && *office != Office::Officer,
        _ => false,
    }
}

/// Until when a proposal can be confirmed.
fn expiry(proposal: &Proposal) -> Timestamp {
    let expiry = proposal.proposed_at.checked_add_ms(PROPOSAL_MS_MAX);
    expiry.unwrap_or(proposal.proposed_at)
}

/// Officers propose anything; regulators freezes and their end.
fn may_propose(ctx: &QueryContext, caller: Address, actions: &[Action]) -> Result<()> {
    let allowed = match OFFICES.may_load(ctx, &caller)? {
        Some(Office::Officer) => true,
        Some(Office::Regulator) => actions.iter().all(is_freeze),
        None => false,
    };
    ctx.require(allowed, Error::NotAnOfficer { caller })
}

fn require_officer(ctx: &QueryContext, caller: Address) -> Result<()> {
    let officer = OFFICES.may_load(ctx, &caller)? == Some(Office::Officer);
    ctx.require(officer, Error::NotAnOfficer { caller })
}

fn load(ctx: &QueryContext, proposal: u64) -> Result<Proposal> {
    Ok(PROPOSALS.may_load(ctx, &proposal)?.ok_or(Error::NoSuchProposal { proposal })?)
}

pub(super) fn confirm(ctx: &mut Context, number: u64, actions_hash: Hash) -> Result<()> {
    let confirmer = ctx.caller();
    require_officer(ctx, confirmer)?;
    let proposal = load(ctx, number)?;
    let proposer = proposal.proposer;
    ctx.require(confirmer != proposer, Error::SecondOfficerNeeded { proposer })?;
    let expired_at = expiry(&proposal);
    let expired = Error::ProposalExpired { proposal: number, expired_at };
    ctx.require(ctx.block_time() < expired_at, expired)?;
    // Someone who has lost the office since does not count as the first of two.
    may_propose(ctx, proposer, &proposal.actions)?;
    let expected = ctx.keccak256(&encode(&proposal.actions));
    ctx.require(actions_hash == expected, Error::ActionsChanged { expected })?;

    PROPOSALS.remove(ctx, &number)?;
    let order = Order { reason: proposal.reason, document_hash: proposal.document_hash };
    for action in proposal.actions {
        apply(ctx, action, &order)?;
    }
    ctx.emit(&Confirmed { proposal: number, confirmer });
    Ok(())
}

/// Why a proposal's actions are taken.
pub(super) struct Order {
    pub(super) reason: ReasonCode,
    pub(super) document_hash: Hash,
}

fn apply(ctx: &mut Context, action: Action, order: &Order) -> Result<()> {
    match action {
        Action::SetParty { party } => party::set(ctx, &party),
        Action::SetAccount { terms } => account::set(ctx, terms, order),
        Action::Freeze { account } => account::freeze(ctx, account, order),
        Action::Unfreeze { account } => account::unfreeze(ctx, account, order),
        Action::Appoint { address, office } => office::appoint(ctx, address, office),
        Action::Dismiss { address } => office::dismiss(ctx, address),
        Action::OpenMarket { market } => market::open(ctx, &market),
        Action::DelayDay { market, date, delay_seconds } => {
            market::delay(ctx, market, date, delay_seconds, order)
        }
        Action::ListSecurity { security } => listing::security(ctx, security),
        Action::ListCash { listing } => listing::cash(ctx, &listing),
        Action::ExtendMarket { market, years } => market::extend(ctx, market, years),
        Action::SetSettlement { settlement, listed } => {
            listing::settlement(ctx, settlement, listed)
        }
        Action::SuspendSecurity { isin, suspended } => {
            listing::suspend(ctx, isin, suspended, order)
        }
    }
}

pub(super) fn withdraw(ctx: &mut Context, number: u64) -> Result<()> {
    let by = ctx.caller();
    let proposal = load(ctx, number)?;
    let proposer = proposal.proposer;
    if by != proposer {
        require_officer(ctx, by)?;
        // One officer alone cannot keep itself in office, nor an account from being frozen.
        let against =
            proposal.actions.iter().any(|action| is_freeze(action) || dismisses(action, by));
        let open = ctx.block_time() < expiry(&proposal);
        ctx.require(!(open && against), Error::ProposersToWithdraw { proposer })?;
    }
    PROPOSALS.remove(ctx, &number)?;
    ctx.emit(&Withdrawn { proposal: number, by });
    Ok(())
}
