//! What the measurements share: CPU time, rounds, yardsticks.
//!
//! Machines change their speed by a factor of two within seconds. So nothing here reports a time
//! alone: subject and yardstick alternate in short rounds of one run, each round gives a ratio, and
//! the median over the rounds is the figure.

pub mod bare;
pub mod calibration;
pub mod cpu;
pub mod desks;
pub mod disk_ledger;
mod genesis;
pub mod load;
pub mod market;
pub mod memory_ledger;
pub mod quote;
pub mod repeating;
pub mod rounds;
pub mod state;
pub mod tape;
pub mod trades;
