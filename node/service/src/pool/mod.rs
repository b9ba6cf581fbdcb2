//! The mempool: what waits for a block, and who waits for it.

#[cfg(test)]
mod model;
mod queues;
mod rush;
mod source;
#[cfg(test)]
mod tests;

use crate::{MempoolConfig, Rejected};
use parking_lot::Mutex;
use queues::{Inserted, Queues};
use rush::Rush;
use source::PoolSource;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tenor_executor::system::{namespace, read_record};
use tenor_executor::{InvalidTransaction, VerifiedTransaction};
use tenor_ledger::{CommittedBlock, DriverControl, HeadCell, Mempool, TransactionSource};
use tenor_primitives::{Address, Hash, Height};
use tokio::sync::{oneshot, watch};

/// What became of a waiting transaction.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// It is in a durable block.
    Committed {
        /// The block.
        block: Arc<CommittedBlock>,
        /// Its place there.
        index: usize,
    },
    /// It cannot be included any more.
    Refused(Rejected),
}

/// A transaction that waits, and where to hear of its end.
#[derive(Debug)]
pub(crate) struct Waiting {
    /// The transaction; another than the one submitted when that has the same client reference and
    /// messages.
    pub(crate) hash: Hash,
    /// Closed without an outcome when the node stops.
    pub(crate) outcome: oneshot::Receiver<Outcome>,
}

/// The mempool of a node.
pub(crate) struct Pool {
    inner: Mutex<Inner>,
    config: MempoolConfig,
    head: Arc<HeadCell>,
    control: Arc<DriverControl>,
    heights: watch::Sender<Height>,
}

#[derive(Debug, Default)]
struct Inner {
    queues: Queues,
    waiters: HashMap<Hash, Vec<oneshot::Sender<Outcome>>>,
    last_served: Option<Address>,
    rush: Rush,
    closed: bool,
}

type Notice = (Vec<oneshot::Sender<Outcome>>, Outcome);

impl Pool {
    pub(crate) fn new(
        config: MempoolConfig,
        head: Arc<HeadCell>,
        control: Arc<DriverControl>,
    ) -> Self {
        let heights = watch::Sender::new(head.get().tip.height);
        Self { inner: Mutex::default(), config, head, control, heights }
    }

    /// Lets a checked transaction wait. The same one again, or one with the same client reference
    /// and messages, joins the one that waits.
    pub(crate) fn insert(
        &self,
        transaction: Arc<VerifiedTransaction>,
    ) -> Result<Waiting, Rejected> {
        let mut inner = self.inner.lock();
        if inner.closed {
            return Err(Rejected::ShuttingDown);
        }
        let hash = transaction.hash();
        let body = &transaction.transaction().body;
        // Read under the lock: a block is published before it is taken out of the queues, so that
        // this nonce is never older than what the queues have seen.
        let (sender, lane) = (body.sender, body.lane);
        let next_nonce = || self.next_nonce(&sender, lane);
        let inserted = inner.queues.insert(transaction, &self.config, next_nonce)?;
        let (hash, is_new) = match inserted {
            Inserted::New => (hash, true),
            Inserted::Waiting(other) => (other, false),
            Inserted::Instead(other) => {
                // Who waits for the other one hears of this one, which has its effect.
                let waiters = inner.waiters.remove(&other).unwrap_or_default();
                inner.waiters.insert(hash, waiters);
                (hash, true)
            }
        };
        let waiting = inner.join(hash);
        let ready = inner.queues.has_ready();
        if is_new && inner.queues.is_ready(&sender, lane) {
            inner.rush.ready(&sender);
        }
        drop(inner);
        if is_new && ready {
            self.control.transactions_wait();
        }
        Ok(waiting)
    }

    /// Joins a transaction that waits.
    pub(crate) fn join(&self, hash: &Hash) -> Option<Waiting> {
        let mut inner = self.inner.lock();
        inner.queues.get(hash)?;
        Some(inner.join(*hash))
    }

    /// A transaction that waits.
    pub(crate) fn get(&self, hash: &Hash) -> Option<Arc<VerifiedTransaction>> {
        self.inner.lock().queues.get(hash).cloned()
    }

    /// Per lane in use: the nonce behind all that waits without a gap.
    pub(crate) fn nonces_behind(&self, sender: &Address) -> BTreeMap<u8, u64> {
        self.inner.lock().queues.nonces_behind(sender)
    }

