//! Cancellation: by one side before matching, by both after, and of pairs that fail for too long.

use super::pair::{Pair, load_own};
use super::submit::stop_waiting;
use crate::matching::MatchKey;
use crate::state::INSTRUCTIONS;
use tenor_interfaces::Reference;
use tenor_interfaces::settlement::*;
use tenor_sdk::abi::codec::encode;
use tenor_sdk::prelude::*;

pub(super) fn cancel(ctx: &mut Context, reference: Reference) -> Result<InstructionStatus> {
    let record = load_own(ctx, reference)?;
    if record.status == InstructionStatus::Unmatched {
        cancel_unmatched(ctx, record)
    } else {
        cancel_matched(ctx, record.id)
    }
}

fn cancel_unmatched(ctx: &mut Context, mut record: InstructionRecord) -> Result<InstructionStatus> {
    let key = ctx.keccak256(&encode(&MatchKey::of(&record.instruction)));
    stop_waiting(ctx, &key, &record)?;
    record.status = InstructionStatus::Cancelled { with: None, at: ctx.block_time() };
    INSTRUCTIONS.save(ctx, &record.id, &record)?;
    emit_cancelled(ctx, &record, CancelCause::Account);
    Ok(record.status)
}

fn emit_cancelled(ctx: &mut Context, record: &InstructionRecord, cause: CancelCause) {
    let (isin, reference) = (record.instruction.isin, record.instruction.reference);
    ctx.emit(&Cancelled { account: record.account, isin, reference, id: record.id, cause });
}

/// Notes the caller's wish; the second one cancels both.
fn cancel_matched(ctx: &mut Context, id: u64) -> Result<InstructionStatus> {
    let mut pair = Pair::load(ctx, id)?;
    let (own, other) = pair.own_and_other(id);
    own.cancel_requested = true;
    let (agreed, status) = (other.cancel_requested, own.status);
    let reference = own.instruction.reference;
    ctx.emit(&CancelRequested { account: own.account, counterparty: other.account, reference, id });
    if !agreed {
        pair.save(ctx)?;
        return Ok(status);
    }
    end(ctx, &mut pair, CancelCause::Both)?;
    Ok(pair.own_and_other(id).0.status)
}

/// Takes the caller's own wish back, as long as the other side has not joined it.
pub(super) fn withdraw(ctx: &mut Context, reference: Reference) -> Result<InstructionStatus> {
    let id = load_own(ctx, reference)?.id;
    let mut pair = Pair::load(ctx, id)?;
    let (own, other) = pair.own_and_other(id);
    ctx.require(own.cancel_requested, Error::NotRequested { id })?;
    own.cancel_requested = false;
    let status = own.status;
    ctx.emit(&CancelWithdrawn { account: own.account, counterparty: other.account, reference, id });
    pair.save(ctx)?;
    Ok(status)
}

/// Cancels both instructions of a pair.
pub(super) fn end(ctx: &mut Context, pair: &mut Pair, cause: CancelCause) -> Result<()> {
    let at = ctx.block_time();
    pair.dequeue(ctx)?;
    pair.set_status(|with| InstructionStatus::Cancelled { with: Some(with), at });
    pair.save(ctx)?;
    emit_cancelled(ctx, &pair.deliver, cause);
    emit_cancelled(ctx, &pair.receive, cause);
    Ok(())
}
