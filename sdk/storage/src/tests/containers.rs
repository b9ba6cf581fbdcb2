//! Each container's own promises.

use crate::{Item, KvRead, KvWrite, Map, MemoryStore, Sequence, Set, StorageError, UpdateError};
use alloc::string::String;
use core::convert::Infallible;
use tenor_abi::Failure;
use tenor_abi::codec::{decode, encode};
use tenor_abi::failure::{DETAILS_BYTES_MAX, VALUE_CORRUPT, VALUE_MISSING};
use tenor_primitives::schema::TypeSchema;

const LIMIT: Item<u64> = Item::new(1, "limit");
const NAMES: Map<(u16, String), u32> = Map::new(2, "names");
const SEEN: Set<u32> = Set::new(3, "seen");
const NEXT: Sequence = Sequence::new(4, "next");

type Outcome<T = ()> = Result<T, StorageError<Infallible>>;

#[test]
fn an_item_is_missing_until_saved() -> Outcome {
    let mut store = MemoryStore::new();
    let missing = StorageError::Missing { namespace: 1, key: [].into() };
    assert_eq!(LIMIT.load(&store), Err(missing.clone()));
    assert_eq!(LIMIT.may_load(&store)?, None);
    let updated = LIMIT.update(&mut store, |limit| Ok::<_, ()>(limit + 1));
    assert_eq!(updated, Err(UpdateError::Storage(missing)));
    LIMIT.save(&mut store, &7)?;
    assert!(LIMIT.exists(&store)?);
    let updated = LIMIT.update(&mut store, |limit| Ok::<_, ()>(limit + 1));
    assert_eq!(updated, Ok(8));
    assert_eq!(LIMIT.load(&store)?, 8);
    assert!(LIMIT.remove(&mut store)? && !LIMIT.remove(&mut store)?);
    Ok(())
}

#[test]
fn a_refused_update_writes_nothing() -> Outcome {
    let mut store = MemoryStore::new();
    let key = (1, "a".into());
    NAMES.save(&mut store, &key, &5)?;
    let before = store.clone();
    let refused = NAMES.update(&mut store, &key, Err);
    assert_eq!(refused, Err(UpdateError::Refused(Some(5))));
    assert_eq!(store, before);
    let Ok(()) = store.set(2, &[0, 1, b'a'], &[1]);
    let corrupt = NAMES.update(&mut store, &key, |_| Ok::<_, ()>(1));
    let place = StorageError::Corrupt { namespace: 2, key: [0, 1, b'a'].into() };
    assert_eq!(corrupt, Err(UpdateError::Storage(place)));
    Ok(())
}

#[test]
fn maps_keep_their_namespaces_apart() -> Outcome {
    const OTHER: Map<(u16, String), u32> = Map::new(9, "other");
    let mut store = MemoryStore::new();
    let key = (1, "a".into());
    NAMES.save(&mut store, &key, &5)?;
    assert!(NAMES.has(&store, &key)? && !OTHER.has(&store, &key)?);
    assert!(!OTHER.remove(&mut store, &key)?);
    assert!(NAMES.remove(&mut store, &key)? && !NAMES.has(&store, &key)?);
    Ok(())
}

#[test]
fn sets_say_whether_anything_changed() -> Outcome {
    let mut store = MemoryStore::new();
    assert!(SEEN.insert(&mut store, &7)? && !SEEN.insert(&mut store, &7)?);
    assert!(SEEN.has(&store, &7)?);
    assert_eq!(SEEN.all().keys(&store, 10)?, [7]);
    assert!(SEEN.remove(&mut store, &7)? && !SEEN.remove(&mut store, &7)?);
    Ok(())
}

#[test]
fn sequences_start_at_one_and_end_by_name() -> Outcome {
    let mut store = MemoryStore::new();
    assert_eq!(NEXT.last(&store)?, 0);
    assert_eq!((NEXT.next(&mut store)?, NEXT.next(&mut store)?), (1, 2));
    let Ok(()) = store.set(4, &[], &u64::MAX.to_le_bytes());
    assert_eq!(NEXT.next(&mut store), Err(StorageError::Exhausted { namespace: 4 }));
    assert_eq!(NEXT.last(&store)?, u64::MAX);
    Ok(())
}

#[test]
fn errors_tell_a_client_where() {
    let missing = StorageError::Missing { namespace: 2, key: [7; 300].into() };
    let failure = Failure::from(missing);
    assert_eq!(failure.code, VALUE_MISSING);
    assert_eq!(failure.details.len(), DETAILS_BYTES_MAX);
    let place: (u16, alloc::vec::Vec<u8>) = decode(&failure.details).expect("namespace and key");
    assert_eq!((place.0, place.1.len()), (2, 250));

    let mut store = MemoryStore::new();
    let Ok(()) = store.set(1, &[], &encode(&1u32));
    let failure = Failure::from(LIMIT.load(&store).expect_err("four bytes are no u64"));
    assert_eq!((failure.code, &failure.details[..]), (VALUE_CORRUPT, &[1, 0, 0, 0, 0, 0][..]));
}

#[test]
fn schemas_name_kind_and_types() {
    let schema = NAMES.schema();
    assert_eq!((schema.namespace, schema.name, schema.kind), (2, "names", "map"));
    assert_eq!(schema.key, TypeSchema::Tuple(&[TypeSchema::Unsigned(16), TypeSchema::Text]));
    assert_eq!(schema.value, TypeSchema::Unsigned(32));
    assert_eq!((LIMIT.schema().kind, LIMIT.schema().key), ("item", TypeSchema::Unit));
    assert_eq!((SEEN.schema().kind, SEEN.schema().value), ("set", TypeSchema::Unit));
    assert_eq!(NEXT.schema().kind, "sequence");
    assert!(MemoryStore::new().get(1, &[]).is_ok_and(|value| value.is_none()));
}
