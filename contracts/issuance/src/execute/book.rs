//! Orders, and the issuer's confirmation of what they were allotted.

use super::allocate::is_of_manager;
use super::close::{ORDERS_MAX, require_days_left};
use super::cover::give_back;
use super::guard::*;
use crate::state::{BOND, ORDERS, TOTALS};
use tenor_interfaces::Reference;
use tenor_interfaces::issuance::*;
use tenor_interfaces::registry::RegistryQueries;
use tenor_sdk::prelude::*;

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
        of_manager: is_of_manager(ctx, &bond, account)?,
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

/// The issuer signs for one allocation, and for a bond that the registry lists: no money moves for
/// units that could never be traded.
pub(super) fn confirm(ctx: &mut Context, total: Amount, allocation_hash: Hash) -> Result<()> {
    let mut bond = BOND.load(ctx)?;
    require_caller(ctx, bond.parties.issuer)?;
    require_status(ctx, &bond, BondStatus::Book)?;
    require_before_first_record(ctx)?;
    require_days_left(ctx, &bond)?;
    require_own_listing(ctx, &bond)?;
    let expected = bond.offered;
    let book = TOTALS.load(ctx)?;
    let (allotted, got) = (book.allotted, book.allotted_orders);
    ctx.require(allotted == expected, Error::TotalMismatch { expected, got: allotted })?;
    ctx.require(total == expected, Error::TotalMismatch { expected, got: total })?;
    let changed = Error::AllocationChanged { expected: book.allocation_hash };
    ctx.require(allocation_hash == book.allocation_hash, changed)?;
    let deliverable = bond.closing == Closing::PerAllottee || got <= ORDERS_MAX;
    ctx.require(deliverable, Error::TooManyOrders { max: ORDERS_MAX, got })?;
    change_totals(ctx, |totals| {
        let confirmations = totals.confirmations.checked_add(1)?;
        Some(IssueTotals { unclosed: allotted, confirmations, ..totals })
    })?;
    bond.status = BondStatus::Closing;
    BOND.save(ctx, &bond)?;
    let (isin, closing, to_manager) = (bond.isin, bond.closing, book.allotted_to_manager);
    ctx.emit(&BookConfirmed { isin, total, closing, allocation_hash, to_manager });
    Ok(())
}

fn require_own_listing(ctx: &QueryContext, bond: &BondFacts) -> Result<()> {
    let isin = bond.isin;
    let listed = RegistryQueries::new(ctx, bond.registry).security(isin)?;
    let own = listed.is_some_and(|listed| listed.issuance == ctx.own_address());
    ctx.require(own, Error::NotListed { isin })
}
