//! Places in what is read page by page. To callers they are opaque: what they get they hand back.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;
use std::str::FromStr;
use tenor_primitives::{Address, Hash, Height};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The first bytes of a ledger's genesis identity. It stands in every cursor, so that one of another
/// ledger is refused instead of being taken for a place in this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerTag([u8; 4]);

/// The first bytes of a block's identity. It stands in every cursor of events, so that one of blocks
/// that a ledger has lost, as one restored from a backup has, is not taken for a place in those that it
/// made since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockTag([u8; 4]);

/// An event's place in the sequence: its block, and its place among the block's events, from 0.
/// Places of one ledger compare as they follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventCursor {
    /// The ledger.
    pub ledger: LedgerTag,
    /// The block's height.
    pub height: Height,
    /// The place in the block.
    pub index: u32,
    /// The block.
    pub block: BlockTag,
}

/// A place in the list of instances: behind this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceCursor {
    /// The ledger.
    pub ledger: LedgerTag,
    /// The last instance that was looked at.
    pub address: Address,
}

/// Text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a cursor as a page or an event carries it; hand it back as it came")]
pub struct CursorError;

/// The first four bytes of an identity, written as eight hex digits.
macro_rules! tag {
    ($name:ident) => {
        impl $name {
            /// The tag of what has this identity.
            pub fn of(identity: &Hash) -> Self {
                let [a, b, c, d, ..] = identity.0;
                Self([a, b, c, d])
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl FromStr for $name {
            type Err = CursorError;

            fn from_str(text: &str) -> Result<Self, CursorError> {
                let mut tag = [0; 4];
                hex::decode_to_slice(text, &mut tag).map_err(|_| CursorError)?;
                Ok(Self(tag))
            }
        }
    };
}

tag!(LedgerTag);
tag!(BlockTag);

impl EventCursor {
    /// Behind every event of a block.
    pub const fn end_of(ledger: LedgerTag, height: Height, block: BlockTag) -> Self {
        Self { ledger, height, index: u32::MAX, block }
    }
}

impl fmt::Display for EventCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}-{}", self.ledger, self.block, self.height, self.index)
    }
}

impl FromStr for EventCursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let (ledger, rest) = text.split_once('.').ok_or(CursorError)?;
        let (block, place) = rest.split_once('.').ok_or(CursorError)?;
        let (height, index) = place.split_once('-').ok_or(CursorError)?;
        if !digits(height) || !digits(index) {
            return Err(CursorError);
        }
        let height = height.parse().map_err(|_| CursorError)?;
        let index = index.parse().map_err(|_| CursorError)?;
        Ok(Self { ledger: ledger.parse()?, height, index, block: block.parse()? })
    }
}

impl fmt::Display for InstanceCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.ledger, self.address)
    }
}

impl FromStr for InstanceCursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (ledger, address) = text.split_once('.').ok_or(CursorError)?;
        let address = address.parse().map_err(|_| CursorError)?;
        Ok(Self { ledger: ledger.parse()?, address })
    }
}

/// Cursors are text, in JSON, in query strings and in the API's description.
macro_rules! text {
    ($name:ident, $pattern:literal, $description:literal) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let object = ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some($pattern))
                    .description(Some($description));
                Schema::from(object.build()).into()
            }
        }

        impl ToSchema for $name {}
    };
}

text!(
    EventCursor,
    r"^[0-9a-f]{8}\.[0-9a-f]{8}\.[0-9]{1,20}-[0-9]{1,10}$",
    "A place in the sequence of this ledger's events; opaque"
);
text!(
    InstanceCursor,
    r"^[0-9a-f]{8}\..{1,100}$",
    "A place in the list of this ledger's instances; opaque"
);

#[cfg(test)]
mod tests {
    use super::*;

    const LEDGER: LedgerTag = LedgerTag([0xab, 0, 1, 0xff]);

    const BLOCK: BlockTag = BlockTag([9, 8, 7, 6]);

    #[test]
    fn places_in_the_sequence_are_text_and_ordered() {
        let cursor = EventCursor { ledger: LEDGER, height: 12, index: 3, block: BLOCK };
        assert_eq!(cursor.to_string(), "ab0001ff.09080706.12-3");
        assert_eq!("ab0001ff.09080706.12-3".parse(), Ok(cursor));
        let end = EventCursor::end_of(LEDGER, 12, BLOCK);
        assert!(cursor < end && end < "ab0001ff.00000000.13-0".parse().expect("valid"));
        for bad in [
            "",
            "12",
            "12-3",
            "-",
            "ab0001ff.12-3",
            "ab0001ff.09080706.12-",
            "ab0001ff.09080706.+1-2",
            "ab0001ff.09080706.1-2-3",
            "ab0001f.09080706.1-2",
            "ab0001ff.0908070.1-2",
            "ab0001ff.09080706.1-4294967296",
            ".09080706.1-2",
            "ab0001ff00.09080706.1-2",
        ] {
            assert_eq!(bad.parse::<EventCursor>(), Err(CursorError), "{bad}");
        }
    }

    #[test]
    fn places_among_instances_are_text() {
        let cursor = InstanceCursor { ledger: LEDGER, address: Address([7; 32]) };
        let text = cursor.to_string();
        assert_eq!(text, format!("ab0001ff.{}", Address([7; 32])));
        assert_eq!(text.parse(), Ok(cursor));
        for bad in ["", "ab0001ff", "ab0001ff.", "ab0001ff.tnr1", &text[1..], &text[9..]] {
            assert_eq!(bad.parse::<InstanceCursor>(), Err(CursorError), "{bad}");
        }
    }
}
