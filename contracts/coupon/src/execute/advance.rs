//! The next page of work that time has made due. Anyone may call; what it does depends on the state
//! alone, and without work it changes nothing. An instance that the bond does not appoint, or no longer,
//! has none: it asks for no holder, notes nothing and pays nothing.

use super::guard::load_payment;
use super::{compute, load, pay, timeliness};
use crate::state::{BOND, MARKS, PAYING};
use tenor_interfaces::coupon::*;
use tenor_sdk::prelude::*;

/// The most holders of one call; with the tax, their payments fit one batch of cash.
const HOLDERS_MAX: u32 = 99;

const NOTHING: Progress = Progress { period: None, stage: None, holders: 0 };

pub(super) fn advance(ctx: &mut Context, limit: u32) -> Result<Progress> {
    let limit = limit.clamp(1, HOLDERS_MAX);
    let Some(bond) = BOND.may_load(ctx)? else {
        load::load(ctx)?;
        return Ok(NOTHING);
    };
    if !load::is_appointed(ctx)? {
        return Ok(NOTHING);
    }
    timeliness::note_all(ctx, &bond)?;
    if let Some(period) = PAYING.all().keys(ctx, 1)?.first() {
        let payment = load_payment(ctx, *period)?;
        return pay::page(ctx, &bond, payment, limit);
    }
    let next = MARKS.load(ctx)?.compute;
    if next < bond.periods {
        let payment = load_payment(ctx, next)?;
        if payment.record_at < ctx.block_time() {
            return compute::page(ctx, &bond, payment, limit);
        }
    }
    Ok(NOTHING)
}
