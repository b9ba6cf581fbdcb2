//! Everything a cash instance stores.

use tenor_interfaces::cash::{Config, Totals};
use tenor_interfaces::{AgentRight, Balance, Hold, Reference};
use tenor_sdk::prelude::*;

/// What the instance was created with.
pub(crate) const CONFIG: Item<Config> = Item::new(1, "config");
/// Balances; an account without any has no row.
pub(crate) const BALANCES: Map<Address, Balance> = Map::new(2, "balances");
/// What was minted and burned.
pub(crate) const TOTALS: Item<Totals> = Item::new(3, "totals");
/// Account, agent, name: what names a hold.
pub(crate) type HoldKey = (Address, Address, Reference);
/// Holds that can expire, by expiry. Those that an agent places for itself end in the same
/// transaction and are left out.
pub(crate) const BY_EXPIRY: Index<Timestamp, HoldKey, Hold> =
    Index::new(5, "holds_by_expiry", |_, hold| {
        (hold.placed_by != hold.agent).then_some(hold.expiry)
    });
/// Open holds.
pub(crate) const HOLDS: IndexedMap<HoldKey, Hold> = IndexedMap::new(4, "holds", &[&BY_EXPIRY]);
/// References that accounts have used.
pub(crate) const REFERENCES: Set<(Address, Reference)> = Set::new(6, "references");
/// Appointed agents.
pub(crate) const AGENTS: Map<Address, AgentRight> = Map::new(7, "agents");
/// Appointments that one side has sent, by agent.
pub(crate) const PENDING_AGENTS: Map<Address, PendingAgent> = Map::new(8, "pending_agents");

/// An appointment that waits for the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub(crate) struct PendingAgent {
    /// Who has sent it: the cash provider, or an officer who must still be in office when the
    /// provider agrees.
    pub(crate) by: Address,
    /// What it asks for; `None` dismisses.
    pub(crate) right: Option<AgentRight>,
    /// When it was sent.
    pub(crate) since: Timestamp,
}

/// The layout as the contract's spec shows it.
pub(crate) const STORAGE: &[StorageSchema] = &[
    CONFIG.schema(),
    BALANCES.schema(),
    TOTALS.schema(),
    HOLDS.schema(),
    BY_EXPIRY.schema(),
    REFERENCES.schema(),
    AGENTS.schema(),
    PENDING_AGENTS.schema(),
];
