//! Indexes follow every change.

use crate::{Index, IndexedMap, KvRead, MemoryStore, Scan};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use proptest::prelude::*;

/// An owner, and whether the record is open.
type Record = (String, bool);

const BY_OWNER: Index<String, u16, Record> =
    Index::new(2, "by_owner", |_, (owner, _)| Some(owner.clone()));
const OPEN: Index<bool, u16, Record> = Index::new(3, "open", |_, (_, open)| open.then_some(true));
const RECORDS: IndexedMap<u16, Record> = IndexedMap::new(1, "records", &[&BY_OWNER, &OPEN]);

#[derive(Clone, Debug)]
enum Step {
    Save(u16, Record),
    Remove(u16),
    Toggle(u16),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..6u16, ("[ab]{0,1}", any::<bool>())).prop_map(|(key, record)| Step::Save(key, record)),
        (0..6u16).prop_map(Step::Remove),
        (0..6u16).prop_map(Step::Toggle),
    ];
    prop::collection::vec(step, 0..40)
}

fn apply(step: Step, store: &mut MemoryStore, model: &mut BTreeMap<u16, Record>) {
    match step {
        Step::Save(key, record) => {
            RECORDS.save(store, &key, &record).expect("memory does not fail");
            model.insert(key, record);
        }
        Step::Remove(key) => {
            let removed = RECORDS.remove(store, &key).expect("memory does not fail");
            assert_eq!(removed, model.remove(&key).is_some());
        }
        Step::Toggle(key) => {
            let toggled = RECORDS.update(store, &key, |record| match record {
                Some((owner, open)) => Ok((owner, !open)),
                None => Err(()),
            });
            assert_eq!(toggled.is_ok(), model.contains_key(&key));
            model.entry(key).and_modify(|(_, open)| *open = !*open);
        }
    }
}

fn rows(store: &MemoryStore, namespace: u16) -> usize {
    let scan =
        Scan { namespace, start: &[], end: None, reverse: false, keys_only: true, limit: 999 };
    store.scan(scan).map_or(0, |entries| entries.len())
}

proptest! {
    #[test]
    fn each_index_lists_exactly_its_records(steps in steps(), page_size in 1..4u32) {
        let (mut store, mut model) = (MemoryStore::new(), BTreeMap::new());
        for step in steps {
            apply(step, &mut store, &mut model);
        }
        for owner in ["", "a", "b"] {
            let expected: Vec<_> =
                model.clone().into_iter().filter(|(_, record)| record.0 == owner).collect();
            let mut found: Vec<(u16, Record)> = Vec::new();
            loop {
                let after = found.last().map(|(key, _)| *key);
                let page = RECORDS
                    .load_by(&BY_OWNER, &store, &owner.into(), after.as_ref(), page_size)
                    .expect("memory does not fail");
                if page.is_empty() {
                    break;
                }
                found.extend(page);
            }
            prop_assert_eq!(found, expected);
        }
        let open = model.values().filter(|(_, open)| *open).count();
        prop_assert_eq!(rows(&store, 3), open);
        prop_assert_eq!((rows(&store, 1), rows(&store, 2)), (model.len(), model.len()));
        prop_assert_eq!(RECORDS.all().load(&store, 999), Ok(model.into_iter().collect()));
    }
}

#[test]
fn an_index_is_a_set_of_its_own_in_the_spec() {
    let (records, by_owner) = (RECORDS.schema(), BY_OWNER.schema());
    assert_eq!((records.namespace, records.kind), (1, "indexed_map"));
    assert_eq!((by_owner.namespace, by_owner.kind), (2, "set"));
}
