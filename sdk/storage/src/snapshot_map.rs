//! Values by key whose past can be asked for at agreed instants.
//!
//! Record instants are known beforehand, from a schedule. Nothing happens when one passes; the first
//! change of a key after it keeps the value it replaces, under the key and the instant. The value at
//! an instant is then the first value kept at or after it, or the present one if none was kept.

use crate::{KvRead, KvWrite, Map, Range, StorageError, UpdateError, location};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_abi::spec::declare::StorageSchema;
use tenor_primitives::schema::Schema;
use tenor_primitives::{StorageKeyPart, Timestamp};

/// The most kept values that [`SnapshotMap::prune`] drops of one key at once: a scan's bound.
const PRUNED_PER_KEY_MAX: u32 = 1_000;

/// One page of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<K, V> {
    /// The entries, in order of keys.
    pub entries: Vec<(K, V)>,
    /// Where the next page starts: give it as `after`. `None` at the end. A page may hold fewer
    /// entries than its limit and still have a next one.
    pub next: Option<K>,
}

/// A map with history at record instants.
///
/// Every change names the latest record instant strictly before it (`last_instant`; `None` if none
/// has passed): a change at the very instant still counts in. An instant must be known before it
/// passes, and stay.
///
/// A removed key leaves an empty row while it has history, so that those who left since an instant
/// are still listed at it, until [`SnapshotMap::prune`].
pub struct SnapshotMap<K, V> {
    rows: Map<K, Option<V>>,
    history: Map<(K, Timestamp), Option<V>>,
}

impl<K, V> SnapshotMap<K, V> {
    /// Declares the map and its history, each in a namespace of its own.
    pub const fn new(
        namespace: u16,
        name: &'static str,
        history_namespace: u16,
        history_name: &'static str,
    ) -> Self {
        Self { rows: Map::new(namespace, name), history: Map::new(history_namespace, history_name) }
    }

    /// The map's line in the contract's spec.
    pub const fn schema(&self) -> StorageSchema
    where
        K: Schema,
        V: Schema,
    {
        self.rows.schema_of_kind("snapshot_map")
    }

    /// The history's line in the contract's spec.
    pub const fn history_schema(&self) -> StorageSchema
    where
        K: Schema,
        V: Schema,
    {
        self.history.schema()
    }
}

impl<K: StorageKeyPart, V: BorshDeserialize> SnapshotMap<K, V> {
    /// The key's present value, which must exist.
    pub fn load<S: KvRead>(&self, store: &S, key: &K) -> Result<V, StorageError<S::Error>> {
        let missing =
            || StorageError::Missing { namespace: self.rows.namespace(), key: key.to_key() };
        self.may_load(store, key)?.ok_or_else(missing)
    }

    /// The key's present value, if it has one.
    pub fn may_load<S: KvRead>(
        &self,
        store: &S,
        key: &K,
    ) -> Result<Option<V>, StorageError<S::Error>> {
        Ok(self.rows.may_load(store, key)?.flatten())
    }

    /// The key's value at the end of `instant`, which must be a record instant that was known when
    /// it passed and is not pruned; at a future instant, the present value.
    pub fn value_at<S: KvRead>(
        &self,
        store: &S,
        key: &K,
        instant: Timestamp,
    ) -> Result<Option<V>, StorageError<S::Error>> {
        match self.kept_at(store, key, instant)? {
            Some(kept) => Ok(kept),
            None => self.may_load(store, key),
        }
    }

    /// Present entries after the key `after`; examines at most `limit` keys.
    pub fn entries<S: KvRead>(
        &self,
        store: &S,
        after: Option<&K>,
        limit: u32,
    ) -> Result<Page<K, V>, StorageError<S::Error>> {
        self.page(store, after, limit, |_, present| Ok(present))
    }

    /// The entries at `instant`, those removed since included, after the key `after`; examines at
    /// most `limit` keys. The instant is as for [`SnapshotMap::value_at`].
    pub fn entries_at<S: KvRead>(
        &self,
        store: &S,
        instant: Timestamp,
        after: Option<&K>,
        limit: u32,
    ) -> Result<Page<K, V>, StorageError<S::Error>> {
        self.page(store, after, limit, |key, present| {
            Ok(self.kept_at(store, key, instant)?.unwrap_or(present))
        })
    }

    fn page<S: KvRead>(
        &self,
        store: &S,
        after: Option<&K>,
        limit: u32,
        value: impl Fn(&K, Option<V>) -> Result<Option<V>, StorageError<S::Error>>,
    ) -> Result<Page<K, V>, StorageError<S::Error>> {
        let rows = self.rows.all().after_if(after).load(store, limit)?;
        let next = next_cursor(rows.last().map(|(key, _)| key), rows.len(), limit);
        let mut entries = Vec::with_capacity(rows.len());
        for (key, present) in rows {
            if let Some(value) = value(&key, present)? {
                entries.push((key, value));
            }
        }
        Ok(Page { entries, next })
    }

