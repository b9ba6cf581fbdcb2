//! Everything the contract stores.

use crate::messages::Bond;
use tenor_sdk::prelude::*;

/// The bond and what was published for it.
pub(crate) const BOND: Item<Bond> = Item::new(0, "bond");

pub(crate) const STORAGE: &[StorageSchema] = &[BOND.schema()];
