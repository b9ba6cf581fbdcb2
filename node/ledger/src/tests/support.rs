//! A ledger of one operator, and transactions for it.

use crate::{BlockContext, Candidate, ChainLedger, Ledger, TransactionSource, sign_alone};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tenor_executor::{
    CodeRefused, CodeReport, Genesis, GenesisAccount, GuestCall, GuestExit, InvalidTransaction,
    Session, VerifiedTransaction, Vm,
};
use tenor_primitives::{
    Address, ChainId, Hash, KeyPolicy, Message, Parameters, Role, Roles, SignatureEntry,
    SigningKey, Timestamp, Transaction, TransactionBody, Validator, ValidatorSet,
};
use tenor_state::{Database, MemoryDatabase};

/// An engine whose every contract does nothing and returns nothing.
pub(super) struct IdleVm;

impl Vm for IdleVm {
    fn check_code(&self, _: &[u8], _: &Parameters) -> Result<CodeReport, CodeRefused> {
        Ok(CodeReport { migrates: false, spec_hash: Hash::ZERO, memory_pages: 1 })
    }

    fn run(&self, call: GuestCall, session: Box<Session>) -> (Box<Session>, GuestExit) {
        (session, GuestExit { gas_left: call.gas_limit, result: Ok(()) })
    }
}

pub(super) fn key(byte: u8) -> SigningKey {
    SigningKey::from_bytes(&[byte; 32]).expect("valid secret")
}

pub(super) fn validator_key() -> SigningKey {
    key(9)
}

pub(super) fn genesis() -> Genesis {
    Genesis {
        chain_id: ChainId::new("tenor-test").expect("valid"),
        time: Timestamp::from_unix_ms(1_000_000),
        parameters: Parameters::initial(),
        validators: ValidatorSet::solo(validator_key().public_key()),
        accounts: vec![GenesisAccount {
            label: "operator".into(),
            policy: KeyPolicy::single(key(1).public_key()),
            roles: Roles::of(&[Role::Operator]),
        }],
        manual_time: true,
    }
}

pub(super) fn memory() -> Arc<MemoryDatabase> {
    Arc::new(MemoryDatabase::new(genesis().chain_id))
}

pub(super) fn open(database: Arc<dyn Database>) -> ChainLedger {
    ChainLedger::open(&genesis(), database, Arc::new(IdleVm)).expect("opens")
}

pub(super) fn operator() -> Address {
    genesis().address_of("operator")
}

/// A transaction of the operator.
pub(super) fn transaction(nonce: u64, messages: Vec<Message>) -> Transaction {
    let body = TransactionBody {
        version: TransactionBody::VERSION,
        chain_id: genesis().chain_id,
        sender: operator(),
        lane: 0,
        nonce,
        valid_until: Timestamp::from_unix_ms(60_000_000),
        client_ref: None,
        gas_limit: 1_000_000,
        messages,
    };
    let signature = key(1).sign(&body.hash());
    let entry = SignatureEntry { public_key: key(1).public_key(), signature };
    Transaction { body, signatures: vec![entry] }
}

/// Opens an account labelled by its nonce.
pub(super) fn create_account(nonce: u64) -> Transaction {
    let label = format!("account-{nonce}");
    let policy = KeyPolicy::single(key(2).public_key());
    let roles = Roles::of(&[Role::Participant]);
    transaction(nonce, vec![Message::CreateAccount { label, policy, roles }])
}

pub(super) fn verified(transaction: Transaction) -> Arc<VerifiedTransaction> {
    Arc::new(VerifiedTransaction::verify(transaction).expect("signed"))
}

/// Offers transactions in order and keeps what was refused.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) waiting: VecDeque<Arc<VerifiedTransaction>>,
    pub(super) refused: Vec<InvalidTransaction>,
}

impl Queue {
    pub(super) fn of(transactions: impl IntoIterator<Item = Transaction>) -> Self {
        Self { waiting: transactions.into_iter().map(verified).collect(), refused: Vec::new() }
    }
}

impl TransactionSource for Queue {
    fn next(&mut self) -> Option<Arc<VerifiedTransaction>> {
        self.waiting.pop_front()
    }

    fn refused(&mut self, _: &VerifiedTransaction, error: &InvalidTransaction) {
        self.refused.push(error.clone());
    }
}

pub(super) fn proposer() -> Address {
    Validator { public_key: validator_key().public_key(), power: 1 }.address()
}

/// A candidate one second after the tip.
pub(super) fn build(
    ledger: &mut ChainLedger,
    transactions: impl IntoIterator<Item = Transaction>,
) -> Candidate {
    let parent = ledger.tip();
    let time = ledger.tip_time().checked_add_ms(1_000).expect("in range");
    let context = BlockContext { time, proposer: proposer() };
    let deadline = Instant::now() + Duration::from_secs(60);
    ledger.build(&parent, &context, &mut Queue::of(transactions), deadline).expect("builds")
}

pub(super) fn commit(ledger: &mut ChainLedger, candidate: Candidate) -> Hash {
    let height = candidate.block().header.height;
    let chain_id = genesis().chain_id;
    let certificate = sign_alone(&validator_key(), &chain_id, height, candidate.block_id());
    ledger.commit(candidate, certificate).expect("commits").block_id
}
