//! Closing: units against cash, in one call or not at all.

use super::book::{change_totals, load_order};
use super::cover::give_back;
use super::guard::*;
use super::holding;
use crate::pricing::{issue_amount, with_first_coupon};
use crate::query::schedule_of;
use crate::state::{BOND, LAPSE_CURSOR, ORDERS, TOTALS, load_draft};
use tenor_bond_math::{Date, Schedule};
use tenor_interfaces::cash::CashClient;
use tenor_interfaces::issuance::*;
use tenor_sdk::prelude::*;

/// The most orders of one call.
pub(super) const ORDERS_MAX: u32 = 100;
/// An issue closes within so many calendar days of its issue date: who was allotted units has no
/// longer to choose whether they are worth their price, and the others' cash is not held for longer.
const CLOSING_DAYS_MAX: i64 = 30;

pub(super) fn close(ctx: &mut Context, keys: Vec<OrderKey>) -> Result<()> {
    let mut bond = BOND.load(ctx)?;
    require_status(ctx, &bond, BondStatus::Closing)?;
    require_count(ctx, keys.len(), ORDERS_MAX)?;
    require_closer(ctx, &bond, &keys)?;
    require_before_first_record(ctx)?;
    let ledger_date = require_closing_days(ctx, &bond)?;
    // Once some have lapsed, what closes all or nothing cannot close all.
    let lapsing = bond.closing == Closing::AllOrNothing && LAPSE_CURSOR.may_load(ctx)?.is_some();
    ctx.require(!lapsing, Error::Lapsing)?;
    let late = LatePrice::on(ctx, &bond, ledger_date)?;
    for key in keys {
        deliver_against_cash(ctx, &bond, late.as_ref(), &key)?;
    }
    let totals = TOTALS.load(ctx)?;
    let missing = totals.unclosed;
    let complete = bond.closing == Closing::PerAllottee || missing.is_zero();
    ctx.require(complete, Error::AllOrdersNeeded { missing })?;
    if missing.is_zero() {
        begin_trading(ctx, &mut bond, totals)?;
    }
    Ok(())
}

/// The lead manager and the paying agent close for all, an allottee for itself.
fn require_closer(ctx: &QueryContext, bond: &BondFacts, keys: &[OrderKey]) -> Result<()> {
    let caller = ctx.caller();
    let expected = bond.parties.lead_manager;
    let own = bond.closing == Closing::PerAllottee && keys.iter().all(|key| key.account == caller);
    let allowed = caller == expected || caller == bond.parties.paying_agent || own;
    ctx.require(allowed, Error::NotAllowed { expected, caller })
}

/// Closing goes on from the issue date for some days; the ledger date.
fn require_closing_days(ctx: &QueryContext, bond: &BondFacts) -> Result<Date> {
    let ledger_date = require_days_left(ctx, bond)?;
    let issue_date = bond.issue_date;
    let reached = ledger_date >= issue_date;
    ctx.require(reached, Error::BeforeIssueDate { issue_date, ledger_date })?;
    Ok(ledger_date)
}

/// An issue that has not closed in time will not: nobody waits for it any longer. The ledger date.
pub(super) fn require_days_left(ctx: &QueryContext, bond: &BondFacts) -> Result<Date> {
    let (issue_date, ledger_date) = (bond.issue_date, ledger_date(ctx, bond)?);
    let over = days_are_over(issue_date, ledger_date);
    ctx.require(!over, Error::ClosingOver { issue_date, ledger_date })?;
    Ok(ledger_date)
}

fn days_are_over(issue_date: Date, ledger_date: Date) -> bool {
    issue_date.days_until(ledger_date) > CLOSING_DAYS_MAX
}

/// What units cost that are paid after the issue date: the issue price was for that day, and their
/// first coupon is a whole one. As when the closing of an issue is delayed, the interest accrued since
/// is paid with them.
struct LatePrice {
    draft: Draft,
    schedule: Schedule,
    on: Date,
}

impl LatePrice {
    /// `None` on the issue date itself, for which orders are priced when they are allotted.
    fn on(ctx: &QueryContext, bond: &BondFacts, on: Date) -> Result<Option<Self>> {
        if on <= bond.issue_date {
            return Ok(None);
        }
        let draft = load_draft(ctx)?;
        let schedule = with_first_coupon(schedule_of(&draft)?);
        Ok(Some(Self { draft, schedule, on }))
    }

    fn of(&self, face: Amount) -> Result<Amount> {
        let price = issue_amount(&self.draft.terms, &self.schedule, self.on, face);
        Ok(price.ok_or(Error::Overflow)?)
    }
}

/// What `face` costs at a closing now, or on the issue date if that is still to come.
pub(crate) fn price_now(ctx: &QueryContext, bond: &BondFacts, face: Amount) -> Result<Amount> {
    let draft = load_draft(ctx)?;
    let schedule = with_first_coupon(schedule_of(&draft)?);
    let on = ledger_date(ctx, bond)?.max(bond.issue_date);
    LatePrice { draft, schedule, on }.of(face)
}

