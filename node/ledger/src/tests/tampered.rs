//! Every part of a block that could lie.

use super::support::*;
use crate::{CheckError, HeaderField, InvalidBlock, Ledger};
use tenor_executor::InvalidTransaction;
use tenor_primitives::{Address, Block, ChainId, Hash, Header, Signature, VerifyError};

fn check(change: impl FnOnce(&mut Block)) -> InvalidBlock {
    let (mut proposer, mut checker) = (open(memory()), open(memory()));
    let mut block = build(&mut proposer, [create_account(0), create_account(1)]).block().clone();
    change(&mut block);
    let parent = checker.tip();
    match checker.check(&parent, &block) {
        Err(CheckError::Invalid(error)) => error,
        other => panic!("expected an invalid block, got {other:?}"),
    }
}

fn refused_field(change: impl FnOnce(&mut Header)) -> HeaderField {
    match check(|block| change(&mut block.header)) {
        InvalidBlock::Header { field, expected, got } => {
            assert_ne!(expected, got);
            field
        }
        other => panic!("expected a refused header field, got {other:?}"),
    }
}

#[test]
fn each_header_field_is_compared_and_named() {
    let wrong = Hash([0xee; 32]);
    let other_chain = ChainId::new("tenor-other").expect("valid");
    assert_eq!(refused_field(|h| h.version = 2), HeaderField::Version);
    assert_eq!(refused_field(|h| h.chain_id = other_chain), HeaderField::ChainId);
    assert_eq!(refused_field(|h| h.height = 2), HeaderField::Height);
    assert_eq!(refused_field(|h| h.parent = wrong), HeaderField::Parent);
    assert_eq!(refused_field(|h| h.time = genesis().time), HeaderField::Time);
    assert_eq!(refused_field(|h| h.proposer = Address([7; 32])), HeaderField::Proposer);
    assert_eq!(refused_field(|h| h.parameters_hash = wrong), HeaderField::ParametersHash);
    assert_eq!(refused_field(|h| h.gas_used += 1), HeaderField::GasUsed);
    assert_eq!(refused_field(|h| h.transactions_root = wrong), HeaderField::TransactionsRoot);
    assert_eq!(refused_field(|h| h.receipts_root = wrong), HeaderField::ReceiptsRoot);
    assert_eq!(refused_field(|h| h.state_root = wrong), HeaderField::StateRoot);
    assert_eq!(refused_field(|h| h.validators_hash = wrong), HeaderField::ValidatorsHash);
    assert_eq!(refused_field(|h| h.next_validators_hash = wrong), HeaderField::NextValidatorsHash);
}

#[test]
fn transactions_are_checked_one_by_one() {
    let forged = check(|block| block.transactions[1].signatures[0].signature = Signature([1; 64]));
    let error = InvalidTransaction::Signature { index: 0, error: VerifyError::Mismatch };
    assert_eq!(forged, InvalidBlock::Transaction { index: 1, error });

    let doubled = check(|block| block.transactions[1] = block.transactions[0].clone());
    let error = InvalidTransaction::StaleNonce { lane: 0, expected: 1, got: 0 };
    assert_eq!(doubled, InvalidBlock::Transaction { index: 1, error });

    let dropped = check(|block| drop(block.transactions.pop()));
    assert!(matches!(dropped, InvalidBlock::Header { field: HeaderField::TransactionsRoot, .. }));
}

#[test]
fn a_flood_is_counted_before_its_signatures_are_checked() {
    let flood = check(|block| {
        let mut forged = block.transactions[0].clone();
        forged.signatures[0].signature = Signature([1; 64]);
        block.transactions = vec![forged; 10_001];
    });
    assert_eq!(flood, InvalidBlock::TransactionCount { max: 10_000, got: 10_001 });
}
