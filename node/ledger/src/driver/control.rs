//! Signals to a driver: there is work, make a block, stop.

use parking_lot::{Condvar, Mutex};
use std::time::{Duration, Instant};

/// The handle by which others wake and stop a driver.
#[derive(Debug, Default)]
pub struct DriverControl {
    signals: Mutex<Signals>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Signals {
    transactions: bool,
    block: bool,
    /// Stop, at the latest then.
    stop: Option<Instant>,
}

/// Why a driver was woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wake {
    /// Transactions wait.
    Transactions,
    /// A block is wanted, whether transactions wait or not.
    Block,
    /// The time waited for has come.
    Timer,
    /// The end; what waits may be included until then.
    Stop(Instant),
}

impl DriverControl {
    /// Transactions wait.
    pub fn transactions_wait(&self) {
        let mut signals = self.signals.lock();
        // The driver finds everything that waits at one waking, so one signal is enough.
        if !signals.transactions {
            signals.transactions = true;
            self.changed.notify_one();
        }
    }

    /// Wants a block as soon as possible, even an empty one.
    pub fn want_block(&self) {
        self.signals.lock().block = true;
        self.changed.notify_one();
    }

    /// Stops the driver: it includes what waits for at most `drain` and returns.
    pub fn stop(&self, drain: Duration) {
        self.signals.lock().stop = Some(Instant::now() + drain);
        self.changed.notify_one();
    }

    /// Waits for a signal, or until `timer`. With `batching`, transactions alone wake nobody.
    pub(super) fn wait(&self, timer: Option<Instant>, batching: bool) -> Wake {
        let mut signals = self.signals.lock();
        loop {
            if let Some(at_latest) = signals.stop {
                return Wake::Stop(at_latest);
            }
            if std::mem::take(&mut signals.block) {
                return Wake::Block;
            }
            if !batching && std::mem::take(&mut signals.transactions) {
                return Wake::Transactions;
            }
            match timer {
                Some(timer) if timer <= Instant::now() => return Wake::Timer,
                Some(timer) => {
                    self.changed.wait_until(&mut signals, timer);
                }
                None => self.changed.wait(&mut signals),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_urgent_signal_comes_first_and_each_once() {
        let control = DriverControl::default();
        let soon = || Some(Instant::now());
        assert_eq!(control.wait(soon(), false), Wake::Timer);
        control.transactions_wait();
        control.want_block();
        assert_eq!(control.wait(None, false), Wake::Block);
        assert_eq!(control.wait(soon(), true), Wake::Timer);
        assert_eq!(control.wait(None, false), Wake::Transactions);
        assert_eq!(control.wait(soon(), false), Wake::Timer);
        control.stop(Duration::ZERO);
        control.want_block();
        assert!(matches!(control.wait(None, false), Wake::Stop(_)));
    }
}
