//! Building, checking, committing, reopening.

use super::support::*;
use crate::{BlockContext, ChainLedger, Ledger, LedgerError, genesis_block, sign_alone};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tenor_executor::InvalidTransaction;
use tenor_primitives::{CommitCertificate, Message, Validator, ValidatorSet, verify};
use tenor_state::{Database, Failure, MemoryDatabase};

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

#[test]
fn what_one_builds_another_checks_to_the_same_block() {
    let (mut proposer, mut checker) = (open(memory()), open(memory()));
    for height in 1..=3 {
        let candidate = build(&mut proposer, [create_account(height - 1)]);
        let parent = checker.tip();
        let checked = checker.check(&parent, candidate.block()).expect("valid");
        assert_eq!(checked.block(), candidate.block());
        assert!(candidate.receipts()[0].is_success());
        assert_eq!(commit(&mut proposer, candidate), commit(&mut checker, checked));
        assert_eq!((proposer.tip(), proposer.tip().height), (checker.tip(), height));
    }
}

#[test]
fn a_dropped_candidate_leaves_no_trace() {
    let database = memory();
    let mut ledger = open(database.clone());
    let before = ledger.tip();
    drop(build(&mut ledger, [create_account(0)]));
    assert_eq!((ledger.tip(), database.tip()), (before, Some(before)));
    let candidate = build(&mut ledger, [create_account(0)]);
    assert!(candidate.receipts()[0].is_success(), "the dropped one's nonce is not used");
}

#[test]
fn what_cannot_be_included_is_handed_back() {
    let mut ledger = open(memory());
    let parent = ledger.tip();
    let time = ledger.tip_time().checked_add_ms(1).expect("in range");
    let context = BlockContext { time, proposer: proposer() };
    let mut queue = Queue::of([create_account(0), create_account(0), create_account(2)]);
    let candidate = ledger.build(&parent, &context, &mut queue, soon()).expect("builds");
    assert_eq!(candidate.block().transactions.len(), 1);
    let stale = InvalidTransaction::StaleNonce { lane: 0, expected: 1, got: 0 };
    let early = InvalidTransaction::EarlyNonce { lane: 0, expected: 1, got: 2 };
    assert_eq!(queue.refused, [stale, early]);
}

#[test]
fn a_passed_deadline_gives_an_empty_block() {
    let mut ledger = open(memory());
    let (parent, time) = (ledger.tip(), ledger.tip_time().checked_add_ms(1).expect("in range"));
    let context = BlockContext { time, proposer: proposer() };
    let mut queue = Queue::of([create_account(0)]);
    let candidate = ledger.build(&parent, &context, &mut queue, Instant::now()).expect("builds");
    assert!(candidate.block().transactions.is_empty() && queue.waiting.len() == 1);
}

#[test]
fn blocks_are_built_on_the_tip_and_after_its_time() {
    let mut ledger = open(memory());
    let (genesis_tip, genesis_time) = (ledger.tip(), ledger.tip_time());
    let context = BlockContext { time: genesis_time, proposer: proposer() };
    let refused = ledger.build(&genesis_tip, &context, &mut Queue::default(), soon());
    assert!(matches!(refused, Err(LedgerError::Time { .. })));
    let candidate = build(&mut ledger, []);
    commit(&mut ledger, candidate);
    let refused = ledger.build(&genesis_tip, &context, &mut Queue::default(), soon());
    assert!(matches!(refused, Err(LedgerError::NotTheTip { .. })));
}

#[test]
fn certificates_hold_the_one_vote_that_is_needed() {
    let database = memory();
    let mut ledger = open(database.clone());
    let candidate = build(&mut ledger, [create_account(0)]);
    let block_id = commit(&mut ledger, candidate);
    let (block, certificate) = ledger.block(1).expect("reads").expect("committed");
    let certificate = certificate.expect("has one");
    assert_eq!((certificate.height, certificate.block_id), (1, block_id));
    assert_eq!(block.header.id(), block_id);
    let chain_id = genesis().chain_id;
    let digest = CommitCertificate::sign_hash(&chain_id, 1, certificate.round, &block_id);
    let vote = &certificate.signatures[0];
    assert_eq!(verify(&vote.public_key, &digest, &vote.signature), Ok(()));
    assert_eq!(vote.public_key, validator_key().public_key());
    assert_eq!(ledger.block(0).expect("reads").expect("genesis").1, None);
}

