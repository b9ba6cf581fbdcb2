//! Proofs of single keys and of whole maps: true ones verify, changed ones never do.

use crate::common::{Model, key, mutants};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use tenor_primitives::{Address, Hash, StorageKey, keccak256};
use tenor_proof::{
    End, KeyRange, MapProof, PATH_BYTES, Path, Proof, ProofError, Sibling, path_of, value_hash,
};

/// A whole namespace.
const WHOLE: KeyRange = KeyRange { start: None, end: None };

fn range(start: &[u8], end: &[u8]) -> KeyRange {
    KeyRange { start: Some(start.to_vec()), end: Some(end.to_vec()) }
}

fn verify_bytes(bytes: &[u8], root: &Hash, key: &StorageKey) -> Result<Option<Hash>, ProofError> {
    Proof::decode(bytes)?.verify(root, key)
}

#[test]
fn present_and_absent_keys_verify_and_no_changed_bit_does() {
    let model = Model::sample();
    let root = model.root();
    let mut ends = [0; 3];
    for key in (0..40).map(|name| key(name % 5, &[name])) {
        let proof = model.prove(&path_of(&key));
        assert_eq!(proof.verify_value(&root, &key, model.value(&key)), Ok(()));
        assert_eq!(proof.verify_value(&root, &key, Some(b"forged")), Err(ProofError::Value));
        ends[match proof.end {
            End::Present { .. } => 0,
            End::OtherLeaf { .. } => 1,
            End::OtherBranch { .. } => 2,
            End::Empty => panic!("the trie is not empty"),
        }] += 1;
        let bytes = borsh::to_vec(&proof).expect("encodes");
        for mutant in mutants(&bytes) {
            assert!(verify_bytes(&mutant, &root, &key).is_err());
        }
        for cut in 0..bytes.len() {
            assert!(verify_bytes(&bytes[..cut], &root, &key).is_err());
        }
        assert_eq!(Proof::decode(&[&bytes[..], &[0]].concat()), Err(ProofError::Encoding));
    }
    assert!(ends.iter().all(|count| *count > 0), "every kind of end was seen: {ends:?}");
}

/// The encodings people keep in files; they change only with the format version.
#[test]
fn encodings_are_the_pinned_ones() {
    let model = Model::sample();
    let digest = |bytes: Vec<u8>| format!("{} {:?}", bytes.len(), keccak256(&bytes));
    let prove = |key| borsh::to_vec(&model.prove(&path_of(&key))).expect("encodes");
    let map =
        |owner| borsh::to_vec(&model.prove_map(&Address([owner; 32]), 1, &WHOLE)).expect("encodes");
    let part = model.prove_map(&Address([1; 32]), 1, &range(&[4], &[20]));
    let lines = [
        ("present", prove(key(0, &[3]))),
        ("absent_leaf", prove(key(0, &[77]))),
        ("absent_branch", prove(key(9, &[77]))),
        ("many", borsh::to_vec(&model.prove_many(&[key(0, &[3]), key(9, &[1])])).expect("encodes")),
        ("map", map(1)),
        ("range", borsh::to_vec(&part).expect("encodes")),
        ("empty_map", map(9)),
    ];
    let lines = lines.map(|(kind, bytes)| format!("{kind} {}\n", digest(bytes)));
    crate::common::check_golden("proofs.txt", &lines.concat());
}

#[test]
fn the_empty_trie_proves_absence_only_there() {
    let proof = Proof { siblings: Vec::new(), end: End::Empty };
    assert_eq!(proof.verify(&Hash::ZERO, &key(1, b"a")), Ok(None));
    assert!(proof.verify(&Model::sample().root(), &key(1, b"a")).is_err());
}

#[test]
fn one_leaf_proves_itself_present_and_all_others_absent() {
    let model = Model::new(vec![(key(1, b"a"), b"value".to_vec())]);
    let root = model.root();
    for other in [key(1, b"b"), key(2, b"a")] {
        let proof = model.prove(&path_of(&other));
        assert!(matches!(proof.end, End::OtherLeaf { .. }));
        assert_eq!(proof.verify(&root, &other), Ok(None));
        let own = proof.verify(&root, &key(1, b"a"));
        assert!(matches!(own, Err(ProofError::Shape(_))), "{own:?}");
    }
}

