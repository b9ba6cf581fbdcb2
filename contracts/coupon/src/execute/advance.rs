//! The next page of work that time has made due. Anyone may call; what it does depends on the state
//! alone, and without work it changes nothing.

use super::guard::{ledger_date, load_payment, save_payment};
use super::{compute, load, pay};
use crate::state::{BOND, Bond, FIRST_OPEN};
use tenor_bond_math::Date;
use tenor_interfaces::coupon::*;
use tenor_sdk::prelude::*;

/// The most holders of one call; with the tax, their payments fit one batch of cash.
const HOLDERS_MAX: u32 = 99;
/// How many payments that wait for funding one call passes over.
const WAITING_MAX: u32 = 32;

const NOTHING: Progress = Progress { period: None, stage: None, holders: 0 };

pub(super) fn advance(ctx: &mut Context, limit: u32) -> Result<Progress> {
    let limit = limit.clamp(1, HOLDERS_MAX);
    let Some(bond) = BOND.may_load(ctx)? else {
        load::load(ctx)?;
        return Ok(NOTHING);
    };
    let first = FIRST_OPEN.load(ctx)?;
    let mut today = None;
    for period in (first..bond.periods).take(usize::try_from(WAITING_MAX).unwrap_or(usize::MAX)) {
        let payment = load_payment(ctx, period)?;
        if payment.record_at >= ctx.block_time() {
            break;
        }
        match payment.stage {
            PaymentStage::Scheduled | PaymentStage::Computing => {
                return compute::page(ctx, &bond, payment, limit);
            }
            PaymentStage::Due => {
                let today = match today {
                    Some(today) => today,
                    None => *today.insert(ledger_date(ctx, &bond)?),
                };
                note_timeliness(ctx, &bond, payment, today)?;
            }
            PaymentStage::Paying => {
                let progress = pay::page(ctx, &bond, payment, limit)?;
                pass_over_complete(ctx, &bond)?;
                return Ok(progress);
            }
            PaymentStage::Paid => {}
        }
    }
    pass_over_complete(ctx, &bond)?;
    Ok(NOTHING)
}

/// Late from the day after the payment date, in default when the grace period has passed too.
fn note_timeliness(
    ctx: &mut Context,
    bond: &Bond,
    mut payment: PaymentRecord,
    ledger_date: Date,
) -> Result<()> {
    let grace_days = crate::state::CONFIG.load(ctx)?.grace_days;
    let days_late = payment.payment_date.days_until(ledger_date);
    let timeliness = match days_late {
        ..=0 => Timeliness::OnTime,
        late if late <= i64::from(grace_days) => Timeliness::Late,
        _ => Timeliness::Default,
    };
    if timeliness <= payment.timeliness {
        return Ok(());
    }
    payment.timeliness = timeliness;
    save_payment(ctx, &payment)?;
    let (isin, period) = (bond.isin, payment.period);
    ctx.emit(&PaymentMissed { isin, period, timeliness, ledger_date });
    Ok(())
}

/// Moves the first open payment past those that are complete.
fn pass_over_complete(ctx: &mut Context, bond: &Bond) -> Result<()> {
    let first = FIRST_OPEN.load(ctx)?;
    let mut open = first;
    while open < bond.periods && load_payment(ctx, open)?.stage == PaymentStage::Paid {
        open += 1;
    }
    if open != first {
        FIRST_OPEN.save(ctx, &open)?;
    }
    Ok(())
}
