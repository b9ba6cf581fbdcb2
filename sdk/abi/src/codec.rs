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
///
/// A field of fixed length, which almost all are, gets a copy of its own length: the target has no
/// instruction that copies, and a copy of any length is a call.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    #[inline(never)]
    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let Some((taken, rest)) = self.0.split_first_chunk() else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        self.0 = rest;
        Ok(*taken)
    }

    #[inline(never)]
    fn take_into(&mut self, room: &mut [u8]) -> io::Result<()> {
        let Some((taken, rest)) = self.0.split_at_checked(room.len()) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        room.copy_from_slice(taken);
        self.0 = rest;
        Ok(())
    }
}

impl io::Read for Input<'_> {
    #[inline(never)]
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = room.len().min(self.0.len());
        let (taken, rest) = self.0.split_at(count);
        room[..count].copy_from_slice(taken);
        self.0 = rest;
        Ok(count)
    }

    // Inlined so that the length is known; what is called then is not.
    #[inline(always)]
    fn read_exact(&mut self, room: &mut [u8]) -> io::Result<()> {
        match room.len() {
            1 => room.copy_from_slice(&self.take::<1>()?),
            2 => room.copy_from_slice(&self.take::<2>()?),
            4 => room.copy_from_slice(&self.take::<4>()?),
            8 => room.copy_from_slice(&self.take::<8>()?),
            16 => room.copy_from_slice(&self.take::<16>()?),
            32 => room.copy_from_slice(&self.take::<32>()?),
            _ => return self.take_into(room),
        }
        Ok(())
    }
}

/// Where encoded bytes go; out of line, and each length of its own, for the same reasons as
/// [`Input`].
struct Output(Bytes);

impl Output {
    #[inline(never)]
    fn new() -> Self {
        Self(Vec::with_capacity(CAPACITY_BYTES))
    }

    #[inline(never)]
    fn put<const N: usize>(&mut self, bytes: &[u8]) {
        if let Some(bytes) = bytes.first_chunk::<N>() {
            self.0.extend_from_slice(bytes);
        }
    }

    #[inline(never)]
    fn put_all(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

impl io::Write for Output {
    #[inline(always)]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match bytes.len() {
            1 => self.put::<1>(bytes),
            2 => self.put::<2>(bytes),
            4 => self.put::<4>(bytes),
            8 => self.put::<8>(bytes),
            16 => self.put::<16>(bytes),
            32 => self.put::<32>(bytes),
            _ => self.put_all(bytes),
        }
        Ok(bytes.len())
    }

    #[inline(always)]
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
