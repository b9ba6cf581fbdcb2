//! The stored form of positions, links and nodes (`docs/state.md`, "Trie records").
//!
//! A child's path begins with the branch's own prefix, which is the record's key, so a link carries
//! only the bytes from the branch's bit on.

use super::node::in_one_record;
use super::{Inside, Link, Node, Position};
use crate::StateError;
use std::sync::Arc;
use tenor_primitives::{Hash, Height};
use tenor_proof::{PATH_BITS, PATH_BYTES, Path};

/// The first byte of a link to a leaf. That of a link to a branch in the same record says how many bits
/// below its parent it divides, at most 15.
const LEAF: u8 = 0;
/// The first byte of a link to a branch in another record, less the number of its height's bytes.
const BRANCH: u8 = 0x10;
/// From so many bits below the record's branch on, another record's branch is given by its whole bit.
const NEAR_BITS: u16 = 0xff;

impl Position {
    /// The key of the branch's record: the number of the height's significant bytes and these, then
    /// the bytes of the prefix and how many bits of the last do not count. So what a block writes lies behind all that was
    /// written before, and a store that sorts by key never has to merge the two.
    pub fn key(&self) -> Vec<u8> {
        let prefix = prefix_bytes(self.bit());
        let mut key = height_prefix(self.height());
        key.reserve_exact(prefix + 1);
        key.extend_from_slice(&self.prefix().0[..prefix]);
        key.push((self.bit().wrapping_neg() % 8).to_le_bytes()[0]);
        key
    }

    /// The position whose [`Position::key`] this is.
    pub fn from_key(key: &[u8]) -> Option<Self> {
        let (count, rest) = key.split_first()?;
        let (height, rest) = rest.split_at_checked(usize::from(*count))?;
        let height = height_of(height)?;
        let (unused, prefix) = rest.split_last()?;
        let bits = u16::try_from(prefix.len()).ok()?.checked_mul(8)?;
        let bit = bits.checked_sub(u16::from(*unused))?;
        if *unused >= 8 || bit >= PATH_BITS {
            return None;
        }
        let mut path = [0; PATH_BYTES];
        path[..prefix.len()].copy_from_slice(prefix);
        let position = Self::new(bit, &Path(path), height);
        (position.prefix().0 == path).then_some(position)
    }
}

