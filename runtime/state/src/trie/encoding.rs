//! The stored form of positions, links and nodes (`docs/state.md`, "Trie nodes").
//!
//! A child's path begins with the branch's own prefix, which is the record's key, so a link carries
//! only the bytes from the branch's bit on.

use super::{Link, Node, Position};
use crate::StateError;
use tenor_primitives::{Hash, Height};
use tenor_proof::{PATH_BITS, PATH_BYTES, Path};

const LEAF: u8 = 0;
const BRANCH: u8 = 1;

impl Position {
    /// The key of the branch's record: the bytes of the prefix, then the bit, big-endian, then the
    /// height's significant bytes and their number. Nodes of one subtree lie together.
    pub fn key(&self) -> Vec<u8> {
        let prefix = prefix_bytes(self.bit());
        let mut key = Vec::with_capacity(prefix + 2 + 9);
        key.extend_from_slice(&self.prefix().0[..prefix]);
        key.extend_from_slice(&self.bit().to_be_bytes());
        let (height, first) = significant(self.height());
        key.extend_from_slice(&height[first..]);
        key.push(count(first));
        key
    }

    /// The position whose [`Position::key`] this is.
    pub fn from_key(key: &[u8]) -> Option<Self> {
        let (count, rest) = key.split_last()?;
        let (rest, height) = rest.split_at_checked(rest.len().checked_sub(usize::from(*count))?)?;
        let height = height_of(height)?;
        let (prefix, bit) = rest.split_last_chunk::<2>()?;
        let bit = u16::from_be_bytes(*bit);
        if bit >= PATH_BITS || prefix.len() != prefix_bytes(bit) {
            return None;
        }
        let mut path = [0; PATH_BYTES];
        path[..prefix.len()].copy_from_slice(prefix);
        let position = Self::new(bit, &Path(path), height);
        (position.prefix().0 == path).then_some(position)
    }
}

/// A height's bytes, and the first of them that counts: heights are short for years.
fn significant(height: Height) -> ([u8; 8], usize) {
    let first = usize::try_from(height.leading_zeros() / 8).expect("at most 8");
    (height.to_be_bytes(), first)
}

/// The number of bytes from `first` on.
fn count(first: usize) -> u8 {
    u8::try_from(8 - first).expect("at most 8")
}

/// The height whose significant bytes these are; `None` when the first does not count.
fn height_of(bytes: &[u8]) -> Option<Height> {
    let mut height = [0; 8];
    height[8usize.checked_sub(bytes.len())?..].copy_from_slice(bytes);
    (bytes.first() != Some(&0)).then_some(Height::from_be_bytes(height))
}

fn prefix_bytes(bit: u16) -> usize {
    usize::from(bit.div_ceil(8))
}

impl Node {
    /// The record of this branch at `position`.
    pub fn encode(&self, position: &Position) -> Vec<u8> {
        let from = usize::from(position.bit() / 8);
        let mut bytes = Vec::with_capacity(136);
        self.left.encode_from(from, &mut bytes);
        self.right.encode_from(from, &mut bytes);
        bytes
    }

    /// The branch whose record at `position` this is. Anything but an exact record, with both
    /// children where the position says, is corruption.
    pub fn decode(position: &Position, bytes: &[u8]) -> Result<Self, StateError> {
        let corrupt = || StateError::corrupt(format!("unreadable trie node at {position:?}"));
        let mut rest = bytes;
        let left = Link::take(position.prefix(), position.bit() / 8, &mut rest);
        let right = Link::take(position.prefix(), position.bit() / 8, &mut rest);
        let node = Self { left: left.ok_or_else(corrupt)?, right: right.ok_or_else(corrupt)? };
        let inside = |link: &Link, right: bool| {
            let below = match link {
                Link::Leaf { .. } => true,
                Link::Branch { position: child, .. } => child.bit() > position.bit(),
            };
            let path = link.path();
            below
                && path.bit(position.bit()) == right
                && path.shares_prefix(position.prefix(), position.bit())
        };
        let whole = rest.is_empty() && inside(&node.left, false) && inside(&node.right, true);
        whole.then_some(node).ok_or_else(corrupt)
    }
}

impl Link {
    /// The record of the topmost link.
    pub fn encode_top(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.encode_from(0, &mut bytes);
        bytes
    }

    /// The topmost link, from its record.
    pub fn decode_top(bytes: &[u8]) -> Result<Self, StateError> {
        let mut rest = bytes;
        let link = Self::take(&Path([0; PATH_BYTES]), 0, &mut rest);
        let link = link.filter(|_| rest.is_empty());
        link.ok_or_else(|| StateError::corrupt("unreadable link to the top of the trie"))
    }

