//! Messages on a byte stream: a length of four bytes, little-endian, then so many bytes of borsh.

use borsh::{BorshDeserialize, BorshSerialize};
use std::io::{Error, ErrorKind, Read, Result, Write};

/// The longest message, in bytes: far more than a module of the largest size compiles to.
pub(super) const BYTES_MAX: u32 = 256 << 20;

/// Writes `message`.
pub(super) fn write(output: &mut impl Write, message: &impl BorshSerialize) -> Result<()> {
    let bytes = borsh::to_vec(message).map_err(|error| invalid(error.to_string()))?;
    let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= BYTES_MAX);
    let length = length.ok_or_else(|| invalid(format!("{} bytes are too many", bytes.len())))?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(&bytes)?;
    output.flush()
}

/// Reads a message. What is allocated is never more than what arrives.
pub(super) fn read<T: BorshDeserialize>(input: &mut impl Read) -> Result<T> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length > BYTES_MAX {
        return Err(invalid(format!("expected at most {BYTES_MAX} bytes, got {length}")));
    }
    let mut bytes = Vec::new();
    input.take(length.into()).read_to_end(&mut bytes)?;
    if bytes.len() < length as usize {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    borsh::from_slice(&bytes).map_err(|error| invalid(error.to_string()))
}

fn invalid(text: String) -> Error {
    Error::new(ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(bytes: &[u8]) -> Result<Vec<u8>> {
        read(&mut &*bytes)
    }

    #[test]
    fn what_is_written_is_read() {
        for message in [vec![], vec![7; 100_000]] {
            let mut bytes = Vec::new();
            write(&mut bytes, &message).expect("written");
            assert_eq!(back(&bytes).expect("read"), message);
            let cut = back(&bytes[..bytes.len() - 1]).expect_err("cut");
            assert_eq!(cut.kind(), ErrorKind::UnexpectedEof);
        }
    }

    #[test]
    fn lengths_that_lie_are_errors() {
        assert_eq!(back(b"").expect_err("empty").kind(), ErrorKind::UnexpectedEof);
        assert_eq!(back(&[0xff; 8]).expect_err("too long").kind(), ErrorKind::InvalidData);
        // A message that is longer than its content says.
        assert_eq!(
            back(&[5, 0, 0, 0, 0, 0, 0, 0, 9]).expect_err("trailing").kind(),
            ErrorKind::InvalidData
        );
    }
}
