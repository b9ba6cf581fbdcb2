//! Waiting transactions, ordered per sender and nonce lane. Plain data: no locks, no clocks.

use crate::{MempoolConfig, Rejected};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use tenor_executor::{InvalidTransaction, VerifiedTransaction};
use tenor_primitives::{Address, ClientRef, Hash, Timestamp, TransactionBody};

/// Transactions of one sender that may wait behind a gap: no block can take them until the gap is
/// filled, so that they must not take the room of those that can go.
pub(super) const SENDER_EARLY_MAX: usize = 256;

/// Everything that waits.
#[derive(Debug, Default)]
pub(super) struct Queues {
    entries: HashMap<Hash, Arc<VerifiedTransaction>>,
    senders: BTreeMap<Address, Sender>,
    /// Lanes whose next transaction waits.
    ready: BTreeSet<(Address, u8)>,
    references: HashMap<(Address, ClientRef), Hash>,
    expiries: BTreeSet<(Timestamp, Hash)>,
    bytes: u64,
}

#[derive(Debug, Default)]
struct Sender {
    lanes: BTreeMap<u8, Lane>,
    transactions: usize,
    bytes: u64,
}

#[derive(Debug)]
struct Lane {
    /// The next nonce at the head.
    next: u64,
    waiting: BTreeMap<u64, Hash>,
}

/// What an insertion found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inserted {
    /// Nothing like it; it waits now.
    New,
    /// This transaction waits already, or another one with the same client reference and messages.
    Waiting(Hash),
    /// It waits now instead of that one, which had the same client reference and messages and could not
    /// run before others came.
    Instead(Hash),
}

impl Queues {
    /// Adds a transaction. `next_nonce` gives its lane's next nonce at the head and is asked only
    /// when nothing waits in the lane.
    pub(super) fn insert(
        &mut self,
        transaction: Arc<VerifiedTransaction>,
        config: &MempoolConfig,
        next_nonce: impl FnOnce() -> Result<u64, Rejected>,
    ) -> Result<Inserted, Rejected> {
        let (hash, bytes) = (transaction.hash(), transaction.encoded_len());
        let body = &transaction.transaction().body;
        let same = self.same_effect(&hash, body)?;
        if let Some(same) = same.filter(|same| *same == hash || !self.is_early(same)) {
            return Ok(Inserted::Waiting(same));
        }
        let lane = self.senders.get(&body.sender).and_then(|sender| sender.lanes.get(&body.lane));
        let next = lane.map_or_else(next_nonce, |lane| Ok(lane.next))?;
        let checked = check_nonce(body, next, lane, config)
            .and_then(|()| self.check_early(body, next))
            .and_then(|()| self.check_room(&body.sender, bytes, same.as_ref(), config));
        if let Some(same) = same {
            // The one behind a gap goes only for one that needs nothing else.
            if checked.is_err() || body.nonce > lane.map_or(next, Lane::behind) {
                return Ok(Inserted::Waiting(same));
            }
            self.remove(&same);
        } else {
            checked?;
        }

        let sender = self.senders.entry(body.sender).or_default();
        sender.transactions += 1;
        sender.bytes += bytes;
        let lane = sender.lanes.entry(body.lane);
        let lane = lane.or_insert_with(|| Lane { next, waiting: BTreeMap::new() });
        lane.waiting.insert(body.nonce, hash);
        if body.nonce == lane.next {
            self.ready.insert((body.sender, body.lane));
        }
        if let Some(reference) = &body.client_ref {
            self.references.insert((body.sender, reference.clone()), hash);
        }
        self.expiries.insert((body.valid_until, hash));
        self.bytes += bytes;
        self.entries.insert(hash, transaction);
        Ok(same.map_or(Inserted::New, Inserted::Instead))
    }

