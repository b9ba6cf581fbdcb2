//! A ledger in memory, driven by a test.

mod outcome;
mod refusals;
mod setup;

pub use outcome::{Outcome, Refusal};

use crate::engine::{Attempt, Engine};
use crate::values::Values;
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use tenor_executor::{BlockExecution, QueryError, QueryRequest, VerifiedTransaction, query};
use tenor_primitives::{
    Address, ChainId, Message, Receipt, SignatureEntry, SigningKey, StorageKey, Timestamp,
    Transaction, TransactionBody,
};

/// Gas of a test's transaction unless it says otherwise.
const GAS_LIMIT: u64 = 2_000_000_000;
/// Gas of a test's query.
const QUERY_GAS_LIMIT: u64 = 2_000_000_000;

/// A ledger in memory: every transaction is a block of its own, one second after the last.
pub struct Chain {
    engine: Engine,
    chain_id: ChainId,
    values: Values,
    height: u64,
    time: Timestamp,
    keys: BTreeMap<Address, SigningKey>,
    labels: BTreeMap<String, Address>,
    nonces: BTreeMap<Address, u64>,
    sent: Vec<(Timestamp, Transaction)>,
    receipts: Vec<Receipt>,
    auditor: Option<fn(&Chain)>,
    checks_refusals: bool,
}

impl Chain {
    /// The ledger's time: that of the last block.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// Moves time: the next block is at `time`.
    ///
    /// # Panics
    /// If that is not after the last block.
    pub fn set_time(&mut self, time: Timestamp) {
        assert!(time > self.time, "time moves forward: {} to {}", self.time.unix_ms, time.unix_ms);
        self.time = Timestamp::from_unix_ms(time.unix_ms - 1000);
    }

    /// The last block's height.
    pub fn height(&self) -> u64 {
        self.height
    }

    /// The account or instance of that label.
    ///
    /// # Panics
    /// If there is none.
    pub fn address(&self, label: &str) -> Address {
        *self.labels.get(label).unwrap_or_else(|| panic!("no account or instance {label:?}"))
    }

    /// Every value of the state, in order.
    pub fn values(&self) -> &BTreeMap<StorageKey, Vec<u8>> {
        &self.values.0
    }

    /// The ledger's name.
    pub fn chain_id(&self) -> &ChainId {
        &self.chain_id
    }

    /// The key of an account of this chain.
    ///
    /// # Panics
    /// If there is no such account.
    pub fn key_of(&self, account: Address) -> &SigningKey {
        self.keys.get(&account).expect("an account of this chain")
    }

    /// All transactions so far, each with the time of its block, in order: what another ledger with
    /// the same genesis needs to come to the same values.
    pub fn transactions(&self) -> &[(Timestamp, Transaction)] {
        &self.sent
    }

    /// All receipts so far, in order.
    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }

    /// Calls `auditor` after every block from now on; it panics when something does not hold.
    pub fn audit_with(&mut self, auditor: fn(&Chain)) {
        self.auditor = Some(auditor);
    }

    /// From now on, checks of every transaction that fails that nothing but its sender's nonce has
    /// changed and that its gas is exact: it is executed again with just the gas that it used, and with
    /// one less, at which it must run out. Panics when something does not hold.
    pub fn check_refusals(&mut self) {
        self.checks_refusals = true;
    }

    /// Executes a contract in a block of its own.
    pub fn execute<M: BorshSerialize>(
        &mut self,
        sender: Address,
        contract: Address,
        message: &M,
    ) -> Outcome {
        let payload = borsh::to_vec(message).expect("a message encodes");
        self.send(sender, vec![Message::Execute { contract, payload }])
    }

    /// Sends messages as one transaction in a block of its own.
    pub fn send(&mut self, sender: Address, messages: Vec<Message>) -> Outcome {
        self.send_with_gas(sender, messages, GAS_LIMIT)
    }

    /// As [`Chain::send`], with a gas limit.
    ///
    /// # Panics
    /// If the transaction is invalid, which a test of contracts never wants.
    pub fn send_with_gas(
        &mut self,
        sender: Address,
        messages: Vec<Message>,
        gas_limit: u64,
    ) -> Outcome {
        let attempt = self.attempt(sender, messages, gas_limit);
        let (chain_id, vm) = (attempt.chain_id.clone(), self.engine.vm.clone());
        let parent = attempt.parent.clone();
        let mut block = BlockExecution::begin(parent, chain_id, attempt.height, attempt.time, vm)
            .expect("a block begins");
        let receipt = block.apply(&attempt.transaction).expect("a valid transaction").clone();
        let panic_text = block.take_panic_text();
        let writes = block.finish().expect("a block ends").writes;
        if self.checks_refusals && !receipt.is_success() {
            refusals::check(&attempt, &self.engine.vm, self.key_of(sender), &receipt, &writes);
        }
        self.values.apply(writes);
        (self.height, self.time) = (attempt.height, attempt.time);
        *self.nonces.entry(sender).or_default() += 1;
        self.sent.push((attempt.time, attempt.transaction.transaction().clone()));
        self.receipts.push(receipt.clone());
        if let Some(auditor) = self.auditor {
            auditor(self);
        }
        let explain = self.engine.explain.filter(|_| !receipt.is_success());
        let failed = explain.map(|explain| (explain, Box::new(attempt)));
        Outcome { receipt, panic_text, failed }
    }

    /// The next transaction of `sender`, with all it takes to execute it.
    fn attempt(&self, sender: Address, messages: Vec<Message>, gas_limit: u64) -> Attempt {
        let body = TransactionBody {
            version: TransactionBody::VERSION,
            chain_id: self.chain_id.clone(),
            sender,
            lane: 0,
            nonce: self.nonces.get(&sender).copied().unwrap_or(0),
            valid_until: Timestamp::from_unix_ms(self.time.unix_ms + 60_000),
            client_ref: None,
            gas_limit,
            messages,
        };
        Attempt {
            parent: Arc::new(self.values.clone()),
            chain_id: self.chain_id.clone(),
            height: self.height + 1,
            time: Timestamp::from_unix_ms(self.time.unix_ms + 1000),
            transaction: signed(self.key_of(sender), body),
        }
    }

    /// Asks a contract.
    pub fn query<Q: BorshSerialize, R: BorshDeserialize>(
        &self,
        reader: Address,
        contract: Address,
        question: &Q,
    ) -> Result<R, Refusal> {
        let request = QueryRequest {
            chain_id: self.chain_id.clone(),
            height: self.height,
            time: self.time,
            reader,
            contract,
            payload: borsh::to_vec(question).expect("a question encodes"),
            gas_limit: QUERY_GAS_LIMIT,
        };
        match query(Arc::new(self.values.clone()), self.engine.vm.clone(), request) {
            Ok(answer) => Ok(borsh::from_slice(&answer.output).expect("an answer of its type")),
            Err(QueryError::Failed(failure)) => Err(Refusal::Contract(failure)),
            Err(QueryError::Halted(halt)) => Err(Refusal::Halted(halt)),
            Err(QueryError::Fatal(error)) => panic!("fatal: {error}"),
        }
    }
}

fn signed(key: &SigningKey, body: TransactionBody) -> VerifiedTransaction {
    let signature = key.sign(&body.hash());
    let signatures = vec![SignatureEntry { public_key: key.public_key(), signature }];
    VerifiedTransaction::verify(Transaction { body, signatures }).expect("signed just now")
}
