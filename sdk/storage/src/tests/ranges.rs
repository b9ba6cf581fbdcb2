//! Ranges against a sorted map of typed keys.

use crate::{Map, MemoryStore, Range};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use proptest::prelude::*;

type Key = (String, u8, i16);
const MAP: Map<Key, u32> = Map::new(7, "map");
const ABOVE: Map<Key, u32> = Map::new(8, "above");
const BELOW: Map<Key, u32> = Map::new(6, "below");

fn keys() -> impl Strategy<Value = Key> {
    ("[a\u{0}]{0,2}", 0..3u8, -2..3i16)
}

/// The store and its model; the namespaces beside it are not empty.
fn filled(keys: Vec<Key>) -> (MemoryStore, BTreeMap<Key, u32>) {
    let (mut store, mut model) = (MemoryStore::new(), BTreeMap::new());
    for (value, key) in (0..).zip(keys) {
        for map in [MAP, ABOVE, BELOW] {
            map.save(&mut store, &key, &value).expect("memory does not fail");
        }
        model.insert(key, value);
    }
    (store, model)
}

fn load(range: Range<Key, u32>, store: &MemoryStore, limit: u32) -> Vec<(Key, u32)> {
    let keys = range.clone().keys(store, limit).expect("memory does not fail");
    let entries = range.load(store, limit).expect("memory does not fail");
    assert!(keys.iter().eq(entries.iter().map(|(key, _)| key)));
    entries
}

proptest! {
    #[test]
    fn ranges_are_the_models(
        all in prop::collection::vec(keys(), 0..30),
        from in prop::option::of(keys()),
        until in prop::option::of(keys()),
        cursor in prop::option::of(keys()),
        prefix in prop::option::of(("[a\u{0}]{0,2}", prop::option::of(0..3u8))),
        reverse: bool,
        limit in 0..8u32,
    ) {
        let (store, model) = filled(all);
        let mut range = match &prefix {
            None => MAP.all(),
            Some((text, None)) => MAP.prefix(text),
            Some((text, Some(number))) => MAP.prefix(&(text.clone(), *number)),
        };
        if let Some(from) = &from {
            range = range.from(from);
        }
        if let Some(until) = &until {
            range = range.until(until);
        }
        if reverse {
            range = range.reversed();
        }
        range = range.after_if(cursor.as_ref());

        let in_range = |key: &Key| {
            prefix.as_ref().is_none_or(|(text, number)| {
                key.0 == *text && number.is_none_or(|number| key.1 == number)
            }) && from.as_ref().is_none_or(|from| key >= from)
                && until.as_ref().is_none_or(|until| key < until)
                && cursor.as_ref().is_none_or(|cursor| if reverse { key < cursor } else { key > cursor })
        };
        let mut expected: Vec<_> = model.into_iter().filter(|(key, _)| in_range(key)).collect();
        if reverse {
            expected.reverse();
        }
        expected.truncate(limit as usize);
        prop_assert_eq!(load(range, &store, limit), expected);
    }

    #[test]
    fn pages_put_together_are_the_whole(
        all in prop::collection::vec(keys(), 0..30),
        page_size in 1..5u32,
        reverse: bool,
    ) {
        let (store, model) = filled(all);
        let whole = || if reverse { MAP.all().reversed() } else { MAP.all() };
        let mut seen = Vec::new();
        let mut cursor: Option<Key> = None;
        loop {
            let page = load(whole().after_if(cursor.as_ref()), &store, page_size);
            let Some((last, _)) = page.last() else { break };
            cursor = Some(last.clone());
            seen.extend(page);
        }
        let mut expected: Vec<_> = model.into_iter().collect();
        if reverse {
            expected.reverse();
        }
        prop_assert_eq!(seen, expected);
    }
}

#[test]
fn a_prefix_of_the_highest_bytes_has_no_upper_bound() {
    const EDGE: Map<([u8; 2], u8), u8> = Map::new(u16::MAX, "edge");
    let mut store = MemoryStore::new();
    for first in [[254, 255], [255, 255]] {
        EDGE.save(&mut store, &(first, 1), &1).expect("memory does not fail");
    }
    assert_eq!(EDGE.prefix(&[255, 255]).keys(&store, 9), Ok([([255, 255], 1)].into()));
    assert_eq!(EDGE.prefix(&[254, 255]).keys(&store, 9), Ok([([254, 255], 1)].into()));
}
