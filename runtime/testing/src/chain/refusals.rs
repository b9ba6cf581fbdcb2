//! What must hold of every transaction that fails: of the whole state nothing but its sender's nonce
//! has changed, and its gas is exact.

use super::signed;
use crate::engine::Attempt;
use std::sync::Arc;
use tenor_executor::system::namespace;
use tenor_executor::{ApplyError, BlockExecution, InvalidTransaction, Vm};
use tenor_primitives::{Address, HaltCode, Receipt, SigningKey, StorageKey, TransactionStatus};
use tenor_state::WriteSet;

/// Checks a transaction that failed with `receipt` and left `writes`.
///
/// # Panics
/// If it changed anything else, or if it ends otherwise with just the gas it used, or does not run out
/// with one less.
pub(super) fn check(
    attempt: &Attempt,
    vm: &Arc<dyn Vm>,
    key: &SigningKey,
    receipt: &Receipt,
    writes: &WriteSet,
) {
    assert_eq!(*writes, only_the_nonce(attempt, vm), "a failed transaction changed the state");
    let used = receipt.gas_used;
    if ran_out(receipt) {
        let limit = attempt.transaction.transaction().body.gas_limit;
        assert_eq!(used, limit, "who runs out has used everything");
        return;
    }
    let exact = again(attempt, vm, key, used).expect("it is valid with the gas that it used");
    assert_eq!((&exact.status, exact.gas_used), (&receipt.status, used), "with the exact gas");
    match again(attempt, vm, key, used - 1) {
        Ok(short) => {
            assert!(ran_out(&short), "with one less than {used}: {:?}", short.status);
            assert_eq!(short.gas_used, used - 1, "who runs out has used everything");
        }
        // Not even what comes before its messages is paid.
        Err(InvalidTransaction::GasLimit { .. }) => {}
        Err(error) => panic!("with one less than {used}: {error}"),
    }
}

/// What an empty block writes, and the nonce.
fn only_the_nonce(attempt: &Attempt, vm: &Arc<dyn Vm>) -> WriteSet {
    let body = &attempt.transaction.transaction().body;
    let mut key = body.sender.0.to_vec();
    key.push(body.lane);
    let next = borsh::to_vec(&(body.nonce + 1)).expect("a number encodes");
    let mut writes = begin(attempt, vm).finish().expect("a block ends").writes;
    writes.insert(StorageKey::new(Address::SYSTEM, namespace::NONCES, key), Some(next));
    writes
}

fn begin(attempt: &Attempt, vm: &Arc<dyn Vm>) -> BlockExecution {
    let Attempt { parent, chain_id, height, time, .. } = attempt.clone();
    BlockExecution::begin(parent, chain_id, height, time, Arc::clone(vm)).expect("a block begins")
}

fn ran_out(receipt: &Receipt) -> bool {
    matches!(&receipt.status, TransactionStatus::Halted { halt, .. } if halt.code == HaltCode::OutOfGas)
}

/// The same transaction with another limit, in a block of its own that is thrown away.
fn again(
    attempt: &Attempt,
    vm: &Arc<dyn Vm>,
    key: &SigningKey,
    gas_limit: u64,
) -> Result<Receipt, InvalidTransaction> {
    let mut body = attempt.transaction.transaction().body.clone();
    body.gas_limit = gas_limit;
    let mut block = begin(attempt, vm);
    match block.apply(&signed(key, body)) {
        Ok(receipt) => Ok(receipt.clone()),
        Err(ApplyError::Invalid(error)) => Err(error),
        Err(ApplyError::Fatal(error)) => panic!("fatal: {error}"),
    }
}
