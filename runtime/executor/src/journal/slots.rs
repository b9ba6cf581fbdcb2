//! Every key that a block has touched: what the base holds, as far as that was read, and what was
//! written over it. A look-up hashes the key once and allocates nothing.

use hashbrown::HashTable;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Bound;
use tenor_primitives::{Address, StorageKey};
use tenor_state::Scan;

/// A value or its absence.
pub(super) type Value = Option<Vec<u8>>;

/// A [`StorageKey`] that owns nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyRef<'a> {
    pub(crate) contract: Address,
    pub(crate) namespace: u16,
    pub(crate) key: &'a [u8],
}

impl<'a> KeyRef<'a> {
    /// A key of the ledger's own records.
    pub(crate) const fn own(namespace: u16, key: &'a [u8]) -> Self {
        Self { contract: Address::SYSTEM, namespace, key }
    }

    fn is(&self, key: &StorageKey) -> bool {
        // Keys differ soonest in their own bytes.
        self.key == key.key && self.namespace == key.namespace && self.contract == key.contract
    }

    pub(super) fn to_owned(self) -> StorageKey {
        StorageKey::new(self.contract, self.namespace, self.key)
    }
}

impl<'a> From<&'a StorageKey> for KeyRef<'a> {
    fn from(key: &'a StorageKey) -> Self {
        Self { contract: key.contract, namespace: key.namespace, key: &key.key }
    }
}

/// What is known of one key.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) key: StorageKey,
    hash: u64,
    /// The base's value, once it was read.
    pub(super) base: Option<Value>,
    /// What was written, if anything.
    pub(super) written: Option<Value>,
    /// Whether its namespace lists it.
    listed: bool,
}

/// Where a slot is; good until [`Slots::forget_reads`].
pub(super) type Index = usize;

/// The written slots of one namespace by key, but for those in `unordered`: order is only made for
/// scans, and only in the namespace that is scanned.
#[derive(Default)]
struct Written {
    order: BTreeMap<Vec<u8>, Index>,
    unordered: Vec<Index>,
}

/// The slots, found by key and, those written, in the order of their keys.
pub(super) struct Slots {
    /// Seeded anew in every process: nobody can choose keys that meet. No result depends on it.
    seed: RandomState,
    table: HashTable<Index>,
    slots: Vec<Slot>,
    /// What was written, by namespace. Only ever looked up.
    written: HashMap<(Address, u16), Written>,
}

impl Slots {
    pub(super) fn new() -> Self {
        Self {
            seed: RandomState::new(),
            table: HashTable::new(),
            slots: Vec::new(),
            written: HashMap::new(),
        }
    }

    /// The slot of `key`, made if there is none.
    pub(super) fn find(&mut self, key: KeyRef<'_>) -> Index {
        let hash = self.hash(key);
        let slots = &self.slots;
        if let Some(index) = self.table.find(hash, |index| key.is(&slots[*index].key)) {
            return *index;
        }
        let slot = Slot { key: key.to_owned(), hash, base: None, written: None, listed: false };
        self.add(slot)
    }

    fn add(&mut self, slot: Slot) -> Index {
        let (hash, index) = (slot.hash, self.slots.len());
        self.slots.push(slot);
        let slots = &self.slots;
        self.table.insert_unique(hash, index, |index| slots[*index].hash);
        index
    }

    pub(super) fn slot(&self, index: Index) -> &Slot {
        &self.slots[index]
    }

    pub(super) fn slot_mut(&mut self, index: Index) -> &mut Slot {
        &mut self.slots[index]
    }

    /// Replaces what was written and gives what it was.
    pub(super) fn write(&mut self, index: Index, value: Option<Value>) -> Option<Value> {
        let slot = &mut self.slots[index];
        let previous = std::mem::replace(&mut slot.written, value);
        if !slot.listed {
            self.list(index);
        }
        previous
    }

    fn list(&mut self, index: Index) {
        let slot = &mut self.slots[index];
        slot.listed = true;
        let namespace = (slot.key.contract, slot.key.namespace);
        self.written.entry(namespace).or_default().unordered.push(index);
    }

    /// Drops all that was read. What was written keeps its order and gets new indices; `moved` is
    /// told of each, old and new.
    pub(super) fn forget_reads(&mut self, mut moved: impl FnMut(Index, Index)) {
        let old = std::mem::take(&mut self.slots);
        self.table.clear();
        self.written.clear();
        for (index, slot) in old.into_iter().enumerate() {
            if slot.written.is_some() {
                let new = self.add(Slot { base: None, ..slot });
                self.list(new);
                moved(index, new);
            }
        }
    }

    /// Written slots in a scan's range, in its order.
    pub(super) fn written_in<'a>(
        &'a mut self,
        scan: &Scan<'_>,
    ) -> Box<dyn Iterator<Item = (&'a StorageKey, &'a Value)> + 'a> {
        let Some(written) = self.written.get_mut(&(scan.contract, scan.namespace)) else {
            return Box::new(std::iter::empty());
        };
        let slots = &self.slots;
        for index in written.unordered.drain(..) {
            written.order.insert(slots[index].key.key.clone(), index);
        }
        let from = Bound::Included(scan.start.unwrap_or_default());
        let to = scan.end.map_or(Bound::Unbounded, Bound::Excluded);
        let range = written.order.range::<[u8], _>((from, to)).map(|(_, index)| &slots[*index]);
        // Rolled back: nothing is written there any more.
        let kept = |slot: &'a Slot| Some((&slot.key, slot.written.as_ref()?));
        if scan.reverse {
            Box::new(range.rev().filter_map(kept))
        } else {
            Box::new(range.filter_map(kept))
        }
    }

    /// Every slot, in no order that means anything.
    pub(super) fn into_slots(self) -> Vec<Slot> {
        self.slots
    }

    fn hash(&self, key: KeyRef<'_>) -> u64 {
        // Two writes are half the price of four. An address is a hash, so nobody finds two that differ
        // in nothing but these bytes; and if they were found, their keys would be compared.
        let mut place = key.contract.0;
        let [high, low] = key.namespace.to_be_bytes();
        place[0] ^= high;
        place[1] ^= low;
        let mut hasher = self.seed.build_hasher();
        hasher.write(&place);
        hasher.write(key.key);
        hasher.finish()
    }
}
