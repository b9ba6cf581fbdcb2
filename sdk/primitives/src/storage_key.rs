//! The name of a stored value.

use crate::Address;
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

/// A value's place in the state: whose it is, in which of the owner's namespaces, under which key.
/// The order of keys is the raw byte order of [`StorageKey::flat`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct StorageKey {
    /// The owner: a contract instance, or [`Address::SYSTEM`].
    pub contract: Address,
    /// The owner's map or item, as its spec lists them.
    pub namespace: u16,
    /// The key within the namespace, raw bytes.
    pub key: Vec<u8>,
}

impl StorageKey {
    /// Bytes of a flat key before the key proper: owner and namespace.
    pub const PREFIX_BYTES: usize = 34;

    /// A key of `contract`.
    pub fn new(contract: Address, namespace: u16, key: impl Into<Vec<u8>>) -> Self {
        Self { contract, namespace, key: key.into() }
    }

    /// Owner and namespace as 34 bytes: the address, then the namespace big-endian.
    pub fn prefix(contract: &Address, namespace: u16) -> [u8; Self::PREFIX_BYTES] {
        let mut prefix = [0; Self::PREFIX_BYTES];
        prefix[..32].copy_from_slice(&contract.0);
        prefix[32..].copy_from_slice(&namespace.to_be_bytes());
        prefix
    }

    /// The key under which the value lies in a flat store: prefix, then the raw key.
    pub fn flat(&self) -> Vec<u8> {
        let mut flat = Vec::with_capacity(Self::PREFIX_BYTES + self.key.len());
        flat.extend_from_slice(&Self::prefix(&self.contract, self.namespace));
        flat.extend_from_slice(&self.key);
        flat
    }

    /// The key that [`StorageKey::flat`] gave; `None` when it is too short to be one.
    pub fn from_flat(flat: &[u8]) -> Option<Self> {
        let (contract, rest) = flat.split_first_chunk::<32>()?;
        let (namespace, key) = rest.split_first_chunk::<2>()?;
        Some(Self::new(Address(*contract), u16::from_be_bytes(*namespace), key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_keys_keep_the_order_and_come_back() {
        let a = StorageKey::new(Address([1; 32]), 1, *b"a|bc");
        let b = StorageKey::new(Address([1; 32]), 2, *b"");
        let c = StorageKey::new(Address([2; 32]), 0, *b"");
        assert!(a < b && b < c);
        assert!(a.flat() < b.flat() && b.flat() < c.flat());
        assert_eq!(StorageKey::from_flat(&a.flat()), Some(a));
        assert_eq!(StorageKey::from_flat(&[0; 33]), None);
    }
}
