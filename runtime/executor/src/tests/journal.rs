//! The journal against a stack of whole copies.

use super::chain::Values;
use crate::journal::{Journal, ScanBudget};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use tenor_primitives::{Address, StorageKey};
use tenor_state::Scan;

#[derive(Clone, Debug)]
enum Step {
    Put(u8, Option<u8>),
    Read(u8),
    Checkpoint,
    Rollback,
    Release,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..60u8, any::<Option<u8>>()).prop_map(|(key, value)| Step::Put(key, value)),
        3 => (0..60u8).prop_map(Step::Read),
        2 => Just(Step::Checkpoint),
        1 => Just(Step::Rollback),
        1 => Just(Step::Release),
    ];
    prop::collection::vec(step, 0..60)
}

fn key(byte: u8) -> StorageKey {
    StorageKey::new(Address([1; 32]), 3, [byte])
}

proptest! {
    #[test]
    fn rollbacks_restore_exactly_what_was(base in prop::collection::btree_map(0..60u8, any::<u8>(), 0..60), steps in steps(), kept in 0..2_000usize) {
        let values = base.iter().map(|(k, v)| (key(*k), vec![*v])).collect();
        // Often too little for what is read, so that reads are forgotten on the way.
        let mut journal = Journal::with_read_cache(Arc::new(Values(values)), kept);
        let mut model: BTreeMap<u8, u8> = base.clone();
        let mut layers = Vec::new();
        for step in steps {
            match step {
                Step::Put(k, value) => {
                    journal.put((&key(k)).into(), value.map(|byte| vec![byte]));
                    match value {
                        Some(byte) => model.insert(k, byte),
                        None => model.remove(&k),
                    };
                }
                Step::Read(k) => {
                    let expected = model.get(&k).map(|byte| vec![*byte]);
                    prop_assert_eq!(journal.get((&key(k)).into()).expect("reads").map(<[u8]>::to_vec), expected);
                }
                Step::Checkpoint => layers.push((journal.checkpoint(), model.clone())),
                Step::Rollback => if let Some((checkpoint, copy)) = layers.pop() {
                    journal.rollback(checkpoint);
                    model = copy;
                },
                Step::Release => { layers.pop(); }
            }
            let scan = Scan::all(Address([1; 32]), 3, 100);
            let found: BTreeMap<u8, u8> =
                journal.scan(&scan, false, &mut ScanBudget::FREE.clone()).expect("scans").into_iter().map(|(k, v)| (k[0], v[0])).collect();
            prop_assert_eq!(&found, &model);
        }
        for (limit, reverse) in [(1, false), (17, false), (1, true), (17, true), (100, true)] {
            let scan = Scan { start: Some(&[3]), end: Some(&[50]), limit, reverse, ..Scan::all(Address([1; 32]), 3, 0) };
            let found = journal.scan(&scan, true, &mut ScanBudget::FREE.clone()).expect("scans");
            let mut keys: Vec<u8> = model.keys().copied().filter(|k| (3..50).contains(k)).collect();
            if reverse {
                keys.reverse();
            }
            keys.truncate(limit);
            prop_assert_eq!(found.into_iter().map(|(k, _)| k[0]).collect::<Vec<_>>(), keys);
        }
        for k in 0..60 {
            let expected = model.get(&k).map(|byte| vec![*byte]);
            prop_assert_eq!(journal.get((&key(k)).into()).expect("reads").map(<[u8]>::to_vec), expected);
        }
        let writes = journal.into_writes().expect("reads");
        for (changed, value) in &writes {
            let before = base.get(&changed.key[0]).map(|byte| vec![*byte]);
            prop_assert_ne!(&before, value, "a write that changes nothing is not a write");
        }
        let mut after: BTreeMap<u8, u8> = base;
        for (changed, value) in writes {
            match value {
                Some(value) => after.insert(changed.key[0], value[0]),
                None => after.remove(&changed.key[0]),
            };
        }
        prop_assert_eq!(after, model);
    }
}
