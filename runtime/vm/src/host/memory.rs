//! The guest's memory, through pointers that the guest chose.

use tenor_executor::HostError;
use tenor_primitives::HaltCode;

/// A guest's whole memory.
pub(super) struct GuestMemory<'a>(pub(super) &'a mut [u8]);

impl GuestMemory<'_> {
    /// The `length` bytes at `pointer`.
    pub(super) fn bytes(&self, pointer: u32, length: u32) -> Result<&[u8], HostError> {
        let start = pointer as usize;
        start
            .checked_add(length as usize)
            .and_then(|end| self.0.get(start..end))
            .ok_or(HostError::Halt(HaltCode::BadPointer))
    }

    /// The `N` bytes at `pointer`.
    pub(super) fn array<const N: usize>(&self, pointer: u32) -> Result<&[u8; N], HostError> {
        self.0
            .get(pointer as usize..)
            .and_then(<[u8]>::first_chunk)
            .ok_or(HostError::Halt(HaltCode::BadPointer))
    }

    /// The buffer of `capacity` bytes at `pointer`, to be written.
    pub(super) fn buffer(&mut self, pointer: u32, capacity: u32) -> Result<&mut [u8], HostError> {
        let start = pointer as usize;
        start
            .checked_add(capacity as usize)
            .and_then(|end| self.0.get_mut(start..end))
            .ok_or(HostError::Halt(HaltCode::BadPointer))
    }
}

/// Copies `bytes` to the start of `buffer` if they fit and gives their length. If they do not fit,
/// nothing is written.
pub(super) fn copy_if_fits(buffer: &mut [u8], bytes: &[u8]) -> u32 {
    if let Some(target) = buffer.get_mut(..bytes.len()) {
        target.copy_from_slice(bytes);
    }
    length(bytes)
}

/// The length as the guest sees it. What a session hands out is bounded far below 4 GiB.
pub(super) fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("the session bounds what it hands out")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_checked_to_the_last_byte() {
        let mut bytes = [7; 8];
        let mut memory = GuestMemory(&mut bytes);
        assert_eq!(memory.bytes(0, 8).expect("all of it").len(), 8);
        assert_eq!(memory.bytes(8, 0).expect("nothing at the end").len(), 0);
        assert!(memory.bytes(7, 2).is_err());
        assert!(memory.bytes(9, 0).is_err());
        assert!(memory.bytes(u32::MAX, u32::MAX).is_err());
        assert!(memory.array::<8>(0).is_ok());
        assert!(memory.array::<8>(1).is_err());
        assert!(memory.array::<1>(u32::MAX).is_err());
        assert!(memory.buffer(4, 4).is_ok());
        assert!(memory.buffer(4, u32::MAX).is_err());
    }

    #[test]
    fn what_does_not_fit_is_not_written_at_all() {
        let mut buffer = [0; 3];
        assert_eq!(copy_if_fits(&mut buffer, b"four"), 4);
        assert_eq!(buffer, [0; 3]);
        assert_eq!(copy_if_fits(&mut buffer, b"ab"), 2);
        assert_eq!(&buffer, b"ab\0");
    }
}
