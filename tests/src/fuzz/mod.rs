//! Bodies of the fuzz targets of the virtual machine, on stable Rust: each takes bytes and panics if
//! something does not hold.

pub mod host_calls;
mod mutate;
pub mod spec;
pub mod upload;

use std::time::Duration;

/// How long each target runs: `FUZZ_SECONDS`, ten by default.
///
/// # Panics
/// If the variable is no number.
pub fn duration() -> Duration {
    let seconds = match std::env::var("FUZZ_SECONDS") {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("FUZZ_SECONDS: expected a number of seconds, got {text:?}")),
        Err(_) => 10,
    };
    Duration::from_secs(seconds)
}
