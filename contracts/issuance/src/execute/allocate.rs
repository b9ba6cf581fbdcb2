//! Allocation, and what the issuer's confirmation leaves of it.
//!
//! The issuer signs the hash of the allocation. From then on an allotment binds both sides: only where
//! an issue closes all or nothing, and an allottee does not pay, can its part go to another.

use super::book::{change_totals, load_order};
use super::cover;
use super::guard::*;
use crate::pricing::Prices;
use crate::state::{BOND, LAPSE_CURSOR, ORDERS, TOTALS, load_draft};
use tenor_interfaces::Lei;
use tenor_interfaces::issuance::*;
use tenor_interfaces::registry::{RegistryQueries, Standing};
use tenor_sdk::abi::codec::encode;
use tenor_sdk::prelude::*;

/// The most lines of one allocation.
const LINES_MAX: u32 = 100;

pub(super) fn allocate(ctx: &mut Context, allocations: Vec<Allocation>) -> Result<()> {
    let mut bond = BOND.load(ctx)?;
    require_caller(ctx, bond.parties.lead_manager)?;
    let reopens = can_reopen(ctx, &bond)?;
    if !reopens {
        require_status(ctx, &bond, BondStatus::Book)?;
    }
    require_count(ctx, allocations.len(), LINES_MAX)?;
    let prices = Prices::new(load_draft(ctx)?)?;
    let before = TOTALS.load(ctx)?;
    let lines = Lines { bond: &bond, prices: &prices, binds: before.confirmations > 0 };
    for line in allocations {
        lines.allot(ctx, line)?;
    }
    let after = TOTALS.load(ctx)?;
    if reopens && after.allocation_hash != before.allocation_hash {
        // What is added was taken from those who do not pay.
        let offered = bond.offered;
        ctx.require(after.allotted <= offered, Error::AboveOffer { offered })?;
        TOTALS.save(ctx, &IssueTotals { unclosed: Amount::ZERO, ..after })?;
        bond.status = BondStatus::Book;
        BOND.save(ctx, &bond)?;
        ctx.emit(&BookReopened { isin: bond.isin });
    }
    Ok(())
}

/// One allottee that does not pay would keep an issue from closing all or nothing. As long as nothing
/// has closed or lapsed, its part can go to another; then the issuer confirms the book again.
fn can_reopen(ctx: &QueryContext, bond: &BondFacts) -> Result<bool> {
    let confirmed = bond.status == BondStatus::Closing && bond.closing == Closing::AllOrNothing;
    let untouched = TOTALS.load(ctx)?.issued.is_zero() && LAPSE_CURSOR.may_load(ctx)?.is_none();
    Ok(confirmed && untouched)
}

/// What all lines of a call are measured by.
struct Lines<'a> {
    bond: &'a BondFacts,
    prices: &'a Prices,
    /// Whether the issuer has confirmed the book before.
    binds: bool,
}

impl Lines<'_> {
    /// Gives an order its part. A line that says what is so already does nothing.
    fn allot(&self, ctx: &mut Context, line: Allocation) -> Result<()> {
        let Allocation { account, reference, face_amount } = line;
        let open = [OrderStatus::Placed, OrderStatus::Allotted];
        let mut order = load_order(ctx, account, reference, &open)?;
        let (ordered, before) = (order.face_amount, order.allotted);
        ctx.require(face_amount <= ordered, Error::AboveOrder { account, ordered })?;
        if face_amount == before {
            return Ok(());
        }
        if self.binds && face_amount < before {
            self.require_unpaid(ctx, &order)?;
        }
        (order.allotted, order.status, order.price) = if face_amount.is_zero() {
            (Amount::ZERO, OrderStatus::Placed, Amount::ZERO)
        } else {
            require_face(ctx, self.bond, face_amount)?;
            (face_amount, OrderStatus::Allotted, self.price(ctx, face_amount)?)
        };
        count(ctx, before, &order)?;
        ORDERS.save(ctx, &(account, reference), &order)?;
        let (isin, price, of_manager) = (self.bond.isin, order.price, order.of_manager);
        ctx.emit(&OrderAllotted { isin, account, reference, face_amount, price, of_manager });
        Ok(())
    }

    /// The price on the issue date, for which cash can be held.
    fn price(&self, ctx: &QueryContext, face_amount: Amount) -> Result<Amount> {
        let price = self.prices.on(self.bond.issue_date, face_amount)?;
        ctx.require(!price.is_zero(), Error::PriceRoundsToZero { face_amount })?;
        Ok(price)
    }

    /// A confirmed allotment is taken back only from who could not close it today: the cash held is too
    /// little or the account is stopped.
    fn require_unpaid(&self, ctx: &QueryContext, order: &Order) -> Result<()> {
        let Order { account, reference, allotted, .. } = *order;
        let on = ledger_date(ctx, self.bond)?;
        let unpaid = on >= self.bond.issue_date
            && (cover::of(ctx, self.bond, account, reference)? < self.prices.on(on, allotted)?
                || standing(ctx, self.bond, account)? != Standing::Good);
        ctx.require(unpaid, Error::AllotmentBinds { account, reference })
    }
}

/// Keeps the totals of the book, and the hash of all that has been allotted.
fn count(ctx: &mut Context, before: Amount, order: &Order) -> Result<()> {
    let Order { account, reference, allotted, of_manager, .. } = *order;
    let last = TOTALS.load(ctx)?.allocation_hash;
    let allocation_hash =
        ctx.keccak256(&encode(&AllocationStep { last, account, reference, allotted }));
    change_totals(ctx, |totals| {
        let moved = |sum: Amount| sum.checked_sub(before)?.checked_add(allotted);
        let (was, is) = (u32::from(!before.is_zero()), u32::from(!allotted.is_zero()));
        let allotted_orders = totals.allotted_orders.checked_sub(was)?.checked_add(is)?;
        let of_the_manager = totals.allotted_to_manager;
        Some(IssueTotals {
            allotted: moved(totals.allotted)?,
            allotted_to_manager: if of_manager { moved(of_the_manager)? } else { of_the_manager },
            allotted_orders,
            allocation_hash,
            ..totals
        })
    })?;
    Ok(())
}

/// Whether an account is of the lead manager's own party: what it is allotted, the issuer shall see.
pub(super) fn is_of_manager(
    ctx: &QueryContext,
    bond: &BondFacts,
    account: Address,
) -> Result<bool> {
    let manager = bond.parties.lead_manager;
    Ok(account == manager || party_of(ctx, bond, account)? == party_of(ctx, bond, manager)?)
}

#[inline(never)]
fn party_of(ctx: &QueryContext, bond: &BondFacts, account: Address) -> Result<Option<Lei>> {
    let found = RegistryQueries::new(ctx, bond.registry).account(account)?;
    Ok(found.map(|account| account.terms.party))
}
