//! The node and its ledger.

use super::{DecimalText, ValidatorView, decimal};
use serde::{Deserialize, Serialize};
use tenor_primitives::{BlockId, ChainId, Hash, Height, Timestamp};
use utoipa::ToSchema;

/// Where the node stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NodeStatus {
    /// The ledger's name.
    pub chain_id: ChainId,
    /// The genesis block's identity.
    pub genesis_id: BlockId,
    /// The last block's number.
    pub height: Height,
    /// Its identity.
    pub block_id: BlockId,
    /// Its time.
    pub block_time: Timestamp,
    /// Ledger time: what a block made now would carry. `valid_until` counts from here.
    pub time: Timestamp,
    /// The state's root.
    pub state_root: Hash,
    /// Hash of the parameters in force.
    pub parameters_hash: Hash,
    /// The most gas a transaction may ask for.
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub transaction_gas_max: u64,
    /// The most bytes of a transaction.
    pub transaction_bytes_max: u32,
    /// Who commits the next block.
    pub validators: Vec<ValidatorView>,
    /// Whether ledger time stands still until it is set by hand.
    pub manual_time: bool,
    /// The longest that a session may be good for, in milliseconds; absent where none is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_ms_max: Option<u64>,
    /// What waits.
    pub mempool: MempoolView,
    /// The node's version.
    pub node_version: String,
}

/// What waits in the mempool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MempoolView {
    /// Transactions.
    pub transactions: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Moves ledger time forward; on ledgers whose genesis allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTimeRequest {
    /// The time of the next block, later than the head's.
    pub time: Timestamp,
}

/// The block that carries the new time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetTimeResponse {
    /// Its height.
    pub height: Height,
    /// Its time.
    pub time: Timestamp,
}