#[test]
fn replay_from_genesis_gives_the_same_roots() {
    let mut ledger = open(memory());
    for round in 0..4 {
        let transactions: Vec<_> = (round * 3..round * 3 + 3).map(create_account).collect();
        let candidate = build(&mut ledger, transactions);
        commit(&mut ledger, candidate);
    }
    let mut replica = open(memory());
    for height in 1..=ledger.tip().height {
        let (block, certificate) = ledger.block(height).expect("reads").expect("committed");
        let parent = replica.tip();
        let candidate = replica.check(&parent, &block).expect("valid");
        replica.commit(candidate, certificate.expect("has one")).expect("commits");
        assert_eq!(replica.tip().state_root, block.header.state_root);
    }
    assert_eq!(replica.tip(), ledger.tip());
}

#[test]
fn a_store_reopens_at_its_head_and_refuses_another_genesis() {
    let database = memory();
    let mut ledger = open(database.clone());
    let candidate = build(&mut ledger, [create_account(0)]);
    commit(&mut ledger, candidate);
    let again: Arc<MemoryDatabase> = Arc::new(database.restart());
    let reopened = open(again.clone());
    assert_eq!(reopened.tip(), ledger.tip());
    let head = reopened.head().get();
    assert_eq!(head.genesis_id, genesis_block(&genesis()).expect("valid").header.id());

    let mut other = genesis();
    other.time.unix_ms += 1;
    let refused = ChainLedger::open(&other, again.clone(), Arc::new(IdleVm)).err();
    assert!(matches!(refused, Some(LedgerError::OtherGenesis { .. })));
    other.chain_id = "tenor-other".parse().expect("valid");
    let refused = ChainLedger::open(&other, again, Arc::new(IdleVm)).err();
    assert!(matches!(refused, Some(LedgerError::OtherChain { .. })));
    other.accounts.clear();
    let empty = Arc::new(MemoryDatabase::new(other.chain_id.clone()));
    let refused = ChainLedger::open(&other, empty.clone(), Arc::new(IdleVm)).err();
    assert!(matches!(refused, Some(LedgerError::Genesis(_))));
    assert_eq!(empty.tip(), None);
}

#[test]
fn a_failed_commit_is_an_error_and_a_restart_lands_on_a_block() {
    for (failure, expected_height) in [(Failure::Lost, 1), (Failure::Unacknowledged, 2)] {
        let database = memory();
        let mut ledger = open(database.clone());
        let candidate = build(&mut ledger, [create_account(0)]);
        commit(&mut ledger, candidate);
        database.fail_after(0, failure);
        let candidate = build(&mut ledger, [create_account(1)]);
        let expected_id = candidate.block_id();
        let chain_id = genesis().chain_id;
        let certificate = sign_alone(&validator_key(), &chain_id, 2, expected_id);
        assert!(matches!(ledger.commit(candidate, certificate), Err(LedgerError::State(_))));
        assert_eq!(ledger.tip().height, 1, "the head is not moved on a guess");
        let reopened = open(Arc::new(database.restart()));
        assert_eq!(reopened.tip().height, expected_height);
    }
}

#[test]
fn proposed_blocks_are_kept_until_their_height_is_decided() {
    let database = memory();
    let mut ledger = open(database.clone());
    let candidate = build(&mut ledger, [create_account(0)]);
    ledger.put_undecided(1, 3, candidate.block()).expect("keeps");
    let reopened = open(Arc::new(database.restart()));
    assert_eq!(reopened.undecided(1).expect("reads"), [(3, candidate.block().clone())]);
    commit(&mut ledger, candidate);
    assert_eq!(ledger.undecided(1).expect("reads"), []);
}

#[test]
fn the_validators_of_the_last_block_are_known_after_a_change_and_a_restart() {
    let sets = [4u8, 5].map(|byte| ValidatorSet {
        validators: vec![Validator { public_key: key(byte).public_key(), power: 2 }],
    });
    let database = memory();
    let mut ledger = open(database.clone());
    let mut validators = genesis().validators;
    for (nonce, next) in (0..).zip(sets) {
        let change = Message::SetValidators { validators: next.clone() };
        let candidate = build(&mut ledger, [transaction(nonce, vec![change])]);
        assert!(candidate.receipts()[0].is_success());
        assert_eq!(candidate.block().header.validators_hash, validators.hash());
        assert_eq!(candidate.block().header.next_validators_hash, next.hash());
        commit(&mut ledger, candidate);
        let head = open(Arc::new(database.restart())).head().get();
        assert_eq!((&head.validators, &head.next_validators), (&validators, &next));
        validators = next;
    }
}
