//! Keccak-256 and the 32-byte value it gives.

use borsh::{BorshDeserialize, BorshSerialize};
use core::fmt;
use sha3::{Digest, Keccak256};

/// A Keccak-256 digest (the original Keccak padding, as in Ethereum; not NIST SHA3-256).
#[derive(
    Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Thirty-two zero bytes: the root of an empty tree, the parent of the genesis block.
    pub const ZERO: Self = Self([0; 32]);

    /// The digest's bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Keccak-256 of `bytes`.
pub fn keccak256(bytes: &[u8]) -> Hash {
    Hasher::new().chain(bytes).finish()
}

/// Keccak-256 over several pieces. The caller makes the pieces unambiguous (fixed sizes, prefixes).
#[derive(Clone, Default)]
pub struct Hasher(Keccak256);

impl Hasher {
    /// An empty hasher.
    pub fn new() -> Self {
        Self(Keccak256::new())
    }

    /// Adds `bytes`.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Adds `bytes` and returns the hasher.
    #[must_use]
    pub fn chain(mut self, bytes: &[u8]) -> Self {
        self.update(bytes);
        self
    }

    /// The digest of everything added.
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

impl borsh::io::Write for Hasher {
    fn write(&mut self, buf: &[u8]) -> borsh::io::Result<usize> {
        self.update(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> borsh::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn keccak_of_nothing_is_the_published_value() {
        // Keccak team, ShortMsgKAT_256, Len = 0.
        assert_eq!(
            format!("{:?}", keccak256(b"")),
            "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
        );
    }

    #[test]
    fn pieces_hash_like_their_concatenation() {
        assert_eq!(Hasher::new().chain(b"ab").chain(b"c").finish(), keccak256(b"abc"));
    }
}
