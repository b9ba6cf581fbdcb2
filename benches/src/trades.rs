//! Trades on an engine, state in memory: what matching and settling one takes, without a node.

use crate::cpu;
use crate::desks::{Desks, Stream, first_trades};
use borsh::BorshDeserialize;
use std::sync::Arc;
use tenor_executor::{BlockExecution, VerifiedTransaction, Vm};
use tenor_interfaces::settlement::{InstructionStatus, Submitted};
use tenor_primitives::{ChainId, Timestamp};
use tenor_state::MapReader;
use tenor_testing::Chain;
use tenor_tests::engine::wasm_of;
use tenor_tests::scenarios::market;

/// The contracts of the market, by the names in their specs.
pub const CONTRACTS: [&str; 5] = ["registry", "cash", "issuance", "settlement", "coupon"];

/// A market in which trades wait for their second instruction.
pub struct TradeLedger {
    state: Arc<MapReader>,
    chain_id: ChainId,
    height: u64,
    time: Timestamp,
    first: Vec<VerifiedTransaction>,
    second: Vec<VerifiedTransaction>,
}

impl TradeLedger {
    /// A market with so many trades at each of its desks.
    ///
    /// # Panics
    /// If the contracts are not compiled or anything fails.
    pub fn new(desk_trades: u32) -> Self {
        let mut chain = Chain::new(wasm_of(&CONTRACTS));
        let market = market::open(&mut chain);
        market.issue(&mut chain);
        first_trades(&mut chain, &market);
        let streams = Desks::of(&chain, &market).trade(&chain, desk_trades);
        let verified = |stream: &Stream| -> Vec<VerifiedTransaction> {
            let signed = stream.iter().cloned();
            signed.map(|one| VerifiedTransaction::verify(one).expect("signed")).collect()
        };
        // Streams come in pairs: who instructs first at a desk, and the counterparty.
        let first = streams.iter().step_by(2).flat_map(verified).collect();
        let second = streams.iter().skip(1).step_by(2).flat_map(verified).collect();
        Self {
            state: Arc::new(MapReader(Arc::new(chain.values().clone()))),
            chain_id: chain.chain_id().clone(),
            height: chain.height() + 1,
            time: Timestamp::from_unix_ms(chain.time().unix_ms + 1_000),
            first,
            second,
        }
    }

    /// Runs all trades on `vm` as one block, which is thrown away, and gives the CPU nanoseconds of one
    /// second instruction: matched, checked against the registry, both legs settled.
    ///
    /// # Panics
    /// If one of them does anything else.
    #[allow(clippy::cast_precision_loss)] // a measurement, not money
    pub fn settle(&self, vm: Arc<dyn Vm>) -> f64 {
        let mut block = self.begin(vm);
        for transaction in &self.first {
            block.apply(transaction).expect("valid");
        }
        let before = cpu::of_thread_ns();
        for transaction in &self.second {
            block.apply(transaction).expect("valid");
        }
        let ns = (cpu::of_thread_ns() - before) as f64;
        for receipt in &block.receipts()[self.first.len()..] {
            let is_settled = receipt.outputs.first().is_some_and(|output| is_settled(output));
            assert!(receipt.is_success() && is_settled, "{:?}", receipt.status);
        }
        ns / self.second.len() as f64
    }

    fn begin(&self, vm: Arc<dyn Vm>) -> BlockExecution {
        let (state, chain_id) = (self.state.clone(), self.chain_id.clone());
        BlockExecution::begin(state, chain_id, self.height, self.time, vm).expect("begins")
    }
}

fn is_settled(output: &[u8]) -> bool {
    let submitted = Submitted::try_from_slice(output);
    let status = submitted.map(|submitted| submitted.status);
    matches!(status, Ok(InstructionStatus::Settled { .. }))
}