    /// Number and bytes of all that waits.
    pub(crate) fn totals(&self) -> (usize, u64) {
        self.inner.lock().queues.totals()
    }

    /// Hears of every new height.
    pub(crate) fn heights(&self) -> watch::Receiver<Height> {
        self.heights.subscribe()
    }

    /// Takes nothing more; what waits still may be included.
    pub(crate) fn close(&self) {
        self.inner.lock().closed = true;
    }

    /// Tells everybody who still waits that there will be no outcome.
    pub(crate) fn abandon(&self) {
        let mut inner = self.inner.lock();
        inner.closed = true;
        inner.waiters.clear();
    }

    /// A transaction was refused by the block that it was offered to.
    fn refuse(&self, transaction: &VerifiedTransaction, error: &InvalidTransaction) {
        let hash = transaction.hash();
        tracing::info!(transaction = %hash, %error, "transaction dropped");
        let notice = self.inner.lock().drop_refused(&hash, error.clone().into());
        notify(notice);
    }

    fn next_nonce(&self, sender: &Address, lane: u8) -> Result<u64, Rejected> {
        let mut key = sender.0.to_vec();
        key.push(lane);
        let state = &self.head.get().state;
        let record = read_record(&**state, namespace::NONCES, &key, "nonce");
        let record = record.map_err(|error| {
            tracing::error!(%error, "the state cannot be read");
            Rejected::Failed
        })?;
        Ok(record.unwrap_or(0))
    }
}

impl Inner {
    fn join(&mut self, hash: Hash) -> Waiting {
        let (waiter, outcome) = oneshot::channel();
        // Those who gave up need no place in the list.
        let waiters = self.waiters.entry(hash).or_default();
        waiters.retain(|waiter| !waiter.is_closed());
        waiters.push(waiter);
        Waiting { hash, outcome }
    }

    fn drop_refused(&mut self, hash: &Hash, why: Rejected) -> Option<Notice> {
        self.queues.remove(hash)?;
        Some((self.waiters.remove(hash)?, Outcome::Refused(why)))
    }

    /// Takes out what `block` included and what it made impossible.
    fn settle(&mut self, block: &Arc<CommittedBlock>) -> Vec<Notice> {
        let mut notices = Vec::new();
        let transactions = block.block.transactions.iter().zip(&block.receipts);
        for (index, (transaction, receipt)) in transactions.enumerate() {
            let body = &transaction.body;
            let (hash, height) = (&receipt.transaction_hash, block.block.header.height);
            tracing::debug!(transaction = %hash, height, success = receipt.is_success(), "committed");
            self.queues.remove(hash);
            if let Some(waiters) = self.waiters.remove(hash) {
                let block = Arc::clone(block);
                notices.push((waiters, Outcome::Committed { block, index }));
            }
            let expected = body.nonce.saturating_add(1);
            for stale in self.queues.advance(&body.sender, body.lane, expected) {
                let got = self.queues.get(&stale).map_or(0, |found| found.transaction().body.nonce);
                let why = InvalidTransaction::StaleNonce { lane: body.lane, expected, got };
                notices.extend(self.drop_refused(&stale, why.into()));
            }
        }
        let block_time = block.block.header.time;
        for (hash, valid_until) in self.queues.expired(block_time) {
            let why = InvalidTransaction::Expired { valid_until, block_time };
            notices.extend(self.drop_refused(&hash, why.into()));
        }
        notices
    }
}

impl Mempool for Pool {
    fn has_ready(&self) -> bool {
        self.inner.lock().queues.has_ready()
    }

    fn source(&self) -> Box<dyn TransactionSource + '_> {
        let last_served = self.inner.lock().last_served;
        Box::new(PoolSource::new(self, last_served))
    }

    fn committed(&self, block: &Arc<CommittedBlock>) {
        let notices = {
            let mut inner = self.inner.lock();
            inner.rush.sealed();
            inner.settle(block)
        };
        notify(notices);
        self.heights.send_replace(block.block.header.height);
    }
}

/// Outside the lock, as it wakes tasks.
fn notify(notices: impl IntoIterator<Item = Notice>) {
    for (waiters, outcome) in notices {
        for waiter in waiters {
            // Whoever gave up waiting does not hear of it.
            let _ = waiter.send(outcome.clone());
        }
    }
}
