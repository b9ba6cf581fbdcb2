//! Closing: units against cash, in one call or not at all.

use super::book::{change_totals, load_order};
use super::cover::give_back;
use super::guard::*;
use super::holding;
use crate::state::{BOND, LAPSE_CURSOR, ORDERS, TOTALS, load_draft};
use tenor_interfaces::cash::CashClient;
use tenor_interfaces::issuance::*;
use tenor_interfaces::registry::RegistryQueries;
use tenor_sdk::prelude::*;

/// The most orders of one call.
pub(super) const ORDERS_MAX: u32 = 100;

pub(super) fn close(ctx: &mut Context, keys: Vec<OrderKey>) -> Result<()> {
    let mut bond = BOND.load(ctx)?;
    require_status(ctx, &bond, BondStatus::Closing)?;
    require_count(ctx, keys.len(), ORDERS_MAX)?;
    require_closer(ctx, &bond, &keys)?;
    require_before_first_record(ctx)?;
    require_issue_date(ctx, &bond)?;
    // Once some have lapsed, what closes all or nothing cannot close all.
    let lapsing = bond.closing == Closing::AllOrNothing && LAPSE_CURSOR.may_load(ctx)?.is_some();
    ctx.require(!lapsing, Error::Lapsing)?;
    for key in keys {
        deliver_against_cash(ctx, &bond, &key)?;
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

fn require_issue_date(ctx: &QueryContext, bond: &BondFacts) -> Result<()> {
    let issue_date = load_draft(ctx)?.terms.issue_date;
    let ledger_date = RegistryQueries::new(ctx, bond.registry).market_day(bond.market)?.date;
    let reached = ledger_date >= issue_date;
    ctx.require(reached, Error::BeforeIssueDate { issue_date, ledger_date })
}

/// Executes the allottee's cash hold in favour of the issuer and mints its units: an error in either
/// undoes both. Cash asks the registry about both accounts.
fn deliver_against_cash(ctx: &mut Context, bond: &BondFacts, key: &OrderKey) -> Result<()> {
    let (account, reference) = (key.account, key.reference);
    let mut order = load_order(ctx, account, reference, &[OrderStatus::Allotted])?;
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
/// from the issue date on; after the first record instant nothing can close any more and anyone may
/// let units trade.
pub(super) fn end(ctx: &mut Context, limit: u32) -> Result<bool> {
    let mut bond = BOND.load(ctx)?;
    if passed_first_record(ctx)?.is_some() {
        end_book(ctx, &mut bond)?;
        require_status(ctx, &bond, BondStatus::Closing)?;
    } else {
        let (expected, caller) = (bond.parties.lead_manager, ctx.caller());
        let allowed = caller == expected || caller == bond.parties.paying_agent;
        ctx.require(allowed, Error::NotAllowed { expected, caller })?;
        require_status(ctx, &bond, BondStatus::Closing)?;
        require_issue_date(ctx, &bond)?;
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
