//! Issuance: one bond, from its draft to the last unit burned.
//!
//! Terms freeze when issuer, paying agent and registrar have accepted them. Units are minted only
//! against cash in the same call, move by holds that settlement executes (or freely, where the terms
//! say so), and are burned only by the coupon instance that the accepted draft appoints.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod execute;
mod pricing;
mod query;
mod state;

use execute::{execute, instantiate};
use query::query;
use tenor_interfaces::issuance::*;
use tenor_sdk::prelude::*;

contract! {
    name: "issuance",
    instantiate: instantiate(InstantiateMsg),
    execute: execute(ExecuteMsg),
    query: query(QueryMsg),
    events: [
        Drafted,
        Accepted,
        TermsFrozen,
        OrderPlaced,
        OrderCancelled,
        OrderAllotted,
        BookConfirmed,
        BookReopened,
        Issued,
        OrderLapsed,
        IssueClosed,
        UnitsTransferred,
        UnitsHeld,
        UnitsReleased,
        UnitsRedeemed,
        BondRedeemed,
        AgentProposed,
        AgentAppointed,
    ],
    errors: Error,
    storage: state::STORAGE,
}
