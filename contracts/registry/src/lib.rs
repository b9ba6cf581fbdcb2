//! The registry: parties, accounts, freezes, markets and their ledger date, listings.
//!
//! One per ledger. Every change is proposed by one officer and confirmed by another; everything else
//! is a question that other contracts ask once per movement.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod business_days;
mod execute;
mod market_day;
mod query;
mod state;
mod time_zone;

use execute::{execute, instantiate};
use query::query;
use tenor_interfaces::registry::*;
use tenor_sdk::prelude::*;

contract! {
    name: "registry",
    instantiate: instantiate(InstantiateMsg),
    execute: execute(ExecuteMsg),
    query: query(QueryMsg),
    events: [
        Proposed,
        Confirmed,
        Withdrawn,
        PartySet,
        AccountSet,
        AccountFrozen,
        AccountUnfrozen,
        OfficeGiven,
        OfficesTaken,
        MarketOpened,
        DayDelayed,
        DayTurned,
        SecurityListed,
        CashListed,
        MarketExtended,
        SettlementSet,
        SecuritySuspended,
    ],
    errors: Error,
    storage: state::STORAGE,
}
