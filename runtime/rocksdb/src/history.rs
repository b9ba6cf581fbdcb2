//! Past states. The trie's branches are kept by the block that wrote them, so a past trie needs
//! nothing but the link to its top. Of the flat values, the head's alone are in their column; what a
//! block replaced is kept beside them, by key and then by height. A read at a height takes the first
//! replacement above it, or else the head's value.

use crate::columns::{
    HISTORY, META, NODES, OLDEST_KEY, REPLACED, STATE, left_key, replaced_key, top_key,
};
use crate::commit::encode;
use crate::front;
use crate::store::{Store, decode};
use borsh::{BorshDeserialize, BorshSerialize};
use rocksdb::WriteBatch;
use tenor_primitives::{Height, StorageKey};
use tenor_state::trie::{Link, Position};
use tenor_state::{CommitBatch, Retention, StateError};

/// The most past states that one commit drops. Two, so that a backlog that a changed setting leaves
/// shrinks, while no commit drops more than about what two blocks wrote.
const DROPPED_MAX: u64 = 2;

/// What a block left behind that only states before it need, each list ascending.
#[derive(Debug, Default)]
pub(crate) struct Left {
    /// Keys whose values it replaced: flat storage keys.
    pub(crate) keys: Vec<Vec<u8>>,
    /// Trie records that its trie no longer has: their keys.
    pub(crate) nodes: Vec<Vec<u8>>,
}

/// The two lists as they are stored, front-coded.
#[derive(BorshSerialize, BorshDeserialize)]
struct Coded {
    keys: Vec<u8>,
    nodes: Vec<u8>,
}

impl Left {
    /// The record of the block at `height`, which is refused if it wrote a key beyond all limits.
    fn encode(mut self, height: Height) -> Result<Vec<u8>, StateError> {
        self.nodes.sort_unstable();
        let list = |keys: &[Vec<u8>]| {
            let reason = "it writes a key longer than 65,535 bytes";
            front::encode(keys.iter().map(Vec::as_slice))
                .ok_or_else(|| StateError::Refused { height, reason: reason.to_owned() })
        };
        Ok(encode(&Coded { keys: list(&self.keys)?, nodes: list(&self.nodes)? }))
    }

    /// What [`Left::encode`] made the record of.
    pub(crate) fn decode(record: &[u8]) -> Result<Self, StateError> {
        let coded: Coded = decode(HISTORY, record)?;
        let unreadable = || StateError::Corrupt { what: "unreadable list of past keys".to_owned() };
        let list = |coded: &[u8]| front::decode(coded).ok_or_else(unreadable);
        Ok(Self { keys: list(&coded.keys)?, nodes: list(&coded.nodes)? })
    }
}

/// Adds to `writes` what the next block leaves behind, and takes out what no kept state needs any
/// more. `top` is the link to the trie's top before the block.
pub(crate) fn keep(
    store: &Store,
    batch: &CommitBatch<'_>,
    retention: Retention,
    top: Option<&Link>,
    writes: &mut WriteBatch,
) -> Result<(), StateError> {
    let height = batch.block.header.height;
    let before = oldest(store)?;
    // What is gone does not come back, and too much goes step by step.
    let now = retention.oldest(height).clamp(before, before.saturating_add(DROPPED_MAX));
    if now < height {
        record(store, batch, height, top, writes)?;
    } else {
        let column = store.column(NODES);
        batch.update.stale.iter().for_each(|stale| writes.delete_cf(column, stale.key()));
    }
    let last = now.min(height.saturating_sub(1));
    for dropped in before.saturating_add(1)..=last {
        drop_before(store, dropped, writes)?;
    }
    if now != before || height == 0 {
        writes.put_cf(store.column(META), OLDEST_KEY, encode(&now));
    }
    Ok(())
}

/// The lowest height whose state is kept, by the head; 0 before the first block.
pub(crate) fn oldest(store: &Store) -> Result<Height, StateError> {
    Ok(store.record(META, OLDEST_KEY)?.unwrap_or(0))
}

