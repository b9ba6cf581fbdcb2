//! A ledger on RocksDB, in a folder that goes with it: blocks are built, executed, hashed and
//! committed by the code that a node runs, on the calling thread.

use crate::genesis::genesis;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tenor_executor::{InvalidTransaction, VerifiedTransaction};
use tenor_ledger::{BlockContext, ChainLedger, Ledger, TransactionSource, sign_alone};
use tenor_primitives::{
    Address, ChainId, Message, Parameters, Receipt, SignatureEntry, SigningKey, Timestamp,
    Transaction, TransactionBody, Validator, keccak256,
};
use tenor_rocksdb::{RocksDatabase, StoreOptions};
use tenor_vm::WasmVm;

/// How long a transaction is valid, in milliseconds of ledger time.
const VALID_FOR_MS: u64 = 3_600_000;
/// No block of a measurement takes so long.
const BLOCK_MAX: Duration = Duration::from_secs(600);

/// The ledger, with one account that may do everything but deploy, and one that may do that.
pub struct DiskLedger {
    ledger: ChainLedger,
    _folder: TempDir,
    key: SigningKey,
    chain_id: ChainId,
    operator: Address,
    deployer: Address,
    nonces: [u64; 2],
}

/// Transactions of one block, in order.
struct Queue(VecDeque<Arc<VerifiedTransaction>>);

impl TransactionSource for Queue {
    fn next(&mut self) -> Option<Arc<VerifiedTransaction>> {
        self.0.pop_front()
    }

    fn refused(&mut self, _: &VerifiedTransaction, error: &InvalidTransaction) {
        panic!("a transaction of a measurement is refused: {error}");
    }
}

impl DiskLedger {
    /// An empty ledger whose contracts run on `vm`.
    ///
    /// # Panics
    /// If the folder for temporary files is unusable.
    pub fn new(vm: Arc<WasmVm>) -> Self {
        let key = SigningKey::from_bytes(&[7; 32]).expect("a valid secret");
        let genesis = genesis(&key);
        let chain_id = genesis.chain_id.clone();
        let folder = tempfile::tempdir().expect("a folder");
        let database = RocksDatabase::open(folder.path(), &chain_id, &StoreOptions::default());
        let database = Arc::new(database.expect("a new store"));
        let ledger = ChainLedger::open(&genesis, database, vm).expect("a new ledger");
        Self {
            ledger,
            _folder: folder,
            key,
            chain_id,
            operator: genesis.address_of("owner"),
            deployer: genesis.address_of("deployer"),
            nonces: [0; 2],
        }
    }

    /// Uploads and approves `code` and makes one instance of it.
    ///
    /// # Panics
    /// If the code is refused or its `instantiate` fails on an empty input.
    pub fn deploy(&mut self, code: &[u8], label: &str) -> Address {
        let code_hash = keccak256(code);
        let upload = self.sign_as_deployer(vec![Message::UploadCode { code: code.to_vec() }]);
        let (label, payload) = (label.to_owned(), Vec::new());
        let contract = Address::of_instance(&self.chain_id, &self.operator, &label);
        let create = self.sign(vec![
            Message::ApproveCode { code_hash },
            Message::Instantiate { code_hash, label, payload },
        ]);
        for receipt in self.block(vec![upload, create]) {
            assert!(receipt.is_success(), "{label:?}: {:?}", receipt.status, label = contract);
        }
        contract
    }

    /// A transaction of the operator, its next.
    ///
    /// # Panics
    /// Never: it signs what it makes.
    pub fn sign(&mut self, messages: Vec<Message>) -> Arc<VerifiedTransaction> {
        let transaction = self.transaction(messages);
        Arc::new(VerifiedTransaction::verify(transaction).expect("signed"))
    }

    /// As [`DiskLedger::sign`], not verified yet.
    pub fn transaction(&mut self, messages: Vec<Message>) -> Transaction {
        let nonce = self.nonces[0];
        self.nonces[0] += 1;
        self.signed(self.operator, nonce, messages)
    }

    /// A transaction that runs `contract`.
    pub fn execute(&mut self, contract: Address, payload: Vec<u8>) -> Arc<VerifiedTransaction> {
        self.sign(vec![Message::Execute { contract, payload }])
    }

    fn sign_as_deployer(&mut self, messages: Vec<Message>) -> Arc<VerifiedTransaction> {
        let nonce = self.nonces[1];
        self.nonces[1] += 1;
        let transaction = self.signed(self.deployer, nonce, messages);
        Arc::new(VerifiedTransaction::verify(transaction).expect("signed"))
    }

    fn signed(&self, sender: Address, nonce: u64, messages: Vec<Message>) -> Transaction {
        let time = self.ledger.tip_time();
        let body = TransactionBody {
            version: TransactionBody::VERSION,
            chain_id: self.chain_id.clone(),
            sender,
            lane: 0,
            nonce,
            valid_until: Timestamp::from_unix_ms(time.unix_ms + VALID_FOR_MS),
            client_ref: None,
            gas_limit: Parameters::initial().limits.transaction_gas_max,
            messages,
        };
        let signature = self.key.sign(&body.hash());
        let entry = SignatureEntry { public_key: self.key.public_key(), signature };
        Transaction { body, signatures: vec![entry] }
    }

    /// Builds and commits a block of these transactions and gives their receipts.
    ///
    /// # Panics
    /// If one is refused or the store fails.
    pub fn block(&mut self, transactions: Vec<Arc<VerifiedTransaction>>) -> Vec<Receipt> {
        let (parent, count) = (self.ledger.tip(), transactions.len());
        let time = Timestamp::from_unix_ms(self.ledger.tip_time().unix_ms + 1);
        let proposer = Validator { public_key: self.key.public_key(), power: 1 }.address();
        let context = BlockContext { time, proposer };
        let mut queue = Queue(transactions.into());
        let deadline = Instant::now() + BLOCK_MAX;
        let candidate = self.ledger.build(&parent, &context, &mut queue, deadline);
        let candidate = candidate.expect("builds");
        let height = parent.height + 1;
        let certificate = sign_alone(&self.key, &self.chain_id, height, candidate.block_id());
        let block = self.ledger.commit(candidate, certificate).expect("commits");
        assert_eq!(block.receipts.len(), count, "every transaction has its receipt");
        block.receipts.clone()
    }
}
