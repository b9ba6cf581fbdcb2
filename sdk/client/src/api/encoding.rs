//! How bytes and large numbers stand in JSON.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;
use std::str::FromStr;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// Bytes as text: `0x` and two lower-case hex digits per byte. Read with or without `0x`.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HexBytes(pub Vec<u8>);

/// Text that is not an even number of hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an even number of hex digits, with or without 0x in front")]
pub struct HexError;

impl fmt::Display for HexBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(&self.0))
    }
}

impl fmt::Debug for HexBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for HexBytes {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        hex::decode(digits).map(Self).map_err(|_| HexError)
    }
}

impl From<&[u8]> for HexBytes {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl Serialize for HexBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HexBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl PartialSchema for HexBytes {
    fn schema() -> RefOr<Schema> {
        text("^(0x)?([0-9a-fA-F]{2})*$", "Bytes in hex; written with 0x, read with or without it")
    }
}

impl ToSchema for HexBytes {}

/// The schema of a number that [`decimal`] writes.
#[derive(Clone, Copy, Debug)]
pub struct DecimalText;

impl PartialSchema for DecimalText {
    fn schema() -> RefOr<Schema> {
        text("^[0-9]{1,20}$", "A whole number below 2^64 as a decimal string")
    }
}

impl ToSchema for DecimalText {}

fn text(pattern: &str, description: &str) -> RefOr<Schema> {
    let object = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(pattern))
        .description(Some(description));
    Schema::from(object.build()).into()
}

/// A `u64` that may pass 2^53, the largest whole number every JSON reader keeps: a decimal string.
/// For use with `#[serde(with = "decimal")]`.
pub mod decimal {
    use super::{Deserialize, Deserializer, Serializer};
    use serde::de::Error as _;

    /// Writes the digits.
    #[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
    pub fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    /// Reads digits; signs, spaces and JSON numbers are refused.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let parsed = digits.then(|| text.parse().ok()).flatten();
        parsed.ok_or_else(|| D::Error::custom("expected a whole number below 2^64 as a string"))
    }

    /// The same for one that may be left out.
    pub mod optional {
        use super::{Deserializer, Serializer};

        /// Writes the digits.
        #[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
        pub fn serialize<S: Serializer>(
            value: &Option<u64>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            match value {
                Some(value) => super::serialize(value, serializer),
                None => serializer.serialize_none(),
            }
        }

        /// Reads digits.
        pub fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<u64>, D::Error> {
            super::deserialize(deserializer).map(Some)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        bytes: HexBytes,
        #[serde(with = "decimal")]
        gas: u64,
    }

    #[test]
    fn bytes_and_numbers_round_trip() {
        let sample = Sample { bytes: HexBytes(vec![0, 0xab]), gas: u64::MAX };
        let text = serde_json::to_string(&sample).expect("encodes");
        assert_eq!(text, r#"{"bytes":"0x00ab","gas":"18446744073709551615"}"#);
        assert_eq!(serde_json::from_str::<Sample>(&text).expect("decodes"), sample);
        assert_eq!("00ab".parse(), Ok(sample.bytes));
    }

    #[test]
    fn loose_forms_are_refused() {
        for bad in ["0x0", "0xzz", "0x 00"] {
            assert_eq!(bad.parse::<HexBytes>(), Err(HexError));
        }
        for bad in [r#"{"bytes":"","gas":1}"#, r#"{"bytes":"","gas":"+1"}"#] {
            assert!(serde_json::from_str::<Sample>(bad).is_err(), "{bad}");
        }
    }
}
