//! Order, bounds and the end of waiting.

use super::*;
use crate::tests::support::{Party, ScriptVm, genesis, key, memory, open_account, operator};
use std::time::{Duration, Instant};
use tenor_ledger::{BlockContext, ChainLedger, Ledger, sign_alone};
use tenor_primitives::{Timestamp, Transaction, Validator};

struct Bench {
    ledger: ChainLedger,
    pool: Pool,
}

fn bench(config: MempoolConfig) -> Bench {
    let ledger = ChainLedger::open(&genesis(), memory(), Arc::new(ScriptVm)).expect("opens");
    let pool = Pool::new(config, ledger.head(), Arc::new(DriverControl::default()));
    Bench { ledger, pool }
}

fn verified(transaction: Transaction) -> Arc<VerifiedTransaction> {
    Arc::new(VerifiedTransaction::verify(transaction).expect("signed"))
}

fn named(label: &str, lane: u8, nonce: u64) -> Arc<VerifiedTransaction> {
    let message = open_account(&format!("{label}-{lane}-{nonce}"));
    verified(Party::named(label).transaction(lane, nonce, message))
}

impl Bench {
    fn insert(&self, label: &str, lane: u8, nonce: u64) -> Result<Waiting, Rejected> {
        self.pool.insert(named(label, lane, nonce))
    }

    /// All that one block is offered: sender's label, lane, nonce.
    fn offered(&self) -> Vec<(&'static str, u8, u64)> {
        let label = |sender| {
            let labels = ["operator", "deployer", "issuer"];
            labels.into_iter().find(|label| Party::named(label).address == sender)
        };
        let mut source = self.pool.source();
        std::iter::from_fn(|| source.next())
            .map(|found| {
                let body = &found.transaction().body;
                (label(body.sender).expect("known"), body.lane, body.nonce)
            })
            .collect()
    }

    /// Makes a block of everything ready.
    fn block(&mut self) -> usize {
        let public_key = key("validator").public_key();
        let proposer = Validator { public_key, power: 1 }.address();
        let time = Timestamp::from_unix_ms(self.ledger.tip_time().unix_ms + 1_000);
        let (tip, context) = (self.ledger.tip(), BlockContext { time, proposer });
        let deadline = Instant::now() + Duration::from_secs(60);
        let mut source = self.pool.source();
        let candidate = self.ledger.build(&tip, &context, &mut *source, deadline).expect("builds");
        drop(source);
        let (chain_id, id) = (genesis().chain_id, candidate.block_id());
        let votes = sign_alone(&key("validator"), &chain_id, tip.height + 1, id);
        let block = self.ledger.commit(candidate, votes).expect("commits");
        self.pool.committed(&block);
        block.receipts.len()
    }
}

#[test]
fn senders_take_turns_and_so_do_their_lanes() {
    let bench = bench(MempoolConfig::default());
    for nonce in 0..3 {
        bench.insert("operator", 0, nonce).expect("taken");
    }
    bench.insert("operator", 1, 0).expect("taken");
    bench.insert("issuer", 0, 0).expect("taken");
    bench.insert("issuer", 0, 2).expect("waits for the one between");
    let offered = bench.offered();
    let position = |wanted| offered.iter().position(|found| *found == wanted).expect("offered");
    assert_eq!(offered.len(), 5);
    assert!(position(("issuer", 0, 0)) < 2, "{offered:?}");
    assert!(position(("operator", 1, 0)) < position(("operator", 0, 1)), "{offered:?}");
    assert!(position(("operator", 0, 1)) < position(("operator", 0, 2)), "{offered:?}");
}

#[test]
fn the_next_block_begins_with_whom_the_last_one_left_out() {
    let bench = bench(MempoolConfig::default());
    for nonce in 0..2 {
        for label in ["operator", "deployer", "issuer"] {
            bench.insert(label, 0, nonce).expect("taken");
        }
    }
    let first = {
        let mut source = bench.pool.source();
        source.next().expect("ready").transaction().body.sender
    };
    let second = bench.pool.source().next().expect("ready").transaction().body.sender;
    assert_ne!(first, second);
}

#[test]
fn a_repeat_that_can_run_takes_the_place_of_one_behind_a_gap() {
    let mut bench = bench(MempoolConfig::default());
    let referenced = |lane, nonce| {
        let waiting = bench.pool.insert(verified(operator().referenced(lane, nonce, "order-1")));
        waiting.expect("taken")
    };
    let hash = |lane, nonce| operator().referenced(lane, nonce, "order-1").hash();
    // Nonce 0 was lost on its way; one further on, and one in another lane behind a gap, are no better.
    let mut behind = referenced(0, 1);
    assert_eq!(referenced(0, 2).hash, hash(0, 1));
    assert_eq!(referenced(3, 1).hash, hash(0, 1));
    let mut instead = referenced(0, 0);
    assert_eq!(instead.hash, hash(0, 0));
    // From now on that one waits, whatever comes.
    assert_eq!(referenced(0, 1).hash, hash(0, 0));
    assert_eq!(referenced(3, 0).hash, hash(0, 0));
    assert_eq!(bench.pool.totals().0, 1);
    assert_eq!(bench.block(), 1);
    for waiting in [&mut behind, &mut instead] {
        let outcome = waiting.outcome.try_recv().expect("told");
        assert!(matches!(outcome, Outcome::Committed { index: 0, .. }), "{outcome:?}");
    }
}

