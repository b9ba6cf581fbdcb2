//! CPU time, as the kernel counts it.

use std::fs;
use std::path::Path;

/// Nanoseconds this thread has run.
///
/// # Panics
/// If the kernel does not keep scheduling statistics (`/proc/thread-self/schedstat`).
pub fn of_thread_ns() -> u64 {
    read(Path::new("/proc/thread-self/schedstat")).expect("the kernel keeps schedstat")
}

/// Nanoseconds all threads of a process have run that still live; `None` when it is gone.
pub fn of_process_ns(pid: u32) -> Option<u64> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let times = tasks.filter_map(|task| read(&task.ok()?.path().join("schedstat")));
    Some(times.sum())
}

fn read(path: &Path) -> Option<u64> {
    fs::read_to_string(path).ok()?.split_whitespace().next()?.parse().ok()
}
