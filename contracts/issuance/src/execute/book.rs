//! Orders, allocation, and the issuer's confirmation of the total.

use super::close::{ORDERS_MAX, require_days_left};
use super::cover::give_back;
use super::guard::*;
use crate::pricing::{issue_amount, with_first_coupon};
use crate::query::schedule_of;
use crate::state::{BOND, LAPSE_CURSOR, ORDERS, TOTALS, load_draft};
use tenor_interfaces::Reference;
use tenor_interfaces::issuance::*;
use tenor_sdk::prelude::*;

/// The most lines of one allocation.
const LINES_MAX: u32 = 100;

pub(super) fn place(ctx: &mut Context, face_amount: Amount, reference: Reference) -> Result<()> {
    let bond = BOND.load(ctx)?;
    require_status(ctx, &bond, BondStatus::Book)?;
    require_face(ctx, &bond, face_amount)?;
    // One order of everything there is would leave no room to add the others to.
    let offered = bond.offered;
    ctx.require(face_amount <= offered, Error::AboveOffer { offered })?;
    let account = ctx.caller();
    // The proceeds cannot be paid by the account that receives them.
    ctx.require(account != bond.issuer_cash_account, Error::SameAccount { account })?;
    use_reference(ctx, account, reference)?;
    check_accounts(ctx, &bond, vec![account])?;
    change_totals(ctx, |totals| {
        Some(IssueTotals { ordered: totals.ordered.checked_add(face_amount)?, ..totals })
    })?;
    let order = Order {
        account,
        reference,
        face_amount,
        allotted: Amount::ZERO,
        price: Amount::ZERO,
        status: OrderStatus::Placed,
    };
    ORDERS.save(ctx, &(account, reference), &order)?;
    ctx.emit(&OrderPlaced { isin: bond.isin, account, reference, face_amount });
    Ok(())
}

pub(super) fn change_totals(
    ctx: &mut Context,
    change: impl FnOnce(IssueTotals) -> Option<IssueTotals>,
) -> Result<IssueTotals> {
    let totals = change(TOTALS.load(ctx)?).ok_or(Error::Overflow)?;
    TOTALS.save(ctx, &totals)?;
    Ok(totals)
}

/// An order in a state that this step can take.
pub(super) fn load_order(
    ctx: &QueryContext,
    account: Address,
    reference: Reference,
    statuses: &[OrderStatus],
) -> Result<Order> {
    let order = ORDERS.may_load(ctx, &(account, reference))?;
    let fitting = order.filter(|order| statuses.contains(&order.status));
    Ok(fitting.ok_or(Error::NoSuchOrder { account, reference })?)
}

/// Takes back an order that is not allotted, also once the book is confirmed without it.
pub(super) fn cancel(ctx: &mut Context, reference: Reference) -> Result<()> {
    let bond = BOND.load(ctx)?;
    let account = ctx.caller();
    let order = load_order(ctx, account, reference, &[OrderStatus::Placed])?;
    ORDERS.remove(ctx, &(account, reference))?;
    change_totals(ctx, |totals| {
        Some(IssueTotals { ordered: totals.ordered.checked_sub(order.face_amount)?, ..totals })
    })?;
    ctx.emit(&OrderCancelled { isin: bond.isin, account, reference });
    give_back(ctx, &bond, account, reference)
}

pub(super) fn allocate(ctx: &mut Context, allocations: Vec<Allocation>) -> Result<()> {
    let mut bond = BOND.load(ctx)?;
    require_caller(ctx, bond.parties.lead_manager)?;
    reopen(ctx, &mut bond)?;
    require_status(ctx, &bond, BondStatus::Book)?;
    require_count(ctx, allocations.len(), LINES_MAX)?;
    let draft = load_draft(ctx)?;
    let schedule = with_first_coupon(schedule_of(&draft)?);
    let price_of = |face| issue_amount(&draft.terms, &schedule, bond.issue_date, face);
    for line in allocations {
        allot(ctx, &bond, line, price_of)?;
    }
    Ok(())
}

/// An allottee that does not pay must not keep an issue from closing all or nothing: its allotment can
/// go to another as long as nothing has closed or lapsed. The issuer confirms the book again.
fn reopen(ctx: &mut Context, bond: &mut BondFacts) -> Result<()> {
    let untouched = TOTALS.load(ctx)?.issued.is_zero() && LAPSE_CURSOR.may_load(ctx)?.is_none();
    if bond.status != BondStatus::Closing || !untouched {
        return Ok(());
    }
    change_totals(ctx, |totals| Some(IssueTotals { unclosed: Amount::ZERO, ..totals }))?;
    bond.status = BondStatus::Book;
    BOND.save(ctx, bond)?;
    ctx.emit(&BookReopened { isin: bond.isin });
    Ok(())
}

fn allot(
    ctx: &mut Context,
    bond: &BondFacts,
    line: Allocation,
    price_of: impl Fn(Amount) -> Option<Amount>,
) -> Result<()> {
    let Allocation { account, reference, face_amount } = line;
    let open = [OrderStatus::Placed, OrderStatus::Allotted];
    let mut order = load_order(ctx, account, reference, &open)?;
    let ordered = order.face_amount;
    ctx.require(face_amount <= ordered, Error::AboveOrder { account, ordered })?;
    let before = order.allotted;
    if face_amount.is_zero() {
        (order.price, order.status) = (Amount::ZERO, OrderStatus::Placed);
    } else {
        require_face(ctx, bond, face_amount)?;
        order.price = price_of(face_amount).ok_or(Error::Overflow)?;
        ctx.require(!order.price.is_zero(), Error::PriceRoundsToZero { face_amount })?;
        order.status = OrderStatus::Allotted;
    }
    order.allotted = face_amount;
    change_totals(ctx, |totals| {
        let allotted = totals.allotted.checked_sub(before)?.checked_add(face_amount)?;
        let (was, is) = (u32::from(!before.is_zero()), u32::from(!face_amount.is_zero()));
        let allotted_orders = totals.allotted_orders.checked_sub(was)?.checked_add(is)?;
        Some(IssueTotals { allotted, allotted_orders, ..totals })
    })?;
    ORDERS.save(ctx, &(account, reference), &order)?;
    let (isin, price) = (bond.isin, order.price);
    ctx.emit(&OrderAllotted { isin, account, reference, face_amount, price });
    Ok(())
}

pub(super) fn confirm(ctx: &mut Context, total: Amount) -> Result<()> {
    let mut bond = BOND.load(ctx)?;
    require_caller(ctx, bond.parties.issuer)?;
    require_status(ctx, &bond, BondStatus::Book)?;
    require_before_first_record(ctx)?;
    require_days_left(ctx, &bond)?;
    let expected = bond.offered;
    let IssueTotals { allotted, allotted_orders: got, .. } = TOTALS.load(ctx)?;
    ctx.require(allotted == expected, Error::TotalMismatch { expected, got: allotted })?;
    ctx.require(total == expected, Error::TotalMismatch { expected, got: total })?;
    let deliverable = bond.closing == Closing::PerAllottee || got <= ORDERS_MAX;
    ctx.require(deliverable, Error::TooManyOrders { max: ORDERS_MAX, got })?;
    change_totals(ctx, |totals| Some(IssueTotals { unclosed: allotted, ..totals }))?;
    bond.status = BondStatus::Closing;
    BOND.save(ctx, &bond)?;
    ctx.emit(&BookConfirmed { isin: bond.isin, total, closing: bond.closing });
    Ok(())
}
