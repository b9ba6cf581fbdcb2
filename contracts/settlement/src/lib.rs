//! Settlement: two instructions, entered independently, matched, and settled delivery versus payment.
//!
//! One per ledger. It acts only on instructions that the settling account has signed: for each leg it
//! places a hold in its own favour for the pair's amount (cash: the deliverer's, which the matching
//! tolerance bounds), and executes both legs in the call
//! in which both are held, or releases what it holds.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod execute;
mod matching;
mod query;
mod state;

use execute::{execute, instantiate};
use query::query;
use tenor_interfaces::settlement::*;
use tenor_sdk::prelude::*;

contract! {
    name: "settlement",
    instantiate: instantiate(InstantiateMsg),
    execute: execute(ExecuteMsg),
    query: query(QueryMsg),
    events: [
        InstructionEntered,
        Matched,
        PendingChanged,
        Settled,
        CancelRequested,
        Cancelled,
        HoldSet,
        CancelWithdrawn,
    ],
    errors: Error,
    storage: state::STORAGE,
}
