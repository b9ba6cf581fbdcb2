//! Traces: a transaction executed again on the state before it, and what it did, decoded.

mod parent;
mod reader;
mod view;

pub use parent::{Replay, ReplayError};
pub use view::trace_view;
