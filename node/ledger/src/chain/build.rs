//! Building a block: each transaction is executed once, the trie updated once.

use super::{ChainLedger, next_height};
use crate::{BlockContext, Candidate, Head, LedgerError, TransactionSource};
use std::sync::Arc;
use std::time::Instant;
use tenor_executor::{ApplyError, BlockExecution, InvalidTransaction, VerifiedTransaction};
use tenor_primitives::{Hash, Transaction};

impl ChainLedger {
    pub(super) fn build_on(
        &self,
        head: &Head,
        context: &BlockContext,
        source: &mut dyn TransactionSource,
        deadline: Instant,
    ) -> Result<Candidate, LedgerError> {
        let (parent, got) = (head.header.time, context.time);
        if got <= parent {
            return Err(LedgerError::Time { parent, got });
        }
        let mut execution = self.begin(head, context)?;
        let included = fill(&mut execution, source, deadline)?;
        let output = execution.finish()?;
        let leaves: Vec<Hash> = included.iter().map(|transaction| transaction.leaf()).collect();
        let transactions = included.into_iter().map(into_transaction).collect();
        self.candidate(head, context, transactions, &leaves, output)
    }

    /// Starts the execution of the block after `head`.
    pub(super) fn begin(
        &self,
        head: &Head,
        context: &BlockContext,
    ) -> Result<BlockExecution, LedgerError> {
        let state = Arc::clone(&head.state);
        let (chain_id, vm) = (self.chain_id.clone(), Arc::clone(&self.vm));
        Ok(BlockExecution::begin(state, chain_id, next_height(head)?, context.time, vm)?)
    }
}

/// Applies what the source offers until it has no more, the block is full, or time is up.
fn fill(
    execution: &mut BlockExecution,
    source: &mut dyn TransactionSource,
    deadline: Instant,
) -> Result<Vec<Arc<VerifiedTransaction>>, LedgerError> {
    let mut included = Vec::new();
    while Instant::now() < deadline {
        let Some(transaction) = source.next() else { break };
        match execution.apply(&transaction) {
            Ok(_) => {
                if let Some(text) = execution.take_panic_text() {
                    let hash = transaction.hash();
                    tracing::debug!(transaction = %hash, panic = text, "a contract panicked");
                }
                included.push(transaction);
            }
            Err(ApplyError::Invalid(error)) => {
                source.refused(&transaction, &error);
                if error == InvalidTransaction::BlockFull {
                    break;
                }
            }
            Err(ApplyError::Fatal(error)) => return Err(error.into()),
        }
    }
    Ok(included)
}

fn into_transaction(transaction: Arc<VerifiedTransaction>) -> Transaction {
    match Arc::try_unwrap(transaction) {
        Ok(alone) => alone.into_transaction(),
        Err(shared) => shared.transaction().clone(),
    }
}
