//! Encoding and decoding of the values that cross a contract's boundary: borsh, strict.

use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

/// Encoded bytes.
pub type Bytes = Vec<u8>;

/// What most messages and values need; a larger one grows.
const CAPACITY_BYTES: usize = 64;

/// Bytes that are not exactly one value of the expected type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl core::fmt::Display for Malformed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("expected the borsh bytes of exactly one value of the type the spec names")
    }
}

impl core::error::Error for Malformed {}

/// Encodes a value.
///
/// # Panics
/// If the value holds a list of more than 2^32 elements or contradicts its own type; neither fits a
/// call's limits.
pub fn encode<T: BorshSerialize + ?Sized>(value: &T) -> Bytes {
    let mut bytes = Vec::with_capacity(CAPACITY_BYTES);
    if value.serialize(&mut bytes).is_err() {
        unreachable!("a value in memory can be encoded");
    }
    bytes
}

/// Decodes exactly one value: bytes left over, unsorted keys and unknown tags are refused.
pub fn decode<T: BorshDeserialize>(mut bytes: &[u8]) -> Result<T, Malformed> {
    let value = T::deserialize(&mut bytes).map_err(|_| Malformed)?;
    if bytes.is_empty() { Ok(value) } else { Err(Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use alloc::vec;

    #[test]
    fn one_value_exactly() {
        assert_eq!(decode::<u16>(&encode(&7u16)), Ok(7));
        assert_eq!(decode::<u16>(&[7]), Err(Malformed));
        assert_eq!(decode::<u16>(&[7, 0, 0]), Err(Malformed));
        assert_eq!(decode::<Vec<u8>>(&[255, 255, 255, 255, 1]), Err(Malformed));
    }

    #[test]
    fn maps_have_one_encoding() {
        let unsorted = encode(&vec![(2u8, 0u8), (1, 0)]);
        assert_eq!(decode::<BTreeMap<u8, u8>>(&unsorted), Err(Malformed));
    }
}
