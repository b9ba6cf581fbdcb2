//! The full check of a store: slow, and independent of how the store came to be.

use crate::RocksDatabase;
use crate::columns::{
    BLOCKS, CERTIFICATES, HISTORY, NODES, RECEIPTS, REPLACED, STATE, TRANSACTIONS, left_key,
};
use crate::history::{Left, storage_key};
use crate::past::PastReader;
use crate::reader::SnapshotReader;
use crate::store::{decode, failed};
use rocksdb::checkpoint::Checkpoint;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tenor_primitives::{Block, Hash, Height};
use tenor_state::trie::{self, Leaf, Link, NodeReader};
use tenor_state::{Database, StateError, Tip, receipts_root, transactions_root};

/// What a full check has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Blocks, genesis included.
    pub blocks: u64,
    /// Values of the head's state.
    pub values: u64,
    /// Branches of the head's trie.
    pub nodes: u64,
    /// The lowest height whose state is kept.
    pub oldest_state: Height,
}

impl RocksDatabase {
    /// Checks everything up to the head: every block follows its parent and has the transactions,
    /// receipts, certificate and index entries that its header speaks of, and there are no others; the
    /// state root recomputed from the flat values is the head's;
    /// the stored trie is that trie. Then the past: the oldest kept state, recomputed from the
    /// head's values and all that was replaced since, has its block's root; and no record is there
    /// that no kept state needs. Commits may go on meanwhile: all is that of one moment. Nothing comes
    /// from the store's caches. Needs about 100 bytes of memory per value.
    pub fn verify(&self) -> Result<Verified, StateError> {
        let reader = Arc::new(SnapshotReader::past_caches(&self.store));
        let Some(tip) = reader.tip()? else {
            return Ok(Verified { blocks: 0, values: 0, nodes: 0, oldest_state: 0 });
        };
        let blocks = self.verify_blocks(&reader, &tip)?;
        blocks.verify_counts(&reader)?;
        let values = verify_values(&reader, &tip, &BTreeMap::new())?;
        let trie = count_nodes(&*reader, reader.top()?.as_ref())?;
        let oldest_state = reader.oldest()?;
        let past = tip.height.checked_sub(oldest_state);
        let past = past.ok_or_else(|| wrong(oldest_state, "is the oldest kept, above the head"))?;
        let (replaced, stale) = count_left(&reader, oldest_state, tip.height)?;
        same_count("trie records", trie.records + stale, count_records(&reader, NODES)?)?;
        same_count("replaced values", replaced, count_records(&reader, REPLACED)?)?;
        same_count(
            "records of past states",
            past.saturating_mul(2),
            count_records(&reader, HISTORY)?,
        )?;
        if past > 0 {
            verify_oldest(&reader, oldest_state)?;
        }
        Ok(Verified { blocks: blocks.count, values, nodes: trie.branches, oldest_state })
    }

    /// Makes a consistent copy of the store in `directory`, which must not exist yet, while commits
    /// go on. Files are linked where the file system allows, so it takes little time and space.
    pub fn checkpoint(&self, directory: &Path) -> Result<(), StateError> {
        let copy = Checkpoint::new(&self.store.db);
        // With the log as it is: flushed, it would be empty, and name no head.
        let copied =
            copy.and_then(|copy| copy.create_checkpoint_with_log_size(directory, u64::MAX));
        copied.map_err(|error| failed("copy itself", &error))
    }

    fn verify_blocks(&self, reader: &SnapshotReader, tip: &Tip) -> Result<Blocks, StateError> {
        let base = self.base()?.map_or(0, |base| base.height);
        let mut parent = Hash::ZERO;
        let mut height: Height = 0;
        let mut blocks = Blocks::default();
        for record in reader.records(BLOCKS) {
            let block: Block = decode(BLOCKS, &record?.1)?;
            let header = &block.header;
            // A store that was filled from a snapshot holds its first block, then those from there on.
            let follows = header.parent == parent || (height == base && base > 0);
            if header.height != height || !follows {
                return Err(wrong(height, "is not the child of the one before"));
            }
            self.verify_parts(&block)?;
            parent = header.id();
            blocks.count += 1;
            blocks.transactions += length(&block.transactions);
            height = if height == 0 { base.max(1) } else { height + 1 };
        }
        let whole = parent == tip.block_id && height == tip.height + 1;
        whole.then_some(blocks).ok_or_else(|| wrong(height, "should be the head, and is not"))
    }

    /// What is stored beside a block never changes, so it need not come from the snapshot.
    fn verify_parts(&self, block: &Block) -> Result<(), StateError> {
        let (height, id) = (block.header.height, block.header.id());
        if transactions_root(&block.transactions) != block.header.transactions_root {
            return Err(wrong(height, "has other transactions than its header says"));
        }
        let receipts = self.receipts(height)?.ok_or_else(|| wrong(height, "has no receipts"))?;
        if receipts_root(&receipts) != block.header.receipts_root {
            return Err(wrong(height, "has other receipts than its header says"));
        }
        let hashes = block.transactions.iter().map(|transaction| transaction.hash());
        if !hashes.clone().eq(receipts.iter().map(|receipt| receipt.transaction_hash)) {
            return Err(wrong(height, "has receipts of other transactions"));
        }
        let votes = self.certificate(height)?;
        if votes.is_none_or(|votes| votes.block_id != id) && height > 0 {
            return Err(wrong(height, "has no certificate of its own"));
        }
        for (index, hash) in (0u32..).zip(hashes) {
            let found = self.transaction(&hash)?;
            if found.is_none_or(|found| (found.height, found.index) != (height, index)) {
                return Err(wrong(height, "has a transaction that the index does not find"));
            }
        }
        Ok(())
    }
}

