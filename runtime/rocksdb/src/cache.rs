//! Decoded trie nodes by hash. A hash determines its node, so an entry is right for every state
//! that refers to it and never has to be taken back.

use parking_lot::Mutex;
use std::collections::HashMap;
use tenor_primitives::Hash;
use tenor_state::trie::{Node, NodeWrite};

/// Locks, so that threads of one update rarely wait for each other.
const SHARDS: usize = 16;
/// Memory of one entry: key, node, and the table around them at its usual load.
const ENTRY_BYTES: usize = 400;

/// A bounded cache in two generations: what is asked for moves to the young one; when that is full
/// it becomes the old one, and what nobody asked for meanwhile is dropped.
pub(crate) struct NodeCache {
    shards: [Mutex<Shard>; SHARDS],
    generation_max: usize,
}

#[derive(Default)]
struct Shard {
    young: HashMap<Hash, Node>,
    old: HashMap<Hash, Node>,
}

impl NodeCache {
    /// A cache of about `bytes_max`.
    pub(crate) fn new(bytes_max: usize) -> Self {
        let generation_max = bytes_max / ENTRY_BYTES / SHARDS / 2;
        Self { shards: Default::default(), generation_max: generation_max.max(1) }
    }

    fn shard(&self, hash: &Hash) -> &Mutex<Shard> {
        &self.shards[usize::from(hash.0[0]) % SHARDS]
    }

    /// The node with this hash, if it is known.
    pub(crate) fn get(&self, hash: &Hash) -> Option<Node> {
        let mut shard = self.shard(hash).lock();
        if let Some(node) = shard.young.get(hash) {
            return Some(*node);
        }
        let node = shard.old.remove(hash)?;
        self.add(&mut shard, *hash, node);
        Some(node)
    }

    /// Adds a node that has this hash.
    pub(crate) fn insert(&self, hash: Hash, node: Node) {
        self.add(&mut self.shard(&hash).lock(), hash, node);
    }

    /// Adds the nodes that an update wrote: the next one will read those near the top.
    pub(crate) fn insert_all(&self, writes: &[NodeWrite]) {
        for NodeWrite { node, hash, .. } in writes {
            self.insert(*hash, *node);
        }
    }

    fn add(&self, shard: &mut Shard, hash: Hash, node: Node) {
        if shard.young.len() >= self.generation_max {
            shard.old = std::mem::take(&mut shard.young);
        }
        shard.young.insert(hash, node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenor_primitives::keccak256;
    use tenor_state::trie::Link;

    fn node(value_hash: Hash) -> Node {
        let leaf = [&[0][..], &value_hash.0, &[0; 64]].concat();
        let link = Link::decode_top(&leaf).expect("a leaf");
        Node { left: link, right: link }
    }

    #[test]
    fn what_is_used_stays_and_memory_is_bounded() {
        let cache = NodeCache::new(SHARDS * ENTRY_BYTES * 2 * 10);
        let hash = |n: u32| keccak256(&n.to_be_bytes());
        cache.insert(hash(0), node(hash(0)));
        for n in 1..10_000 {
            cache.insert(hash(n), node(hash(n)));
            assert_eq!(cache.get(&hash(0)), Some(node(hash(0))), "asked for all the time");
        }
        let held = |shard: &Mutex<Shard>| {
            let shard = shard.lock();
            shard.young.len() + shard.old.len()
        };
        assert!(cache.shards.iter().map(held).sum::<usize>() <= SHARDS * 20);
        assert_eq!(cache.get(&hash(1)), None, "long out of use");
    }
}
