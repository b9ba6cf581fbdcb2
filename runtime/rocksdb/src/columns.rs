//! Column families, and the keys in them. Integers in keys are big-endian, so that keys sort.

use tenor_primitives::{Height, StorageKey};
use tenor_state::Scan;

/// Values, by flat storage key.
pub(crate) const STATE: &str = "state";
/// The trie's records, by height and position.
pub(crate) const NODES: &str = "nodes";
/// Values that blocks replaced, by flat storage key and height ([`replaced_key`]).
pub(crate) const REPLACED: &str = "replaced";
/// What else past states need, by height ([`top_key`], [`left_key`]).
pub(crate) const HISTORY: &str = "history";
/// Blocks, by height. A record begins with the header, which is read without the rest.
pub(crate) const BLOCKS: &str = "blocks";
/// The receipts of a block, by height.
pub(crate) const RECEIPTS: &str = "receipts";
/// Certificates, by height.
pub(crate) const CERTIFICATES: &str = "certificates";
/// Height and index, by transaction hash.
pub(crate) const TRANSACTIONS: &str = "transactions";
/// Proposed blocks, by height and round.
pub(crate) const UNDECIDED: &str = "undecided";
/// The records below.
pub(crate) const META: &str = "meta";

/// All of them. RocksDB insists on a `default` one beside them, which stays empty.
pub(crate) const ALL: [&str; 10] = [
    STATE,
    NODES,
    REPLACED,
    HISTORY,
    BLOCKS,
    RECEIPTS,
    CERTIFICATES,
    TRANSACTIONS,
    UNDECIDED,
    META,
];

/// In [`META`]: the format version, u32 little-endian.
pub(crate) const FORMAT_KEY: &[u8] = b"format";
/// In [`META`]: the chain id, borsh.
pub(crate) const CHAIN_ID_KEY: &[u8] = b"chain_id";
/// In [`META`]: the last committed block, borsh of `Tip`.
pub(crate) const TIP_KEY: &[u8] = b"tip";
/// In [`META`]: the link to the trie's topmost node; absent when the trie is empty.
pub(crate) const TOP_KEY: &[u8] = b"trie_top";
/// In [`META`]: the lowest height whose state is kept, u64 little-endian.
pub(crate) const OLDEST_KEY: &[u8] = b"oldest_state";
/// In [`META`]: the snapshot that the store was filled from, borsh of `Base`; absent when it began
/// with block 0.
pub(crate) const BASE_KEY: &[u8] = b"base";

/// In every column: the height of the last block, u64 little-endian; no bytes before genesis. Each
/// block writes it everywhere, so that either all columns have something unflushed or none has, and an
/// opening sees whether they are all at the same block. Shorter than every other key but those of META.
/// In [`NODES`] it moves ([`mark_key`]).
pub(crate) const MARK_KEY: &[u8] = &[0];

/// The key of the mark in `column` when the last block is the one at `height`. In [`NODES`], whose keys
/// begin with the height, it is the height alone: a mark at one place would make every table file
/// overlap every other, and all of them would be merged again and again.
pub(crate) fn mark_key(column: &str, height: Height) -> Vec<u8> {
    if column == NODES { tenor_state::trie::height_prefix(height) } else { MARK_KEY.to_vec() }
}

/// The version of everything this crate writes.
pub(crate) const FORMAT_VERSION: u32 = 3;

/// The key of a record by height.
pub(crate) fn height_key(height: Height) -> [u8; 8] {
    height.to_be_bytes()
}

/// The height in a key of a record by height; `None` for another key, as the mark's.
pub(crate) fn height_of(key: &[u8]) -> Option<Height> {
    key.try_into().ok().map(Height::from_be_bytes)
}

/// The key of a proposed block.
pub(crate) fn undecided_key(height: Height, round: u32) -> [u8; 12] {
    let mut key = [0; 12];
    key[..8].copy_from_slice(&height.to_be_bytes());
    key[8..].copy_from_slice(&round.to_be_bytes());
    key
}

/// The round in a key of a proposed block at `height`; `None` for a key of another height.
pub(crate) fn round_of(key: &[u8], height: Height) -> Option<u32> {
    let round = key.strip_prefix(&height.to_be_bytes())?;
    round.try_into().ok().map(u32::from_be_bytes)
}

