//! Where a key lies in the trie.

use borsh::{BorshDeserialize, BorshSerialize};
use core::fmt;
use tenor_primitives::{Address, Hash, StorageKey, keccak256};

/// Bytes of a path.
pub const PATH_BYTES: usize = 64;
/// Bits of a path.
pub const PATH_BITS: u16 = 512;

/// A leaf's place in the trie: Keccak-256 of owner and namespace, then Keccak-256 of the key. Bit 0
/// is the highest bit of byte 0. All keys of one namespace share the first [`Path::MAP_BITS`] bits,
/// so a namespace is one subtree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct Path(pub [u8; PATH_BYTES]);

impl Path {
    /// The bits that name the namespace: the first half.
    pub const MAP_BITS: u16 = 256;

    /// The path of a namespace's subtree: the first half, then zeros.
    pub fn of_map(contract: &Address, namespace: u16) -> Self {
        Self::join(&keccak256(&StorageKey::prefix(contract, namespace)), &Hash::ZERO)
    }

    /// This path with its second half replaced by the hash of `key`: the path of that key in the
    /// same namespace.
    #[must_use]
    pub fn with_key(&self, key: &[u8]) -> Self {
        let mut path = *self;
        path.0[32..].copy_from_slice(&keccak256(key).0);
        path
    }

    fn join(map: &Hash, key: &Hash) -> Self {
        let mut path = [0; PATH_BYTES];
        path[..32].copy_from_slice(&map.0);
        path[32..].copy_from_slice(&key.0);
        Self(path)
    }

    /// Bit `index`, which must be below [`PATH_BITS`]: `true` is right.
    pub fn bit(&self, index: u16) -> bool {
        self.0[usize::from(index / 8)] & (0x80 >> (index % 8)) != 0
    }

    /// The first bit at which the two differ; `None` when they are the same.
    pub fn first_difference(&self, other: &Self) -> Option<u16> {
        let (index, byte) = (0u16..)
            .zip(self.0.iter().zip(&other.0))
            .find_map(|(i, (a, b))| (a != b).then_some((i, a ^ b)))?;
        let bit = u16::try_from(byte.leading_zeros()).expect("a byte has 8 bits");
        Some(index * 8 + bit)
    }

    /// Whether the first `bits` bits of the two are the same.
    pub fn shares_prefix(&self, other: &Self, bits: u16) -> bool {
        self.first_difference(other).is_none_or(|difference| difference >= bits)
    }

    /// The first `bits` bits, the rest zero.
    #[must_use]
    pub fn prefix(&self, bits: u16) -> Self {
        let mut prefix = [0; PATH_BYTES];
        let whole = usize::from(bits / 8);
        prefix[..whole].copy_from_slice(&self.0[..whole]);
        if !bits.is_multiple_of(8) {
            prefix[whole] = self.0[whole] & !(0xff >> (bits % 8));
        }
        Self(prefix)
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The path of `key`: keccak(contract ‖ namespace, big-endian) ‖ keccak(key).
pub fn path_of(key: &StorageKey) -> Path {
    Path::of_map(&key.contract, key.namespace).with_key(&key.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(bytes: &[u8]) -> Path {
        let mut path = [0; PATH_BYTES];
        path[..bytes.len()].copy_from_slice(bytes);
        Path(path)
    }

    #[test]
    fn bits_count_from_the_highest() {
        let path = path(&[0b1000_0001, 0b0100_0000]);
        let set: alloc::vec::Vec<u16> = (0..PATH_BITS).filter(|bit| path.bit(*bit)).collect();
        assert_eq!(set, [0, 7, 9]);
    }

    #[test]
    fn differences_are_found_at_the_bit() {
        let a = path(&[0xff, 0x00]);
        assert_eq!(a.first_difference(&a), None);
        assert_eq!(a.first_difference(&path(&[0xff, 0x01])), Some(15));
        assert!(a.shares_prefix(&path(&[0xff, 0x01]), 15));
        assert!(!a.shares_prefix(&path(&[0xff, 0x01]), 16));
    }

    #[test]
    fn prefixes_keep_whole_and_broken_bytes() {
        let full = Path([0xff; PATH_BYTES]);
        assert_eq!(full.prefix(0), path(&[]));
        assert_eq!(full.prefix(8), path(&[0xff]));
        assert_eq!(full.prefix(11), path(&[0xff, 0b1110_0000]));
        assert_eq!(full.prefix(PATH_BITS), full);
    }

    #[test]
    fn a_namespace_is_one_subtree() {
        let owner = Address([3; 32]);
        let a = path_of(&StorageKey::new(owner, 7, *b"a"));
        let b = path_of(&StorageKey::new(owner, 7, *b"b"));
        let other = path_of(&StorageKey::new(owner, 8, *b"a"));
        assert!(a.shares_prefix(&b, Path::MAP_BITS) && a != b);
        assert!(!a.shares_prefix(&other, Path::MAP_BITS));
        assert_eq!(Path::of_map(&owner, 7), a.prefix(Path::MAP_BITS));
    }
}