/// Executes the allottee's cash hold in favour of the issuer and mints its units: an error in either
/// undoes both. Cash asks the registry about both accounts.
fn deliver_against_cash(
    ctx: &mut Context,
    bond: &BondFacts,
    late: Option<&LatePrice>,
    key: &OrderKey,
) -> Result<()> {
    let (account, reference) = (key.account, key.reference);
    let mut order = load_order(ctx, account, reference, &[OrderStatus::Allotted])?;
    if let Some(late) = late {
        order.price = late.of(order.allotted)?;
    }
    let (face_amount, price) = (order.allotted, order.price);
    let issuer = bond.issuer_cash_account;
    CashClient::new(ctx, bond.cash).execute_hold(account, reference, issuer, price)?;
    give_back(ctx, bond, account, reference)?;
    holding::credit(ctx, &account, face_amount)?;
    change_totals(ctx, |totals| {
        let issued = totals.issued.checked_add(face_amount)?;
        let unclosed = totals.unclosed.checked_sub(face_amount)?;
        Some(IssueTotals { issued, unclosed, ..totals })
    })?;
    order.status = OrderStatus::Closed;
    ORDERS.save(ctx, &(account, reference), &order)?;
    ctx.emit(&Issued { isin: bond.isin, account, reference, face_amount, price });
    Ok(())
}

fn begin_trading(ctx: &mut Context, bond: &mut BondFacts, totals: IssueTotals) -> Result<()> {
    bond.status = if totals.issued.is_zero() { BondStatus::Redeemed } else { BondStatus::Live };
    BOND.save(ctx, bond)?;
    ctx.emit(&IssueClosed { isin: bond.isin, issued: totals.issued });
    Ok(())
}

/// Lapses page by page what is left of the book. The lead manager and the paying agent decide when,
/// once the issue date is over; when nothing can close any more, anyone may let units trade.
pub(super) fn end(ctx: &mut Context, limit: u32) -> Result<bool> {
    let mut bond = BOND.load(ctx)?;
    if is_over(ctx, &bond)? {
        end_book(ctx, &mut bond)?;
        require_status(ctx, &bond, BondStatus::Closing)?;
    } else {
        let (expected, caller) = (bond.parties.lead_manager, ctx.caller());
        let allowed = caller == expected || caller == bond.parties.paying_agent;
        ctx.require(allowed, Error::NotAllowed { expected, caller })?;
        require_status(ctx, &bond, BondStatus::Closing)?;
        let (issue_date, ledger_date) = (bond.issue_date, ledger_date(ctx, &bond)?);
        let paid_by = ledger_date > issue_date;
        ctx.require(paid_by, Error::ClosingOpen { issue_date, ledger_date })?;
    }

    let limit = limit.min(ORDERS_MAX);
    let cursor = LAPSE_CURSOR.may_load(ctx)?;
    let page = ORDERS.all().after_if(cursor.as_ref()).load(ctx, limit)?;
    let finished = u32::try_from(page.len()).is_ok_and(|found| found < limit);
    if let Some((last, _)) = page.last() {
        LAPSE_CURSOR.save(ctx, last)?;
    }
    for (key, order) in page {
        if matches!(order.status, OrderStatus::Placed | OrderStatus::Allotted) {
            lapse(ctx, &bond, key, order)?;
        }
    }
    if finished {
        let totals = TOTALS.load(ctx)?;
        begin_trading(ctx, &mut bond, totals)?;
    }
    Ok(finished)
}

/// Whether nothing can close any more.
fn is_over(ctx: &QueryContext, bond: &BondFacts) -> Result<bool> {
    if passed_first_record(ctx)?.is_some() {
        return Ok(true);
    }
    Ok(days_are_over(bond.issue_date, ledger_date(ctx, bond)?))
}

/// A book that nobody has confirmed in time takes no more orders; all of it lapses.
fn end_book(ctx: &mut Context, bond: &mut BondFacts) -> Result<()> {
    if bond.status == BondStatus::Book {
        change_totals(ctx, |totals| Some(IssueTotals { unclosed: totals.allotted, ..totals }))?;
        bond.status = BondStatus::Closing;
        BOND.save(ctx, bond)?;
    }
    Ok(())
}

fn lapse(
    ctx: &mut Context,
    bond: &BondFacts,
    key: (Address, tenor_interfaces::Reference),
    mut order: Order,
) -> Result<()> {
    change_totals(ctx, |totals| {
        let unclosed = totals.unclosed.checked_sub(order.allotted)?;
        Some(IssueTotals { unclosed, ..totals })
    })?;
    order.status = OrderStatus::Lapsed;
    ORDERS.save(ctx, &key, &order)?;
    let (account, reference) = key;
    ctx.emit(&OrderLapsed { isin: bond.isin, account, reference });
    give_back(ctx, bond, account, reference)
}
