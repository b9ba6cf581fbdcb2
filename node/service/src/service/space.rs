//! Room on the disk that the store lies on. A node whose disk is nearly full takes nothing more, while
//! the store can still write what it has taken.

use crate::Rejected;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tenor_state::StateError;

/// How often the disk is looked at.
const EVERY: Duration = Duration::from_millis(500);

/// Asks how many bytes are free; `None` where no disk can become full.
type Free = Box<dyn Fn() -> Result<Option<u64>, StateError> + Send + Sync>;

/// The floor, and what was free when somebody looked last.
pub(super) struct Space {
    free: Free,
    bytes_min: u64,
    bytes_free: AtomicU64,
}

impl Space {
    /// Keeps `bytes_min` free, as `free` sees it.
    pub(super) fn new(bytes_min: u64, free: Free) -> Self {
        let space = Self { free, bytes_min, bytes_free: AtomicU64::new(u64::MAX) };
        space.look();
        space
    }

    /// Refuses when less is free than must be.
    pub(super) fn check(&self) -> Result<(), Rejected> {
        let free = self.bytes_free.load(Ordering::Relaxed);
        if free < self.bytes_min {
            return Err(Rejected::DiskFull { free, min: self.bytes_min });
        }
        Ok(())
    }

    /// Bytes that were free at the last look.
    pub(super) fn free_bytes(&self) -> u64 {
        self.bytes_free.load(Ordering::Relaxed)
    }

    /// Looks now. A disk that cannot be asked counts as full: nothing is taken on a guess.
    fn look(&self) {
        let free = match (self.free)() {
            Ok(free) => free.unwrap_or(u64::MAX),
            Err(error) => {
                tracing::error!(%error, "free space is not known");
                0
            }
        };
        let before = self.bytes_free.swap(free, Ordering::Relaxed);
        match (before < self.bytes_min, free < self.bytes_min) {
            (false, true) => tracing::error!(
                free,
                min = self.bytes_min,
                "the disk is nearly full: no transaction is taken until space is freed"
            ),
            (true, false) => tracing::info!(free, "there is space again: transactions are taken"),
            _ => {}
        }
    }

    /// Looks again and again. Never returns.
    pub(super) async fn watch(&self) {
        loop {
            tokio::time::sleep(EVERY).await;
            self.look();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn too_little_space_refuses_until_there_is_more() {
        let free = Arc::new(AtomicU64::new(100));
        let seen = Arc::clone(&free);
        let space = Space::new(50, Box::new(move || Ok(Some(seen.load(Ordering::Relaxed)))));
        assert_eq!(space.check(), Ok(()));
        free.store(49, Ordering::Relaxed);
        space.look();
        assert_eq!(space.check(), Err(Rejected::DiskFull { free: 49, min: 50 }));
        free.store(50, Ordering::Relaxed);
        space.look();
        assert_eq!(space.check(), Ok(()));
    }

    #[test]
    fn a_disk_that_cannot_be_asked_counts_as_full_and_none_never_does() {
        let failed = || Err(StateError::Io { operation: "ask", reason: "gone".into() });
        let space = Space::new(1, Box::new(failed));
        assert_eq!(space.check(), Err(Rejected::DiskFull { free: 0, min: 1 }));
        assert_eq!(Space::new(u64::MAX, Box::new(|| Ok(None))).check(), Ok(()));
    }
}
