//! Where samples are taken.

use super::Sample;
use crate::cpu;
use crate::disk_ledger::DiskLedger;
use std::sync::Arc;
use tenor_executor::VerifiedTransaction;
use tenor_primitives::Address;
use tenor_vm::{VmConfig, WasmVm};

/// A ledger on RocksDB with the guests of all classes.
pub struct Workshop {
    pub(super) ledger: DiskLedger,
    guests: u32,
}

/// How often a guest repeats its operation, and where it begins to count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Repeat {
    /// Which of the guest's operations.
    pub(super) operation: u32,
    /// The first number.
    pub(super) first: u32,
    /// How many, in each transaction.
    pub(super) count: u32,
    /// Transactions of the block.
    pub(super) transactions: u32,
}

impl Workshop {
    /// An empty ledger.
    ///
    /// # Panics
    /// If the engine or the store cannot be set up.
    pub fn new() -> Self {
        let vm = WasmVm::new(VmConfig::default()).expect("the engine starts");
        Self { ledger: DiskLedger::new(Arc::new(vm)), guests: 0 }
    }

    /// Deploys a guest from its text.
    pub(super) fn guest(&mut self, text: &str) -> Address {
        let code = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        self.deploy(&code)
    }

    /// Deploys a guest from its bytes.
    pub(super) fn deploy(&mut self, code: &[u8]) -> Address {
        self.guests += 1;
        self.ledger.deploy(code, &format!("guest-{}", self.guests))
    }

    /// What repeating costs, less what a block with one repetition in each transaction costs.
    pub(super) fn repeat(&mut self, guest: Address, repeat: Repeat, more: &[u8]) -> Sample {
        let one = self.run(guest, Repeat { count: 1, ..repeat }, more);
        let first = repeat.first.wrapping_add(repeat.transactions);
        let all = self.run(guest, Repeat { first, ..repeat }, more);
        Sample { ns: all.ns - one.ns, gas: all.gas - one.gas }
    }

    /// What a block of these repetitions costs.
    pub(super) fn run(&mut self, guest: Address, repeat: Repeat, more: &[u8]) -> Sample {
        let Repeat { operation, mut first, count, transactions } = repeat;
        let mut block = Vec::new();
        for _ in 0..transactions {
            let words = [first, first.wrapping_add(count), operation];
            first = first.wrapping_add(count);
            let mut payload: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            payload.extend_from_slice(more);
            block.push(self.ledger.execute(guest, payload));
        }
        self.block(block)
    }

    /// What a block costs; its transactions must succeed.
    #[allow(clippy::cast_precision_loss)] // a measurement, not money
    pub(super) fn block(&mut self, transactions: Vec<Arc<VerifiedTransaction>>) -> Sample {
        let before = cpu::of_thread_ns();
        let receipts = self.ledger.block(transactions);
        let ns = (cpu::of_thread_ns() - before) as f64;
        for receipt in &receipts {
            assert!(receipt.is_success(), "{:?}", receipt.status);
        }
        Sample { ns, gas: receipts.iter().map(|receipt| receipt.gas_used as f64).sum() }
    }
}

impl Default for Workshop {
    fn default() -> Self {
        Self::new()
    }
}
