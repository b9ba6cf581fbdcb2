//! The batched update against a trie built anew, and the stored form.

use super::{
    Link, Node, NodeReader, NodeWrite, Position, TrieUpdate, build, prove, prove_many, prove_map,
    update,
};
use crate::{StateError, WriteSet};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tenor_primitives::{Address, Hash, StorageKey};
use tenor_proof::{
    KeyRange, MapProof, MultiProof, Path, ProofError, Twig, path_of, subtree_hash, value_hash,
};

#[derive(Clone, Default)]
struct Nodes {
    top: Option<Link>,
    records: BTreeMap<Vec<u8>, Vec<u8>>,
    height: u64,
}

impl NodeReader for Nodes {
    fn top(&self) -> Result<Option<Link>, StateError> {
        self.top.as_ref().map(|top| Link::decode_top(&top.encode_top())).transpose()
    }

    fn node(&self, position: &Position, _: &Hash) -> Result<Option<Node>, StateError> {
        let record = self.records.get(&position.key());
        record.map(|record| Node::decode(position, record)).transpose()
    }
}

impl Nodes {
    /// Stores an update and forgets what it leaves behind.
    fn apply(&mut self, update: &TrieUpdate) {
        self.store(update);
        for position in &update.stale {
            assert!(position.height() < update.height, "{position:?}");
            assert!(self.records.remove(&position.key()).is_some(), "{position:?}");
        }
    }

    /// Stores an update beside all that was before.
    fn store(&mut self, update: &TrieUpdate) {
        self.top = update.top.clone();
        for NodeWrite { position, node, hash } in &update.nodes {
            assert_eq!(position.height(), update.height);
            assert_eq!(Position::from_key(&position.key()), Some(*position));
            assert_eq!(node.hash(position), *hash);
            let before = self.records.insert(position.key(), node.encode(position));
            assert_eq!(before, None, "each place once");
        }
    }

    fn update(&mut self, writes: &WriteSet) -> TrieUpdate {
        self.height += 1;
        update(self, writes, self.height).expect("readable")
    }

    fn write(&mut self, writes: &WriteSet) -> TrieUpdate {
        let update = self.update(writes);
        self.apply(&update);
        update
    }

    /// What is stored, whenever it was written.
    fn places(&self) -> Vec<(Position, [Hash; 2])> {
        let place = |(key, record): (&Vec<u8>, &Vec<u8>)| {
            let position = Position::from_key(key).expect("a position");
            let node = Node::decode(&position, record).expect("a node");
            (position.written_at(0), [node.left.hash(), node.right.hash()])
        };
        let mut places: Vec<_> = self.records.iter().map(place).collect();
        places.sort_unstable();
        places
    }

    /// Branches in all records: one less than the links that lead out of each.
    fn branches(&self) -> usize {
        let branches = |(key, record): (&Vec<u8>, &Vec<u8>)| {
            let position = Position::from_key(key).expect("a position");
            Node::decode(&position, record).expect("a node").ends().len() - 1
        };
        self.records.iter().map(branches).sum()
    }

    fn root(&self) -> Hash {
        super::root(self.top.as_ref())
    }
}

type Model = BTreeMap<StorageKey, Vec<u8>>;

fn apply(model: &mut Model, writes: &WriteSet) {
    for (key, value) in writes {
        match value {
            Some(value) => model.insert(key.clone(), value.clone()),
            None => model.remove(key),
        };
    }
}

fn leaves(model: &Model) -> Vec<(Path, Hash)> {
    let mut leaves: Vec<_> =
        model.iter().map(|(key, value)| (path_of(key), value_hash(value))).collect();
    leaves.sort_unstable();
    leaves
}

fn key(owner: u8, namespace: u16, name: u8) -> StorageKey {
    StorageKey::new(Address([owner; 32]), namespace, [name])
}

/// Few enough keys that writes meet, split and collapse.
fn keys() -> impl Strategy<Value = StorageKey> {
    (0..2u8, 0..3u16, 0..24u8).prop_map(|(owner, namespace, name)| key(owner, namespace, name))
}

