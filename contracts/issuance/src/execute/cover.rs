//! Cash that an account holds in favour of this instance, behind an order.

use tenor_interfaces::Reference;
use tenor_interfaces::cash::{CashClient, CashQueries};
use tenor_interfaces::issuance::BondFacts;
use tenor_sdk::prelude::*;

/// Gives back what is still held for an order that is done with: more than its price, or all of it.
pub(super) fn give_back(
    ctx: &mut Context,
    bond: &BondFacts,
    account: Address,
    reference: Reference,
) -> Result<()> {
    let own = ctx.own_address();
    if CashQueries::new(ctx, bond.cash).hold(account, own, reference)?.is_some() {
        CashClient::new(ctx, bond.cash).release_hold(account, own, reference)?;
    }
    Ok(())
}
