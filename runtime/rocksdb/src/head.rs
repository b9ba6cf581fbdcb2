//! Whether the head pointer and what it points to agree.

use crate::columns::{
    self, BASE_KEY, BLOCKS, CERTIFICATES, MARK_KEY, META, NODES, RECEIPTS, STATE, UNDECIDED,
    height_key, mark_key,
};
use crate::commit::encode;
use crate::reader::SnapshotReader;
use crate::store::{Store, decode};
use std::sync::Arc;
use tenor_primitives::{Block, CommitCertificate, Height, Receipt};
use tenor_state::trie::{self, Link, NodeReader};
use tenor_state::{Base, StateError, Tip};

/// The head, after checking block, receipts, certificate and trie against it.
pub(crate) fn check_head(store: &Arc<Store>) -> Result<Option<Tip>, StateError> {
    let reader = SnapshotReader::new(store);
    let top = reader.top()?;
    let tip = reader.tip()?;
    check_named(store, tip.as_ref())?;
    check_marks(store, tip.as_ref())?;
    let Some(tip) = tip else {
        return match (top, holds_any(&reader)?) {
            (None, false) => Ok(None),
            _ => Err(corrupt("records without a head pointer")),
        };
    };
    check_block(store, &tip)?;
    check_reach(store, &reader, &tip)?;
    check_trie(&reader, &tip, top.as_ref())?;
    Ok(Some(tip))
}

/// The column of proposed blocks names a head in every log. It may be behind, but not ahead: then the
/// tables with the blocks between are missing.
fn check_named(store: &Store, tip: Option<&Tip>) -> Result<(), StateError> {
    let missing = || corrupt("the column 'undecided' names no head");
    let named = store.get(UNDECIDED, MARK_KEY)?.ok_or_else(missing)?;
    if named.is_empty() {
        return Ok(());
    }
    let named: Height = decode(UNDECIDED, &named)?;
    if tip.is_some_and(|tip| named <= tip.height) {
        return Ok(());
    }
    let found = tip.map_or_else(|| "no block".to_owned(), |tip| format!("block {}", tip.height));
    let what = format!("block {named} was committed, and the head pointer names {found}");
    Err(StateError::Corrupt { what })
}

/// The oldest kept state and a snapshot that the store was filled from are not above the head.
fn check_reach(store: &Store, reader: &SnapshotReader, tip: &Tip) -> Result<(), StateError> {
    let base: Option<Base> = store.record(META, BASE_KEY)?;
    let above = reader.oldest()? > tip.height || base.is_some_and(|base| base.height > tip.height);
    if above { Err(corrupt("its oldest state is above the head's block")) } else { Ok(()) }
}

/// Every column is at the head's block. Proposed blocks come between blocks, so theirs may be behind.
fn check_marks(store: &Store, tip: Option<&Tip>) -> Result<(), StateError> {
    let expected = tip.map_or_else(Vec::new, |tip| encode(&tip.height));
    let height = tip.map_or(0, |tip| tip.height);
    for column in columns::ALL.into_iter().filter(|column| *column != UNDECIDED) {
        let marked = |height| store.get(column, &mark_key(column, height));
        // Where the mark moves, one of the next block would lie elsewhere.
        let ahead = column == NODES && marked(height.saturating_add(1))?.is_some();
        if ahead || marked(height)?.as_deref() != Some(&expected) {
            let what = format!("the column '{column}' is not at the head's block");
            return Err(StateError::Corrupt { what });
        }
    }
    Ok(())
}

fn holds_any(reader: &SnapshotReader) -> Result<bool, StateError> {
    [STATE, NODES, BLOCKS].into_iter().try_fold(false, |found, column| {
        Ok(found || reader.records(column).next().transpose()?.is_some())
    })
}

fn check_block(store: &Store, tip: &Tip) -> Result<(), StateError> {
    let key = height_key(tip.height);
    let block: Option<Block> = store.record(BLOCKS, &key)?;
    let block = block.ok_or_else(|| corrupt("the head's block is missing"))?;
    let header = &block.header;
    if header.id() != tip.block_id || header.height != tip.height {
        return Err(corrupt("the head's block is not the one the head pointer names"));
    }
    if header.state_root != tip.state_root {
        return Err(corrupt("the head pointer's state root is not its header's"));
    }
    let receipts: Option<Vec<Receipt>> = store.record(RECEIPTS, &key)?;
    if receipts.map(|receipts| receipts.len()) != Some(block.transactions.len()) {
        return Err(corrupt("the head's receipts do not match its transactions"));
    }
    let certificate: Option<CommitCertificate> = store.record(CERTIFICATES, &key)?;
    match certificate {
        None if tip.height == 0 => Ok(()),
        Some(votes) if votes.block_id == tip.block_id => Ok(()),
        _ => Err(corrupt("the head's certificate is missing or over another block")),
    }
}

fn check_trie(nodes: &dyn NodeReader, tip: &Tip, top: Option<&Link>) -> Result<(), StateError> {
    if trie::root(top) != tip.state_root {
        return Err(corrupt("the trie's root is not the head's state root"));
    }
    let Some(Link::Branch { position, hash }) = top else { return Ok(()) };
    let node =
        nodes.node(position, hash)?.ok_or_else(|| corrupt("the trie's root node is missing"))?;
    let whole = node.hash(position) == *hash;
    whole.then_some(()).ok_or_else(|| corrupt("the trie's root node has another hash"))
}

fn corrupt(what: &str) -> StateError {
    StateError::Corrupt { what: what.to_owned() }
}