/// What the keys of all records begin with that the block at `height` wrote, and what is no record's
/// key itself.
pub fn height_prefix(height: Height) -> Vec<u8> {
    let (height, first) = significant(height);
    [&[count(first)], &height[first..]].concat()
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
    /// The record of this branch at `position`, with the branches inside.
    pub fn encode(&self, position: &Position) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(320);
        self.encode_children(position.bit(), position.bit(), &mut bytes);
        bytes
    }

    /// The children of a branch that divides at `bit`, in the record of one that divides at `record`.
    fn encode_children(&self, record: u16, bit: u16, bytes: &mut Vec<u8>) {
        for link in [&self.left, &self.right] {
            match link {
                Link::Inside(inside) => {
                    let child = inside.position.bit();
                    bytes.push(u8::try_from(child - bit).expect("bits of one record are near"));
                    inside.node.encode_children(record, child, bytes);
                }
                end => end.encode_below(record, bytes),
            }
        }
    }

    /// The branch whose record at `position` this is, with the hashes of those inside. Anything but
    /// an exact record, with all children where the position says, is corruption.
    pub fn decode(position: &Position, bytes: &[u8]) -> Result<Self, StateError> {
        let mut rest = bytes;
        let node = Self::take(position, position.bit(), &mut rest, None);
        let node = node.filter(|node| rest.is_empty() && node.is_at(position));
        node.ok_or_else(|| StateError::corrupt(format!("unreadable trie node at {position:?}")))
    }

    /// The branch in a form for memory: small, and read back without hashing. The hashes of the
    /// branches inside, children before their parents, then the record.
    pub fn pack(&self, position: &Position) -> Box<[u8]> {
        let mut bytes = Vec::with_capacity(512);
        self.pack_hashes(&mut bytes);
        self.encode_children(position.bit(), position.bit(), &mut bytes);
        bytes.into_boxed_slice()
    }

    /// The record in what [`Node::pack`] made of a branch that has `inside` others inside; no bytes in
    /// anything shorter.
    pub fn packed_record(inside: usize, packed: &[u8]) -> &[u8] {
        packed.get(inside.saturating_mul(32)..).unwrap_or_default()
    }

    fn pack_hashes(&self, bytes: &mut Vec<u8>) {
        for link in [&self.left, &self.right] {
            if let Link::Inside(inside) = link {
                inside.node.pack_hashes(bytes);
                bytes.extend_from_slice(&inside.hash.0);
            }
        }
    }

    /// The branch that [`Node::pack`] made `bytes` of, which has `inside` others inside.
    pub fn unpack(position: &Position, inside: usize, bytes: &[u8]) -> Option<Self> {
        let (mut hashes, mut rest) = bytes.split_at_checked(inside.checked_mul(32)?)?;
        Self::take(position, position.bit(), &mut rest, Some(&mut hashes))
    }

    /// Reads the children of a branch that divides at `bit`, in the record at `record`. The hashes
    /// of branches inside are those given, or else computed.
    fn take(
        record: &Position,
        bit: u16,
        rest: &mut &[u8],
        mut hashes: Option<&mut &[u8]>,
    ) -> Option<Self> {
        let left = Self::take_child(record, bit, rest, hashes.as_deref_mut())?;
        let right = Self::take_child(record, bit, rest, hashes)?;
        Some(Self { left, right })
    }

    fn take_child(
        record: &Position,
        bit: u16,
        rest: &mut &[u8],
        mut hashes: Option<&mut &[u8]>,
    ) -> Option<Link> {
        let below = *rest.first()?;
        if below == LEAF || below >= BRANCH {
            let link = Link::take(record.prefix(), record.bit(), rest)?;
            // A branch that belongs inside has no record of its own.
            let outside = link.bit().is_none_or(|child| !in_one_record(bit, child));
            return outside.then_some(link);
        }
        take(rest, 1)?;
        let child = bit.checked_add(u16::from(below))?;
        if child >= PATH_BITS || !in_one_record(bit, child) {
            return None;
        }
        let node = Self::take(record, child, rest, hashes.as_deref_mut())?;
        let position = Position::new(child, node.left.path(), record.height());
        let hash = match hashes {
            Some(hashes) => Hash(take(hashes, 32)?.try_into().ok()?),
            None if node.is_at(&position) => node.hash(&position),
            None => return None,
        };
        Some(Link::Inside(Arc::new(Inside { position, node, hash })))
    }

    /// Whether both children lie below `position`, on their sides.
    fn is_at(&self, position: &Position) -> bool {
        let below = |link: &Link, right: bool| {
            let path = link.path();
            link.bit().is_none_or(|child| child > position.bit())
                && path.bit(position.bit()) == right
                && path.shares_prefix(position.prefix(), position.bit())
        };
        below(&self.left, false) && below(&self.right, true)
    }
}

impl Link {
    /// The record of the topmost link, which leads to no branch inside another's record.
    pub fn encode_top(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.encode_below(0, &mut bytes);
        bytes
    }

    /// The topmost link, from its record.
    pub fn decode_top(bytes: &[u8]) -> Result<Self, StateError> {
        let mut rest = bytes;
        let link = Self::take(&Path([0; PATH_BYTES]), 0, &mut rest);
        let link = link.filter(|_| rest.is_empty());
        link.ok_or_else(|| StateError::corrupt("unreadable link to the top of the trie"))
    }

