//! Executing committed blocks again, to trace one of their transactions.

use super::{Recorder, TransactionTrace};
use crate::{ApplyError, BlockExecution, VerifiedTransaction, Vm};
use std::sync::Arc;
use tenor_primitives::Block;
use tenor_state::StateReader;

/// Executes a committed block on its parent's state up to its transaction number `index`, and traces
/// that one. `None` if there is no such transaction. Signatures count as checked: they were, before
/// the block was voted for.
///
/// # Errors
/// When the block does not execute on that state, which is then not its parent's.
pub fn trace_transaction(
    parent: Arc<dyn StateReader>,
    vm: Arc<dyn Vm>,
    block: &Block,
    index: usize,
) -> Result<Option<TransactionTrace>, ApplyError> {
    let Some((before, [transaction, ..])) = block.transactions.split_at_checked(index) else {
        return Ok(None);
    };
    let header = &block.header;
    let chain_id = header.chain_id.clone();
    let mut execution = BlockExecution::begin(parent, chain_id, header.height, header.time, vm)?;
    for transaction in before {
        execution.apply(&VerifiedTransaction::committed(transaction.clone()))?;
    }
    execution.trace(&VerifiedTransaction::committed(transaction.clone())).map(Some)
}

impl BlockExecution {
    /// As [`BlockExecution::apply`], keeping what the transaction does.
    pub fn trace(
        &mut self,
        transaction: &VerifiedTransaction,
    ) -> Result<TransactionTrace, ApplyError> {
        if let Some(session) = self.session_mut() {
            session.recorder = Some(Box::new(Recorder::default()));
            session.journal.watch();
        }
        let applied = self.apply(transaction).cloned();
        let Some(session) = self.session_mut() else {
            return Err(applied.err().unwrap_or_else(|| unreachable!("a receipt keeps the block")));
        };
        let recorder = session.recorder.take().unwrap_or_default();
        let changes = session.journal.changes().map_err(crate::FatalError::from)?;
        let receipt = applied?;
        let (messages, steps_omitted) = recorder.finish();
        let spent = messages.iter().fold(0u64, |sum, m| sum.saturating_add(m.gas_used));
        let intrinsic_gas = receipt.gas_used.saturating_sub(spent);
        Ok(TransactionTrace { receipt, intrinsic_gas, messages, changes, steps_omitted })
    }
}
