//! The full check of a store: slow, and independent of how the store came to be.

use crate::RocksDatabase;
use crate::columns::{BLOCKS, NODES, STATE};
use crate::reader::SnapshotReader;
use crate::store::{decode, failed};
use rocksdb::checkpoint::Checkpoint;
use std::path::Path;
use tenor_primitives::{Block, Hash, Height, StorageKey};
use tenor_state::trie::{self, Link, NodeReader};
use tenor_state::{Database, StateError, Tip};

/// What a full check has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Blocks, genesis included.
    pub blocks: u64,
    /// Values of the state.
    pub values: u64,
    /// Branches of the trie.
    pub nodes: u64,
}

impl RocksDatabase {
    /// Checks everything up to the head: every block follows its parent and has its receipts,
    /// certificate and index entries; the state root recomputed from the flat values is the head's;
    /// the stored trie is that trie, without a record too many. Commits may go on meanwhile. Needs
    /// about 100 bytes of memory per value.
    pub fn verify(&self) -> Result<Verified, StateError> {
        let reader = SnapshotReader::new(&self.store);
        let Some(tip) = reader.tip()? else {
            return Ok(Verified { blocks: 0, values: 0, nodes: 0 });
        };
        let blocks = self.verify_blocks(&reader, &tip)?;
        let values = verify_values(&reader, &tip)?;
        let nodes = count_nodes(&reader, reader.top()?)?;
        let stored = reader.records(NODES).try_fold(0u64, |sum, record| record.map(|_| sum + 1))?;
        if nodes != stored {
            let what = format!("the trie has {nodes} branches, the store {stored}");
            return Err(StateError::Corrupt { what });
        }
        Ok(Verified { blocks, values, nodes })
    }

    /// Makes a consistent copy of the store in `directory`, which must not exist yet, while commits
    /// go on. Files are linked where the file system allows, so it takes little time and space.
    pub fn checkpoint(&self, directory: &Path) -> Result<(), StateError> {
        let copy = Checkpoint::new(&self.store.db);
        let copied = copy.and_then(|copy| copy.create_checkpoint(directory));
        copied.map_err(|error| failed("copy itself", &error))
    }

    fn verify_blocks(&self, reader: &SnapshotReader, tip: &Tip) -> Result<u64, StateError> {
        let mut parent = Hash::ZERO;
        let mut height: Height = 0;
        for record in reader.records(BLOCKS) {
            let block: Block = decode(BLOCKS, &record?.1)?;
            let header = &block.header;
            if header.height != height || header.parent != parent {
                return Err(wrong(height, "is not the child of the one before"));
            }
            self.verify_parts(&block)?;
            parent = header.id();
            height += 1;
        }
        let whole = parent == tip.block_id && height == tip.height + 1;
        whole.then_some(height).ok_or_else(|| wrong(height, "should be the head, and is not"))
    }

    /// What is stored beside a block never changes, so it need not come from the snapshot.
    fn verify_parts(&self, block: &Block) -> Result<(), StateError> {
        let (height, id) = (block.header.height, block.header.id());
        let receipts = self.receipts(height)?.unwrap_or_default();
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

fn verify_values(reader: &SnapshotReader, tip: &Tip) -> Result<u64, StateError> {
    let mut values = Vec::new();
    for record in reader.records(STATE) {
        let (flat, value) = record?;
        let key = StorageKey::from_flat(&flat);
        let key = key.ok_or_else(|| StateError::Corrupt { what: "a key too short".to_owned() })?;
        values.push(trie::leaf(&key, &value));
    }
    let count = values.len();
    if trie::root_of(values) != tip.state_root {
        let what = "the values do not give the head's state root".to_owned();
        return Err(StateError::Corrupt { what });
    }
    Ok(u64::try_from(count).expect("fewer than 2^64 values"))
}

/// The branches below `link`, each checked against the hash its parent holds.
fn count_nodes(nodes: &dyn NodeReader, link: Option<Link>) -> Result<u64, StateError> {
    let Some(Link::Branch { position, hash }) = link else { return Ok(0) };
    let node = nodes.node(&position, &hash)?;
    let node = node.filter(|node| node.hash(&position) == hash);
    let node = node.ok_or_else(|| StateError::Corrupt {
        what: format!("the trie node at {position:?} is missing or has another hash"),
    })?;
    Ok(1 + count_nodes(nodes, Some(node.left))? + count_nodes(nodes, Some(node.right))?)
}

fn wrong(height: Height, what: &str) -> StateError {
    StateError::Corrupt { what: format!("block {height} {what}") }
}
