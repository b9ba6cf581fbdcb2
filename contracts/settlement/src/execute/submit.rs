//! Entering an instruction: check, match, and settle at once where possible.

use super::pair::Pair;
use super::settle::{ask_registry, try_settle};
use crate::matching::{MatchKey, match_difference};
use crate::state::*;
use tenor_interfaces::Bic;
use tenor_interfaces::registry::{Standing, TradeFacts};
use tenor_interfaces::settlement::*;
use tenor_sdk::abi::codec::encode;
use tenor_sdk::prelude::*;

/// How many instructions with equal mandatory fields are compared, oldest first.
const CANDIDATES_MAX: u32 = 100;

pub(super) fn submit(ctx: &mut Context, instruction: Instruction) -> Result<Submitted> {
    let account = ctx.caller();
    let config = CONFIG.load(ctx)?;
    check(account, &instruction, &config).map_err(|field| Error::InvalidField { field })?;
    let reference = instruction.reference;
    if let Some(id) = BY_REFERENCE.may_load(ctx, &(account, reference))? {
        return Err(Error::ReferenceUsed { reference, id }.into());
    }
    let key = ctx.keccak256(&encode(&MatchKey::of(&instruction)));
    let own = Seeker { account, instruction: &instruction, entered_at: ctx.block_time() };
    let other = find_match(ctx, &key, &own, None, &config.tolerances)?;
    let mut accounts = vec![account];
    accounts.extend(other.as_ref().map(|other| other.account));
    let facts = ask_registry(ctx, config.registry, &instruction, accounts)?;
    check_facts(ctx, account, &instruction, &facts)?;

    let record = enter(ctx, account, instruction)?;
    let id = record.id;
    let status = match other {
        None => wait_for_match(ctx, &key, &record)?,
        Some(other) => match_with(ctx, &key, record, other, &facts)?,
    };
    Ok(Submitted { id, status })
}

/// The own party of an instruction and the counterparty.
fn sides(instruction: &Instruction) -> (&SettlementParty, &SettlementParty) {
    match instruction.movement {
        Movement::Deliver => (&instruction.deliverer, &instruction.receiver),
        Movement::Receive => (&instruction.receiver, &instruction.deliverer),
    }
}

/// What can be checked on the instruction alone.
fn check(
    account: Address,
    instruction: &Instruction,
    config: &Config,
) -> Result<(), InstructionField> {
    let against = instruction.payment == PaymentType::AgainstPayment;
    let paid = instruction.cash.map_or(!against, |cash| !cash.amount.is_zero());
    let (own, counterparty) = sides(instruction);
    let rules = [
        (!instruction.face_amount.is_zero(), InstructionField::FaceAmount),
        (paid, InstructionField::Cash),
        (instruction.trade_date <= instruction.settlement_date, InstructionField::SettlementDate),
        ((1..=4).contains(&instruction.priority), InstructionField::Priority),
        (own.bic.is_valid() && counterparty.bic.is_valid(), InstructionField::Bic),
        (own.csd == config.csd && counterparty.csd == config.csd, InstructionField::Csd),
        (own.account.is_none_or(|own| own == account), InstructionField::OwnAccount),
    ];
    match rules.into_iter().find(|(holds, _)| !holds) {
        Some((_, field)) => Err(field),
        None => Ok(()),
    }
}

/// What the registry has to say: the account is in good standing and its party is the one named.
fn check_facts(
    ctx: &QueryContext,
    account: Address,
    instruction: &Instruction,
    facts: &TradeFacts,
) -> Result<()> {
    let standing = facts.accounts.first().map_or(Standing::Unknown, |facts| facts.standing);
    ctx.require(standing == Standing::Good, Error::AccountRefused { account, standing })?;
    let invalid = |field| Error::InvalidField { field };
    let own_bic: Bic = sides(instruction).0.bic;
    ctx.require(facts.bic == Some(own_bic), invalid(InstructionField::OwnBic))?;
    ctx.require(facts.security.is_some(), invalid(InstructionField::Isin))?;
    let against = instruction.payment == PaymentType::AgainstPayment;
    ctx.require(!against || facts.cash.is_some(), invalid(InstructionField::Currency))
}

/// Who looks for a match.
struct Seeker<'a> {
    account: Address,
    instruction: &'a Instruction,
    entered_at: Timestamp,
}

