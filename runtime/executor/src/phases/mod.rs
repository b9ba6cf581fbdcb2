//! The phases of a transaction, in order.

mod execution;
mod messages;
mod post_execution;
mod pre_execution;
mod validation;

pub(crate) use execution::Executed;
