//! Trying what is due, page by page. Anyone may: the outcome depends on the state alone.

use super::settle::retry;
use crate::state::{CURSOR, QUEUE, QueueKey};
use tenor_bond_math::Date;
use tenor_interfaces::settlement::{Advanced, InstructionStatus};
use tenor_sdk::prelude::*;

/// The most pairs of one call.
const PAIRS_MAX: u32 = 100;
/// A ledger date is never further ahead of the calendar: no market closes for longer.
const LEDGER_DATE_AHEAD_DAYS: i64 = 31;

pub(super) fn advance(ctx: &mut Context, limit: u32) -> Result<Advanced> {
    let limit = limit.min(PAIRS_MAX);
    let cursor = CURSOR.may_load(ctx)?;
    let page = QUEUE.all().after_if(cursor.as_ref()).keys(ctx, limit)?;
    let mut finished = u32::try_from(page.len()).is_ok_and(|found| found < limit);
    let horizon = horizon(ctx.block_time());
    let (mut tried, mut settled, mut last) = (0, 0, cursor);
    for key in page {
        if horizon.is_some_and(|horizon| key.0 > horizon) {
            finished = true;
            break;
        }
        let pair = retry(ctx, key.2)?;
        tried += 1;
        settled += u32::from(matches!(pair.deliver.status, InstructionStatus::Settled { .. }));
        last = Some(key);
    }
    remember(ctx, cursor, last.filter(|_| !finished))?;
    Ok(Advanced { tried, settled, finished })
}

/// The last date that can be due in any market.
fn horizon(now: Timestamp) -> Option<Date> {
    let days = i32::try_from(now.unix_seconds() / 86_400).ok()?;
    Date::from_days(days).ok()?.plus_days(LEDGER_DATE_AHEAD_DAYS).ok()
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
