//! Accounts as the API shows them.

use super::KeyPolicyView;
use serde::{Deserialize, Serialize};
use tenor_primitives::{Address, Height, Roles};
use utoipa::ToSchema;

/// An account at the head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountView {
    /// Its address.
    pub address: Address,
    /// Its label, unique per creator.
    pub label: String,
    /// Who opened it; `system` for genesis accounts.
    pub creator: Address,
    /// The block in which it was opened.
    pub created_height: Height,
    /// Its keys.
    pub policy: KeyPolicyView,
    /// Its network roles.
    pub roles: Roles,
    /// The lanes in use; every other lane's next nonce is 0.
    pub lanes: Vec<LaneView>,
    /// The block of this view.
    pub height: Height,
}

/// A nonce lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LaneView {
    /// The lane.
    pub lane: u8,
    /// The next nonce at the head.
    pub next_nonce: u64,
    /// The next nonce behind the transactions that wait in this node's mempool without a gap.
    pub next_nonce_pending: u64,
}

impl AccountView {
    /// The nonce to sign next in `lane`, counting what waits in the mempool.
    pub fn next_nonce(&self, lane: u8) -> u64 {
        let known = self.lanes.iter().find(|view| view.lane == lane);
        known.map_or(0, |view| view.next_nonce_pending)
    }
}