    /// Whether what waits waits behind a gap of its lane.
    fn is_early(&self, waiting: &Hash) -> bool {
        let body = self.entries.get(waiting).map(|entry| &entry.transaction().body);
        body.is_some_and(|body| {
            let lanes = self.senders.get(&body.sender).map(|sender| &sender.lanes);
            let lane = lanes.and_then(|lanes| lanes.get(&body.lane));
            lane.is_some_and(|lane| body.nonce >= lane.behind())
        })
    }

    /// Takes a transaction out.
    pub(super) fn remove(&mut self, hash: &Hash) -> Option<Arc<VerifiedTransaction>> {
        let transaction = self.entries.remove(hash)?;
        let (body, bytes) = (&transaction.transaction().body, transaction.encoded_len());
        self.bytes -= bytes;
        self.expiries.remove(&(body.valid_until, *hash));
        if let Some(reference) = &body.client_ref {
            self.references.remove(&(body.sender, reference.clone()));
        }
        let sender = self.senders.get_mut(&body.sender).expect("counted when inserted");
        sender.transactions -= 1;
        sender.bytes -= bytes;
        let lane = sender.lanes.get_mut(&body.lane).expect("made when inserted");
        lane.waiting.remove(&body.nonce);
        if lane.waiting.is_empty() {
            sender.lanes.remove(&body.lane);
            self.ready.remove(&(body.sender, body.lane));
        } else if body.nonce == lane.next {
            self.ready.remove(&(body.sender, body.lane));
        }
        if sender.lanes.is_empty() {
            self.senders.remove(&body.sender);
        }
        Some(transaction)
    }

    /// The head's next nonce of a lane is now `next`. Returns what can never be included any more.
    pub(super) fn advance(&mut self, sender: &Address, lane: u8, next: u64) -> Vec<Hash> {
        let lanes = self.senders.get_mut(sender).map(|sender| &mut sender.lanes);
        let Some(queue) = lanes.and_then(|lanes| lanes.get_mut(&lane)) else { return Vec::new() };
        queue.next = next;
        if queue.waiting.contains_key(&next) {
            self.ready.insert((*sender, lane));
        } else {
            self.ready.remove(&(*sender, lane));
        }
        queue.waiting.range(..next).map(|(_, hash)| *hash).collect()
    }

    /// What cannot be included after a block at `time`, as block time only advances.
    pub(super) fn expired(&self, time: Timestamp) -> Vec<(Hash, Timestamp)> {
        let expired = self.expiries.iter().take_while(|(valid_until, _)| *valid_until <= time);
        expired.map(|(valid_until, hash)| (*hash, *valid_until)).collect()
    }

    /// The transaction of a place, if it waits.
    pub(super) fn at(
        &self,
        sender: &Address,
        lane: u8,
        nonce: u64,
    ) -> Option<&Arc<VerifiedTransaction>> {
        let lane = self.senders.get(sender)?.lanes.get(&lane)?;
        self.entries.get(lane.waiting.get(&nonce)?)
    }

    pub(super) fn get(&self, hash: &Hash) -> Option<&Arc<VerifiedTransaction>> {
        self.entries.get(hash)
    }

    /// Lanes whose next transaction waits, with its nonce, in the order of senders.
    pub(super) fn ready(&self) -> impl Iterator<Item = (Address, u8, u64)> {
        self.ready.iter().filter_map(|(sender, lane)| {
            let queue = self.senders.get(sender)?.lanes.get(lane)?;
            Some((*sender, *lane, queue.next))
        })
    }

    /// Whether the next transaction of a lane waits.
    pub(super) fn is_ready(&self, sender: &Address, lane: u8) -> bool {
        self.ready.contains(&(*sender, lane))
    }

    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// For each lane of `sender` in which something waits: the nonce behind all that waits without
    /// a gap.
    pub(super) fn nonces_behind(&self, sender: &Address) -> BTreeMap<u8, u64> {
        let lanes = self.senders.get(sender).into_iter().flat_map(|sender| &sender.lanes);
        lanes.map(|(number, lane)| (*number, lane.behind())).collect()
    }

    /// Number and bytes of all that waits.
    pub(super) fn totals(&self) -> (usize, u64) {
        (self.entries.len(), self.bytes)
    }

