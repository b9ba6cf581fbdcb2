//! Instants of ledger time.

use borsh::{BorshDeserialize, BorshSerialize};

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted. Text form: RFC 3339, UTC.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
)]
pub struct Timestamp {
    /// Milliseconds since the Unix epoch.
    pub unix_ms: u64,
}

impl Timestamp {
    /// The epoch.
    pub const EPOCH: Self = Self { unix_ms: 0 };

    /// An instant from milliseconds.
    pub const fn from_unix_ms(unix_ms: u64) -> Self {
        Self { unix_ms }
    }

    /// This instant `ms` later, or `None` past the range.
    pub const fn checked_add_ms(self, ms: u64) -> Option<Self> {
        match self.unix_ms.checked_add(ms) {
            Some(unix_ms) => Some(Self { unix_ms }),
            None => None,
        }
    }

    /// Milliseconds from `earlier` to this instant; zero when `earlier` is later.
    pub const fn saturating_ms_since(self, earlier: Self) -> u64 {
        self.unix_ms.saturating_sub(earlier.unix_ms)
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn unix_seconds(self) -> u64 {
        self.unix_ms / 1000
    }
}