#[test]
fn who_has_little_waits_for_short_blocks_whatever_others_have() {
    let mut bench = bench(MempoolConfig::default());
    bench.insert("operator", 0, 0).expect("taken");
    // From now on it is known how long a block takes to be sealed: at most 50 ms count.
    assert_eq!(bench.block(), 1);
    for nonce in 1..200 {
        bench.insert("operator", 0, nonce).expect("taken");
    }
    let senders = |source: &mut dyn TransactionSource| -> Vec<&'static str> {
        let next = std::iter::from_fn(|| source.next());
        let is_issuer = |sender| sender == Party::named("issuer").address;
        next.map(|found| found.transaction().body.sender)
            .map(|sender| if is_issuer(sender) { "issuer" } else { "operator" })
            .collect()
    };
    // Alone, it has the block to itself.
    assert_eq!(senders(&mut *bench.pool.source()).len(), 199);
    {
        let mut source = bench.pool.source();
        source.next().expect("the operator's");
        std::thread::sleep(Duration::from_millis(60));
        source.next().expect("nobody else waits");
        bench.insert("issuer", 0, 0).expect("comes while the block is filled");
        assert!(source.next().is_none(), "the block ends for its sake");
    }
    {
        let mut source = bench.pool.source();
        std::thread::sleep(Duration::from_millis(60));
        let offered = senders(&mut *source);
        assert!(offered.len() <= 3 && offered[0] == "issuer", "its turn comes first: {offered:?}");
    }
}

#[test]
fn blocks_take_out_what_they_include_and_open_the_way_for_the_rest() {
    let mut bench = bench(MempoolConfig::default());
    let mut first = bench.insert("operator", 0, 0).expect("taken");
    bench.insert("operator", 0, 2).expect("waits");
    assert_eq!(bench.pool.nonces_behind(&operator().address), BTreeMap::from([(0, 1)]));
    assert_eq!(bench.block(), 1);
    assert!(matches!(first.outcome.try_recv(), Ok(Outcome::Committed { index: 0, .. })));
    assert_eq!((bench.pool.totals().0, bench.pool.has_ready()), (1, false));
    bench.insert("operator", 0, 1).expect("taken");
    assert_eq!(bench.block(), 2);
    assert_eq!((bench.pool.totals(), bench.pool.has_ready()), ((0, 0), false));
    let stale = bench.insert("operator", 0, 1);
    let why = InvalidTransaction::StaleNonce { lane: 0, expected: 3, got: 1 };
    assert_eq!(stale.map(|waiting| waiting.hash), Err(why.into()));
}

#[test]
fn a_refused_transaction_blocks_its_lane_and_tells_who_waits() {
    let mut bench = bench(MempoolConfig::default());
    let mut body = operator().body(0, 0, vec![open_account("a")]);
    // Valid when it was let in, too late for the block.
    body.valid_until = Timestamp::from_unix_ms(1_000_500);
    let mut late = bench.pool.insert(verified(operator().sign(body))).expect("taken");
    bench.insert("operator", 0, 1).expect("taken");
    bench.insert("operator", 1, 0).expect("taken");
    assert_eq!(bench.block(), 1, "only the other lane's");
    let refused = late.outcome.try_recv();
    let expired =
        |why: &Rejected| matches!(why, Rejected::Invalid(InvalidTransaction::Expired { .. }));
    assert!(matches!(&refused, Ok(Outcome::Refused(why)) if expired(why)), "{refused:?}");
    assert_eq!((bench.pool.totals().0, bench.pool.has_ready()), (1, false));
}

#[test]
fn bytes_are_bounded_and_given_back() {
    let bytes = named("operator", 0, 0).encoded_len();
    let config = MempoolConfig { sender_bytes_max: bytes, ..MempoolConfig::default() };
    let mut bench = bench(config);
    bench.insert("operator", 0, 0).expect("fits");
    let full = bench.insert("operator", 0, 1);
    assert!(matches!(full, Err(Rejected::SenderQuota { .. })), "{full:?}");
    assert_eq!(bench.pool.totals(), (1, bytes));
    bench.block();
    bench.insert("operator", 0, 1).expect("fits again");

    let config = MempoolConfig { bytes_max: bytes, ..MempoolConfig::default() };
    let bench = super::tests::bench(config);
    bench.insert("operator", 0, 0).expect("fits");
    assert!(matches!(bench.insert("issuer", 0, 0), Err(Rejected::Full { .. })));
}

#[test]
fn a_closed_pool_takes_nothing_and_an_abandoned_one_tells_everybody() {
    let bench = bench(MempoolConfig::default());
    let mut waiting = bench.insert("operator", 0, 0).expect("taken");
    bench.pool.close();
    assert!(matches!(bench.insert("operator", 0, 1), Err(Rejected::ShuttingDown)));
    assert!(bench.pool.has_ready(), "what waits can still be included");
    bench.pool.abandon();
    assert_eq!(waiting.outcome.try_recv().err(), Some(oneshot::error::TryRecvError::Closed));
}

#[test]
fn what_waits_behind_gaps_takes_little_room() {
    let bench = bench(MempoolConfig::default());
    let half = u64::try_from(queues::SENDER_EARLY_MAX / 2).expect("small");
    for lane in 0..2 {
        for nonce in 1..=half {
            bench.insert("operator", lane, nonce).expect("has room");
        }
    }
    let early = InvalidTransaction::EarlyNonce { lane: 2, expected: 0, got: 1 };
    assert_eq!(bench.insert("operator", 2, 1).err(), Some(early.into()));
    bench.insert("operator", 2, 0).expect("can go at once");
    bench.insert("issuer", 0, 1).expect("another sender's room is its own");
    bench.insert("operator", 0, 0).expect("fills the gap");
    bench.insert("operator", 2, 2).expect("the gap before half of them is gone");
}
