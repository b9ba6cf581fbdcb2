//! Keys and values of the measurements: one contract, one namespace, keys and values of 32 bytes that
//! look random.

use tenor_primitives::{Address, StorageKey, keccak256};
use tenor_state::WriteSet;

/// The namespace's owner.
const OWNER: Address = Address([7; 32]);
const NAMESPACE: u16 = 1;

/// Key number `index`.
pub fn key(index: u32) -> StorageKey {
    StorageKey::new(OWNER, NAMESPACE, keccak256(&index.to_be_bytes()).0)
}

/// The value of key `index` after its `version`-th write.
pub fn value(index: u32, version: u32) -> Vec<u8> {
    let seed = [version.to_be_bytes(), index.to_be_bytes()].concat();
    keccak256(&seed).0.to_vec()
}

/// The first values of all `count` keys.
pub fn all(count: u32) -> WriteSet {
    (0..count).map(|index| (key(index), Some(value(index, 0)))).collect()
}

/// New values for `updates` different keys among `count`, chosen by `version`.
///
/// # Panics
/// If there are fewer keys than updates.
pub fn updates(count: u32, updates: u32, version: u32) -> WriteSet {
    assert!(updates <= count, "{updates} of {count} keys");
    let mut writes = WriteSet::new();
    let mut draw = 0u32;
    while writes.len() < updates as usize {
        let hash = keccak256(&[version.to_be_bytes(), draw.to_be_bytes()].concat());
        let number = u32::from_be_bytes([hash.0[0], hash.0[1], hash.0[2], hash.0[3]]);
        let index = number % count;
        writes.insert(key(index), Some(value(index, version)));
        draw += 1;
    }
    writes
}
