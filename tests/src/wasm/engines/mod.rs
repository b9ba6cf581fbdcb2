//! Engines beside the one of production: an interpreter by other authors, and wasmtime at the
//! optimisation of the caller's choice. They run the same instrumented modules, against the same
//! sessions, through host functions of their own.

pub mod bare;
mod compiled;
mod guest;
mod host;
mod interpreted;
mod record;
mod side;

pub use compiled::{Compiled, set_result, words};
pub use host::{Answer, call as host_call};
pub use interpreted::Interpreted;
pub use record::{Inside, Record, Recorded};
pub use side::{Finished, GuestEngine, Modules, Run, SideVm};
