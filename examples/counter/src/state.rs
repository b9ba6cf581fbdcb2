//! Everything the contract stores.

use tenor_sdk::prelude::*;

/// The highest value a counter may reach.
pub(crate) const LIMIT: Item<u64> = Item::new(0, "limit");
/// Who may reset counters.
pub(crate) const OWNER: Item<Address> = Item::new(1, "owner");
/// The counters, by account.
pub(crate) const COUNTERS: Map<Address, u64> = Map::new(2, "counters");

pub(crate) const STORAGE: &[StorageSchema] = &[LIMIT.schema(), OWNER.schema(), COUNTERS.schema()];
