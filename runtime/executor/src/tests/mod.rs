//! The state machine against an engine whose programs are closures.

mod calls;
mod chain;
mod host;
mod journal;
mod messages;
mod trace;
mod transactions;

use chain::Chain;
