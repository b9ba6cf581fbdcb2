//! Putting an own instruction on hold, and releasing it.

use super::pair::load_own;
use super::settle::settle_now;
use crate::state::INSTRUCTIONS;
use tenor_interfaces::Reference;
use tenor_interfaces::settlement::*;
use tenor_sdk::prelude::*;

pub(super) fn set(
    ctx: &mut Context,
    reference: Reference,
    on_hold: bool,
) -> Result<InstructionStatus> {
    let mut record = load_own(ctx, reference)?;
    if record.instruction.on_hold != on_hold {
        record.instruction.on_hold = on_hold;
        INSTRUCTIONS.save(ctx, &record.id, &record)?;
        ctx.emit(&HoldSet { account: record.account, reference, id: record.id, on_hold });
    }
    match record.status {
        InstructionStatus::Pending { .. } => settle_now(ctx, record.id),
        status => Ok(status),
    }
}
