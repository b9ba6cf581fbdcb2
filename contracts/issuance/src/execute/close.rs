//! Closing: units against cash, in one call or not at all.

use super::book::{change_totals, load_order};
use super::cover::give_back;
use super::guard::*;
use super::holding;
use crate::pricing::Prices;
use crate::state::{BOND, LAPSE_CURSOR, ORDERS, TOTALS, load_draft};
use tenor_bond_math::Date;
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
    // For the issue date itself orders are priced when they are allotted.
    let late = ledger_date > bond.issue_date;
    let prices = if late { Some(Prices::new(load_draft(ctx)?)?) } else { None };
    for key in keys {
        let price_of =
            |face| prices.as_ref().map(|prices| prices.on(ledger_date, face)).transpose();
        deliver_against_cash(ctx, &bond, price_of, &key)?;
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
    let over = days_are_over(ctx, bond, ledger_date)?;
    ctx.require(!over, Error::ClosingOver { issue_date, ledger_date })?;
    Ok(ledger_date)
}

fn days_are_over(ctx: &QueryContext, bond: &BondFacts, ledger_date: Date) -> Result<bool> {
    let within = bond.issue_date.days_until(ledger_date) <= CLOSING_DAYS_MAX;
    Ok(!within && ledger_date > last_closing_date(ctx, bond)?)
}

/// The business day on or after the last of the days: on a closed one nobody could pay.
fn last_closing_date(ctx: &QueryContext, bond: &BondFacts) -> Result<Date> {
    let last = bond.issue_date.plus_days(CLOSING_DAYS_MAX).map_err(|_| Error::Overflow)?;
    Ok(first_business_day(ctx, bond, last)?.unwrap_or(last))
}

/// What a face amount costs to close, now and at the latest. Before the issue date, now is that day.
pub(crate) fn quote(ctx: &QueryContext, bond: &BondFacts, face: Amount) -> Result<ClosingQuote> {
    let prices = Prices::new(load_draft(ctx)?)?;
    let date = ledger_date(ctx, bond)?.max(bond.issue_date);
    let mut last_date = last_closing_date(ctx, bond)?;
    if let Some(record_date) = prices.first_record_date() {
        last_date = last_date.min(record_date);
    }
    let (price, last) = (prices.on(date, face)?, prices.on(last_date, face)?);
    Ok(ClosingQuote { date, price, last_date, price_max: price.max(last) })
}

/// Executes the allottee's cash hold in favour of the issuer and mints its units: an error in either
/// undoes both. Cash asks the registry about both accounts.
fn deliver_against_cash(
    ctx: &mut Context,
    bond: &BondFacts,
    late_price: impl Fn(Amount) -> Result<Option<Amount>, Error>,
    key: &OrderKey,
) -> Result<()> {
    let (account, reference) = (key.account, key.reference);
    let mut order = load_order(ctx, account, reference, &[OrderStatus::Allotted])?;
    if let Some(price) = late_price(order.allotted)? {
        order.price = price;
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
    if !is_over(ctx, &bond)? {
        let (expected, caller) = (bond.parties.lead_manager, ctx.caller());
        let allowed = caller == expected || caller == bond.parties.paying_agent;
        ctx.require(allowed, Error::NotAllowed { expected, caller })?;
        // A book that was reopened, and that the issuer does not confirm again, can be given up too.
        if TOTALS.load(ctx)?.confirmations == 0 {
            require_status(ctx, &bond, BondStatus::Closing)?;
        }
        let (issue_date, ledger_date) = (bond.issue_date, ledger_date(ctx, &bond)?);
        let paid_by = ledger_date > issue_date;
        ctx.require(paid_by, Error::ClosingOpen { issue_date, ledger_date })?;
    }
    end_book(ctx, &mut bond)?;
    require_status(ctx, &bond, BondStatus::Closing)?;

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
    days_are_over(ctx, bond, ledger_date(ctx, bond)?)
}

/// A book that nobody has confirmed takes no more orders; all of it lapses.
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
