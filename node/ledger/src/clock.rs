//! Where a proposer takes the time from. Only drivers hold a clock; the ledger is told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use tenor_primitives::Timestamp;

/// A source of time.
pub trait Clock: Send + Sync {
    /// The time now. It may stand still or step back; block time never does.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    // This is the edge at which the node's clock is injected.
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> Timestamp {
        // A clock before 1970 counts as 1970: block time then advances by its minimum.
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_unix_ms(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
    }
}

/// A clock that stands still until it is set: development ledgers and tests.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicU64);

impl ManualClock {
    /// A clock that stands at `time`.
    pub fn new(time: Timestamp) -> Self {
        Self(AtomicU64::new(time.unix_ms))
    }

    /// Moves the clock forward to `time`; an earlier time changes nothing.
    pub fn advance_to(&self, time: Timestamp) {
        self.0.fetch_max(time.unix_ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.0.load(Ordering::SeqCst))
    }
}
