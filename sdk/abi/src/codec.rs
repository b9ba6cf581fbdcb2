//! Encoding and decoding of the values that cross a contract's boundary: borsh, strict.

use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize, io};

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
#[inline(never)]
pub fn encode<T: BorshSerialize + ?Sized>(value: &T) -> Bytes {
    let mut output = Output::new();
    if value.serialize(&mut output).is_err() {
        unreachable!("a value in memory can be encoded");
    }
    output.0
}

/// Decodes exactly one value: bytes left over, unsorted keys and unknown tags are refused.
#[inline(never)]
pub fn decode<T: BorshDeserialize>(bytes: &[u8]) -> Result<T, Malformed> {
    let mut input = Input(bytes);
    let value = T::deserialize_reader(&mut input).map_err(|_| Malformed)?;
    if input.0.is_empty() { Ok(value) } else { Err(Malformed) }
}

/// Bytes to decode. Kept out of line: a contract decodes dozens of fields, and each inlined copy of
/// these few instructions would be part of its code.
struct Input<'a>(&'a [u8]);

impl io::Read for Input<'_> {
    #[inline(never)]
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = room.len().min(self.0.len());
        let (taken, rest) = self.0.split_at(count);
        room[..count].copy_from_slice(taken);
        self.0 = rest;
        Ok(count)
    }

    #[inline(never)]
    fn read_exact(&mut self, room: &mut [u8]) -> io::Result<()> {
        let Some((taken, rest)) = self.0.split_at_checked(room.len()) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        room.copy_from_slice(taken);
        self.0 = rest;
        Ok(())
    }
}

/// Where encoded bytes go; out of line for the same reason as [`Input`].
struct Output(Bytes);

impl Output {
    #[inline(never)]
    fn new() -> Self {
        Self(Vec::with_capacity(CAPACITY_BYTES))
    }
}

impl io::Write for Output {
    #[inline(never)]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write(bytes).map(drop)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
