//! Everything the contract stores.

use tenor_sdk::prelude::*;

/// Who holds how much.
pub(crate) const BALANCES: Map<Address, Amount> = Map::new(0, "balances");

pub(crate) const STORAGE: &[StorageSchema] = &[BALANCES.schema()];
