//! Checking a proposed block: signatures in parallel, then the same execution as the proposer's.

use super::{ChainLedger, is_validator, next_height};
use crate::{BlockContext, Candidate, CheckError, Head, HeaderField, InvalidBlock};
use rayon::prelude::*;
use std::fmt::Display;
use tenor_executor::{ApplyError, VerifiedTransaction};
use tenor_primitives::{Block, Hash, Header};

impl ChainLedger {
    pub(super) fn check_on(&self, head: &Head, block: &Block) -> Result<Candidate, CheckError> {
        self.check_before_execution(head, &block.header)?;
        let transactions = verify_all(head, block)?;
        let context = BlockContext { time: block.header.time, proposer: block.header.proposer };
        let mut execution = self.begin(head, &context)?;
        for (index, transaction) in transactions.iter().enumerate() {
            match execution.apply(transaction) {
                Ok(_) => {}
                Err(ApplyError::Invalid(error)) => {
                    return Err(InvalidBlock::Transaction { index, error }.into());
                }
                Err(ApplyError::Fatal(error)) => return Err(error.into()),
            }
        }
        let output = execution.finish()?;
        let leaves: Vec<Hash> = transactions.iter().map(VerifiedTransaction::leaf).collect();
        let transactions =
            transactions.into_iter().map(VerifiedTransaction::into_transaction).collect();
        let candidate = self.candidate(head, &context, transactions, &leaves, output)?;
        compare_results(&candidate.block.header, &block.header)?;
        assert_eq!(candidate.block.header, block.header, "every field has been compared");
        Ok(candidate)
    }

    /// The fields that are known before anything is executed.
    fn check_before_execution(&self, head: &Head, header: &Header) -> Result<(), CheckError> {
        same(HeaderField::Version, &Header::VERSION, &header.version)?;
        same(HeaderField::ChainId, &self.chain_id, &header.chain_id)?;
        same(HeaderField::Height, &next_height(head)?, &header.height)?;
        same(HeaderField::Parent, &head.tip.block_id, &header.parent)?;
        if header.time <= head.header.time {
            let expected = format!("after {} ms", head.header.time.unix_ms);
            let got = format!("{} ms", header.time.unix_ms);
            return Err(InvalidBlock::Header { field: HeaderField::Time, expected, got }.into());
        }
        if !is_validator(&head.next_validators, &header.proposer) {
            let (field, expected) = (HeaderField::Proposer, "a validator of this height".into());
            let got = header.proposer.to_string();
            return Err(InvalidBlock::Header { field, expected, got }.into());
        }
        let validators_hash = head.header.next_validators_hash;
        same(HeaderField::ValidatorsHash, &validators_hash, &header.validators_hash)?;
        Ok(())
    }
}

/// The fields that execution gives.
fn compare_results(expected: &Header, got: &Header) -> Result<(), InvalidBlock> {
    same(HeaderField::TransactionsRoot, &expected.transactions_root, &got.transactions_root)?;
    same(HeaderField::ParametersHash, &expected.parameters_hash, &got.parameters_hash)?;
    same(HeaderField::GasUsed, &expected.gas_used, &got.gas_used)?;
    same(HeaderField::ReceiptsRoot, &expected.receipts_root, &got.receipts_root)?;
    same(HeaderField::StateRoot, &expected.state_root, &got.state_root)?;
    let (expected, got) = (&expected.next_validators_hash, &got.next_validators_hash);
    same(HeaderField::NextValidatorsHash, expected, got)
}

/// Checks all signatures on all cores, after bounding their number.
fn verify_all(head: &Head, block: &Block) -> Result<Vec<VerifiedTransaction>, InvalidBlock> {
    // Parameters that come into force with this very block are checked again while executing.
    let max = head.parameters.values.limits.block_transactions_max;
    let got = block.transactions.len();
    if got > max as usize {
        return Err(InvalidBlock::TransactionCount { max, got });
    }
    let verified = block.transactions.par_iter().enumerate().map(|(index, transaction)| {
        VerifiedTransaction::verify(transaction.clone())
            .map_err(|error| InvalidBlock::Transaction { index, error })
    });
    verified.collect()
}

fn same<T: PartialEq + Display>(
    field: HeaderField,
    expected: &T,
    got: &T,
) -> Result<(), InvalidBlock> {
    if expected == got {
        return Ok(());
    }
    let (expected, got) = (expected.to_string(), got.to_string());
    Err(InvalidBlock::Header { field, expected, got })
}
