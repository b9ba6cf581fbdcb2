//! What this process asks of the system for itself.

use super::error::{CliError, CliResult};
use rlimit::Resource;

/// Descriptors beside connections and the store: logs, listeners, pipes to compilers, snapshots.
const FILES_BESIDE: u64 = 256;

/// Keeps this process's memory, which may hold keys, out of core dumps, for good and for the processes
/// it starts.
///
/// The bound is one byte and not none: the kernel gives no dump to a program either (`|…` in
/// `core_pattern`) where the bound is one, while it ignores none there. That no mapping is part of a
/// dump says the same a second time, to kernels that know the file.
///
/// # Errors
/// [`CliError::Machine`] when the system refuses to lower the limit.
pub(crate) fn keep_out_of_core_dumps() -> CliResult<()> {
    let (_, hard) = Resource::CORE.get().map_err(|error| refused(Resource::CORE, &error))?;
    let bound = hard.min(1);
    Resource::CORE.set(bound, bound).map_err(|error| refused(Resource::CORE, &error))?;
    // Absent where there is no /proc; the limit stands.
    let _ = std::fs::write("/proc/self/coredump_filter", "0");
    Ok(())
}

/// Descriptors that a node may need.
pub(crate) fn files_needed(connections_max: usize, store_files_max: u16) -> u64 {
    let connections = u64::try_from(connections_max).unwrap_or(u64::MAX);
    connections.saturating_add(u64::from(store_files_max)).saturating_add(FILES_BESIDE)
}

/// Descriptors that this process may ask the system for.
///
/// # Errors
/// [`CliError::Machine`] when the system does not say.
pub(crate) fn files_allowed() -> CliResult<u64> {
    let (_, hard) = Resource::NOFILE.get().map_err(|error| refused(Resource::NOFILE, &error))?;
    Ok(hard)
}

/// Makes room for a node's open files: `connections_max` sockets and `store_files_max` of the store.
///
/// # Errors
/// [`CliError::Machine`] when the system does not allow so many, with what to do.
pub(crate) fn room_for_files(connections_max: usize, store_files_max: u16) -> CliResult<()> {
    let needed = files_needed(connections_max, store_files_max);
    let (soft, hard) = Resource::NOFILE.get().map_err(|error| refused(Resource::NOFILE, &error))?;
    if soft >= needed {
        return Ok(());
    }
    if hard < needed {
        return Err(CliError::Machine(format!(
            "expected room for {needed} open files, got {hard}; raise the limit (ulimit -Hn, or \
             LimitNOFILE= of the service), or lower node.api.connections_max"
        )));
    }
    Resource::NOFILE.set(needed, hard).map_err(|error| refused(Resource::NOFILE, &error))
}

fn refused(resource: Resource, error: &std::io::Error) -> CliError {
    CliError::Machine(format!("expected to set the limit {resource:?} of this process: {error}"))
}
