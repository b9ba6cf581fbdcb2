//! A block as one write batch.

use crate::cache::Packed;
use crate::columns::{
    self, BLOCKS, CERTIFICATES, MARK_KEY, META, NODES, RECEIPTS, STATE, TIP_KEY, TOP_KEY,
    TRANSACTIONS, UNDECIDED, height_key, mark_key, round_of, undecided_key,
};
use crate::history;
use crate::steps::CommitStep;
use crate::store::{Store, failed};
use borsh::BorshSerialize;
use rocksdb::{Direction, IteratorMode, WriteBatch};
use tenor_primitives::Height;
use tenor_state::trie::{Link, NodeWrite};
use tenor_state::{CommitBatch, Retention, StateError, Tip, TransactionPosition};

/// What becomes of a block.
pub(crate) struct Batched {
    /// All that goes on disk, the head pointer included.
    pub(crate) writes: WriteBatch,
    /// The trie's records, in the order of the update's nodes: the next one will read those near the top.
    pub(crate) nodes: Vec<Packed>,
}

/// What `batch` puts on disk and leaves in memory.
pub(crate) fn batch(
    store: &Store,
    batch: &CommitBatch<'_>,
    tip: &Tip,
    retention: Retention,
) -> Result<Batched, StateError> {
    let mut writes = WriteBatch::default();
    let top = store.get(META, TOP_KEY)?.map(|top| Link::decode_top(&top)).transpose()?;
    history::keep(store, batch, retention, top.as_ref(), &mut writes)?;
    store.steps.reached(CommitStep::PastBatched);
    let nodes = state(store, batch, &mut writes);
    block(store, batch, tip.height, &mut writes);
    store.steps.reached(CommitStep::BlockBatched);
    for round in rounds(store, tip.height)? {
        writes.delete_cf(store.column(UNDECIDED), undecided_key(tip.height, round));
    }
    store.steps.reached(CommitStep::UndecidedBatched);
    writes.put_cf(store.column(META), TIP_KEY, encode(tip));
    mark(store, Some(tip.height), &mut writes);
    store.steps.reached(CommitStep::HeadBatched);
    Ok(Batched { writes, nodes })
}

/// The values and the trie, whose records come back.
fn state(store: &Store, batch: &CommitBatch<'_>, writes: &mut WriteBatch) -> Vec<Packed> {
    let column = store.column(STATE);
    for (key, value) in batch.writes {
        match value {
            Some(value) => writes.put_cf(column, key.flat(), value),
            None => writes.delete_cf(column, key.flat()),
        }
    }
    store.steps.reached(CommitStep::ValuesBatched);
    let column = store.column(NODES);
    let pack = |NodeWrite { position, node, .. }: &NodeWrite| {
        let packed = Packed::of(position, node);
        writes.put_cf(column, position.key(), packed.record());
        packed
    };
    let nodes = batch.update.nodes.iter().map(pack).collect();
    let column = store.column(META);
    match &batch.update.top {
        Some(top) => writes.put_cf(column, TOP_KEY, top.encode_top()),
        None => writes.delete_cf(column, TOP_KEY),
    }
    store.steps.reached(CommitStep::NodesBatched);
    nodes
}

fn block(store: &Store, batch: &CommitBatch<'_>, height: Height, writes: &mut WriteBatch) {
    let key = height_key(height);
    writes.put_cf(store.column(BLOCKS), key, encode(batch.block));
    writes.put_cf(store.column(RECEIPTS), key, encode(batch.receipts));
    if let Some(certificate) = batch.certificate {
        writes.put_cf(store.column(CERTIFICATES), key, encode(certificate));
    }
    let column = store.column(TRANSACTIONS);
    for (index, transaction) in (0..).zip(&batch.block.transactions) {
        let position = TransactionPosition { height, index };
        writes.put_cf(column, transaction.hash(), encode(&position));
    }
}

/// Names the head in the log again, with the proposed blocks above it. An opening has put the log
/// before into tables; should the manifest lose the end that names those, the new log must not look
/// like that of an older block, or of none.
pub(crate) fn name_head(store: &Store, tip: Option<&Tip>) -> Result<(), StateError> {
    let mut writes = WriteBatch::default();
    mark_undecided(store, tip, &mut writes);
    for entry in undecided_above(store, tip) {
        let (key, block) = entry?;
        writes.put_cf(store.column(UNDECIDED), key, block);
    }
    store.write(writes)
}

/// The records of the proposed blocks above the head.
pub(crate) fn undecided_above(
    store: &Store,
    tip: Option<&Tip>,
) -> impl Iterator<Item = Result<(Box<[u8]>, Box<[u8]>), StateError>> {
    let start = undecided_key(tip.map_or(0, |tip| tip.height.saturating_add(1)), 0);
    let from = IteratorMode::From(&start, Direction::Forward);
    let found = store.db.iterator_cf(store.column(UNDECIDED), from);
    found.map(|record| record.map_err(|error| failed("scan", &error)))
}

/// Names the head in the column of proposed blocks alone: the others are all written by each block and
/// by nothing else, so that all of them have something unflushed or none has.
pub(crate) fn mark_undecided(store: &Store, tip: Option<&Tip>, writes: &mut WriteBatch) {
    let value = tip.map(|tip| encode(&tip.height)).unwrap_or_default();
    writes.put_cf(store.column(UNDECIDED), MARK_KEY, value);
}

/// Sets the mark of every column to the block at `height`; `None` before genesis.
pub(crate) fn mark(store: &Store, height: Option<Height>, writes: &mut WriteBatch) {
    let value = height.map(|height| encode(&height)).unwrap_or_default();
    for name in columns::ALL {
        let key = mark_key(name, height.unwrap_or_default());
        let before = mark_key(name, height.unwrap_or_default().saturating_sub(1));
        if before != key {
            writes.delete_cf(store.column(name), before);
        }
        writes.put_cf(store.column(name), key, &value);
    }
}

/// The rounds for which a block is kept at `height`, ascending. Only ever asked for heights above
/// the head, where nothing has been deleted yet.
pub(crate) fn rounds(store: &Store, height: Height) -> Result<Vec<u32>, StateError> {
    let start = undecided_key(height, 0);
    let from = IteratorMode::From(&start, Direction::Forward);
    let mut rounds = Vec::new();
    for entry in store.db.iterator_cf(store.column(UNDECIDED), from) {
        let (key, _) = entry.map_err(|error| failed("scan", &error))?;
        let Some(round) = round_of(&key, height) else { break };
        rounds.push(round);
    }
    Ok(rounds)
}

/// Borsh of one of our own types.
pub(crate) fn encode<T: BorshSerialize + ?Sized>(value: &T) -> Vec<u8> {
    borsh::to_vec(value).expect("encoding into memory does not fail")
}
