//! Everything settlement stores.

use tenor_bond_math::Date;
use tenor_interfaces::settlement::{Config, InstructionRecord, Movement};
use tenor_interfaces::{Bic, Reference};
use tenor_sdk::prelude::*;

/// What the instance was created with.
pub(crate) const CONFIG: Item<Config> = Item::new(1, "config");
/// Numbers of instructions, in order of entry.
pub(crate) const NEXT_ID: Sequence = Sequence::new(2, "next_id");
/// All instructions, for ever.
pub(crate) const INSTRUCTIONS: Map<u64, InstructionRecord> = Map::new(3, "instructions");
/// The number of each account's reference: one reference, one instruction, for ever.
pub(crate) const BY_REFERENCE: Map<(Address, Reference), u64> = Map::new(4, "by_reference");
/// Unmatched instructions by the hash of the fields that must be equal, and by side.
pub(crate) const UNMATCHED: Set<(Hash, Movement, u64)> = Set::new(5, "unmatched");
/// Unmatched instructions by the BIC they name as counterparty.
pub(crate) const ALLEGED: Set<(Bic, u64)> = Set::new(6, "alleged");
/// Where a matched pair stands in the queue: date, priority, the deliverer's number.
pub(crate) type QueueKey = (Date, u8, u64);
/// Matched pairs that have not settled, in the order in which they are tried.
pub(crate) const QUEUE: Set<QueueKey> = Set::new(7, "queue");
/// Where the last call of `Advance` stopped; absent when it reached the end.
pub(crate) const CURSOR: Item<QueueKey> = Item::new(8, "cursor");

/// The layout as the contract's spec shows it.
pub(crate) const STORAGE: &[StorageSchema] = &[
    CONFIG.schema(),
    NEXT_ID.schema(),
    INSTRUCTIONS.schema(),
    BY_REFERENCE.schema(),
    UNMATCHED.schema(),
    ALLEGED.schema(),
    QUEUE.schema(),
    CURSOR.schema(),
];
