//! Proofs of single keys and of whole maps: true ones verify, changed ones never do.

use crate::common::{Model, key, mutants};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use tenor_primitives::{Address, Hash, StorageKey, keccak256};
use tenor_proof::{End, MapProof, PATH_BYTES, Path, Proof, ProofError, Sibling, path_of};

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
    let map = |owner| borsh::to_vec(&model.prove_map(&Address([owner; 32]), 1)).expect("encodes");
    assert_eq!(
        digest(prove(key(0, &[3]))),
        "207 9465d59ac403b40093b71ceb572950ddc127a404de1937df73bb05c0cd43a42d"
    );
    assert_eq!(
        digest(prove(key(0, &[77]))),
        "271 0e71765833fd014d35f750491dc311c5a677bc78988a70d03441a6a750c880c4"
    );
    assert_eq!(
        digest(prove(key(9, &[77]))),
        "169 cfa5716e46fcf08a5d6ed7e8fc0ebd3010c4a975b23b7ae7b1edbc83c183f11c"
    );
    assert_eq!(
        digest(map(1)),
        "278 cb8e98fc97e8a082ead7cf5d714fd94277d813bcbe9480c11a8bc83489911bac"
    );
    assert_eq!(
        digest(map(9)),
        "174 cde27dd98d56bf03edaba3b6f121026a095884aef0d83915406bb9c8ebb9b6c2"
    );
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
    MapProof::decode(bytes)?.verify(root, &Address([owner; 32]), 1)
}

#[test]
fn whole_maps_verify_and_no_changed_bit_does() {
    let model = Model::sample();
    let root = model.root();
    for owner in 0..6 {
        let proof = model.prove_map(&Address([owner; 32]), 1);
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
    let proof = model.prove_map(&owner, 1);
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
        assert!(changed.verify(&root, &owner, 1).is_err());
    }
    // Absence of the path that ends in zeros does not make the map empty.
    let path = Path::of_map(&owner, 1);
    let Proof { siblings, end } = model.prove(&path);
    let empty = MapProof { entries: Vec::new(), siblings, absent: Some(end) };
    let verified = empty.verify(&root, &owner, 1);
    assert!(matches!(verified, Err(ProofError::Shape(_))), "{verified:?}");
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
            prop_assert_eq!(model.prove_map(&contract, 1).verify(&root, &contract, 1), Ok(()));
        }
    }

    #[test]
    fn arbitrary_bytes_are_refused(bytes in vec(any::<u8>(), 0..300)) {
        let root = Model::sample().root();
        prop_assert!(verify_bytes(&bytes, &root, &key(1, b"a")).is_err());
        prop_assert!(verify_map(&bytes, &root, 1).is_err());
    }
}