    /// This link in a record that divides at `record`: tag and hash; for a branch its height and its
    /// bit; then the path from the record's last byte on.
    fn encode_below(&self, record: u16, bytes: &mut Vec<u8>) {
        let from = usize::from(record / 8);
        match self {
            Self::Leaf { path, value_hash } => {
                bytes.push(LEAF);
                bytes.extend_from_slice(&value_hash.0);
                bytes.extend_from_slice(&path.0[from..]);
            }
            Self::Branch { position, hash } => {
                let (height, first) = significant(position.height());
                bytes.push(BRANCH + count(first));
                bytes.extend_from_slice(&hash.0);
                bytes.extend_from_slice(&height[first..]);
                let bit = position.bit();
                let below = (bit - record).min(NEAR_BITS);
                bytes.push(below.to_le_bytes()[0]);
                if below == NEAR_BITS {
                    bytes.extend_from_slice(&bit.to_be_bytes());
                }
                bytes.extend_from_slice(&position.prefix().0[from..prefix_bytes(bit)]);
            }
            Self::Inside(_) => unreachable!("a branch inside a record is no end of it"),
        }
    }

    /// Reads one link of a record that divides at `record`, with that prefix.
    fn take(prefix: &Path, record: u16, rest: &mut &[u8]) -> Option<Self> {
        let tag = take(rest, 1)?[0];
        let hash = Hash(take(rest, 32)?.try_into().ok()?);
        let from = usize::from(record / 8);
        let mut path = prefix.prefix(record / 8 * 8);
        if tag == LEAF {
            path.0[from..].copy_from_slice(take(rest, PATH_BYTES - from)?);
            return Some(Self::Leaf { path, value_hash: hash });
        }
        let height = height_of(take(rest, usize::from(tag.checked_sub(BRANCH)?))?)?;
        let below = u16::from(take(rest, 1)?[0]);
        let bit = if below < NEAR_BITS {
            record.checked_add(below)?
        } else {
            u16::from_be_bytes(take(rest, 2)?.try_into().ok()?)
        };
        let is_short = bit.checked_sub(record)? < NEAR_BITS;
        if bit >= PATH_BITS || is_short != (below < NEAR_BITS) {
            return None;
        }
        let end = prefix_bytes(bit);
        path.0[from..end].copy_from_slice(take(rest, end.checked_sub(from)?)?);
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
        assert_eq!(position.key(), [2, 1, 2, 0xa5, 0b1010_0000, 5]);
        assert_eq!(position.written_at(0).key(), [0, 0xa5, 0b1010_0000, 5]);
        let leaf = Link::Leaf { path: path(0b1010_0101), value_hash: Hash([7; 32]) };
        let below = Position::new(14, &path(0b1011_1000), 257);
        let branch = Link::Branch { position: below, hash: Hash([8; 32]) };
        let node = Node { left: leaf.clone(), right: branch.clone() };
        let expected = [
            &[0][..],
            &[7; 32],
            &[0b1010_0101],
            &[0xa5; 62],
            &[0x12],
            &[8; 32],
            &[1, 1],
            &[3],
            &[0b1011_1000],
        ];
        assert_eq!(node.encode(&position), expected.concat());
        assert_eq!(Node::decode(&position, &expected.concat()), Ok(node));
        let top = [&[0x12][..], &[8; 32], &[1, 1], &[14], &[0xa5, 0b1011_1000]].concat();
        assert_eq!(branch.encode_top(), top);
        assert_eq!(Link::decode_top(&top), Ok(branch));
        let top = [&[0][..], &[7; 32], &[0xa5, 0b1010_0101], &[0xa5; 62]].concat();
        assert_eq!(leaf.encode_top(), top);
        assert_eq!(Link::decode_top(&top), Ok(leaf));
    }

