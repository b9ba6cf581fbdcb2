//! History at record instants against a model that remembers every change.

use crate::{MemoryStore, Page, SnapshotMap, UpdateError};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use proptest::prelude::*;
use tenor_primitives::Timestamp;

const HOLDINGS: SnapshotMap<u8, u32> = SnapshotMap::new(1, "holdings", 2, "holdings_history");
const INSTANTS: [u64; 4] = [10, 20, 21, 40];

/// The latest record instant strictly before `now`.
fn last_instant(now: u64) -> Option<Timestamp> {
    INSTANTS.into_iter().rev().find(|instant| *instant < now).map(Timestamp::from_unix_ms)
}

/// At a time, a key gets a value or loses it.
#[derive(Clone, Debug)]
struct Change {
    now: u64,
    key: u8,
    value: Option<u32>,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = (5..45u64, 0..4u8, prop::option::of(0..9u32))
        .prop_map(|(now, key, value)| Change { now, key, value });
    prop::collection::vec(change, 0..40).prop_map(|mut changes| {
        changes.sort_by_key(|change| change.now);
        changes
    })
}

fn apply(change: &Change, store: &mut MemoryStore) {
    let Change { now, key, value } = change;
    match value {
        Some(value) => HOLDINGS.save(store, key, *value, last_instant(*now)),
        None => HOLDINGS.remove(store, key, last_instant(*now)),
    }
    .expect("memory does not fail");
}

/// Who held what after every change up to `instant`, itself included.
fn model_at(changes: &[Change], instant: u64) -> BTreeMap<u8, u32> {
    let mut model = BTreeMap::new();
    for change in changes.iter().filter(|change| change.now <= instant) {
        match change.value {
            Some(value) => model.insert(change.key, value),
            None => model.remove(&change.key),
        };
    }
    model
}

/// All pages; none may list more than it was allowed to examine.
fn all_pages(limit: u32, page: impl Fn(Option<&u8>) -> Page<u8, u32>) -> BTreeMap<u8, u32> {
    let (mut all, mut cursor) = (BTreeMap::new(), None);
    loop {
        let Page { entries, next } = page(cursor.as_ref());
        assert!(entries.len() <= limit as usize);
        all.extend(entries);
        match next {
            Some(next) => assert!(cursor.replace(next) < Some(next), "a cursor moves on"),
            None => return all,
        }
    }
}

fn check_instant(store: &MemoryStore, changes: &[Change], instant: u64, limit: u32) {
    let (at, expected) = (Timestamp::from_unix_ms(instant), model_at(changes, instant));
    for key in 0..4 {
        let value = HOLDINGS.value_at(store, &key, at).expect("memory does not fail");
        assert_eq!(value, expected.get(&key).copied(), "{key} at {instant}");
    }
    let entries = all_pages(limit, |after| {
        HOLDINGS.entries_at(store, at, after, limit).expect("memory does not fail")
    });
    assert_eq!(entries, expected, "at {instant}");
}

proptest! {
    #[test]
    fn the_past_is_what_it_was(changes in changes(), limit in 1..6u32) {
        let mut store = MemoryStore::new();
        for (done, change) in changes.iter().enumerate() {
            apply(change, &mut store);
            for instant in INSTANTS.into_iter().filter(|instant| *instant <= change.now) {
                check_instant(&store, &changes[..=done], instant, limit);
            }
        }
        let present = all_pages(limit, |after| {
            HOLDINGS.entries(&store, after, limit).expect("memory does not fail")
        });
        prop_assert_eq!(present, model_at(&changes, u64::MAX));
    }

    #[test]
    fn pruning_forgets_the_past_only(changes in changes(), through in 0..4usize, limit in 1..6u32) {
        let mut store = MemoryStore::new();
        changes.iter().for_each(|change| apply(change, &mut store));
        let mut cursor: Option<u8> = None;
        loop {
            let through = Timestamp::from_unix_ms(INSTANTS[through]);
            let next = HOLDINGS.prune(&mut store, through, cursor.as_ref(), limit);
            cursor = next.expect("memory does not fail");
            if cursor.is_none() {
                break;
            }
        }
        for instant in INSTANTS.into_iter().skip(through + 1) {
            check_instant(&store, &changes, instant, limit);
        }
        check_instant(&store, &changes, 99, limit);
        if through == INSTANTS.len() - 1 {
            let present = model_at(&changes, u64::MAX).len();
            prop_assert_eq!(store.entries().count(), present, "nothing but the present is left");
        }
    }
}

#[test]
fn a_holder_who_sells_all_after_the_record_is_still_listed_at_it() {
    let mut store = MemoryStore::new();
    let change = |now, key, value| Change { now, key, value };
    let history = [
        change(9, 1, Some(100)),
        change(10, 1, Some(80)), // in the very instant: counts in
        change(11, 1, None),     // sold out before the payment
        change(11, 2, Some(80)), // bought after the record
    ];
    history.iter().for_each(|change| apply(change, &mut store));
    let at = Timestamp::from_unix_ms(10);
    let listed = HOLDINGS.entries_at(&store, at, None, 9).expect("memory does not fail");
    assert_eq!(listed, Page { entries: [(1, 80)].into(), next: None });
    let now = HOLDINGS.entries(&store, None, 9).expect("memory does not fail");
    assert_eq!(now, Page { entries: [(2, 80)].into(), next: None });
}

#[test]
fn two_instants_without_a_trade_between_share_one_kept_value() {
    let mut store = MemoryStore::new();
    apply(&Change { now: 9, key: 1, value: Some(5) }, &mut store);
    apply(&Change { now: 30, key: 1, value: Some(6) }, &mut store);
    assert_eq!(store.entries().filter(|(namespace, ..)| *namespace == 2).count(), 1);
    for instant in [10, 20, 21] {
        let value = HOLDINGS.value_at(&store, &1, Timestamp::from_unix_ms(instant));
        assert_eq!(value, Ok(Some(5)));
    }
}

#[test]
fn a_refused_update_keeps_nothing() {
    let mut store = MemoryStore::new();
    apply(&Change { now: 9, key: 1, value: Some(5) }, &mut store);
    let before = store.clone();
    let refused = HOLDINGS.update(&mut store, &1, last_instant(15), |value| {
        assert_eq!(value, Some(5));
        Err(7)
    });
    assert_eq!(refused, Err(UpdateError::Refused(7)));
    assert_eq!(store, before);
}
