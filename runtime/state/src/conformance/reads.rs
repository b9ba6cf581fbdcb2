//! State: values, scans, consistent views, proofs, and random blocks against a plain map.

use super::Place;
use super::chain::{Chain, key, writes};
use crate::{Claim, Entry, KeyRange, Overlay, Retention, Scan, StateReader, WriteSet};
use std::collections::BTreeMap;
use tenor_primitives::{Address, StorageKey, keccak256};

pub(super) type Model = BTreeMap<StorageKey, Vec<u8>>;

pub(super) fn scans_keep_order_bounds_and_namespaces(place: &mut dyn Place) {
    let chain = Chain::new(place.open(Retention::default()));
    let model = edge_keys();
    let set = model.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
    chain.commit(&set, &[]).expect("committed");
    let reader = chain.database.reader();
    check_scans(&*reader, &model);
    let above = Overlay::new(reader);
    check_scans(&above, &model);
}

pub(super) fn readers_keep_their_boundary(place: &mut dyn Place) {
    let chain = Chain::new(place.open(Retention::default()));
    let empty = chain.database.reader();
    chain.commit(&writes(&[("a", Some("1")), ("b", Some("1"))]), &[]).expect("committed");
    let before = chain.database.head().expect("read");
    chain.commit(&writes(&[("a", Some("2")), ("b", None)]), &[]).expect("committed");
    let after = chain.database.reader();
    let all = Scan::all(Address([1; 32]), 1, 10);
    let entry = |name: &str, value: &str| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
    assert_eq!(empty.scan(&all).expect("read"), []);
    assert_eq!(before.tip.map(|tip| tip.height), Some(0));
    assert_eq!(before.reader.scan(&all).expect("read"), [entry("a", "1"), entry("b", "1")]);
    assert_eq!(before.reader.get(&key(1, 1, b"b")).expect("read"), Some(b"1".to_vec()));
    assert_eq!(after.scan(&all).expect("read"), [entry("a", "2")]);
    assert_eq!(after.get(&key(1, 1, b"b")).expect("read"), None);
}

pub(super) fn random_blocks_agree_with_a_map(place: &mut dyn Place) {
    let mut chain = Chain::new(place.open(Retention::default()));
    let mut model = Model::new();
    for height in 0u64..24 {
        let set = random_writes(height);
        let prepared = chain.database.prepare(&set).expect("prepared");
        let block = chain.commit(&set, &[height]).expect("committed");
        apply(&mut model, set);
        let anew = model.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
        let scratch =
            Chain::new(std::sync::Arc::new(crate::MemoryDatabase::new(Chain::chain_id())));
        let root = scratch.database.prepare(&anew).expect("prepared").root;
        assert_eq!(prepared.root, root, "the root depends on the state alone");
        assert_eq!(block.header.state_root, root);
        check_scans(&*chain.database.reader(), &model);
        if height % 8 == 7 {
            drop(chain);
            chain = Chain::new(place.open(Retention::default()));
        }
    }
}

pub(super) fn proofs_follow_the_head(place: &mut dyn Place) {
    let chain = Chain::new(place.open(Retention::default()));
    let known = key(1, 1, b"a");
    let unborn = chain.database.view(None).expect_err("nothing to see");
    assert!(!unborn.is_fatal(), "{unborn}");
    chain.commit(&writes(&[]), &[]).expect("committed");
    assert_eq!(proved(&chain, &known), None);
    for value in ["1", "2"] {
        chain.commit(&writes(&[("a", Some(value)), ("b", Some("x"))]), &[]).expect("committed");
        assert_eq!(Some(chain.view().tip), chain.database.tip());
        assert_eq!(proved(&chain, &known).as_deref(), Some(value.as_bytes()));
        assert_eq!(proved(&chain, &key(1, 1, b"c")), None);
    }
}

/// The value under `key` at the head, by its proof.
fn proved(chain: &Chain, key: &StorageKey) -> Option<Vec<u8>> {
    let root = chain.database.tip().expect("committed").state_root;
    let claim = chain.view().prove(key).expect("proved");
    assert_eq!(claim.verify(&root), Ok(()));
    let Claim::Value { key: shown, value, .. } = claim else { panic!("one value") };
    assert_eq!(shown, *key);
    value
}

