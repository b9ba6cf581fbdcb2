//! Coupon: what a bond pays, to whom, and the burning of its units at the end.
//!
//! One per bond. Entitlements are computed on holdings at the record instant, page by page; the
//! issuer funds, the paying agent releases, anyone lets the pages run. Cash that an account cannot
//! receive is set aside for it.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod entitlement;
mod execute;
mod query;
mod state;

use execute::{execute, instantiate};
use query::query;
use tenor_interfaces::coupon::*;
use tenor_sdk::prelude::*;

contract! {
    name: "coupon",
    instantiate: instantiate(InstantiateMsg),
    execute: execute(ExecuteMsg),
    query: query(QueryMsg),
    events: [
        ScheduleLoaded,
        Entitled,
        PaymentDue,
        PaymentFunded,
        PaymentReleased,
        HolderPaid,
        HolderEscrowed,
        EscrowPaid,
        PaymentComplete,
        PaymentMissed,
        ExcessReturned,
        TaxEscrowed,
        FundingReturned,
    ],
    errors: Error,
    storage: state::STORAGE,
}
