//! Cash: the token of one currency and one cash provider.
//!
//! The provider mints and burns; an account pays from itself; an appointed agent moves nothing but
//! what a hold names it for. There are no allowances.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod execute;
mod query;
mod state;

use execute::{execute, instantiate};
use query::query;
use tenor_interfaces::cash::*;
use tenor_sdk::prelude::*;

contract! {
    name: "cash",
    instantiate: instantiate(InstantiateMsg),
    execute: execute(ExecuteMsg),
    query: query(QueryMsg),
    events: [Minted, Burned, Transferred, Held, Released, AgentProposed, AgentAppointed],
    errors: Error,
    storage: state::STORAGE,
}
