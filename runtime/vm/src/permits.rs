//! Bounds how many call trees run at once, so that the pool of instances never runs dry: whoever
//! comes when it is full waits.

use std::cell::Cell;
use std::sync::{Condvar, Mutex, PoisonError};

/// Permits to run, each for one call tree.
#[derive(Debug)]
pub(crate) struct Permits {
    free: Mutex<u32>,
    returned: Condvar,
}

thread_local! {
    /// Runs in progress on this thread: a nested call runs under its caller's permit.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// A run in progress.
pub(crate) struct Running<'a> {
    permits: &'a Permits,
    outermost: bool,
}

impl Permits {
    /// `count` permits, at least one.
    pub(crate) fn new(count: u32) -> Self {
        Self { free: Mutex::new(count.max(1)), returned: Condvar::new() }
    }

    /// Enters a run on this thread; the outermost one waits for a permit.
    pub(crate) fn enter(&self) -> Running<'_> {
        let depth = DEPTH.get();
        if depth == 0 {
            let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
            let waited = self.returned.wait_while(free, |free| *free == 0);
            *waited.unwrap_or_else(PoisonError::into_inner) -= 1;
        }
        DEPTH.set(depth + 1);
        Running { permits: self, outermost: depth == 0 }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        if self.outermost {
            *self.permits.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            self.permits.returned.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn nested_runs_need_no_permit_of_their_own() {
        let permits = Permits::new(1);
        let outer = permits.enter();
        let inner = permits.enter();
        drop(inner);
        drop(outer);
        assert_eq!(*permits.free.lock().expect("not poisoned"), 1);
    }

    #[test]
    fn never_more_than_there_are_permits() {
        let permits = Permits::new(2);
        let (running, most) = (AtomicU32::new(0), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let _running = permits.enter();
                        let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(now, Ordering::SeqCst);
                        std::thread::yield_now();
                        running.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }
}
