//! Announces ledger dates that have turned. The date itself needs no announcement to be in force.
//! A market whose calendar has run out has none to announce until officers append years.

use crate::query::known_day;
use crate::state::{ADVANCE_CURSOR, ANNOUNCED, MARKETS};
use tenor_interfaces::registry::DayTurned;
use tenor_sdk::prelude::*;

/// The most markets of one call.
const MARKETS_MAX: u32 = 100;

pub(super) fn advance(ctx: &mut Context, limit: u32) -> Result<u32> {
    let limit = limit.min(MARKETS_MAX);
    let cursor = ADVANCE_CURSOR.may_load(ctx)?;
    let page = MARKETS.all().after_if(cursor.as_ref()).load(ctx, limit)?;
    let finished = u32::try_from(page.len()).is_ok_and(|found| found < limit);
    match page.last() {
        Some((code, _)) if !finished => ADVANCE_CURSOR.save(ctx, code)?,
        _ if cursor.is_some() => {
            ADVANCE_CURSOR.remove(ctx)?;
        }
        _ => {}
    }
    let mut turned = 0;
    for (market, rules) in page {
        let Some(day) = known_day(ctx, &rules)? else { continue };
        let date = day.date;
        if ANNOUNCED.may_load(ctx, &market)? != Some(date) {
            ANNOUNCED.save(ctx, &market, &date)?;
            ctx.emit(&DayTurned { market, date });
            turned += 1;
        }
    }
    Ok(turned)
}