/// What has been seen of the blocks.
#[derive(Clone, Copy, Default)]
struct Blocks {
    count: u64,
    transactions: u64,
}

impl Blocks {
    /// Whether there are as many records beside the blocks as they need. Each has been found there, so
    /// that any other is one too many.
    fn verify_counts(self, reader: &SnapshotReader) -> Result<(), StateError> {
        let count = |column| count_records(reader, column);
        same_count("records of receipts", self.count, count(RECEIPTS)?)?;
        // The first block has none.
        same_count("certificates", self.count.saturating_sub(1), count(CERTIFICATES)?)?;
        same_count("transactions in the index", self.transactions, count(TRANSACTIONS)?)
    }
}

/// The values that are other than the head's, by flat key, as leaves; `None` for none.
type Differing = BTreeMap<Vec<u8>, Option<Leaf>>;

/// Whether the head's values, with `differing` over them, give the root of `tip`; their number.
fn verify_values(
    reader: &SnapshotReader,
    tip: &Tip,
    differing: &Differing,
) -> Result<u64, StateError> {
    let mut values = Vec::new();
    for record in reader.records(STATE) {
        let (flat, value) = record?;
        if !differing.contains_key(&*flat) {
            values.push(trie::leaf(&storage_key(&flat)?, &value));
        }
    }
    values.extend(differing.values().flatten());
    let count = values.len();
    if trie::root_of(values) != tip.state_root {
        let height = tip.height;
        let what = format!("the values do not give the state root of block {height}");
        return Err(StateError::Corrupt { what });
    }
    Ok(u64::try_from(count).expect("fewer than 2^64 values"))
}

/// Whether the oldest kept state is what its block says.
fn verify_oldest(reader: &Arc<SnapshotReader>, height: Height) -> Result<(), StateError> {
    let past = PastReader::new(Arc::clone(reader), height)?;
    let mut differing = Differing::new();
    // Behind the column's mark.
    past.each_replaced(vec![0, 0], None, |flat, value| {
        let key = storage_key(&flat)?;
        differing.insert(flat, value.map(|value| trie::leaf(&key, value)));
        Ok(())
    })?;
    verify_values(reader, &reader.tip_at(height)?, &differing)?;
    count_nodes(&past, past.top()?.as_ref()).map(drop)
}

/// How many replaced values and branches past states need beside the head's.
fn count_left(
    reader: &SnapshotReader,
    oldest: Height,
    head: Height,
) -> Result<(u64, u64), StateError> {
    let (mut replaced, mut stale) = (0u64, 0u64);
    for height in oldest.saturating_add(1)..=head {
        let left = reader.read(HISTORY, &left_key(height))?;
        let left = left.ok_or_else(|| wrong(height, "has no record of what it left behind"))?;
        let left = Left::decode(&left)?;
        replaced += length(&left.keys);
        stale += length(&left.nodes);
    }
    Ok((replaced, stale))
}

fn count_records(reader: &SnapshotReader, column: &'static str) -> Result<u64, StateError> {
    reader.records(column).try_fold(0u64, |sum, record| record.map(|_| sum + 1))
}

fn length<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).expect("a list in memory")
}

fn same_count(of: &str, expected: u64, found: u64) -> Result<(), StateError> {
    if expected == found {
        return Ok(());
    }
    let what = format!("expected {expected} {of}, found {found}");
    Err(StateError::Corrupt { what })
}

/// What lies below a link.
#[derive(Clone, Copy, Default)]
struct Counted {
    records: u64,
    branches: u64,
}

/// The records below `link`, each checked against the hash its parent holds.
fn count_nodes(nodes: &dyn NodeReader, link: Option<&Link>) -> Result<Counted, StateError> {
    let Some(Link::Branch { position, hash }) = link else { return Ok(Counted::default()) };
    let node = nodes.node(position, hash)?;
    let node = node.filter(|node| node.hash(position) == *hash);
    let node = node.ok_or_else(|| StateError::Corrupt {
        what: format!("the trie node at {position:?} is missing or has another hash"),
    })?;
    let ends = node.ends();
    let inside = u64::try_from(ends.len()).expect("few links") - 1;
    let here = Counted { records: 1, branches: inside };
    ends.into_iter().try_fold(here, |sum, end| {
        let below = count_nodes(nodes, Some(end))?;
        let records = sum.records + below.records;
        Ok(Counted { records, branches: sum.branches + below.branches })
    })
}

fn wrong(height: Height, what: &str) -> StateError {
    StateError::Corrupt { what: format!("block {height} {what}") }
}