    /// Bits 9 to 11 are one group: the branch at 11 lies in the record of the one at 9.
    #[test]
    fn a_branch_of_the_same_group_lies_inside() {
        let position = Position::new(9, &path(0b1010_0000), 258);
        let leaf = |byte| Link::Leaf { path: path(byte), value_hash: Hash([7; 32]) };
        let within = Position::new(11, &path(0b1010_0000), 258);
        let node = Node { left: leaf(0b1010_0101), right: leaf(0b1011_0101) };
        let hash = node.hash(&within);
        let inside = Link::Inside(Arc::new(Inside { position: within, node, hash }));
        let node = Node { left: inside.clone(), right: leaf(0b1110_0000) };
        let end = |byte: u8| [&[0][..], &[7; 32], &[byte], &[0xa5; 62]].concat();
        let ends = [end(0b1010_0101), end(0b1011_0101), end(0b1110_0000)].concat();
        let expected = [&[2][..], &ends].concat();
        assert_eq!(node.encode(&position), expected);
        assert_eq!(Node::decode(&position, &expected).as_ref(), Ok(&node));
        let packed = node.pack(&position);
        assert_eq!(*packed, [&hash.0[..], &expected].concat());
        assert_eq!(Node::packed_record(1, &packed), expected);
        assert_eq!(Node::unpack(&position, 1, &packed), Some(node));
        // One that belongs inside and has a record of its own, and the other way round.
        let outside = Link::Branch { position: within, hash };
        let apart = Node { left: outside, right: leaf(0b1110_0000) };
        assert!(Node::decode(&position, &apart.encode(&position)).is_err());
        for below in [0, 1, 3, 15, 255] {
            let other = [&[below][..], &ends].concat();
            assert!(Node::decode(&position, &other).is_err(), "{below}");
        }
    }

    /// A branch so far below the record's that its bit is given whole.
    #[test]
    fn a_far_branch_is_given_by_its_whole_bit() {
        let position = Position::new(11, &path(0b1010_0000), 258);
        for (bit, expected) in
            [(11 + 254, &[254][..]), (11 + 255, &[255, 1, 10]), (511, &[255, 1, 255])]
        {
            let mut far = path(0b1011_0000);
            far.0[63] = 0xff;
            let below = Position::new(bit, &far, 7);
            let left = Link::Leaf { path: path(0b1010_0101), value_hash: Hash([7; 32]) };
            let node = Node { left, right: Link::Branch { position: below, hash: Hash([8; 32]) } };
            let prefix = &below.prefix().0[1..usize::from(bit.div_ceil(8))];
            let record = node.encode(&position);
            let expected = [&[0x11][..], &[8; 32], &[7], expected, prefix].concat();
            assert_eq!(record[32 + 64..], expected, "{bit}");
            assert_eq!(Node::decode(&position, &record), Ok(node));
        }
        // What is near is not given whole: each record has one form.
        let near = [&[0x11][..], &[8; 32], &[7], &[255, 0, 14], &[0b1011_0000]].concat();
        let leaf = [&[0][..], &[7; 32], &[0b1010_0101], &[0xa5; 62]].concat();
        assert!(Node::decode(&position, &[leaf, near].concat()).is_err());
    }

    /// The last group of bits ends with the path, not with its third bit.
    #[test]
    fn a_branch_beyond_the_path_is_refused() {
        let position = Position::new(511, &path(1), 1);
        let leaf = [&[0][..], &[7; 32], &[0xa4]].concat();
        let record = [&[1][..], &leaf, &leaf, &leaf].concat();
        assert!(Node::decode(&position, &record).is_err());
    }

    #[test]
    fn records_out_of_place_are_refused() {
        let position = Position::new(11, &path(0b1010_0000), 1);
        let link = |byte| Link::Leaf { path: path(byte), value_hash: Hash([7; 32]) };
        let node = |left, right| Node { left, right };
        let (left, right) = (|| link(0b1010_0101), || link(0b1011_0101));
        assert!(Node::decode(&position, &node(left(), right()).encode(&position)).is_ok());
        let not_below = Link::Branch { position, hash: Hash([8; 32]) };
        for bad in [
            node(right(), left()),
            node(left(), left()),
            node(link(0b0010_0101), right()),
            node(not_below, right()),
        ] {
            assert!(Node::decode(&position, &bad.encode(&position)).is_err(), "{bad:?}");
        }
        let good = [1, 7, 0, 0];
        let zero_first = [2, 0, 7, 0, 0];
        for key in [
            &[][..],
            &[0],
            &[0; 67],
            &good,
            &[1, 7, 0xff, 3],
            &zero_first,
            &[9, 7, 0, 0],
            &[1, 7, 0, 8],
        ] {
            assert_eq!(Position::from_key(key).is_some(), *key == good, "{key:?}");
        }
        assert!(Link::decode_top(&[]).is_err() && Link::decode_top(&[2; 97]).is_err());
    }
}
