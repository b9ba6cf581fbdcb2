//! A prover over a plain sorted list: slow, obvious, and independent of the stored trie.

use tenor_primitives::{Address, Hash, StorageKey};
use tenor_proof::{
    Claim, End, KeyRange, MapProof, MultiProof, Path, Proof, Sibling, Twig, path_of, subtree_hash,
    value_hash,
};

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

    pub(crate) fn prove_many(&self, keys: &[StorageKey]) -> MultiProof {
        let mut paths: Vec<Path> = keys.iter().map(path_of).collect();
        paths.sort_unstable();
        paths.dedup();
        let mut twigs = Vec::new();
        if !self.leaves.is_empty() {
            grow(&self.leaves, &paths, &mut twigs);
        }
        MultiProof { twigs }
    }

    pub(crate) fn prove_map(
        &self,
        contract: &Address,
        namespace: u16,
        range: &KeyRange,
    ) -> MapProof {
        let map = Path::of_map(contract, namespace);
        let mut entries = self.map(contract, namespace);
        let others = entries.extract_if(.., |(key, _)| !range.contains(key));
        let others: Vec<_> = others.map(|(key, value)| (key, value_hash(&value))).collect();
        let (siblings, rest) = self.walk(&map, 256);
        let absent = (entries.is_empty() && others.is_empty()).then(|| end(rest, &map));
        MapProof { entries, others, siblings, absent }
    }

    /// All entries of a namespace, ascending by key.
    pub(crate) fn map(&self, contract: &Address, namespace: u16) -> Vec<(Vec<u8>, Vec<u8>)> {
        let own = |key: &StorageKey| key.contract == *contract && key.namespace == namespace;
        let mine = self.entries.iter().filter(|(key, _)| own(key));
        let mut entries: Vec<_> = mine.map(|(k, value)| (k.key.clone(), value.clone())).collect();
        entries.sort();
        entries
    }

    /// Whether a claim is true, whatever proof it has.
    pub(crate) fn holds(&self, claim: &Claim) -> bool {
        match claim {
            Claim::Value { key, value, .. } => self.value(key) == value.as_deref(),
            Claim::Values { values, .. } => {
                values.iter().all(|(key, value)| self.value(key) == value.as_deref())
            }
            Claim::Map { contract, namespace, range, proof } => {
                let mut entries = self.map(contract, *namespace);
                entries.retain(|(key, _)| range.contains(key));
                entries == proof.entries
            }
        }
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

/// The part of the trie over `leaves` that `paths`, sorted, lie in, in preorder.
fn grow(leaves: &[(Path, Hash)], paths: &[Path], twigs: &mut Vec<Twig>) {
    if paths.is_empty() {
        twigs.push(Twig::Skipped { hash: subtree_hash(leaves) });
        return;
    }
    let [(first, _), .., (last, _)] = leaves else {
        let (path, value_hash) = leaves[0];
        let alone = paths == [path];
        let leaf = Twig::Leaf { path, value_hash };
        return twigs.push(if alone { Twig::Present { value_hash } } else { leaf });
    };
    let bit = first.first_difference(last).expect("paths differ");
    let passing: Vec<Path> =
        paths.iter().filter(|path| path.shares_prefix(first, bit)).copied().collect();
    let all = passing.len() == paths.len();
    let prefix = first.prefix(bit);
    twigs.push(if all { Twig::Through { bit } } else { Twig::Aside { bit, prefix } });
    let (left, right) = passing.split_at(passing.partition_point(|path| !path.bit(bit)));
    let (left_leaves, right_leaves) = divide(leaves, bit);
    grow(left_leaves, left, twigs);
    grow(right_leaves, right, twigs);
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

/// Compares with a golden file; `TENOR_UPDATE_GOLDEN=1` writes it.
pub(crate) fn check_golden(name: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("TENOR_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).expect("written");
    }
    let expected = std::fs::read_to_string(&path).expect("a golden file");
    assert_eq!(text, expected, "{}", path.display());
}
