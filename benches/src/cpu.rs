//! CPU time, as the kernel counts it.

use std::fs;
use std::path::Path;

/// Nanoseconds of one tick of `/proc/<pid>/stat`: the kernel shows a hundred a second to programs.
const TICK_NS: u64 = 10_000_000;

/// Nanoseconds this thread has run.
///
/// # Panics
/// If the kernel does not keep scheduling statistics (`/proc/thread-self/schedstat`).
pub fn of_thread_ns() -> u64 {
    // What is shown is as old as the last tick, up to 4 ms, unless the thread enters the scheduler.
    std::thread::yield_now();
    read(Path::new("/proc/thread-self/schedstat")).expect("the kernel keeps schedstat")
}

/// Nanoseconds a process has run, its threads that have ended included, to the hundredth of a second;
/// `None` when it is gone.
///
/// The sum of its threads' `schedstat` is finer, but loses what an ended thread has run.
pub fn of_process_ns(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name comes second, in brackets, and may hold anything.
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) * TICK_NS)
}

/// Nanoseconds that this process's threads have run, those that have ended left out: for work that is
/// shared by threads which stay.
///
/// # Panics
/// If the kernel does not keep scheduling statistics.
pub fn of_all_threads_ns() -> u64 {
    let threads = fs::read_dir("/proc/self/task").expect("the process has threads");
    let of_one =
        |thread: std::io::Result<fs::DirEntry>| read(&thread.ok()?.path().join("schedstat"));
    threads.filter_map(of_one).sum()
}

fn read(path: &Path) -> Option<u64> {
    fs::read_to_string(path).ok()?.split_whitespace().next()?.parse().ok()
}
