//! Outside evidence for the virtual machine: the standard's own test suite run through the
//! instrumentation, and engines by other authors beside the one of production.

pub mod differential;
pub mod engines;
pub mod machine;
pub mod oracle;
pub mod rules;
pub mod script;
pub mod smith;
mod spectest;
pub mod tally;
pub mod text;
mod traps;
pub mod values;

pub use rules::RuleSet;
pub use script::{Engines, run, run_file};
pub use tally::Tally;
