//! The engine under the real executor, with guests written by hand.

mod cache;
mod calls;
mod guests;
mod halts;
mod host;
mod ledger;
mod places;
mod pointers;
mod requests;

use ledger::Ledger;
