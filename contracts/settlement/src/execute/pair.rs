//! Two matched instructions as one trade.

use crate::state::{BY_REFERENCE, INSTRUCTIONS, QUEUE, QueueKey};
use tenor_bond_math::Date;
use tenor_interfaces::Reference;
use tenor_interfaces::settlement::*;
use tenor_sdk::prelude::*;

/// A trade: both sides' instructions, stored together.
pub(super) struct Pair {
    pub(super) deliver: InstructionRecord,
    pub(super) receive: InstructionRecord,
}

impl Pair {
    /// The pair of two instructions, in whichever order they come.
    pub(super) fn of(one: InstructionRecord, other: InstructionRecord) -> Self {
        match one.instruction.movement {
            Movement::Deliver => Self { deliver: one, receive: other },
            Movement::Receive => Self { deliver: other, receive: one },
        }
    }

    /// The pair of a matched instruction that is neither settled nor cancelled.
    pub(super) fn load(ctx: &QueryContext, id: u64) -> Result<Self> {
        let one = load(ctx, id)?;
        match one.status {
            InstructionStatus::Pending { with, .. } => Ok(Self::of(one, load(ctx, with)?)),
            InstructionStatus::Unmatched => Err(Error::NotMatched { id }.into()),
            _ => Err(Error::Final { id }.into()),
        }
    }

    /// Writes both sides.
    pub(super) fn save(&self, ctx: &mut Context) -> Result<()> {
        INSTRUCTIONS.save(ctx, &self.deliver.id, &self.deliver)?;
        Ok(INSTRUCTIONS.save(ctx, &self.receive.id, &self.receive)?)
    }

    /// Gives both sides a status that names the other.
    pub(super) fn set_status(&mut self, status: impl Fn(u64) -> InstructionStatus) {
        self.deliver.status = status(self.receive.id);
        self.receive.status = status(self.deliver.id);
    }

    /// Its place in the queue: the more urgent of the two priorities counts. A pair that was entered
    /// after its settlement date stands at the day of its entry, so that nobody gets ahead of those
    /// who have waited by dating back.
    pub(super) fn queue_key(&self) -> QueueKey {
        let (deliver, receive) = (&self.deliver.instruction, &self.receive.instruction);
        let entered = utc_date(self.deliver.entered_at.max(self.receive.entered_at));
        let date = entered.map_or(deliver.settlement_date, |day| day.max(deliver.settlement_date));
        (date, deliver.priority.min(receive.priority), self.deliver.id)
    }

    /// Why it has not settled, while it is pending.
    pub(super) fn pending_reason(&self) -> Option<PendingReason> {
        match self.deliver.status {
            InstructionStatus::Pending { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// Whether both sides have had enough of a pair that one of them, or both, keep on hold: who holds
    /// it back alone cannot cancel it by waiting.
    pub(super) fn is_given_up(&self) -> bool {
        let given_up = |side: &InstructionRecord| side.instruction.on_hold || side.cancel_requested;
        given_up(&self.deliver) && given_up(&self.receive)
    }

    /// Who pays and who is paid, by the direction that the deliverer has given.
    pub(super) fn payer_and_payee(
        &self,
        direction: CreditDebit,
    ) -> (&InstructionRecord, &InstructionRecord) {
        match direction {
            CreditDebit::Credit => (&self.receive, &self.deliver),
            CreditDebit::Debit => (&self.deliver, &self.receive),
        }
    }

    /// The caller's side, which has this number, and the other one.
    pub(super) fn own_and_other(
        &mut self,
        id: u64,
    ) -> (&mut InstructionRecord, &mut InstructionRecord) {
        if self.deliver.id == id {
            (&mut self.deliver, &mut self.receive)
        } else {
            (&mut self.receive, &mut self.deliver)
        }
    }

    pub(super) fn dequeue(&self, ctx: &mut Context) -> Result<()> {
        QUEUE.remove(ctx, &self.queue_key())?;
        Ok(())
    }
}

/// The date of an instant in UTC; `None` beyond the years there are.
pub(super) fn utc_date(at: Timestamp) -> Option<Date> {
    Date::from_days(i32::try_from(at.unix_seconds() / 86_400).ok()?).ok()
}

fn load(ctx: &QueryContext, id: u64) -> Result<InstructionRecord> {
    Ok(INSTRUCTIONS.may_load(ctx, &id)?.ok_or(Error::NoSuchNumber { id })?)
}

/// The caller's own instruction, neither settled nor cancelled.
pub(super) fn load_own(ctx: &QueryContext, reference: Reference) -> Result<InstructionRecord> {
    let id = BY_REFERENCE.may_load(ctx, &(ctx.caller(), reference))?;
    let record = load(ctx, id.ok_or(Error::NoSuchInstruction { reference })?)?;
    match record.status {
        InstructionStatus::Unmatched | InstructionStatus::Pending { .. } => Ok(record),
        _ => Err(Error::Final { id: record.id }.into()),
    }
}
