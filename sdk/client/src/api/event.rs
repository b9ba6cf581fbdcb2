//! The ledger's events as one gap-free sequence.

use super::{EventCursor, EventView, HexBytes};
use serde::{Deserialize, Serialize};
use tenor_primitives::{Address, Hash, Height};
use utoipa::{IntoParams, ToSchema};

/// In which capacity somebody may read an event, as its contract declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReaderRole {
    /// Every account may.
    Public,
    /// The accounts that the event names; with a session, the account of the session.
    Party,
    /// The issuer of the instance; with a session, the account of the session.
    Issuer,
    /// Regulators.
    Regulator,
    /// Operators.
    Operator,
}

/// Where to begin reading: behind a cursor or, without one, at a block; at the first when neither is
/// given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventStart {
    /// The cursor.
    pub after: Option<EventCursor>,
    /// The block.
    pub from_height: Option<Height>,
}

/// Which events are asked for; all that is given must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Those of this emitter.
    pub contract: Option<Address>,
    /// Those of this name.
    pub name: Option<String>,
    /// Those with this topic, in any place.
    pub topic: Option<HexBytes>,
    /// Those that may be read in this capacity.
    pub role: Option<ReaderRole>,
}

/// The parameters of a call that reads events. They are listed once here, since serde cannot refuse
/// unknown fields where one structure is flattened into another.
macro_rules! parameters {
    ($(#[$about:meta])* $name:ident { $($more:tt)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            /// The events behind this cursor; from the first block when absent.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub after: Option<EventCursor>,
            /// Without a cursor: the events from this block on.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub from_height: Option<Height>,
            /// Only those of this emitter.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub contract: Option<Address>,
            /// Only those of this name.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub name: Option<String>,
            /// Only those with this topic, the borsh of its value, in any place.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub topic: Option<HexBytes>,
            /// Only those that their contract declares for this kind of reader; with a session,
            /// `party` and `issuer` are the account of the session.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[param(inline)]
            pub role: Option<ReaderRole>,
            $($more)*
        }

        impl $name {
            /// What is asked for.
            pub fn filter(&self) -> EventFilter {
                let (name, topic) = (self.name.clone(), self.topic.clone());
                EventFilter { contract: self.contract, name, topic, role: self.role }
            }

            /// Where to begin.
            pub fn start(&self) -> EventStart {
                EventStart { after: self.after, from_height: self.from_height }
            }
        }
    };
}

parameters! {
    /// Which events to read, in the query string.
    EventParameters {
        /// The most events of a page, 1 to 1,000; 100 when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<u32>,
        /// With nothing to show, wait so many milliseconds for a next block; 0 when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub timeout_ms: Option<u64>,
    }
}

parameters! {
    /// Which events to follow, in the query string. The header Last-Event-ID comes before `after`.
    EventStreamParameters {}
}

/// An event with its place and its transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SequencedEvent {
    /// Its place.
    pub sequence: EventCursor,
    /// The transaction that emitted it.
    pub transaction_hash: Hash,
    /// The event.
    #[serde(flatten)]
    pub event: EventView,
}

/// A page of events, in order. Nothing that was asked for lies between `after` and the first, between
/// two neighbours, or between the last and `next`, so reading on from `next` misses nothing and doubles
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventPage {
    /// The events; may be none although the page is not the last.
    pub events: Vec<SequencedEvent>,
    /// The `after` of the next page.
    pub next: EventCursor,
    /// The height of the last block when the page was made.
    pub head: Height,
    /// Whether there was nothing behind this page when it was made.
    pub is_last: bool,
}
