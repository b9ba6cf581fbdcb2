//! The solo driver on its thread.

use super::support::*;
use crate::{
    ChainLedger, CommittedBlock, DriverControl, DriverError, DriverThread, LedgerError,
    ManualClock, Mempool, Pace, SoloDriver, TransactionSource,
};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tenor_executor::{InvalidTransaction, VerifiedTransaction};
use tenor_primitives::{SigningKey, Timestamp, Transaction};
use tenor_state::{Database, Failure};

/// A queue and what became of it.
#[derive(Default)]
struct TestMempool {
    waiting: Mutex<VecDeque<Arc<VerifiedTransaction>>>,
    blocks: Mutex<Vec<Arc<CommittedBlock>>>,
}

struct TestSource<'a>(&'a TestMempool);

impl TransactionSource for TestSource<'_> {
    fn next(&mut self) -> Option<Arc<VerifiedTransaction>> {
        self.0.waiting.lock().pop_front()
    }

    fn refused(&mut self, _: &VerifiedTransaction, _: &InvalidTransaction) {}
}

impl Mempool for TestMempool {
    fn has_ready(&self) -> bool {
        !self.waiting.lock().is_empty()
    }

    fn source(&self) -> Box<dyn TransactionSource + '_> {
        Box::new(TestSource(self))
    }

    fn committed(&self, block: &Arc<CommittedBlock>) {
        self.blocks.lock().push(Arc::clone(block));
    }
}

struct Running {
    control: Arc<DriverControl>,
    mempool: Arc<TestMempool>,
    clock: Arc<ManualClock>,
    ended: mpsc::Receiver<Result<(), DriverError>>,
    thread: DriverThread,
}

const INSTANT: Pace =
    Pace { interval: None, empty_after: None, build_max: Duration::from_millis(200) };

fn run(ledger: ChainLedger, key: SigningKey, pace: Pace) -> Running {
    let control = Arc::new(DriverControl::default());
    let mempool = Arc::new(TestMempool::default());
    let clock = Arc::new(ManualClock::new(Timestamp::from_unix_ms(0)));
    let chain_id = genesis().chain_id;
    let driver = SoloDriver::new(key, chain_id, clock.clone(), control.clone(), pace);
    let (send, ended) = mpsc::channel();
    let report = move |result| send.send(result).expect("the test listens");
    let thread = DriverThread::spawn(Box::new(driver), Box::new(ledger), mempool.clone(), report)
        .expect("starts");
    Running { control, mempool, clock, ended, thread }
}

impl Running {
    fn send(&self, transactions: impl IntoIterator<Item = Transaction>) {
        self.mempool.waiting.lock().extend(transactions.into_iter().map(verified));
        self.control.transactions_wait();
    }

