//! Whether payments are on time. A payment is due on the first business day of the market on or after
//! its payment date, so that there always is a day on which it can be paid in time.

use super::guard::{ledger_date, load_payment, save_payment};
use super::release::begin;
use crate::state::{Bond, CONFIG, MARKS, Marks};
use tenor_bond_math::Date;
use tenor_interfaces::coupon::*;
use tenor_interfaces::registry::{self, RegistryQueries};
use tenor_sdk::prelude::*;

/// How many payments one call passes over, of each kind.
const NOTED_MAX: u32 = 32;

/// Notes the payments that have become late or a default. Payment dates ascend and the grace period
/// is the same for all, so each mark stops at the first payment that time has not reached.
pub(super) fn note_all(ctx: &mut Context, bond: &Bond) -> Result<()> {
    let before = MARKS.load(ctx)?;
    let mut today = None;
    let default = pass_over(ctx, bond, before.default, Timeliness::Default, &mut today)?;
    let late = pass_over(ctx, bond, before.late, Timeliness::Late, &mut today)?;
    let after = Marks { late, default, ..before };
    if after != before {
        MARKS.save(ctx, &after)?;
    }
    Ok(())
}

/// Moves a mark past payments that are released, or noted as at least so late.
fn pass_over(
    ctx: &mut Context,
    bond: &Bond,
    mut mark: u32,
    noted: Timeliness,
    today: &mut Option<Date>,
) -> Result<u32> {
    for _ in 0..NOTED_MAX {
        if mark >= bond.periods {
            break;
        }
        let mut payment = load_payment(ctx, mark)?;
        if payment.stage < PaymentStage::Due {
            break;
        }
        if payment.stage == PaymentStage::Due {
            if today.is_none() {
                *today = known_date(ctx, bond)?;
            }
            let Some(today) = *today else { break };
            if owes_nothing(&payment) && today >= payment.payment_date {
                // Nobody has to release what takes no money, and nobody can miss it.
                begin(ctx, bond, payment)?;
                mark = mark.saturating_add(1);
                continue;
            }
            note(ctx, bond, &mut payment, today)?;
            if payment.timeliness < noted {
                break;
            }
        }
        mark = mark.saturating_add(1);
    }
    Ok(mark)
}

fn owes_nothing(payment: &PaymentRecord) -> bool {
    payment.required() == Some(Amount::ZERO)
}

/// The ledger date, unless the market's calendar has run out: then nothing can be said to be late,
/// and what is due otherwise must go on.
fn known_date(ctx: &QueryContext, bond: &Bond) -> Result<Option<Date>> {
    match RegistryQueries::new(ctx, bond.registry).market_day(bond.market) {
        Ok(day) => Ok(Some(day.date)),
        Err(error) => match error.to_error() {
            Some(registry::Error::DateUnknown { .. }) => Ok(None),
            _ => Err(error.into()),
        },
    }
}

/// Notes on one payment what the ledger date makes of it, once for each step.
pub(super) fn note(
    ctx: &mut Context,
    bond: &Bond,
    payment: &mut PaymentRecord,
    ledger_date: Date,
) -> Result<()> {
    let timeliness = timeliness(ctx, bond, payment.payment_date, ledger_date)?;
    if timeliness <= payment.timeliness {
        return Ok(());
    }
    payment.timeliness = timeliness;
    save_payment(ctx, payment)?;
    ctx.emit(&PaymentMissed {
        isin: bond.isin,
        period: payment.period,
        timeliness,
        ledger_date,
        funded: payment.funded,
        required: payment.required().ok_or(Error::Overflow)?,
    });
    Ok(())
}

/// Whether the day on which a payment was due is over.
pub(super) fn is_late(ctx: &QueryContext, bond: &Bond, payment: &PaymentRecord) -> Result<bool> {
    let today = ledger_date(ctx, bond)?;
    Ok(timeliness(ctx, bond, payment.payment_date, today)? > Timeliness::OnTime)
}

/// Late from the day after the due date, in default when the grace period and the business day on
/// which it ends have passed too.
fn timeliness(
    ctx: &QueryContext,
    bond: &Bond,
    payment_date: Date,
    ledger_date: Date,
) -> Result<Timeliness> {
    if ledger_date <= payment_date {
        return Ok(Timeliness::OnTime);
    }
    let due_date = business_day(ctx, bond, payment_date)?;
    if ledger_date <= due_date {
        return Ok(Timeliness::OnTime);
    }
    let grace_days = i64::from(CONFIG.load(ctx)?.grace_days);
    let grace_ends = due_date.plus_days(grace_days).map_err(|_| Error::Overflow)?;
    // On a closed day nobody can pay: the next one is the last.
    let in_grace = ledger_date <= business_day(ctx, bond, grace_ends)?;
    Ok(if in_grace { Timeliness::Late } else { Timeliness::Default })
}

/// The market's first business day on or after `date`; that day itself if the market's calendar does
/// not say, so that no payment waits for an answer that never comes.
fn business_day(ctx: &QueryContext, bond: &Bond, date: Date) -> Result<Date> {
    match RegistryQueries::new(ctx, bond.registry).business_days(bond.market, vec![date]) {
        Ok(days) => Ok(days.first().copied().unwrap_or(date)),
        Err(error) => match error.to_error() {
            Some(registry::Error::DateUnknown { .. }) => Ok(date),
            _ => Err(error.into()),
        },
    }
}
