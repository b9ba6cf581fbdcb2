//! Trie nodes in memory, packed, by hash and the block that wrote them. Both together determine a node
//! and where its children are stored, so an entry is right for every state that refers to it and never
//! has to be taken back.

use crate::generations::Generations;
use parking_lot::Mutex;
use tenor_primitives::{Hash, Height};
use tenor_state::trie::{Node, Position};

/// Locks, so that threads of one update rarely wait for each other.
const SHARDS: usize = 16;
/// Memory of one entry beside its bytes: key, table at its usual load, allocation.
const ENTRY_BYTES: usize = 128;

/// A bounded cache of nodes.
pub(crate) struct NodeCache {
    shards: [Mutex<Generations<Key, Packed>>; SHARDS],
    generation_bytes_max: usize,
}

type Key = (Hash, Height);

/// A node that [`Node::pack`] made smaller, and the number of branches inside.
pub(crate) struct Packed {
    bytes: Box<[u8]>,
    inside: usize,
}

impl Packed {
    /// The node at this position.
    pub(crate) fn of(position: &Position, node: &Node) -> Self {
        Self { bytes: node.pack(position), inside: node.inside() }
    }

    /// The node's stored form.
    pub(crate) fn record(&self) -> &[u8] {
        Node::packed_record(self.inside, &self.bytes)
    }

    /// Of the cache's memory.
    fn entry_bytes(&self) -> usize {
        ENTRY_BYTES + self.bytes.len()
    }

    fn unpack(&self, position: &Position) -> Option<Node> {
        Node::unpack(position, self.inside, &self.bytes)
    }
}

impl NodeCache {
    /// A cache of about `bytes_max`.
    pub(crate) fn new(bytes_max: usize) -> Self {
        let shard = |_| Mutex::new(Generations::new(|_, packed: &Packed| packed.entry_bytes()));
        let generation_bytes_max = bytes_max / SHARDS / 2;
        Self { shards: std::array::from_fn(shard), generation_bytes_max }
    }

    fn shard(&self, hash: &Hash) -> &Mutex<Generations<Key, Packed>> {
        &self.shards[usize::from(hash.0[0]) % SHARDS]
    }

    /// The node with this hash at this position, if it is known.
    pub(crate) fn get(&self, position: &Position, hash: &Hash) -> Option<Node> {
        let key = (*hash, position.height());
        let mut shard = self.shard(hash).lock();
        if let Some(packed) = shard.young(&key) {
            return packed.unpack(position);
        }
        let (key, packed) = shard.take_old(&key)?;
        let node = packed.unpack(position);
        shard.add(key, packed, self.generation_bytes_max);
        node
    }

    /// Adds a node that has this hash.
    pub(crate) fn insert(&self, position: &Position, hash: &Hash, node: &Node) {
        self.insert_packed(position, hash, Packed::of(position, node));
    }

    /// Adds a node that has this hash.
    pub(crate) fn insert_packed(&self, position: &Position, hash: &Hash, packed: Packed) {
        let key = (*hash, position.height());
        self.shard(hash).lock().add(key, packed, self.generation_bytes_max);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenor_primitives::keccak256;
    use tenor_state::trie::Link;

    fn node(value_hash: Hash) -> Node {
        let leaf = |first: u8| {
            let bytes = [&[0][..], &value_hash.0, &[first], &[0; 63]].concat();
            Link::decode_top(&bytes).expect("a leaf")
        };
        Node { left: leaf(0), right: leaf(0x80) }
    }

    /// The place of the topmost branch, written by the block at `height`.
    fn place(height: u8) -> Position {
        Position::from_key(&[1, height, 0]).expect("a position")
    }

    #[test]
    fn what_is_used_stays_and_memory_is_bounded() {
        let bytes = ENTRY_BYTES + node(Hash::ZERO).pack(&place(7)).len();
        let cache = NodeCache::new(SHARDS * bytes * 2 * 10);
        let hash = |n: u32| keccak256(&n.to_be_bytes());
        cache.insert(&place(7), &hash(0), &node(hash(0)));
        for n in 1..10_000 {
            cache.insert(&place(7), &hash(n), &node(hash(n)));
            assert_eq!(
                cache.get(&place(7), &hash(0)),
                Some(node(hash(0))),
                "asked for all the time"
            );
        }
        let held = cache.shards.iter().map(|shard| shard.lock().len());
        assert!(held.sum::<usize>() <= SHARDS * 20);
        assert_eq!(cache.get(&place(7), &hash(1)), None, "long out of use");
        assert_eq!(cache.get(&place(8), &hash(0)), None, "written by another block");
    }
}
