//! The ledger's events as one gap-free sequence.

use super::{EventView, HexBytes};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use tenor_primitives::{Address, Hash, Height};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// An event's place in the sequence: its block, and its place among the block's events, from 0. The
/// text form is `height-index`; places compare as they follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventCursor {
    /// The block.
    pub height: Height,
    /// The place in the block.
    pub index: u32,
}

/// Text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an event cursor such as 12-0 (height, then index)")]
pub struct CursorError;

impl EventCursor {
    /// Behind every event of the block at `height`.
    pub const fn end_of(height: Height) -> Self {
        Self { height, index: u32::MAX }
    }
}

impl fmt::Display for EventCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.height, self.index)
    }
}

impl FromStr for EventCursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let (height, index) = text.split_once('-').ok_or(CursorError)?;
        if !digits(height) || !digits(index) {
            return Err(CursorError);
        }
        let height = height.parse().map_err(|_| CursorError)?;
        Ok(Self { height, index: index.parse().map_err(|_| CursorError)? })
    }
}

impl Serialize for EventCursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl PartialSchema for EventCursor {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[0-9]+-[0-9]+$"))
            .description(Some("A place in the sequence of events: height-index"))
            .examples(["12-0"]);
        Schema::from(object.build()).into()
    }
}

impl ToSchema for EventCursor {}

impl<'de> Deserialize<'de> for EventCursor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Which events to read, in the query string.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventParameters {
    /// The events behind this place; from the first block when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<EventCursor>,
    /// Only those of this emitter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Address>,
    /// Only those of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Only those with this topic, the borsh of its value, in any place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<HexBytes>,
    /// The most events of a page, 1 to 1,000; 100 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// With nothing to show, wait so many milliseconds for a next block; 0 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
}

/// Which events to follow, in the query string. The filter stands in both: serde cannot refuse unknown
/// fields where one structure is flattened into another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventStreamParameters {
    /// The events behind this place; from the first block when absent. The header Last-Event-ID
    /// comes before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<EventCursor>,
    /// Only those of this emitter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Address>,
    /// Only those of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Only those with this topic, the borsh of its value, in any place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<HexBytes>,
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
    /// The events; may be none with more to come below `head`.
    pub events: Vec<SequencedEvent>,
    /// The `after` of the next page.
    pub next: EventCursor,
    /// The height of the last block; the page is the last for now when `next` lies behind it.
    pub head: Height,
}

impl EventPage {
    /// Whether there was nothing behind this page when it was made.
    pub fn is_last(&self) -> bool {
        self.next >= EventCursor::end_of(self.head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_text_and_ordered() {
        let cursor = EventCursor { height: 12, index: 3 };
        assert_eq!(cursor.to_string(), "12-3");
        assert_eq!("12-3".parse(), Ok(cursor));
        assert!(
            cursor < EventCursor::end_of(12)
                && EventCursor::end_of(12) < "13-0".parse().expect("valid")
        );
        for bad in ["", "12", "-", "12-", "+1-2", "1-2-3", "1-4294967296"] {
            assert_eq!(bad.parse::<EventCursor>(), Err(CursorError), "{bad}");
        }
    }
}