    /// What waits and would do the same; an error when the reference waits with other messages.
    fn same_effect(&self, hash: &Hash, body: &TransactionBody) -> Result<Option<Hash>, Rejected> {
        if self.entries.contains_key(hash) {
            return Ok(Some(*hash));
        }
        let Some(reference) = body.client_ref.clone() else { return Ok(None) };
        let Some(waiting) = self.references.get(&(body.sender, reference)) else { return Ok(None) };
        let entry = self.entries.get(waiting).expect("a reference's transaction waits");
        if entry.transaction().body.messages == body.messages {
            Ok(Some(*waiting))
        } else {
            Err(InvalidTransaction::ClientRefTaken { transaction: *waiting }.into())
        }
    }

    /// Refuses a nonce behind a gap when enough of its sender wait behind gaps already.
    fn check_early(&self, body: &TransactionBody, next: u64) -> Result<(), Rejected> {
        let lanes = self.senders.get(&body.sender).map(|sender| &sender.lanes);
        let expected = lanes.and_then(|lanes| lanes.get(&body.lane)).map_or(next, Lane::behind);
        if body.nonce <= expected {
            return Ok(());
        }
        let waiting: usize = lanes.into_iter().flat_map(BTreeMap::values).map(Lane::early).sum();
        if waiting >= SENDER_EARLY_MAX {
            let (lane, got) = (body.lane, body.nonce);
            return Err(InvalidTransaction::EarlyNonce { lane, expected, got }.into());
        }
        Ok(())
    }

    /// Whether there is room, less what goes for it.
    fn check_room(
        &self,
        sender: &Address,
        bytes: u64,
        goes: Option<&Hash>,
        config: &MempoolConfig,
    ) -> Result<(), Rejected> {
        let goes = goes.and_then(|goes| self.entries.get(goes));
        let (fewer, less) = goes.map_or((0, 0), |goes| (1, goes.encoded_len()));
        let (transactions_max, bytes_max) =
            (config.sender_transactions_max, config.sender_bytes_max);
        let of_sender = self.senders.get(sender);
        let (transactions, used) =
            of_sender.map_or((0, 0), |s| (s.transactions - fewer, s.bytes - less));
        if transactions >= transactions_max || used + bytes > bytes_max {
            let bytes = used;
            return Err(Rejected::SenderQuota { transactions, bytes, transactions_max, bytes_max });
        }
        let (transactions, used) = self.totals();
        let (transactions, used) = (transactions - fewer, used - less);
        if transactions >= config.transactions_max || used + bytes > config.bytes_max {
            return Err(Rejected::Full { transactions, bytes: used });
        }
        Ok(())
    }
}

impl Lane {
    /// How many wait behind a gap. Nonces ascend from `next`, so the first that is larger than its
    /// place allows has a gap before it, and so have all after it: few steps from the end.
    fn early(&self) -> usize {
        let places = (0..self.waiting.len() as u64).rev();
        let from_the_end = self.waiting.keys().rev().zip(places);
        from_the_end.take_while(|(nonce, place)| **nonce != self.next + place).count()
    }

    /// The nonce behind all that waits without a gap.
    fn behind(&self) -> u64 {
        self.next + (self.waiting.len() - self.early()) as u64
    }
}

fn check_nonce(
    body: &TransactionBody,
    expected: u64,
    queue: Option<&Lane>,
    config: &MempoolConfig,
) -> Result<(), Rejected> {
    let (lane, got) = (body.lane, body.nonce);
    if got < expected {
        return Err(InvalidTransaction::StaleNonce { lane, expected, got }.into());
    }
    if got - expected > config.early_nonces_max {
        return Err(InvalidTransaction::EarlyNonce { lane, expected, got }.into());
    }
    match queue.and_then(|queue| queue.waiting.get(&got)) {
        Some(by) => Err(Rejected::NonceTaken { lane, nonce: got, by: *by }),
        None => Ok(()),
    }
}