#[test]
fn a_present_key_is_never_proved_absent_with_a_neighbours_proof() {
    let model = Model::sample();
    let root = model.root();
    let keys: Vec<StorageKey> = (0..30).map(|name| key(name % 3, &[name])).collect();
    let strangers = (0..200).map(|name| key(name % 5, &[name, 1]));
    for proof in strangers.map(|stranger| model.prove(&path_of(&stranger))) {
        for key in &keys {
            assert_ne!(proof.verify(&root, key), Ok(None));
        }
    }
}

#[test]
fn malformed_shapes_are_refused_without_panic() {
    let path = Path([0xff; PATH_BYTES]);
    let sibling = |bit| Sibling { bit, hash: Hash([1; 32]) };
    let present = End::Present { value_hash: Hash([2; 32]) };
    let other = |bit| End::OtherBranch {
        bit,
        prefix: Path([0; PATH_BYTES]),
        left: Hash::ZERO,
        right: Hash::ZERO,
    };
    let shapes = [
        (vec![sibling(5), sibling(5)], present.clone()),
        (vec![sibling(6), sibling(5)], present.clone()),
        (vec![sibling(512)], present.clone()),
        (vec![sibling(u16::MAX)], present),
        (vec![sibling(0)], End::Empty),
        (vec![sibling(0)], other(3)),
        (vec![], other(0)),
        (vec![], other(512)),
        (vec![], other(u16::MAX)),
        (vec![], End::OtherBranch { bit: 3, prefix: path, left: Hash::ZERO, right: Hash::ZERO }),
        (vec![], End::OtherLeaf { path, value_hash: Hash::ZERO }),
    ];
    for (siblings, end) in shapes {
        let proof = Proof { siblings, end };
        let verified = proof.verify_path(&Hash::ZERO, &path);
        assert!(matches!(verified, Err(ProofError::Shape(_))), "{proof:?}: {verified:?}");
    }
    let long = vec![0; Proof::BYTES_MAX + 1];
    assert!(matches!(Proof::decode(&long), Err(ProofError::TooLarge { .. })));
}

#[test]
fn the_bound_admits_the_longest_proof() {
    let siblings = (0..512).map(|bit| Sibling { bit, hash: Hash::ZERO }).collect();
    let end = End::OtherBranch {
        bit: 0,
        prefix: Path([0; PATH_BYTES]),
        left: Hash::ZERO,
        right: Hash::ZERO,
    };
    let bytes = borsh::to_vec(&Proof { siblings, end }).expect("encodes");
    assert_eq!(bytes.len(), Proof::BYTES_MAX);
}

fn verify_map(bytes: &[u8], root: &Hash, owner: u8) -> Result<(), ProofError> {
    MapProof::decode(bytes)?.verify(root, &Address([owner; 32]), 1, &WHOLE)
}

#[test]
fn whole_maps_verify_and_no_changed_bit_does() {
    let model = Model::sample();
    let root = model.root();
    for owner in 0..6 {
        let proof = model.prove_map(&Address([owner; 32]), 1, &WHOLE);
        assert_eq!(proof.entries.is_empty(), owner > 2);
        let bytes = borsh::to_vec(&proof).expect("encodes");
        assert_eq!(verify_map(&bytes, &root, owner), Ok(()));
        assert!(verify_map(&bytes, &root, (owner + 1) % 3).is_err());
        for mutant in mutants(&bytes) {
            assert!(verify_map(&mutant, &root, owner).is_err());
        }
    }
}

#[test]
fn a_map_with_an_entry_left_out_added_or_moved_is_refused() {
    let model = Model::sample();
    let (root, owner) = (model.root(), Address([1; 32]));
    let proof = model.prove_map(&owner, 1, &WHOLE);
    let changes: [fn(&mut MapProof); 6] = [
        |proof| drop(proof.entries.remove(3)),
        |proof| proof.entries.push((vec![0xff], vec![])),
        |proof| proof.entries.swap(1, 2),
        |proof| proof.entries.insert(1, proof.entries[0].clone()),
        |proof| proof.entries.clear(),
        |proof| proof.siblings.truncate(proof.siblings.len() - 1),
    ];
    for change in changes {
        let mut changed = proof.clone();
        change(&mut changed);
        assert!(changed.verify(&root, &owner, 1, &WHOLE).is_err());
    }
    // Absence of the path that ends in zeros does not make the map empty.
    let path = Path::of_map(&owner, 1);
    let Proof { siblings, end } = model.prove(&path);
    let empty = MapProof { entries: Vec::new(), others: Vec::new(), siblings, absent: Some(end) };
    let verified = empty.verify(&root, &owner, 1, &WHOLE);
    assert!(matches!(verified, Err(ProofError::Shape(_))), "{verified:?}");
}

