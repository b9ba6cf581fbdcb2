//! What a contract tells the world.

use crate::Address;
use alloc::{string::String, vec::Vec};
use borsh::{BorshDeserialize, BorshSerialize};

/// An event, part of the receipt of the transaction that emitted it. Kept only when every journal
/// layer around it is kept.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Event {
    /// The instance that emitted it; [`Address::SYSTEM`] for the ledger itself.
    pub emitter: Address,
    /// Its name in the emitter's spec, at most 64 ASCII bytes.
    pub name: String,
    /// Values to filter by, borsh, each at most 64 bytes, at most four.
    pub topics: Vec<Vec<u8>>,
    /// The event's fields, borsh, as the emitter's spec describes.
    pub data: Vec<u8>,
}