    fn wait_for_blocks(&self, count: usize) -> Vec<Arc<CommittedBlock>> {
        for _ in 0..2_000 {
            let blocks = self.mempool.blocks.lock().clone();
            if blocks.len() >= count {
                return blocks;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("no {count} blocks within ten seconds");
    }

    fn end(&self) -> Result<(), DriverError> {
        self.ended.recv_timeout(Duration::from_secs(10)).expect("ends within ten seconds")
    }

    fn stop(self) -> Vec<Arc<CommittedBlock>> {
        self.control.stop(Duration::from_secs(5));
        self.end().expect("ends in order");
        self.thread.join();
        self.mempool.blocks.lock().clone()
    }
}

#[test]
fn instant_blocks_hold_what_waits_and_their_time_always_advances() {
    let running = run(open(memory()), validator_key(), INSTANT);
    running.send([create_account(0), create_account(1)]);
    running.wait_for_blocks(1);
    running.send([create_account(2)]);
    running.wait_for_blocks(2);
    running.clock.advance_to(Timestamp::from_unix_ms(5_000_000));
    running.control.want_block();
    running.wait_for_blocks(3);
    let blocks = running.stop();
    let times: Vec<u64> = blocks.iter().map(|b| b.block.header.time.unix_ms).collect();
    assert_eq!(times, [1_000_001, 1_000_002, 5_000_000]);
    let counts: Vec<usize> = blocks.iter().map(|b| b.receipts.len()).collect();
    assert_eq!(counts, [2, 1, 0]);
}

#[test]
fn an_interval_gathers_a_batch() {
    let interval = Some(Duration::from_millis(300));
    let running = run(open(memory()), validator_key(), Pace { interval, ..INSTANT });
    running.send([create_account(0)]);
    running.send([create_account(1)]);
    running.wait_for_blocks(1);
    running.send([create_account(2)]);
    let blocks = running.wait_for_blocks(2);
    let counts: Vec<usize> = blocks.iter().map(|b| b.receipts.len()).collect();
    assert_eq!(counts, [2, 1]);
    running.stop();
}

#[test]
fn empty_blocks_move_time_when_wanted_and_never_otherwise() {
    let quiet = run(open(memory()), validator_key(), INSTANT);
    let empty_after = Some(Duration::from_millis(10));
    let ticking = run(open(memory()), validator_key(), Pace { empty_after, ..INSTANT });
    let blocks = ticking.wait_for_blocks(3);
    assert!(blocks.iter().all(|block| block.receipts.is_empty()));
    ticking.stop();
    // Nothing can be included, so nothing is committed.
    quiet.send([create_account(7)]);
    while quiet.mempool.has_ready() {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(quiet.stop().is_empty());
}

#[test]
fn what_waits_at_the_end_is_included() {
    let interval = Some(Duration::from_secs(3_600));
    let running = run(open(memory()), validator_key(), Pace { interval, ..INSTANT });
    running.send([create_account(0)]);
    let blocks = running.stop();
    assert_eq!(blocks.len(), 1);
    assert_eq!(blocks[0].receipts.len(), 1);
}

#[test]
fn a_failing_store_ends_the_driver_with_the_reason() {
    let database = memory();
    let running = run(open(database.clone()), validator_key(), INSTANT);
    database.fail_after(0, Failure::Lost);
    running.send([create_account(0)]);
    let error = running.end().expect_err("fatal");
    assert!(matches!(error, DriverError::Ledger(LedgerError::State(_))), "{error}");
    assert!(running.mempool.blocks.lock().is_empty(), "nothing is acknowledged");
    assert_eq!(database.restart().tip().map(|tip| tip.height), Some(0));
}

#[test]
fn a_key_that_is_not_the_validator_ends_the_driver() {
    let running = run(open(memory()), key(3), INSTANT);
    running.control.want_block();
    let error = running.end().expect_err("another key");
    let (got, only) = (key(3).public_key(), validator_key().public_key());
    let text = error.to_string();
    assert!(text.contains(&format!("only validator, {only}, got {got} from")), "{text}");
}

#[test]
fn a_panic_is_reported_like_any_fatal_error() {
    struct Panicking;
    impl Mempool for Panicking {
        fn has_ready(&self) -> bool {
            panic!("a bug")
        }
        fn source(&self) -> Box<dyn TransactionSource + '_> {
            unreachable!("never ready")
        }
        fn committed(&self, _: &Arc<CommittedBlock>) {}
    }
    let control = Arc::new(DriverControl::default());
    let clock = Arc::new(ManualClock::default());
    let driver = SoloDriver::new(validator_key(), genesis().chain_id, clock, control, INSTANT);
    let (send, ended) = mpsc::channel();
    let report = move |result| send.send(result).expect("the test listens");
    let ledger = Box::new(open(memory()));
    DriverThread::spawn(Box::new(driver), ledger, Arc::new(Panicking), report)
        .expect("starts")
        .join();
    let ended = ended.recv_timeout(Duration::from_secs(10)).expect("ends");
    assert!(matches!(ended, Err(DriverError::Panicked(text)) if text == "a bug"));
}
