//! Every key that a block has touched: what the base holds, as far as that was read, and what was
//! written over it. A look-up hashes the key once and allocates nothing.

use hashbrown::HashTable;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
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
    /// Whether it is in `order` or will be.
    listed: bool,
}

/// Where a slot is; good until [`Slots::forget_reads`].
pub(super) type Index = usize;

/// The slots, found by key and, those written, in the order of their keys.
pub(super) struct Slots {
    /// Seeded anew in every process: nobody can choose keys that meet. No result depends on it.
    seed: RandomState,
    table: HashTable<Index>,
    slots: Vec<Slot>,
    /// Written slots by key, but for those in `unordered`: order is only made for scans.
    order: BTreeMap<StorageKey, Index>,
    unordered: Vec<Index>,
}

impl Slots {
    pub(super) fn new() -> Self {
        Self {
            seed: RandomState::new(),
            table: HashTable::new(),
            slots: Vec::new(),
            order: BTreeMap::new(),
            unordered: Vec::new(),
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
        if !slot.listed {
            slot.listed = true;
            self.unordered.push(index);
        }
        std::mem::replace(&mut slot.written, value)
    }

    /// Drops all that was read. What was written keeps its order and gets new indices; `moved` is
    /// told of each, old and new.
    pub(super) fn forget_reads(&mut self, mut moved: impl FnMut(Index, Index)) {
        let old = std::mem::take(&mut self.slots);
        self.table.clear();
        self.order.clear();
        self.unordered.clear();
        for (index, slot) in old.into_iter().enumerate() {
            if slot.written.is_some() {
                let new = self.add(Slot { base: None, ..slot });
                self.unordered.push(new);
                moved(index, new);
            }
        }
    }

    /// Written slots in a scan's range, in its order.
    pub(super) fn written_in<'a>(
        &'a mut self,
        scan: &Scan<'_>,
    ) -> Box<dyn Iterator<Item = (&'a StorageKey, &'a Value)> + 'a> {
        for index in self.unordered.drain(..) {
            self.order.insert(self.slots[index].key.clone(), index);
        }
        let key = |key: &[u8]| StorageKey::new(scan.contract, scan.namespace, key);
        let from = Bound::Included(key(scan.start.unwrap_or_default()));
        let to = match (scan.end, scan.namespace.checked_add(1)) {
            (Some(end), _) => Bound::Excluded(key(end)),
            (None, Some(next)) => Bound::Excluded(StorageKey::new(scan.contract, next, [])),
            (None, None) => Bound::Unbounded,
        };
        let (contract, namespace) = (scan.contract, scan.namespace);
        let slots = &self.slots;
        let own = move |(key, index): (&'a StorageKey, &Index)| {
            let inside = key.contract == contract && key.namespace == namespace;
            // Rolled back: nothing is written there any more.
            inside.then(|| Some((key, slots[*index].written.as_ref()?)))
        };
        let range = self.order.range((from, to));
        if scan.reverse {
            // Without an upper bound, other contracts' keys come first.
            Box::new(
                range.rev().map(own).skip_while(Option::is_none).map_while(|own| own).flatten(),
            )
        } else {
            Box::new(range.map_while(own).flatten())
        }
    }

    /// Every slot, in no order that means anything.
    pub(super) fn into_slots(self) -> Vec<Slot> {
        self.slots
    }

    fn hash(&self, key: KeyRef<'_>) -> u64 {
        let mut hasher = self.seed.build_hasher();
        hasher.write(&key.contract.0);
        hasher.write_u16(key.namespace);
        key.key.hash(&mut hasher);
        hasher.finish()
    }
}
