//! What most contracts import.

pub use crate::{
    CallError, Caller, Context, ContractError, Event, Failure, Functions, Querier, QueryContext,
    Response, Result, Schema, StorageKeyPart, contract, reply,
};
pub use alloc::{boxed::Box, collections::BTreeMap, string::String, vec, vec::Vec};
pub use borsh::{BorshDeserialize, BorshSerialize};
pub use tenor_abi::spec::declare::StorageSchema;
pub use tenor_primitives::{Address, Amount, Hash, Timestamp};
pub use tenor_storage::{
    Index, IndexedMap, Item, KvRead, KvWrite, Map, Page, Sequence, Set, SnapshotMap,
};