fn record(
    store: &Store,
    batch: &CommitBatch<'_>,
    height: Height,
    top: Option<&Link>,
    writes: &mut WriteBatch,
) -> Result<(), StateError> {
    let nodes = batch.update.stale.iter().map(Position::key).collect();
    let mut left = Left { keys: Vec::new(), nodes };
    let column = store.column(REPLACED);
    for (key, value) in batch.writes {
        let flat = key.flat();
        let known = height.checked_sub(1).and_then(|before| store.values.get(key, before));
        let replaced = match known {
            Some(value) => value,
            None => store.get(STATE, &flat)?.map(|value| value.to_vec()),
        };
        if replaced != *value {
            let replaced = encode_replaced(replaced.as_deref());
            writes.put_cf(column, replaced_key(&flat, height), replaced);
            left.keys.push(flat);
        }
    }
    let column = store.column(HISTORY);
    writes.put_cf(column, top_key(height), top.map(Link::encode_top).unwrap_or_default());
    writes.put_cf(column, left_key(height), left.encode(height)?);
    Ok(())
}

/// Takes out what the block at `height` left behind: the state before it is not kept any more.
fn drop_before(store: &Store, height: Height, writes: &mut WriteBatch) -> Result<(), StateError> {
    let left = store.get(HISTORY, &left_key(height))?;
    let what = || format!("what block {height} left behind is missing");
    let left = Left::decode(&left.ok_or_else(|| StateError::Corrupt { what: what() })?)?;
    for flat in &left.keys {
        writes.delete_cf(store.column(REPLACED), replaced_key(flat, height));
    }
    left.nodes.iter().for_each(|node| writes.delete_cf(store.column(NODES), node));
    writes.delete_cf(store.column(HISTORY), top_key(height));
    writes.delete_cf(store.column(HISTORY), left_key(height));
    Ok(())
}

/// A replaced value: 0x01 and the value, or 0x00 where there was none.
fn encode_replaced(value: Option<&[u8]>) -> Vec<u8> {
    value.map_or_else(|| vec![0], |value| [&[1], value].concat())
}

/// The value that [`encode_replaced`] made the record of.
pub(crate) fn decode_replaced(record: &[u8]) -> Result<Option<&[u8]>, StateError> {
    match record.split_first() {
        Some((0, [])) => Ok(None),
        Some((1, value)) => Ok(Some(value)),
        _ => Err(StateError::Corrupt { what: "unreadable replaced value".to_owned() }),
    }
}

/// The storage key of a flat one.
pub(crate) fn storage_key(flat: &[u8]) -> Result<StorageKey, StateError> {
    let key = StorageKey::from_flat(flat);
    key.ok_or_else(|| StateError::Corrupt { what: "a key too short".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stored form, byte by byte (`docs/state.md`): it may change only with the format version.
    #[test]
    fn a_record_of_what_a_block_left_is_the_specified_bytes() {
        let keys = vec![b"abc".to_vec(), b"abd".to_vec()];
        let nodes = vec![vec![1, 9, 0, 8], vec![1, 9, 0]];
        let record = Left { keys, nodes }.encode(9).expect("short keys");
        let keys = [0, 3, 0, b'a', b'b', b'c', 2, 1, 0, b'd'];
        let nodes = [0, 3, 0, 1, 9, 0, 3, 1, 0, 8];
        let expected = [&[10, 0, 0, 0][..], &keys, &[10, 0, 0, 0], &nodes].concat();
        assert_eq!(record, expected);
        let read = Left::decode(&record).expect("a record");
        assert_eq!(read.nodes, [vec![1, 9, 0], vec![1, 9, 0, 8]], "ascending");
        assert!(Left::decode(&record[..record.len() - 1]).is_err());
        assert_eq!((encode_replaced(None), encode_replaced(Some(b"x"))), (vec![0], vec![1, b'x']));
    }

    #[test]
    fn a_key_beyond_all_limits_is_refused() {
        let left = Left { keys: vec![vec![7; 65_536]], nodes: Vec::new() };
        assert!(matches!(left.encode(9), Err(StateError::Refused { height: 9, .. })));
    }
}
