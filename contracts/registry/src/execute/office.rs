//! Offices of the registry: officers and regulators.

use crate::state::{OFFICER_COUNT, OFFICES};
use tenor_interfaces::registry::{Error, Office, OfficeGiven, OfficesTaken};
use tenor_sdk::prelude::*;

/// Dual control needs two.
const OFFICERS_MIN: u32 = 2;

pub(super) fn appoint_first(ctx: &mut Context, officers: &[Address]) -> Result<()> {
    OFFICER_COUNT.save(ctx, &0)?;
    for officer in officers {
        appoint(ctx, *officer, Office::Officer)?;
    }
    require_two(ctx)
}

fn require_two(ctx: &QueryContext) -> Result<()> {
    let enough = OFFICER_COUNT.load(ctx)? >= OFFICERS_MIN;
    ctx.require(enough, Error::TwoOfficersNeeded)
}

pub(super) fn appoint(ctx: &mut Context, address: Address, office: Office) -> Result<()> {
    let before = OFFICES.may_load(ctx, &address)?;
    OFFICES.save(ctx, &address, &office)?;
    recount(ctx, before, Some(office))?;
    ctx.emit(&OfficeGiven { address, office });
    Ok(())
}

pub(super) fn dismiss(ctx: &mut Context, address: Address) -> Result<()> {
    let before = OFFICES.may_load(ctx, &address)?;
    OFFICES.remove(ctx, &address)?;
    recount(ctx, before, None)?;
    ctx.emit(&OfficesTaken { address });
    Ok(())
}

/// Keeps the count of officers, which must not fall below two.
fn recount(ctx: &mut Context, before: Option<Office>, after: Option<Office>) -> Result<()> {
    let officer = |office: Option<Office>| u32::from(office == Some(Office::Officer));
    let count = OFFICER_COUNT.load(ctx)?;
    let changed = count.saturating_add(officer(after)).saturating_sub(officer(before));
    OFFICER_COUNT.save(ctx, &changed)?;
    if changed < count { require_two(ctx) } else { Ok(()) }
}
