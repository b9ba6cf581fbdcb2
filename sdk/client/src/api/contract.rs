//! Contracts, their code and questions to them.

use super::{DecimalText, HexBytes, InstanceCursor, decimal};
use serde::{Deserialize, Serialize};
use tenor_primitives::{Address, Hash, Height, Timestamp};
use utoipa::{IntoParams, ToSchema};

/// An instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InstanceView {
    /// Its address.
    pub address: Address,
    /// The code it runs.
    pub code_hash: Hash,
    /// Who created it: its issuer.
    pub creator: Address,
    /// Its label, unique per creator.
    pub label: String,
    /// The block in which it was created.
    pub created_height: Height,
    /// Migrations so far.
    pub migrations: u32,
}

/// Which instances to list, in the query string. With both `creator` and `label` there is at most
/// one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InstanceFilter {
    /// Only those of this account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<Address>,
    /// Only those with this label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The page after this cursor, which is the last page's `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<InstanceCursor>,
    /// The most instances of a page, 1 to 1,000; 100 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Those after this block, as far as the node keeps its state; the head's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<Height>,
}

/// A page of instances, in the order of their addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InstancePage {
    /// The instances; may be fewer than asked for, even none, with more pages to come.
    pub instances: Vec<InstanceView>,
    /// Where to go on; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<InstanceCursor>,
}

/// Uploaded code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeView {
    /// Keccak-256 of the module as uploaded.
    pub code_hash: Hash,
    /// Who uploaded it.
    pub uploader: Address,
    /// The block in which it was uploaded.
    pub uploaded_height: Height,
    /// Its size in bytes.
    pub code_bytes: u32,
    /// Keccak-256 of its spec section.
    pub spec_hash: Hash,
    /// Whether an instance can be migrated to it.
    pub migrates: bool,
    /// Who approved it; absent while it waits.
    pub approved_by: Option<Address>,
}

/// Of which block, in the query string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AtHeight {
    /// The state after this block, as far as the node keeps it; the head's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<Height>,
}

/// A question to a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryRequest {
    /// Borsh of the contract's query message.
    pub payload: HexBytes,
    /// Ask the state after this block, as far as the node keeps it; the head's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<Height>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueryResponse {
    /// Borsh of the query's output type. A list without the elements that others may read.
    pub output: HexBytes,
    /// Gas it cost; nobody pays it. Left out where elements may have been: they cost too.
    #[serde(default, with = "decimal::optional", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DecimalText>)]
    pub gas_used: Option<u64>,
    /// The block it speaks of.
    pub height: Height,
    /// That block's time.
    pub time: Timestamp,
}
