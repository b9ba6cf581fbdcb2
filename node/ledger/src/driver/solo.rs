//! One validator, no network: it proposes and commits alone.

use super::control::Wake;
use super::{ConsensusDriver, DriverControl, DriverError, Mempool};
use crate::{BlockContext, Clock, Ledger, sign_alone};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tenor_primitives::{ChainId, SigningKey, Timestamp, Validator, ValidatorSet};

/// When blocks are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// One block per interval, if anything waits; `None`: as soon as anything waits. Either way
    /// what arrives while a block is committed shares the next one.
    pub interval: Option<Duration>,
    /// An empty block when none was made for so long, so that ledger time moves; `None`: never.
    pub empty_after: Option<Duration>,
    /// The longest that a block is filled.
    pub build_max: Duration,
}

/// The driver of a ledger with one validator.
pub struct SoloDriver {
    key: SigningKey,
    chain_id: ChainId,
    clock: Arc<dyn Clock>,
    control: Arc<DriverControl>,
    pace: Pace,
}

impl SoloDriver {
    /// A driver that signs with `key` and takes the time from `clock`.
    pub fn new(
        key: SigningKey,
        chain_id: ChainId,
        clock: Arc<dyn Clock>,
        control: Arc<DriverControl>,
        pace: Pace,
    ) -> Self {
        Self { key, chain_id, clock, control, pace }
    }

    /// Refuses a ledger that this node cannot commit to alone.
    pub fn check_validators(&self, validators: &ValidatorSet) -> Result<(), DriverError> {
        let key = self.key.public_key();
        match validators.validators.as_slice() {
            [only] if only.public_key == key => Ok(()),
            [only] => Err(DriverError::NotTheValidator { key, only: Some(only.public_key) }),
            _ => Err(DriverError::NotTheValidator { key, only: None }),
        }
    }

    /// Makes one block. An empty one is dropped unless it is wanted.
    fn step(
        &self,
        ledger: &mut dyn Ledger,
        mempool: &dyn Mempool,
        empty_wanted: bool,
    ) -> Result<bool, DriverError> {
        self.check_validators(&ledger.validators())?;
        let started = Instant::now();
        let context = BlockContext { time: self.block_time(ledger)?, proposer: self.address() };
        let parent = ledger.tip();
        let mut source = mempool.source();
        let deadline = started + self.pace.build_max;
        let candidate = ledger.build(&parent, &context, &mut *source, deadline)?;
        drop(source);
        let header = &candidate.block().header;
        if candidate.block().transactions.is_empty() && !empty_wanted {
            return Ok(false);
        }
        let certificate =
            sign_alone(&self.key, &self.chain_id, header.height, candidate.block_id());
        let built = started.elapsed();
        let block = ledger.commit(candidate, certificate)?;
        let header = &block.block.header;
        tracing::debug!(
            height = header.height,
            transactions = block.receipts.len(),
            gas = header.gas_used,
            built_us = built.as_micros(),
            committed_us = started.elapsed().as_micros(),
            "block committed"
        );
        mempool.committed(&block);
        Ok(true)
    }

    fn block_time(&self, ledger: &dyn Ledger) -> Result<Timestamp, DriverError> {
        let earliest = ledger.tip_time().checked_add_ms(1).ok_or(DriverError::EndOfTime)?;
        Ok(self.clock.now().max(earliest))
    }

    fn address(&self) -> tenor_primitives::Address {
        Validator { public_key: self.key.public_key(), power: 1 }.address()
    }

    /// When the driver looks up although nobody woke it.
    fn timer(
        &self,
        last_block: Instant,
        batch_ends: Option<Instant>,
        ready: bool,
    ) -> Option<Instant> {
        if ready {
            return Some(Instant::now());
        }
        let empty = self.pace.empty_after.map(|after| last_block + after);
        match (batch_ends, empty) {
            (Some(batch_ends), Some(empty)) => Some(batch_ends.min(empty)),
            (one, other) => one.or(other),
        }
    }
}

impl ConsensusDriver for SoloDriver {
    fn run(
        self: Box<Self>,
        ledger: &mut dyn Ledger,
        mempool: &dyn Mempool,
    ) -> Result<(), DriverError> {
        let mut last_block = Instant::now();
        loop {
            // Until the interval is over, what waits is a batch that grows.
            let batch_ends = self.pace.interval.map(|every| last_block + every);
            let batch_ends = batch_ends.filter(|end| Instant::now() < *end);
            let ready = batch_ends.is_none() && mempool.has_ready();
            let timer = self.timer(last_block, batch_ends, ready);
            let empty_wanted = match self.control.wait(timer, batch_ends.is_some()) {
                Wake::Block => true,
                Wake::Stop(at_latest) => return self.drain(ledger, mempool, at_latest),
                Wake::Timer | Wake::Transactions => {
                    self.pace.empty_after.is_some_and(|after| last_block.elapsed() >= after)
                }
            };
            let batch_wanted = batch_ends.is_none() && mempool.has_ready();
            if (batch_wanted || empty_wanted) && self.step(ledger, mempool, empty_wanted)? {
                last_block = Instant::now();
            }
        }
    }
}

impl SoloDriver {
    /// Includes what waits, as long as there is time.
    fn drain(
        &self,
        ledger: &mut dyn Ledger,
        mempool: &dyn Mempool,
        at_latest: Instant,
    ) -> Result<(), DriverError> {
        while mempool.has_ready() && Instant::now() < at_latest {
            if !self.step(ledger, mempool, false)? {
                break;
            }
        }
        Ok(())
    }
}