    /// Tag and hash; for a branch its height and its bit; then the path's bytes from `from` on.
    fn encode_from(&self, from: usize, bytes: &mut Vec<u8>) {
        match self {
            Self::Leaf { path, value_hash } => {
                bytes.push(LEAF);
                bytes.extend_from_slice(&value_hash.0);
                bytes.extend_from_slice(&path.0[from..]);
            }
            Self::Branch { position, hash } => {
                bytes.push(BRANCH);
                bytes.extend_from_slice(&hash.0);
                let (height, first) = significant(position.height());
                bytes.push(count(first));
                bytes.extend_from_slice(&height[first..]);
                bytes.extend_from_slice(&position.bit().to_be_bytes());
                bytes.extend_from_slice(&position.prefix().0[from..prefix_bytes(position.bit())]);
            }
        }
    }

    /// Reads one link whose path's bytes before `from_byte` are those of `prefix`.
    fn take(prefix: &Path, from_byte: u16, rest: &mut &[u8]) -> Option<Self> {
        let tag = take(rest, 1)?[0];
        let hash = Hash(take(rest, 32)?.try_into().ok()?);
        let from = usize::from(from_byte);
        let mut path = prefix.prefix(from_byte * 8);
        if tag == LEAF {
            path.0[from..].copy_from_slice(take(rest, PATH_BYTES - from)?);
            return Some(Self::Leaf { path, value_hash: hash });
        }
        let count = usize::from(take(rest, 1)?[0]);
        let height = height_of(take(rest, count)?)?;
        let bit = u16::from_be_bytes(take(rest, 2)?.try_into().ok()?);
        if tag != BRANCH || bit >= PATH_BITS {
            return None;
        }
        let end = prefix_bytes(bit);
        let bytes = take(rest, end.checked_sub(from)?)?;
        path.0[from..end].copy_from_slice(bytes);
        let position = Position::new(bit, &path, height);
        (*position.prefix() == path).then_some(Self::Branch { position, hash })
    }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(byte: u8) -> Path {
        let mut path = [0xa5; PATH_BYTES];
        path[1] = byte;
        Path(path)
    }

    /// The stored form, byte by byte (`docs/state.md`): it may change only with the format version.
    #[test]
    fn records_are_the_specified_bytes() {
        let position = Position::new(11, &path(0b1010_0000), 258);
        assert_eq!(position.key(), [0xa5, 0b1010_0000, 0, 11, 1, 2, 2]);
        assert_eq!(position.written_at(0).key(), [0xa5, 0b1010_0000, 0, 11, 0]);
        let leaf = Link::Leaf { path: path(0b1010_0101), value_hash: Hash([7; 32]) };
        let below = Position::new(14, &path(0b1011_1000), 257);
        let branch = Link::Branch { position: below, hash: Hash([8; 32]) };
        let node = Node { left: leaf, right: branch };
        let expected = [
            &[0][..],
            &[7; 32],
            &[0b1010_0101],
            &[0xa5; 62],
            &[1],
            &[8; 32],
            &[2, 1, 1],
            &[0, 14],
            &[0b1011_1000],
        ];
        assert_eq!(node.encode(&position), expected.concat());
        assert_eq!(Node::decode(&position, &expected.concat()), Ok(node));
        let top = [&[1][..], &[8; 32], &[2, 1, 1], &[0, 14], &[0xa5, 0b1011_1000]].concat();
        assert_eq!(branch.encode_top(), top);
        assert_eq!(Link::decode_top(&top), Ok(branch));
        let top = [&[0][..], &[7; 32], &[0xa5, 0b1010_0101], &[0xa5; 62]].concat();
        assert_eq!(leaf.encode_top(), top);
        assert_eq!(Link::decode_top(&top), Ok(leaf));
    }

    #[test]
    fn records_out_of_place_are_refused() {
        let position = Position::new(11, &path(0b1010_0000), 1);
        let link = |byte| Link::Leaf { path: path(byte), value_hash: Hash([7; 32]) };
        let node = |left, right| Node { left, right };
        let (left, right) = (link(0b1010_0101), link(0b1011_0101));
        assert!(Node::decode(&position, &node(left, right).encode(&position)).is_ok());
        let not_below = Link::Branch { position, hash: Hash([8; 32]) };
        for bad in [
            node(right, left),
            node(left, left),
            node(link(0b0010_0101), right),
            node(not_below, right),
        ] {
            assert!(Node::decode(&position, &bad.encode(&position)).is_err(), "{bad:?}");
        }
        let good = [0, 0, 8, 7, 1];
        let zero_first = [0, 0, 8, 0, 7, 2];
        for key in
            [&[][..], &[0], &[0; 66], &good, &[0xff, 0, 3, 7, 1], &zero_first, &[0, 0, 8, 7, 9]]
        {
            assert_eq!(Position::from_key(key).is_some(), *key == good, "{key:?}");
        }
        assert!(Link::decode_top(&[]).is_err() && Link::decode_top(&[2; 97]).is_err());
    }
}
