//! The state machine: a pure function of (parent state, block) to (write set, receipts).
//!
//! It owns no clock, no disk and no network, and knows neither wasmtime nor RocksDB: the engine is
//! behind [`Vm`], the state behind [`tenor_state::StateReader`].

#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects, clippy::float_arithmetic))]

mod admission;
mod block;
mod bounds;
mod environment;
mod error;
mod genesis;
mod journal;
mod phases;
mod query;
mod roles;
mod session;
mod signed;
pub mod system;
#[cfg(test)]
mod tests;
pub mod trace;
mod vm;

pub use admission::validate;
pub use block::{BlockExecution, BlockOutput};
pub use bounds::{
    CALL_DEPTH_CEILING, INSTRUMENTATION_VERSION, MEMORY_PAGES_CEILING, ParameterOutOfBounds,
    STACK_BYTES_CEILING, TABLE_ELEMENTS_CEILING, check_parameters,
};
pub use environment::{BlockEnvironment, ParametersInForce};
pub use error::{ApplyError, FatalError, InvalidTransaction};
pub use genesis::{Genesis, GenesisAccount, GenesisError};
pub use query::{QueryError, QueryOutput, QueryRequest, query, simulate};
pub use roles::{ROLE_TABLE, RoleRule};
pub use session::{CallOutcome, ScanArguments, Session};
pub use signed::VerifiedTransaction;
pub use system::{
    AccountRecord, CodeRecord, InstanceRecord, MigrationProposal, ScheduledParameters, SystemError,
};
pub use vm::{CodeRefused, CodeReport, GuestCall, GuestExit, HostError, Vm};