/// Goes on looking where `submit` has stopped: among many instructions that differ in what is optional
/// alone, the one that matches may not be one of the oldest.
pub(super) fn rematch(ctx: &mut Context, id: u64, after: Option<u64>) -> Result<InstructionStatus> {
    let record = INSTRUCTIONS.may_load(ctx, &id)?.ok_or(Error::NoSuchNumber { id })?;
    if record.status != InstructionStatus::Unmatched {
        return Ok(record.status);
    }
    let config = CONFIG.load(ctx)?;
    let InstructionRecord { account, ref instruction, entered_at, .. } = record;
    let key = ctx.keccak256(&encode(&MatchKey::of(instruction)));
    let own = Seeker { account, instruction, entered_at };
    let Some(other) = find_match(ctx, &key, &own, after, &config.tolerances)? else {
        return Ok(record.status);
    };
    let accounts = vec![account, other.account];
    let facts = ask_registry(ctx, config.registry, instruction, accounts)?;
    stop_waiting(ctx, &key, &record)?;
    match_with(ctx, &key, record, other, &facts)
}

/// The best match: smallest difference of cash, then closest entry time, then the oldest.
fn find_match(
    ctx: &QueryContext,
    key: &Hash,
    own: &Seeker<'_>,
    after: Option<u64>,
    tolerances: &[Tolerance],
) -> Result<Option<InstructionRecord>> {
    let opposite = (*key, own.instruction.movement.opposite());
    let after = after.map(|id| (opposite.0, opposite.1, id));
    let waiting = UNMATCHED.prefix(&opposite).after_if(after.as_ref());
    let mut best: Option<((Amount, u64), InstructionRecord)> = None;
    for (_, _, id) in waiting.keys(ctx, CANDIDATES_MAX)? {
        let candidate = INSTRUCTIONS.load(ctx, &id)?;
        let theirs = (candidate.account, &candidate.instruction);
        let ours = (own.account, own.instruction);
        let Some(difference) = match_difference(ours, theirs, tolerances) else {
            continue;
        };
        let rank = (difference, own.entered_at.unix_ms.abs_diff(candidate.entered_at.unix_ms));
        if best.as_ref().is_none_or(|(best, _)| rank < *best) {
            best = Some((rank, candidate));
        }
    }
    Ok(best.map(|(_, candidate)| candidate))
}

/// Numbers the instruction and uses up its reference.
fn enter(
    ctx: &mut Context,
    account: Address,
    instruction: Instruction,
) -> Result<InstructionRecord> {
    let id = NEXT_ID.next(ctx)?;
    BY_REFERENCE.save(ctx, &(account, instruction.reference), &id)?;
    ctx.emit(&InstructionEntered {
        account,
        isin: instruction.isin,
        reference: instruction.reference,
        id,
        movement: instruction.movement,
        face_amount: instruction.face_amount,
        counterparty: sides(&instruction).1.bic,
        settlement_date: instruction.settlement_date,
    });
    let (entered_at, status) = (ctx.block_time(), InstructionStatus::Unmatched);
    Ok(InstructionRecord { id, account, entered_at, instruction, status, cancel_requested: false })
}

fn wait_for_match(
    ctx: &mut Context,
    key: &Hash,
    record: &InstructionRecord,
) -> Result<InstructionStatus> {
    let instruction = &record.instruction;
    INSTRUCTIONS.save(ctx, &record.id, record)?;
    UNMATCHED.insert(ctx, &(*key, instruction.movement, record.id))?;
    ALLEGED.insert(ctx, &(sides(instruction).1.bic, record.id))?;
    Ok(record.status)
}

/// Takes an instruction that waited for its match out of the indexes.
pub(super) fn stop_waiting(
    ctx: &mut Context,
    key: &Hash,
    record: &InstructionRecord,
) -> Result<()> {
    let instruction = &record.instruction;
    UNMATCHED.remove(ctx, &(*key, instruction.movement, record.id))?;
    ALLEGED.remove(ctx, &(sides(instruction).1.bic, record.id))?;
    Ok(())
}

fn match_with(
    ctx: &mut Context,
    key: &Hash,
    record: InstructionRecord,
    other: InstructionRecord,
    facts: &TradeFacts,
) -> Result<InstructionStatus> {
    stop_waiting(ctx, key, &other)?;
    let id = record.id;
    // The facts name this account first; the pair wants the deliverer's first.
    let mut accounts = facts.accounts.clone();
    if record.instruction.movement == Movement::Receive {
        accounts.reverse();
    }
    let facts = TradeFacts { accounts, ..facts.clone() };
    let mut pair = Pair::of(record, other);
    ctx.emit(&Matched {
        deliverer: pair.deliver.account,
        receiver: pair.receive.account,
        isin: pair.deliver.instruction.isin,
        deliver_id: pair.deliver.id,
        receive_id: pair.receive.id,
        cash: pair.deliver.instruction.cash,
    });
    try_settle(ctx, &mut pair, &facts)?;
    Ok(pair.own_and_other(id).0.status)
}
