//! What one block is offered: senders take turns, and so do the lanes of a sender.

use super::Pool;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tenor_executor::{InvalidTransaction, VerifiedTransaction};
use tenor_ledger::TransactionSource;
use tenor_primitives::Address;

/// The lanes of a sender that have something to offer, each with its next nonce.
struct Turn {
    sender: Address,
    lanes: VecDeque<(u8, u64)>,
}

/// One block's offer. Lanes that become ready while the block is filled wait for the next one, so
/// that a block ends.
///
/// Who has much to send must not make others wait for all of it: once a sender has been served whole or
/// a new one waits, the block ends as soon as it has been filled for half as long as the last ones took
/// to be sealed: roots, votes, the store. So about a third of the time goes to filling blocks, and a
/// sender with little waits for two short ones, however much others have. Half, because sealing grows
/// with what is in a block.
pub(super) struct PoolSource<'a> {
    pool: &'a Pool,
    turns: VecDeque<Turn>,
    begun: Instant,
    /// How long a block takes from its last transaction to its commit, if one was made.
    sealing: Option<Duration>,
    has_given: bool,
    /// Whether somebody has been given all that waited.
    is_one_served: bool,
}

impl<'a> PoolSource<'a> {
    /// Senders in the order of their addresses, from the one after `last_served` on.
    pub(super) fn new(pool: &'a Pool, last_served: Option<Address>) -> Self {
        let mut turns: VecDeque<Turn> = VecDeque::new();
        // Who comes from now on waits beside this block.
        let mut inner = pool.inner.lock();
        for (sender, lane, nonce) in inner.queues.ready() {
            match turns.back_mut() {
                Some(turn) if turn.sender == sender => turn.lanes.push_back((lane, nonce)),
                _ => turns.push_back(Turn { sender, lanes: [(lane, nonce)].into() }),
            }
        }
        let served = |last| turns.iter().take_while(|turn| turn.sender <= last).count();
        turns.rotate_left(last_served.map_or(0, served));
        let sealing = inner.rush.begin(turns.iter().map(|turn| turn.sender));
        drop(inner);
        Self { pool, turns, begun: Instant::now(), sealing, has_given: false, is_one_served: false }
    }
}

impl Drop for PoolSource<'_> {
    fn drop(&mut self) {
        self.pool.inner.lock().rush.offered();
    }
}

impl TransactionSource for PoolSource<'_> {
    fn next(&mut self) -> Option<Arc<VerifiedTransaction>> {
        let mut inner = self.pool.inner.lock();
        let others_wait = self.is_one_served || inner.rush.newcomer_waits();
        let is_long = || self.sealing.is_some_and(|sealing| self.begun.elapsed() >= sealing / 2);
        if others_wait && self.has_given && is_long() {
            inner.rush.offered();
            return None;
        }
        while let Some(mut turn) = self.turns.pop_front() {
            while let Some((lane, nonce)) = turn.lanes.pop_front() {
                let Some(found) = inner.queues.at(&turn.sender, lane, nonce) else { continue };
                let found = Arc::clone(found);
                turn.lanes.push_back((lane, nonce.saturating_add(1)));
                inner.last_served = Some(turn.sender);
                self.turns.push_back(turn);
                self.has_given = true;
                return Some(found);
            }
            self.is_one_served = true;
        }
        inner.rush.offered();
        None
    }

    fn refused(&mut self, transaction: &VerifiedTransaction, error: &InvalidTransaction) {
        if *error == InvalidTransaction::BlockFull {
            self.pool.inner.lock().rush.offered();
            return;
        }
        // What follows in the lane now has a gap before it.
        if let Some(turn) = self.turns.back_mut() {
            turn.lanes.pop_back();
        }
        self.pool.refuse(transaction, error);
    }
}