#[test]
fn a_range_of_keys_is_proved_complete_and_no_wider_or_narrower_one() {
    let model = Model::sample();
    let (root, owner) = (model.root(), Address([1; 32]));
    // The keys of this map are 1, 4, 7, … 28.
    for (from, to, count) in [(4, 20, 6), (5, 7, 0), (0, 99, 10), (28, 29, 1), (20, 4, 0)] {
        let asked = range(&[from], &[to]);
        let proof = model.prove_map(&owner, 1, &asked);
        assert_eq!((proof.entries.len(), proof.others.len()), (count, 10 - count));
        assert_eq!(proof.verify(&root, &owner, 1, &asked), Ok(()));
        let bytes = borsh::to_vec(&proof).expect("encodes");
        for mutant in mutants(&bytes) {
            let decoded = MapProof::decode(&mutant);
            assert!(decoded.and_then(|proof| proof.verify(&root, &owner, 1, &asked)).is_err());
        }
        let wrong_side = Err(ProofError::Shape("an entry on the wrong side of the range"));
        if count > 0 {
            for other in [range(&[from + 1], &[to]), range(&[from], &[to - 1]), range(&[], &[from])]
            {
                let same = proof.entries.iter().all(|(key, _)| other.contains(key))
                    && !proof.others.iter().any(|(key, _)| other.contains(key));
                let verified = proof.verify(&root, &owner, 1, &other);
                assert_eq!(verified, if same { Ok(()) } else { wrong_side.clone() });
            }
        }
    }
    let asked = range(&[4], &[20]);
    let proof = model.prove_map(&owner, 1, &asked);
    let changes: [fn(&mut MapProof); 5] = [
        // An entry of the range hidden: altogether, or among those outside.
        |proof| drop(proof.entries.remove(2)),
        |proof| {
            let (key, value) = proof.entries.remove(2);
            proof.others.push((key, value_hash(&value)));
            proof.others.sort();
        },
        |proof| drop(proof.others.remove(0)),
        |proof| proof.others.swap(0, 1),
        |proof| proof.others[0].0 = vec![99],
    ];
    for change in changes {
        let mut changed = proof.clone();
        change(&mut changed);
        assert!(changed.verify(&root, &owner, 1, &asked).is_err());
    }
}

#[test]
fn ranges_know_their_keys() {
    assert!(WHOLE.is_whole() && KeyRange { start: Some(vec![]), end: None }.is_whole());
    assert!(!range(b"", b"b").is_whole());
    let asked = range(b"a", b"b");
    let inside = [&b""[..], b"a", b"a\0", b"b"].map(|key| asked.contains(key));
    assert_eq!(inside, [false, true, true, false]);
}

proptest! {
    #[test]
    fn random_states_prove_what_they_hold(
        state in btree_map((0..4u8, vec(any::<u8>(), 0..3)), vec(any::<u8>(), 0..40), 0..60),
        strangers in vec((0..5u8, vec(any::<u8>(), 0..3)), 20),
    ) {
        let known = state.iter().map(|((owner, name), value)| (key(*owner, name), value.clone()));
        let model = Model::new(known.collect());
        let root = model.root();
        for (owner, name) in state.keys().chain(&strangers) {
            let key = key(*owner, name);
            let proved = model.prove(&path_of(&key)).verify(&root, &key);
            prop_assert_eq!(proved, Ok(model.value(&key).map(keccak256)));
        }
        for owner in 0..5 {
            let contract = Address([owner; 32]);
            let proof = model.prove_map(&contract, 1, &WHOLE);
            prop_assert_eq!(proof.verify(&root, &contract, 1, &WHOLE), Ok(()));
        }
    }

    #[test]
    fn arbitrary_bytes_are_refused(bytes in vec(any::<u8>(), 0..300)) {
        let root = Model::sample().root();
        prop_assert!(verify_bytes(&bytes, &root, &key(1, b"a")).is_err());
        prop_assert!(verify_map(&bytes, &root, 1).is_err());
    }
}
