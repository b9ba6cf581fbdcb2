//! Traces: what a transaction did that was executed again, decoded.

mod reader;
mod view;

pub use view::trace_view;