fn write_sets() -> impl Strategy<Value = Vec<WriteSet>> {
    let value = prop_oneof![2 => vec(0..3u8, 0..2).prop_map(Some), 1 => Just(None)];
    vec(proptest::collection::btree_map(keys(), value, 0..24), 1..8)
}

fn check_proofs(nodes: &Nodes, model: &Model, root: &Hash) {
    let all: Vec<StorageKey> = (0..3)
        .flat_map(|owner| (0..4).flat_map(move |n| (0..26).map(move |name| key(owner, n, name))))
        .collect();
    for key in &all {
        let proof = prove(nodes, &path_of(key)).expect("readable");
        let value = model.get(key).map(Vec::as_slice);
        assert_eq!(proof.verify_value(root, key, value), Ok(()));
    }
    for some in [&all[..], &all[..1], &all[40..47], &[]] {
        let proof = prove_many(nodes, some.iter().map(path_of).collect()).expect("readable");
        let values = some.iter().map(|key| model.get(key).map(|value| value_hash(value)));
        assert_eq!(proof.verify(root, some), Ok(values.collect()));
    }
    for (owner, namespace) in (0..3).flat_map(|owner| (0..4).map(move |n| (owner, n))) {
        let contract = Address([owner; 32]);
        let (siblings, absent) = prove_map(nodes, &contract, namespace).expect("readable");
        let inside = |key: &&StorageKey| key.contract == contract && key.namespace == namespace;
        let keys = model.keys().filter(inside);
        let entries = keys.map(|key| (key.key.clone(), model[key].clone())).collect();
        let proof = MapProof { entries, others: Vec::new(), siblings, absent };
        assert_eq!(proof.verify(root, &contract, namespace, &KeyRange::default()), Ok(()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn updates_agree_with_a_trie_built_anew(sets in write_sets()) {
        let (mut nodes, mut model) = (Nodes::default(), Model::new());
        for writes in &sets {
            let before = subtree_hash(&leaves(&model));
            let update = nodes.write(writes);
            apply(&mut model, writes);
            prop_assert_eq!(update.parent_root, before);
            prop_assert_eq!(update.root, subtree_hash(&leaves(&model)));
            // One branch less than there are leaves: nothing is left behind.
            prop_assert_eq!(nodes.branches(), model.len().saturating_sub(1));
        }
        let root = subtree_hash(&leaves(&model));
        check_proofs(&nodes, &model, &root);
    }

    #[test]
    fn the_root_does_not_depend_on_order_or_batches(sets in write_sets()) {
        let mut model = Model::new();
        let mut batched = Nodes::default();
        for writes in &sets {
            apply(&mut model, writes);
            batched.write(writes);
        }
        let mut one_by_one = Nodes::default();
        for (key, value) in model.iter().rev() {
            one_by_one.write(&[(key.clone(), Some(value.clone()))].into());
        }
        prop_assert_eq!(one_by_one.places(), batched.places());
        prop_assert_eq!(one_by_one.root(), batched.root());
        let mut at_once = Nodes::default();
        let mut store = |NodeWrite { position, node, hash }: NodeWrite| {
            assert_eq!(node.hash(&position), hash);
            at_once.records.insert(position.key(), node.encode(&position));
            Ok::<(), std::convert::Infallible>(())
        };
        let Ok(top) = build(&leaves(&model), 7, &mut store);
        prop_assert_eq!(super::root(top.as_ref()), batched.root());
        prop_assert_eq!(at_once.places(), batched.places());
    }

    #[test]
    fn records_are_read_back_or_refused(
        sets in write_sets(), place in any::<prop::sample::Index>(), flip in 1..=255u8,
    ) {
        let mut nodes = Nodes::default();
        for writes in &sets {
            nodes.write(writes);
        }
        for (key, record) in &nodes.records {
            let position = Position::from_key(key).expect("a position");
            let node = Node::decode(&position, record).expect("a node");
            prop_assert_eq!(&node.encode(&position), record);
            let packed = node.pack(&position);
            prop_assert_eq!(&Node::unpack(&position, node.inside(), &packed), &Some(node.clone()));
            let mut damaged = record.clone();
            damaged[place.index(record.len())] ^= flip;
            if let Ok(other) = Node::decode(&position, &damaged) {
                // Where a child branch lies is in that branch's own hash; which block wrote it is in
                // no hash, and shows when it is not found there.
                let places = |node: &Node| -> Vec<_> {
                    node.ends().into_iter().map(|end| (*end.path(), position_of(end))).collect()
                };
                let moved = places(&other) != places(&node);
                prop_assert!(moved || other.hash(&position) != node.hash(&position));
            }
            // What follows may look like a record, but never like this one.
            let short = Node::decode(&position, &record[1..]);
            prop_assert!(!short.is_ok_and(|short| short.hash(&position) == node.hash(&position)));
            prop_assert!(Node::decode(&position, &[record, &[0][..]].concat()).is_err());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn every_past_trie_stays_readable_until_it_is_pruned(sets in write_sets()) {
        let (mut nodes, mut model) = (Nodes::default(), Model::new());
        let mut past = Vec::new();
        let mut stale = Vec::new();
        for writes in &sets {
            let update = nodes.update(writes);
            nodes.store(&update);
            apply(&mut model, writes);
            past.push((nodes.top.clone(), model.clone()));
            stale.push(update.stale);
        }
        for (oldest, ((top, model), stale)) in past.iter().zip(&stale).enumerate() {
            // What a block left behind goes when the state before it is no longer wanted.
            for position in stale {
                prop_assert!(nodes.records.remove(&position.key()).is_some());
            }
            let view = Nodes { top: top.clone(), ..nodes.clone() };
            check_proofs(&view, model, &subtree_hash(&leaves(model)));
            let last = past.len() - 1;
            if oldest == last {
                prop_assert_eq!(nodes.branches(), model.len().saturating_sub(1));
            }
        }
    }
}

fn position_of(link: &Link) -> Option<Position> {
    match link {
        Link::Branch { position, .. } => Some(*position),
        _ => None,
    }
}

fn put(name: u8, value: &[u8]) -> WriteSet {
    [(key(1, 1, name), Some(value.to_vec()))].into()
}

fn delete(name: u8) -> WriteSet {
    [(key(1, 1, name), None)].into()
}

#[test]
fn large_batches_on_many_threads_agree_too() {
    let key = |name: u32| StorageKey::new(Address([1; 32]), 1, name.to_be_bytes());
    let (mut nodes, mut model) = (Nodes::default(), Model::new());
    for (from, step, value) in [(0, 1, Some(1)), (0, 3, Some(2)), (1, 3, None), (2_500, 1, Some(3))]
    {
        let names = (from..from + 3_000).step_by(step);
        let writes = names.map(|name| (key(name), value.map(|value| vec![value]))).collect();
        let update = nodes.write(&writes);
        apply(&mut model, &writes);
        assert_eq!(update.root, subtree_hash(&leaves(&model)));
        assert_eq!(nodes.branches(), model.len() - 1);
        let positions: BTreeSet<Position> = update.nodes.iter().map(|n| n.position).collect();
        assert_eq!(positions.len(), update.nodes.len(), "each position once");
    }
}

#[test]
fn no_changed_bit_of_a_proof_of_many_keys_verifies() {
    let mut nodes = Nodes::default();
    let present = (0..12).map(|name| (key(name % 2, 1, name), Some(vec![name])));
    let root = nodes.write(&present.collect()).root;
    let keys: Vec<StorageKey> = (0..20).step_by(3).map(|name| key(name % 2, 1, name)).collect();
    let proof = prove_many(&nodes, keys.iter().map(path_of).collect()).expect("readable");
    let bytes = borsh::to_vec(&proof).expect("encodes");
    let verify = |bytes: &[u8]| MultiProof::decode(bytes).and_then(|p| p.verify(&root, &keys));
    let values = (0..20).step_by(3).map(|name| (name < 12).then(|| value_hash(&[name])));
    assert_eq!(verify(&bytes), Ok(values.collect()));
    for bit in 0..bytes.len() * 8 {
        let mut mutant = bytes.clone();
        mutant[bit / 8] ^= 1 << (bit % 8);
        assert!(verify(&mutant).is_err(), "bit {bit}");
    }
    let more = [&keys[..], &[key(0, 1, 2)]].concat();
    assert!(proof.verify(&root, &more).is_err(), "a key outside the proof is not decided");
    let empty = MultiProof::default().verify(&Hash::ZERO, &keys);
    assert_eq!(empty, Ok(vec![None; keys.len()]));
}

#[test]
fn malformed_proofs_of_many_keys_are_refused_without_panic() {
    let some = key(0, 1, 2);
    let (path, hash) = (path_of(&some), Hash::ZERO);
    let skipped = || Twig::Skipped { hash };
    let shapes = [
        vec![Twig::Through { bit: 512 }, skipped(), skipped()],
        vec![Twig::Through { bit: u16::MAX }, skipped(), skipped()],
        vec![Twig::Aside { bit: u16::MAX, prefix: path }, skipped(), skipped()],
        vec![Twig::Aside { bit: 3, prefix: path }, skipped(), skipped()],
        vec![Twig::Through { bit: 5 }, Twig::Through { bit: 5 }],
        vec![Twig::Through { bit: 5 }],
        vec![skipped()],
        vec![Twig::Present { value_hash: hash }, skipped()],
    ];
    for twigs in shapes {
        let proof = MultiProof { twigs };
        let verified = proof.verify(&Hash::ZERO, std::slice::from_ref(&some));
        assert!(matches!(verified, Err(ProofError::Shape(_))), "{proof:?}: {verified:?}");
    }
    let two = [some, key(1, 1, 2)];
    let proof = MultiProof { twigs: vec![Twig::Present { value_hash: hash }] };
    assert!(matches!(proof.verify(&hash, &two), Err(ProofError::Shape(_))));
}

#[test]
fn writes_that_change_nothing_leave_no_trace() {
    let mut nodes = Nodes::default();
    assert!(nodes.write(&delete(1)).nodes.is_empty());
    (0..50).for_each(|name| drop(nodes.write(&put(name, b"value"))));
    for writes in [put(7, b"value"), delete(99), WriteSet::new()] {
        let update = nodes.write(&writes);
        assert_eq!(update.parent_root, update.root);
        assert!(update.nodes.is_empty());
    }
}

#[test]
fn what_is_deleted_and_written_again_is_the_same() {
    let mut nodes = Nodes::default();
    (0..20).for_each(|name| drop(nodes.write(&put(name, b"value"))));
    let before = nodes.clone();
    (0..20).for_each(|name| drop(nodes.write(&delete(name))));
    assert_eq!((&nodes.top, nodes.records.len()), (&None, 0));
    (0..20).rev().for_each(|name| drop(nodes.write(&put(name, b"value"))));
    assert_eq!((nodes.root(), nodes.places()), (before.root(), before.places()));
}

#[test]
fn a_missing_or_changed_node_is_corruption() {
    let mut nodes = Nodes::default();
    (0..20).for_each(|name| drop(nodes.write(&put(name, b"value"))));
    let first = nodes.records.keys().next().expect("branches").clone();
    let mut changed = nodes.clone();
    changed.records.get_mut(&first).expect("there")[4] ^= 1;
    nodes.records.remove(&first);
    for nodes in [changed, nodes] {
        let proved = (0..20).map(|name| prove(&nodes, &path_of(&key(1, 1, name))));
        let errors: Vec<_> = proved.filter_map(Result::err).collect();
        assert!(!errors.is_empty() && errors.iter().all(StateError::is_fatal));
    }
}
