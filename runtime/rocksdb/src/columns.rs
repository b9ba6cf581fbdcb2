//! Column families, and the keys in them. Integers in keys are big-endian, so that keys sort.

use tenor_primitives::Height;

/// Values, by flat storage key.
pub(crate) const STATE: &str = "state";
/// Trie branches, by position.
pub(crate) const NODES: &str = "nodes";
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
pub(crate) const ALL: [&str; 8] =
    [STATE, NODES, BLOCKS, RECEIPTS, CERTIFICATES, TRANSACTIONS, UNDECIDED, META];

/// In [`META`]: the format version, u32 little-endian.
pub(crate) const FORMAT_KEY: &[u8] = b"format";
/// In [`META`]: the chain id, borsh.
pub(crate) const CHAIN_ID_KEY: &[u8] = b"chain_id";
/// In [`META`]: the last committed block, borsh of `Tip`.
pub(crate) const TIP_KEY: &[u8] = b"tip";
/// In [`META`]: the link to the trie's topmost node; absent when the trie is empty.
pub(crate) const TOP_KEY: &[u8] = b"trie_top";

/// In every column: the height of the last block, u64 little-endian; no bytes before genesis. Each
/// block writes it everywhere, so that either all columns have something unflushed or none has, and an
/// opening sees whether they are all at the same block. Shorter than every other key but those of META.
pub(crate) const MARK_KEY: &[u8] = &[0];

/// The version of everything this crate writes.
pub(crate) const FORMAT_VERSION: u32 = 2;

/// The key of a record by height.
pub(crate) fn height_key(height: Height) -> [u8; 8] {
    height.to_be_bytes()
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
