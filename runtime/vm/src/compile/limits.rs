//! What a worker may use.

use std::ffi::OsString;

/// Bounds of one worker process. The worker sets the first two on itself; whoever waits for it holds
/// the third.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompileLimits {
    /// Seconds of processor time.
    pub cpu_s_max: u64,
    /// Bytes of address space.
    pub memory_bytes_max: u64,
    /// Milliseconds until its answer.
    pub wall_ms_max: u64,
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self { cpu_s_max: 10, memory_bytes_max: 512 << 20, wall_ms_max: 20_000 }
    }
}

impl CompileLimits {
    /// What the worker is told: `--cpu-s-max N --memory-bytes-max N`.
    pub fn arguments(&self) -> [OsString; 4] {
        [
            "--cpu-s-max".into(),
            self.cpu_s_max.to_string().into(),
            "--memory-bytes-max".into(),
            self.memory_bytes_max.to_string().into(),
        ]
    }
}
