//! The engine.

use crate::figure;
use tenor_benches::bare::Bare;
use tenor_benches::rounds::compare;
use tenor_benches::token::{PER_TRANSACTION, TokenLedger};

const ROUNDS: u32 = 11;
/// Of a round. Some kernels count a thread's time in ticks of 4 ms: a round takes many of them.
const TRANSACTIONS: u32 = 400;

/// A transfer of the example token (borsh, typed storage, event, journal, two reads, two writes)
/// against a bare pooled wasmtime call.
pub(crate) fn figures() {
    let (bare, ledger) = (Bare::new(), TokenLedger::new());
    let transactions = ledger.transfers(TRANSACTIONS);
    let transfers = TRANSACTIONS * PER_TRANSACTION;
    let measured = compare(
        ROUNDS,
        (transfers, &mut |_| ledger.run(&transactions)),
        (transfers, &mut |count| (0..count).for_each(|_| bare.call())),
    );
    figure("vm_transfer_us", measured.subject_ns / 1000.0, "us");
    figure("vm_bare_call_us", measured.yardstick_ns / 1000.0, "us");
    figure("vm_transfer_over_bare", measured.ratio, "ratio");
}
