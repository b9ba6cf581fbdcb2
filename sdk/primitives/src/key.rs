//! Public keys and signatures as the formats carry them: bytes, checked where they are used.

use borsh::{BorshDeserialize, BorshSerialize};
use core::fmt;

/// A secp256k1 public key, SEC1 compressed (first byte 2 or 3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct PublicKey(pub [u8; 33]);

impl PublicKey {
    /// Whether the encoding is the one that is accepted: SEC1 compressed. SEC1 also knows a compact
    /// form (first byte 5); taking both would let one key count as two.
    pub const fn is_compressed(&self) -> bool {
        matches!(self.0[0], 2 | 3)
    }
}

/// An ECDSA signature over a 32-byte digest: r then s, big-endian, s in the lower half of the
/// order (a high s is refused, so that a signature has one form only).
#[derive(Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Signature(pub [u8; 64]);

/// One signature of a transaction, with the key that made it. The key is carried rather than
/// recovered: hardware modules give no recovery id, and the check needs no state.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SignatureEntry {
    /// The key that signed; it counts only if the account's policy names it.
    pub public_key: PublicKey,
    /// Its signature over the transaction's hash.
    pub signature: Signature,
}

fn write_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}
