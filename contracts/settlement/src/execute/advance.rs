//! Trying what is due, page by page. Anyone may: the outcome depends on the state alone.

use super::cancel;
use super::pair::{Pair, utc_date};
use super::settle::{Fault, Tried, retry};
use super::shortage::Shortages;
use crate::state::{CURSOR, QUEUE, QueueKey};
use tenor_bond_math::Date;
use tenor_interfaces::settlement::{Advanced, CancelCause, InstructionStatus, PendingReason};
use tenor_sdk::prelude::*;

/// The most pairs that one call tries.
const PAIRS_MAX: u32 = 100;
/// A call that has looked at so many pairs, those included that it passes over, begins no further
/// page.
const SEEN_MAX: u32 = 1_000;
/// A ledger date is never further ahead of the calendar: no market closes for longer.
const LEDGER_DATE_AHEAD_DAYS: i64 = 31;
/// A pair that has not settled so long after its place in the queue, or after the bond's last suspension
/// was lifted, is cancelled.
const FAILING_DAYS_MAX: i64 = 60;

pub(super) fn advance(ctx: &mut Context, limit: u32) -> Result<Advanced> {
    let cursor = CURSOR.may_load(ctx)?;
    let (round, last) = Round::of(ctx, cursor, limit)?;
    remember(ctx, cursor, last.filter(|_| !round.finished))?;
    Ok(round.report())
}

/// A pair whose contract fails after it has held undoes the call that tries it, and would stop
/// everything behind it. It keeps its place, and `advance` its own.
pub(super) fn advance_after(ctx: &mut Context, id: u64, limit: u32) -> Result<Advanced> {
    let key = Pair::load(ctx, id)?.queue_key();
    Ok(Round::of(ctx, Some(key), limit)?.0.report())
}

/// What one call has done so far.
#[derive(Default)]
struct Round {
    today: Option<Date>,
    seen: u32,
    tried: u32,
    settled: u32,
    finished: bool,
    shortages: Shortages,
}

impl Round {
    /// Goes on in the queue from a place; what was done, and the last place that was looked at.
    fn of(
        ctx: &mut Context,
        from: Option<QueueKey>,
        limit: u32,
    ) -> Result<(Self, Option<QueueKey>)> {
        let limit = limit.min(PAIRS_MAX);
        let today = utc_date(ctx.block_time());
        let horizon = today.and_then(|today| today.plus_days(LEDGER_DATE_AHEAD_DAYS).ok());
        let mut round = Self { today, ..Self::default() };
        let mut last = from;
        while round.tried < limit && round.seen < SEEN_MAX && !round.finished {
            let wanted = limit.saturating_sub(round.tried);
            let page = QUEUE.all().after_if(last.as_ref()).keys(ctx, wanted)?;
            round.finished = u32::try_from(page.len()).is_ok_and(|found| found < wanted);
            for key in page {
                if horizon.is_some_and(|horizon| key.0 > horizon) {
                    round.finished = true;
                    break;
                }
                round.visit(ctx, &key)?;
                last = Some(key);
            }
        }
        Ok((round, last))
    }

    const fn report(&self) -> Advanced {
        Advanced { tried: self.tried, settled: self.settled, finished: self.finished }
    }

    /// Whether the days on which somebody could have settled are too many.
    fn has_failed_long(&self, fault: Fault) -> bool {
        match fault {
            Fault::Nobodys => false,
            Fault::Always => true,
            Fault::Since(resumed_at) => {
                let days =
                    utc_date(resumed_at).zip(self.today).map(|(from, to)| from.days_until(to));
                days.is_some_and(|days| days > FAILING_DAYS_MAX)
            }
        }
    }

    /// Tries one pair, unless it is known to be uncovered or on hold; cancels it when it has failed for
    /// too long.
    fn visit(&mut self, ctx: &mut Context, key: &QueueKey) -> Result<()> {
        self.seen += 1;
        let mut pair = Pair::load(ctx, key.2)?;
        let expired = self.today.is_some_and(|today| key.0.days_until(today) > FAILING_DAYS_MAX);
        let reason = pair.pending_reason();
        if reason == Some(PendingReason::OnHold) {
            // Releasing it tries it. Nobody else's answer would change anything.
            if expired && pair.is_given_up() {
                let reason = PendingReason::OnHold;
                cancel::end(ctx, &mut pair, CancelCause::Failed { reason })?;
            }
            return Ok(());
        }
        if !expired && self.shortages.explain(&pair) {
            return Ok(());
        }
        self.tried += 1;
        let Tried { mut pair, shortage, fault } = retry(ctx, pair)?;
        let expired = expired && self.has_failed_long(fault);
        if matches!(pair.deliver.status, InstructionStatus::Settled { .. }) {
            self.settled += 1;
            self.shortages.forget(&pair);
        } else if let Some(reason) =
            pair.pending_reason().filter(|reason| expired && *reason != PendingReason::OnHold)
        {
            cancel::end(ctx, &mut pair, CancelCause::Failed { reason })?;
        }
        if let Some(shortage) = shortage {
            self.shortages.note(shortage);
        }
        Ok(())
    }
}

fn remember(ctx: &mut Context, before: Option<QueueKey>, after: Option<QueueKey>) -> Result<()> {
    match after {
        Some(key) if before != after => CURSOR.save(ctx, &key)?,
        None if before.is_some() => {
            CURSOR.remove(ctx)?;
        }
        _ => {}
    }
    Ok(())
}