/// In [`HISTORY`]: the link to the top of the trie before the block at `height`; no bytes for the
/// empty trie.
pub(crate) fn top_key(height: Height) -> [u8; 9] {
    kept_key(height, 0)
}

/// In [`HISTORY`]: what the block at `height` left behind, two front-coded lists (`front.rs`).
pub(crate) fn left_key(height: Height) -> [u8; 9] {
    kept_key(height, 1)
}

fn kept_key(height: Height, kind: u8) -> [u8; 9] {
    let mut key = [kind; 9];
    key[..8].copy_from_slice(&height.to_be_bytes());
    key
}

/// In [`REPLACED`]: the value under the flat key `flat` that the block at `height` replaced. Contract
/// and namespace; the key, each 0x00 in it followed by 0xff; 0x00 0x00; the height. So keys sort as
/// they do in [`STATE`], and all heights of one key lie together, ascending.
pub(crate) fn replaced_key(flat: &[u8], height: Height) -> Vec<u8> {
    let mut place = escaped(flat);
    place.extend_from_slice(&[0, 0]);
    place.extend_from_slice(&height.to_be_bytes());
    place
}

/// The flat key, the record's key without the height, and the height of a key in [`REPLACED`].
pub(crate) fn split_replaced(key: &[u8]) -> Option<(Vec<u8>, &[u8], Height)> {
    let (place, height) = key.split_last_chunk::<8>()?;
    let (prefix, mut rest) = place.split_at_checked(StorageKey::PREFIX_BYTES)?;
    let mut flat = prefix.to_vec();
    loop {
        match rest {
            [0, 0] => return Some((flat, place, Height::from_be_bytes(*height))),
            [0, 0xff, after @ ..] => {
                flat.push(0);
                rest = after;
            }
            [byte, after @ ..] if *byte != 0 => {
                flat.push(*byte);
                rest = after;
            }
            _ => return None,
        }
    }
}

/// Where the keys of a scan lie in [`REPLACED`]: from, inclusive, to, exclusive.
pub(crate) fn replaced_range(scan: &Scan<'_>) -> (Vec<u8>, Option<Vec<u8>>) {
    let end = scan.flat_end().map(|end| if scan.end.is_some() { escaped(&end) } else { end });
    (escaped(&scan.flat_start()), end)
}

fn escaped(flat: &[u8]) -> Vec<u8> {
    let (prefix, key) = flat.split_at(StorageKey::PREFIX_BYTES.min(flat.len()));
    let mut place = Vec::with_capacity(flat.len() + 16);
    place.extend_from_slice(prefix);
    for byte in key {
        place.push(*byte);
        if *byte == 0 {
            place.push(0xff);
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stored form, byte by byte (`docs/state.md`): it may change only with the format version.
    #[test]
    fn keys_of_past_states_are_the_specified_bytes() {
        let flat = [&[7; 32][..], &[1, 2], b"a\0b"].concat();
        let key = [&[7; 32][..], &[1, 2], b"a\0\xffb", &[0, 0], &[0, 0, 0, 0, 0, 0, 1, 4]].concat();
        assert_eq!(replaced_key(&flat, 260), key);
        let place = &key[..key.len() - 8];
        assert_eq!(split_replaced(&key), Some((flat, place, 260)));
        assert_eq!(top_key(260), [0, 0, 0, 0, 0, 0, 1, 4, 0]);
        assert_eq!(left_key(260), [0, 0, 0, 0, 0, 0, 1, 4, 1]);
        for bad in [&key[..41], &[&key[..34], b"a\0b", &key[36..]].concat()] {
            assert_eq!(split_replaced(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn replaced_keys_sort_by_key_and_then_by_height() {
        let keys: [&[u8]; 8] = [b"", b"\0", b"\0\0", b"\0\x01", b"a", b"a\0", b"a\x01", b"\xff"];
        let flat = |key: &[u8]| [&[0; 34][..], key].concat();
        let places = keys.iter().flat_map(|key| {
            [0, 1, u64::MAX].map(|height| (replaced_key(&flat(key), height), flat(key), height))
        });
        let places: Vec<_> = places.collect();
        assert!(places.is_sorted_by(|(a, ..), (b, ..)| a < b));
        for (place, flat, height) in &places {
            let (found, _, at) = split_replaced(place).expect("one of ours");
            assert_eq!((&found, &at), (flat, height));
        }
    }
}
