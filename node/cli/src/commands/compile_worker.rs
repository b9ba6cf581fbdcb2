//! `tenor compile-worker`: compiles one module for the node that started this process. Whatever the
//! module makes the compiler do, it happens here, within limits that the process sets on itself.

use crate::core::{CliError, CliResult};
use clap::Args;
use rlimit::Resource;
use std::io;

/// The limits, as the node tells them.
#[derive(Args, Debug)]
pub(crate) struct WorkerArgs {
    /// Seconds of processor time
    #[arg(long)]
    cpu_s_max: u64,
    /// Bytes of address space
    #[arg(long)]
    memory_bytes_max: u64,
}

/// Sets the limits, then answers the request on standard input.
pub(crate) fn run(args: &WorkerArgs) -> CliResult<()> {
    let limits = [
        (Resource::CORE, 0, 0),
        // The signal at the first bound says what it was; the second needs no cooperation.
        (Resource::CPU, args.cpu_s_max, args.cpu_s_max.saturating_add(1)),
        (Resource::AS, args.memory_bytes_max, args.memory_bytes_max),
    ];
    for (resource, max, end) in limits {
        limit(resource, max, end).map_err(|error| {
            CliError::Machine(format!("expected to set the limit {resource:?} to {max}: {error}"))
        })?;
    }
    tenor_vm::serve_compiler(&mut io::stdin().lock(), &mut io::stdout().lock())
        .map_err(|error| CliError::Machine(error.to_string()))
}

/// Lowers a limit for good; a hard one that is lower already stays.
fn limit(resource: Resource, max: u64, end: u64) -> io::Result<()> {
    let (_, hard) = resource.get()?;
    resource.set(max.min(hard), end.min(hard))
}
