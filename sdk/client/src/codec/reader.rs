//! Taking borsh values from the front of a byte string.

use super::error::CodecError;

pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// The bytes from an earlier offset to here.
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.offset]
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.offset..]
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], CodecError> {
        let rest = self.rest();
        let taken = rest.get(..count).ok_or_else(|| {
            let expected = format!("{count} bytes from offset {}", self.offset);
            CodecError::malformed(expected, format!("{} bytes", rest.len()))
        })?;
        self.offset += count;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, CodecError> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn length(&mut self) -> Result<usize, CodecError> {
        let bytes = self.take(4)?;
        let length = u32::from_le_bytes(bytes.try_into().expect("four bytes were taken"));
        usize::try_from(length).map_err(|_| {
            CodecError::malformed("a length this machine can hold", length.to_string())
        })
    }

    pub(super) fn flag(&mut self) -> Result<bool, CodecError> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(CodecError::malformed("a byte 0 or 1", other.to_string())),
        }
    }

    pub(super) fn text(&mut self) -> Result<&'a str, CodecError> {
        let length = self.length()?;
        let bytes = self.take(length)?;
        core::str::from_utf8(bytes)
            .map_err(|_| CodecError::malformed("UTF-8 text", format!("0x{}", hex::encode(bytes))))
    }

    /// Little-endian bytes of an integer, zero-extended.
    pub(super) fn unsigned(&mut self, bits: u8) -> Result<u128, CodecError> {
        let bytes = self.take(usize::from(bits / 8))?;
        let mut wide = [0; 16];
        wide[..bytes.len()].copy_from_slice(bytes);
        Ok(u128::from_le_bytes(wide))
    }

    /// Little-endian bytes of an integer, sign-extended.
    pub(super) fn signed(&mut self, bits: u8) -> Result<i128, CodecError> {
        let unused = 128 - u32::from(bits);
        Ok((self.unsigned(bits)? << unused).cast_signed() >> unused)
    }

    pub(super) fn end(&self) -> Result<(), CodecError> {
        if self.rest().is_empty() {
            return Ok(());
        }
        let expected = format!("the value to end at offset {}", self.offset);
        Err(CodecError::malformed(expected, format!("{} bytes more", self.rest().len())))
    }
}
