//! A prover over a plain sorted list: slow, obvious, and independent of the stored trie.

use tenor_primitives::{Address, Hash, StorageKey};
use tenor_proof::{End, MapProof, Path, Proof, Sibling, path_of, subtree_hash, value_hash};

/// A state as a list.
pub(crate) struct Model {
    entries: Vec<(StorageKey, Vec<u8>)>,
    leaves: Vec<(Path, Hash)>,
}

impl Model {
    pub(crate) fn new(entries: Vec<(StorageKey, Vec<u8>)>) -> Self {
        let leaf = |(key, value): &(StorageKey, Vec<u8>)| (path_of(key), value_hash(value));
        let mut leaves: Vec<_> = entries.iter().map(leaf).collect();
        leaves.sort_unstable();
        Self { entries, leaves }
    }

    /// Three maps of some entries each.
    pub(crate) fn sample() -> Self {
        let names = (0..30u8).map(|name| (key(name % 3, &[name]), vec![name; usize::from(name)]));
        Self::new(names.collect())
    }

    pub(crate) fn root(&self) -> Hash {
        subtree_hash(&self.leaves)
    }

    pub(crate) fn value(&self, key: &StorageKey) -> Option<&[u8]> {
        self.entries.iter().find(|(own, _)| own == key).map(|(_, value)| value.as_slice())
    }

    pub(crate) fn prove(&self, path: &Path) -> Proof {
        let (siblings, rest) = self.walk(path, 512);
        Proof { siblings, end: end(rest, path) }
    }

    pub(crate) fn prove_map(&self, contract: &Address, namespace: u16) -> MapProof {
        let map = Path::of_map(contract, namespace);
        let own = |key: &StorageKey| key.contract == *contract && key.namespace == namespace;
        let mine = self.entries.iter().filter(|(key, _)| own(key));
        let mut entries: Vec<_> = mine.map(|(k, value)| (k.key.clone(), value.clone())).collect();
        entries.sort();
        let (siblings, rest) = self.walk(&map, 256);
        let absent = entries.is_empty().then(|| end(rest, &map));
        MapProof { entries, siblings, absent }
    }

    /// Divides the leaves along `path`, as far as its first `until` bits, until it leaves them.
    fn walk(&self, path: &Path, until: u16) -> (Vec<Sibling>, &[(Path, Hash)]) {
        let (mut rest, mut siblings) = (&self.leaves[..], Vec::new());
        while let [(first, _), .., (last, _)] = rest {
            let bit = first.first_difference(last).expect("paths differ");
            if bit >= until || !path.shares_prefix(first, bit) {
                break;
            }
            let (left, right) = divide(rest, bit);
            let beside;
            (rest, beside) = if path.bit(bit) { (right, left) } else { (left, right) };
            siblings.push(Sibling { bit, hash: subtree_hash(beside) });
        }
        (siblings, rest)
    }
}

fn divide(leaves: &[(Path, Hash)], bit: u16) -> (&[(Path, Hash)], &[(Path, Hash)]) {
    leaves.split_at(leaves.partition_point(|(path, _)| !path.bit(bit)))
}

fn end(rest: &[(Path, Hash)], path: &Path) -> End {
    match rest {
        [] => End::Empty,
        [(found, value_hash)] if found == path => End::Present { value_hash: *value_hash },
        [(path, value_hash)] => End::OtherLeaf { path: *path, value_hash: *value_hash },
        [(first, _), .., (last, _)] => {
            let bit = first.first_difference(last).expect("paths differ");
            let (left, right) = divide(rest, bit);
            let (left, right) = (subtree_hash(left), subtree_hash(right));
            End::OtherBranch { bit, prefix: first.prefix(bit), left, right }
        }
    }
}

pub(crate) fn key(owner: u8, name: &[u8]) -> StorageKey {
    StorageKey::new(Address([owner; 32]), 1, name)
}

/// Every single-bit change of `bytes`.
pub(crate) fn mutants(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut mutant = bytes.to_vec();
        mutant[bit / 8] ^= 0x80 >> (bit % 8);
        mutant
    })
}
