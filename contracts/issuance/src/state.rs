//! Everything an issuance instance stores.

use tenor_interfaces::issuance::{Acceptances, BondFacts, Draft, IssueTotals, Order};
use tenor_interfaces::{AgentRight, Balance, Hold, Reference};
use tenor_sdk::StorageError;
use tenor_sdk::abi::codec::decode;
use tenor_sdk::prelude::*;

/// The borsh of the draft, which is what its hash is taken of; its type is that of the contract's
/// `instantiate`. Read it with [`load_draft`].
pub(crate) const DRAFT: Item<Vec<u8>> = Item::new(1, "draft");
/// What every call needs to know, apart from the terms.
pub(crate) const BOND: Item<BondFacts> = Item::new(2, "bond");
/// The record instants of all periods, ascending.
pub(crate) const RECORD_INSTANTS: Item<Vec<Timestamp>> = Item::new(3, "record_instants");
/// Totals of the book and of units.
pub(crate) const TOTALS: Item<IssueTotals> = Item::new(4, "totals");
/// The book, by account and reference.
pub(crate) const ORDERS: Map<(Address, Reference), Order> = Map::new(5, "orders");
/// How far lapsing unpaid orders has come; set once it has begun.
pub(crate) const LAPSE_CURSOR: Item<(Address, Reference)> = Item::new(6, "lapse_cursor");
/// Holdings and their history at record instants.
pub(crate) const HOLDINGS: SnapshotMap<Address, Balance> =
    SnapshotMap::new(7, "holdings", 8, "holdings_history");
/// Account, agent, name: what names a hold.
pub(crate) type HoldKey = (Address, Address, Reference);
/// Holds that can expire, by expiry. Those that an agent places for itself end in the same
/// transaction and are left out.
pub(crate) const BY_EXPIRY: Index<Timestamp, HoldKey, Hold> =
    Index::new(10, "holds_by_expiry", |_, hold| {
        (hold.placed_by != hold.agent).then_some(hold.expiry)
    });
/// Open holds.
pub(crate) const HOLDS: IndexedMap<HoldKey, Hold> = IndexedMap::new(9, "holds", &[&BY_EXPIRY]);
/// References that accounts have used.
pub(crate) const REFERENCES: Set<(Address, Reference)> = Set::new(11, "references");
/// Appointed agents.
pub(crate) const AGENTS: Map<Address, AgentRight> = Map::new(12, "agents");
/// Appointments that some have sent, by agent.
pub(crate) const PENDING_AGENTS: Map<Address, PendingAgent> = Map::new(13, "pending_agents");

/// An appointment that waits for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub(crate) struct PendingAgent {
    /// What it asks for; `None` dismisses.
    pub(crate) right: Option<AgentRight>,
    /// Who has sent it.
    pub(crate) consent: Acceptances,
    /// When the first of them did.
    pub(crate) since: Timestamp,
}

/// The draft, decoded.
pub(crate) fn load_draft(ctx: &QueryContext) -> Result<Draft> {
    let bytes = DRAFT.load(ctx)?;
    Ok(decode(&bytes)
        .map_err(|_| StorageError::Corrupt { namespace: DRAFT.namespace(), key: Vec::new() })?)
}

/// The layout as the contract's spec shows it.
pub(crate) const STORAGE: &[StorageSchema] = &[
    DRAFT.schema(),
    BOND.schema(),
    RECORD_INSTANTS.schema(),
    TOTALS.schema(),
    ORDERS.schema(),
    LAPSE_CURSOR.schema(),
    HOLDINGS.schema(),
    HOLDINGS.history_schema(),
    HOLDS.schema(),
    BY_EXPIRY.schema(),
    REFERENCES.schema(),
    AGENTS.schema(),
    PENDING_AGENTS.schema(),
];
