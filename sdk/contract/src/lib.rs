//! What a contract author needs, and nothing of the node.
//!
//! A contract is a library: messages, plain functions over a [`Context`], typed storage, and one
//! [`contract!`] that lists them. Compiled to wasm it exports its entry points; compiled natively it
//! is a [`NativeContract`], a table of functions that a test runs on any [`HostBackend`].
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;
extern crate self as tenor_sdk;

mod calls;
mod context;
mod entry;
mod glue;
#[cfg(target_arch = "wasm32")]
mod guest;
pub mod host;
#[cfg(any(target_arch = "wasm32", test))]
mod memory;
mod spec_check;

#[doc(hidden)]
pub mod macro_support;
pub mod prelude;

pub use borsh;
pub use context::{Context, QueryContext};
pub use entry::{Response, reply};
#[cfg(not(target_arch = "wasm32"))]
pub use host::{CallOutcome, HostBackend, HostExit, NativeContract, NativeEntry};
pub use tenor_abi as abi;
pub use tenor_abi::{
    CallError, Caller, ContractError, EventData, Failure, Failure as Error, Querier,
};
pub use tenor_macros::{
    SdkContractError as ContractError, SdkEvent as Event, SdkFunctions as Functions,
    SdkSchema as Schema, SdkStorageKeyPart as StorageKeyPart,
};
pub use tenor_primitives as primitives;
pub use tenor_primitives::schema::Schema;
pub use tenor_storage as storage;
pub use tenor_storage::{StorageError, StorageKeyPart};

/// The result of a contract's functions: every error becomes a [`Failure`] under `?`.
pub type Result<T, E = Failure> = core::result::Result<T, E>;