    /// The first value kept at or after `instant`; the outer option says whether there is one.
    fn kept_at<S: KvRead>(
        &self,
        store: &S,
        key: &K,
        instant: Timestamp,
    ) -> Result<Option<Option<V>>, StorageError<S::Error>> {
        let kept = self.history_of(key).start_suffix(&instant).load(store, 1)?;
        Ok(kept.into_iter().next().map(|(_, value)| value))
    }

    fn history_of(&self, key: &K) -> Range<(K, Timestamp), Option<V>> {
        self.history.prefix(key)
    }
}

/// The cursor after a page that ended at `last`: a copy, made through the key's encoding. A page
/// that is not full is the last one.
fn next_cursor<K: StorageKeyPart>(last: Option<&K>, count: usize, limit: u32) -> Option<K> {
    let is_full = u32::try_from(count).is_ok_and(|count| count >= limit);
    last.filter(|_| is_full).and_then(|key| K::from_key(&key.to_key()))
}

impl<K: StorageKeyPart, V: BorshSerialize + BorshDeserialize> SnapshotMap<K, V> {
    /// Writes the key's value.
    pub fn save<S: KvWrite>(
        &self,
        store: &mut S,
        key: &K,
        value: V,
        last_instant: Option<Timestamp>,
    ) -> Result<(), StorageError<S::Error>> {
        self.keep(store, key, last_instant)?;
        self.rows.save(store, key, &Some(value))
    }

    /// Removes the key's value.
    pub fn remove<S: KvWrite>(
        &self,
        store: &mut S,
        key: &K,
        last_instant: Option<Timestamp>,
    ) -> Result<(), StorageError<S::Error>> {
        self.keep(store, key, last_instant)?;
        self.clear(store, key)
    }

    /// Reads the key's value, if any, lets `change` check and replace it, and writes what it gives;
    /// `None` removes. Nothing is written when `change` refuses.
    pub fn update<S: KvWrite, R>(
        &self,
        store: &mut S,
        key: &K,
        last_instant: Option<Timestamp>,
        change: impl FnOnce(Option<V>) -> Result<Option<V>, R>,
    ) -> Result<(), UpdateError<R, S::Error>> {
        match change(self.may_load(store, key)?).map_err(UpdateError::Refused)? {
            Some(value) => self.save(store, key, value, last_instant)?,
            None => self.remove(store, key, last_instant)?,
        }
        Ok(())
    }

    /// Drops what was kept at or before `through`, and the empty rows that then have no history, for
    /// at most `limit` keys after the key `after`. Returns where to go on; `None` at the end.
    pub fn prune<S: KvWrite>(
        &self,
        store: &mut S,
        through: Timestamp,
        after: Option<&K>,
        limit: u32,
    ) -> Result<Option<K>, StorageError<S::Error>> {
        let rows = self.rows.all().after_if(after).load(store, limit)?;
        let next = next_cursor(rows.last().map(|(key, _)| key), rows.len(), limit);
        for (key, present) in rows {
            let kept = self.history_of(&key).end_suffix(&through);
            for instant in kept.keys(store, PRUNED_PER_KEY_MAX)? {
                self.history.remove(store, &instant)?;
            }
            if present.is_none() {
                self.clear(store, &key)?;
            }
        }
        Ok(next)
    }

    /// Keeps the present value for `last_instant` unless one is kept already.
    fn keep<S: KvWrite>(
        &self,
        store: &mut S,
        key: &K,
        last_instant: Option<Timestamp>,
    ) -> Result<(), StorageError<S::Error>> {
        let Some(instant) = last_instant else { return Ok(()) };
        let mut at = Vec::with_capacity(64);
        key.encode_part(&mut at, false);
        instant.encode_part(&mut at, true);
        let namespace = self.history.namespace();
        if !location::has(store, namespace, &at)? {
            let present = self.may_load(store, key)?;
            location::save(store, namespace, &at, &present)?;
        }
        Ok(())
    }

    /// Leaves an empty row if the key has history, and none if not.
    fn clear<S: KvWrite>(&self, store: &mut S, key: &K) -> Result<(), StorageError<S::Error>> {
        if self.history_of(key).keys(store, 1)?.is_empty() {
            self.rows.remove(store, key)?;
            return Ok(());
        }
        self.rows.save(store, key, &None)
    }
}
