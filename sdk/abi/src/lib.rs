//! The contract between a guest and the ledger: host functions, entry points, the facts of a call,
//! and the spec section that describes a contract to clients.
//!
//! One table ([`host_table!`]) lists the host functions; guest imports, host wiring, gas rows and
//! documentation come from it.
#![no_std]

extern crate alloc;

mod caller;
pub mod codec;
mod context;
mod entry;
mod event_data;
pub mod failure;
pub mod host;
pub mod spec;

pub use caller::{Caller, Querier};
pub use codec::{Bytes, Malformed};
pub use context::CallContext;
pub use entry::EntryPoint;
pub use event_data::{EventData, Topics};
pub use failure::{CallError, ContractError, Failure};
pub use host::{CallStatus, HostFunction, ScanFlags};
