//! How an event becomes topics and data.

use crate::codec::{Bytes, encode};
use crate::spec::declare::EventType;
use alloc::vec::Vec;
use borsh::BorshSerialize;

/// An event that can be emitted; `#[derive(Event)]` writes it. Its data is the struct's borsh.
pub trait EventData: EventType + BorshSerialize {
    /// The values to filter by, in the order of [`EventType::EVENT`]'s topics.
    fn topics(&self) -> Topics;
}

/// The topics of one event: the borsh of each topic field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topics(pub Vec<Bytes>);

impl Topics {
    /// The most topics of an event.
    pub const COUNT_MAX: usize = 4;

    /// No topics.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// These topics and `value`.
    #[must_use]
    pub fn with<T: BorshSerialize>(mut self, value: &T) -> Self {
        self.0.push(encode(value));
        self
    }
}