pub(super) fn whole_maps_and_many_keys_are_proved(place: &mut dyn Place) {
    let chain = Chain::new(place.open(Retention::default()));
    let model = edge_keys();
    let set = model.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
    chain.commit(&set, &[]).expect("committed");
    let root = chain.database.tip().expect("committed").state_root;
    let range = KeyRange::default();
    for (owner, namespace) in [(1, 0), (1, 1), (1, 3), (2, 0), (9, 9)] {
        let contract = Address([owner; 32]);
        let prove =
            |max| chain.view().prove_map(&contract, namespace, &range, max).expect("proved");
        let claim = prove(6).expect("six at most");
        assert_eq!(claim.verify(&root), Ok(()));
        let all = expected(&model, &Scan::all(contract, namespace, usize::MAX));
        assert_eq!(prove(5).is_none(), all.len() == 6, "more than were allowed");
        assert!(matches!(claim, Claim::Map { proof, .. } if proof.entries == all));
    }
    let mut keys: Vec<StorageKey> = model.keys().step_by(3).cloned().collect();
    keys.push(key(7, 7, b"absent"));
    let claim = chain.view().prove_many(&keys).expect("proved");
    assert_eq!(claim.verify(&root), Ok(()));
    let all: Vec<_> = keys.iter().map(|key| (key.clone(), model.get(key).cloned())).collect();
    assert!(matches!(claim, Claim::Values { values, .. } if values == all));
}

/// Keys at the edges: empty, prefixes of each other, the largest bytes, neighbouring namespaces.
fn edge_keys() -> Model {
    let names: [&[u8]; 6] = [b"", b"a", b"a\0", b"ab", b"b", &[0xff; 3]];
    let owners = [(1, 0), (1, 1), (1, 2), (1, u16::MAX), (2, 0), (0xff, u16::MAX)];
    let keys = owners
        .iter()
        .flat_map(|(owner, namespace)| names.iter().map(move |name| key(*owner, *namespace, name)));
    (0u8..).zip(keys).map(|(value, key)| (key, vec![value; usize::from(value % 3)])).collect()
}

pub(super) fn apply(model: &mut Model, set: WriteSet) {
    for (key, value) in set {
        match value {
            Some(value) => model.insert(key, value),
            None => model.remove(&key),
        };
    }
}

pub(super) fn random_writes(seed: u64) -> WriteSet {
    let draw = |index: u64| keccak256(&[seed.to_be_bytes(), index.to_be_bytes()].concat()).0;
    let write = |index: u64| {
        let random = draw(index);
        let name = &random[2..3 + usize::from(random[2] % 2)];
        let value = (random[4] % 4 > 0).then(|| random[5..5 + usize::from(random[5] % 9)].to_vec());
        (key(random[0] % 2, u16::from(random[1] % 3), name), value)
    };
    (0..40).map(write).collect()
}

pub(super) fn check_scans(reader: &dyn StateReader, model: &Model) {
    for (key, value) in model {
        assert_eq!(reader.get(key).expect("read").as_ref(), Some(value));
    }
    let bounds: [Option<&[u8]>; 5] = [None, Some(b""), Some(b"a"), Some(b"ab"), Some(&[0xff; 4])];
    let owners = [(0, 0), (1, 0), (1, 1), (1, u16::MAX), (2, 0), (0xff, u16::MAX)];
    for (owner, namespace) in owners {
        for (start, end) in bounds.iter().flat_map(|start| bounds.map(|end| (*start, end))) {
            for (limit, reverse) in [(0, false), (1, false), (2, true), (99, false), (99, true)] {
                let contract = Address([owner; 32]);
                let scan = Scan { contract, namespace, start, end, limit, reverse };
                assert_eq!(reader.scan(&scan).expect("read"), expected(model, &scan), "{scan:?}");
            }
        }
    }
}

fn expected(model: &Model, scan: &Scan<'_>) -> Vec<Entry> {
    let inside = |key: &StorageKey| {
        key.contract == scan.contract
            && key.namespace == scan.namespace
            && scan.start.is_none_or(|start| key.key.as_slice() >= start)
            && scan.end.is_none_or(|end| key.key.as_slice() < end)
    };
    let found = model.iter().filter(|(key, _)| inside(key));
    let mut found: Vec<Entry> =
        found.map(|(key, value)| (key.key.clone(), value.clone())).collect();
    if scan.reverse {
        found.reverse();
    }
    found.truncate(scan.limit);
    found
}
