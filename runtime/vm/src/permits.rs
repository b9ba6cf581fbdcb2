//! Bounds how many call trees run at once, so that the pool of instances never runs dry: whoever
//! comes when it is full waits.

use std::cell::Cell;
use std::sync::{Condvar, Mutex, PoisonError};

/// Permits to run, each for one call tree.
#[derive(Debug)]
pub(crate) struct Permits {
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Debug)]
struct State {
    free: u32,
    /// Threads that wait for one: only then is waking somebody worth a call of the system.
    waiting: u32,
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
        let state = State { free: count.max(1), waiting: 0 };
        Self { state: Mutex::new(state), returned: Condvar::new() }
    }

    /// Enters a run on this thread; the outermost one waits for a permit.
    pub(crate) fn enter(&self) -> Running<'_> {
        let depth = DEPTH.get();
        if depth == 0 {
            self.take();
        }
        DEPTH.set(depth + 1);
        Running { permits: self, outermost: depth == 0 }
    }

    fn take(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.free == 0 {
            state.waiting += 1;
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        state.free -= 1;
    }

    fn give_back(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.free += 1;
        let is_awaited = state.waiting > 0;
        drop(state);
        if is_awaited {
            self.returned.notify_one();
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        if self.outermost {
            self.permits.give_back();
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
        assert_eq!(permits.state.lock().expect("not poisoned").free, 1);
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
