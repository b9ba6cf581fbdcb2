//! One history on two engines: each block is built on the engine of production and checked by a node
//! that runs an interpreter by other authors. So every receipt, its gas included, and every root is
//! computed twice.

use super::{End, History, commit};
use crate::engine;
use crate::wasm::engines::{Interpreted, Modules, SideVm};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tenor_executor::{
    Genesis, GenesisAccount, InvalidTransaction, QueryError, QueryOutput, QueryRequest,
    VerifiedTransaction, Vm, query, system,
};
use tenor_ledger::{BlockContext, Candidate, ChainLedger, Ledger, TransactionSource};
use tenor_primitives::{
    Address, Block, ChainId, HaltCode, Hash, KeyPolicy, Message, Parameters, Receipt, Role, Roles,
    SignatureEntry, SigningKey, StorageKey, Timestamp, Transaction, TransactionBody, Validator,
    ValidatorSet, keccak256,
};
use tenor_state::{Database, MemoryDatabase, WriteSet};

/// Gas of a transaction that must have enough.
pub const PLENTY: u64 = 1_000_000_000;
/// Gas of a call that must be stopped: an interpreter has to get to its end too.
pub const CALL_GAS: u64 = 4_000_000;

/// Modules for the interpreter, prepared once for all ledgers.
static INTERPRETED: LazyLock<Modules<Interpreted>> =
    LazyLock::new(|| Modules::new(Interpreted::default()));

/// A ledger that is kept twice. Its accounts are named after their roles.
pub struct Twin {
    genesis: Genesis,
    database: Arc<MemoryDatabase>,
    production: ChainLedger,
    interpreter: ChainLedger,
    vm: Arc<dyn Vm>,
    nonces: BTreeMap<&'static str, u64>,
    blocks: Vec<Block>,
}

/// Offers transactions and keeps why one was not taken.
#[derive(Default)]
struct Queue(VecDeque<Arc<VerifiedTransaction>>, Vec<InvalidTransaction>);

impl TransactionSource for Queue {
    fn next(&mut self) -> Option<Arc<VerifiedTransaction>> {
        self.0.pop_front()
    }

    fn refused(&mut self, _: &VerifiedTransaction, error: &InvalidTransaction) {
        self.1.push(error.clone());
    }
}

fn key(label: &str) -> SigningKey {
    SigningKey::from_bytes(&keccak256(label.as_bytes()).0).expect("a digest is a valid secret")
}

fn genesis(parameters: Parameters) -> Genesis {
    let account = |role: Role| GenesisAccount {
        label: role.name().into(),
        policy: KeyPolicy::single(key(role.name()).public_key()),
        roles: Roles::of(&[role]),
    };
    Genesis {
        chain_id: ChainId::new("tenor-hostile").expect("valid"),
        time: Timestamp::from_unix_ms(1_000),
        parameters,
        validators: ValidatorSet::solo(key("validator").public_key()),
        accounts: Role::ALL.map(account).into(),
        manual_time: true,
    }
}

impl Default for Twin {
    fn default() -> Self {
        Self::new(engine::vm(), Parameters::initial())
    }
}

impl Twin {
    /// A new ledger on `vm`, beside the interpreter.
    pub fn new(vm: Arc<dyn Vm>, parameters: Parameters) -> Self {
        let genesis = genesis(parameters);
        let open = |vm: Arc<dyn Vm>| {
            let database = Arc::new(MemoryDatabase::new(genesis.chain_id.clone()));
            let ledger = ChainLedger::open(&genesis, database.clone(), vm);
            (database, ledger.expect("an empty store"))
        };
        let (database, production) = open(vm.clone());
        let (_, interpreter) = open(Arc::new(SideVm::new(&INTERPRETED)));
        let (nonces, blocks) = (BTreeMap::new(), Vec::new());
        Self { genesis, database, production, interpreter, vm, nonces, blocks }
    }

    /// The account of a role.
    pub fn account(&self, role: &str) -> Address {
        self.genesis.address_of(role)
    }

    /// The state's root.
    pub fn root(&self) -> Hash {
        self.production.tip().state_root
    }

    /// The last block's height.
    pub fn height(&self) -> u64 {
        self.production.tip().height
    }

    /// The parameters of the last block.
    pub fn parameters(&self) -> Parameters {
        Parameters::clone(&self.production.head().get().parameters.values)
    }

    /// Every block so far.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The next transaction of a role's account.
    pub fn transaction(
        &mut self,
        role: &'static str,
        gas_limit: u64,
        messages: Vec<Message>,
    ) -> Transaction {
        let sender = self.account(role);
        let nonce = self.nonces.entry(role).or_default();
        let body = TransactionBody {
            version: TransactionBody::VERSION,
            chain_id: self.genesis.chain_id.clone(),
            sender,
            lane: 0,
            nonce: *nonce,
            valid_until: Timestamp::from_unix_ms(24 * 3_600_000),
            client_ref: None,
            gas_limit,
            messages,
        };
        *nonce += 1;
        let (public_key, signature) = (key(role).public_key(), key(role).sign(&body.hash()));
        Transaction { body, signatures: vec![SignatureEntry { public_key, signature }] }
    }

    fn build(&mut self, transactions: Vec<Transaction>) -> (Candidate, Vec<InvalidTransaction>) {
        let verified = |t| Arc::new(VerifiedTransaction::verify(t).expect("signed above"));
        let mut queue = Queue(transactions.into_iter().map(verified).collect(), Vec::new());
        let parent = self.production.tip();
        let time = self.production.tip_time().checked_add_ms(1_000).expect("in range");
        let validator = Validator { public_key: key("validator").public_key(), power: 1 };
        let context = BlockContext { time, proposer: validator.address() };
        let deadline = Instant::now() + Duration::from_secs(600);
        let candidate = self.production.build(&parent, &context, &mut queue, deadline);
        (candidate.expect("no fatal error"), queue.1)
    }

    /// One block of these transactions, on both engines; the receipts.
    ///
    /// # Panics
    /// If one is not taken, or the engines differ.
    pub fn block(&mut self, transactions: Vec<Transaction>) -> Vec<Receipt> {
        let (candidate, refused) = self.build(transactions);
        assert!(refused.is_empty(), "{refused:?}");
        let block = candidate.block().clone();
        let tip = self.interpreter.tip();
        let checked = self.interpreter.check(&tip, &block).expect("the interpreter agrees");
        assert_eq!(checked.receipts(), candidate.receipts());
        let receipts = candidate.receipts().to_vec();
        commit(&mut self.interpreter, &key("validator"), checked);
        commit(&mut self.production, &key("validator"), candidate);
        self.blocks.push(block);
        receipts
    }

    /// Why a transaction of `role` does not get into a block. Nothing changes.
    ///
    /// # Panics
    /// If it does.
    pub fn refused(
        &mut self,
        role: &'static str,
        gas_limit: u64,
        messages: Vec<Message>,
    ) -> InvalidTransaction {
        let before = self.root();
        let transaction = self.transaction(role, gas_limit, messages);
        let (candidate, refused) = self.build(vec![transaction]);
        *self.nonces.get_mut(role).expect("used above") -= 1;
        let root = candidate.block().header.state_root;
        assert_eq!(root, before, "an invalid transaction changes nothing");
        refused.into_iter().next().expect("not taken")
    }

    /// One message in a block of its own.
    pub fn send(&mut self, role: &'static str, message: Message) -> Receipt {
        let transaction = self.transaction(role, PLENTY, vec![message]);
        self.block(vec![transaction]).remove(0)
    }

    /// One message that must fail: of the whole state, only the sender's nonce may change.
    pub fn fails(&mut self, role: &'static str, gas_limit: u64, message: Message) -> Receipt {
        let nonce = self.nonces.get(role).copied().unwrap_or_default() + 1;
        let mut nonce_key = self.account(role).0.to_vec();
        nonce_key.push(0);
        let namespace = system::namespace::NONCES;
        let written = borsh::to_vec(&nonce).expect("a number encodes");
        let only_nonce: WriteSet =
            [(StorageKey::new(Address::SYSTEM, namespace, nonce_key), Some(written))].into();
        let expected = self.database.prepare(&only_nonce).expect("a trie").root;
        let transaction = self.transaction(role, gas_limit, vec![message]);
        let receipt = self.block(vec![transaction]).remove(0);
        assert!(!receipt.is_success(), "it fails: {receipt:?}");
        assert_eq!(self.root(), expected, "nothing but the nonce changes: {receipt:?}");
        receipt
    }

    /// Uploads `code` if it is new, approves it and makes an instance, whose label begins with
    /// `label`; its address.
    pub fn deploy(&mut self, label: &str, code: &[u8]) -> Address {
        self.deploy_with(label, code, b"")
    }

    /// As [`Twin::deploy`], made with `payload`.
    ///
    /// # Panics
    /// If it is refused.
    pub fn deploy_with(&mut self, label: &str, code: &[u8], payload: &[u8]) -> Address {
        self.try_deploy_with(label, code, payload).unwrap_or_else(|receipt| panic!("{receipt:?}"))
    }

    /// As [`Twin::deploy`]; the receipt if no instance is made.
    pub fn try_deploy(&mut self, label: &str, code: &[u8]) -> Result<Address, Box<Receipt>> {
        self.try_deploy_with(label, code, b"")
    }

    fn try_deploy_with(
        &mut self,
        label: &str,
        code: &[u8],
        payload: &[u8],
    ) -> Result<Address, Box<Receipt>> {
        let code_hash = keccak256(code);
        let mut messages = vec![
            ("deployer", PLENTY, Message::UploadCode { code: code.to_vec() }),
            ("operator", PLENTY, Message::ApproveCode { code_hash }),
        ];
        let known = self.value(Address::SYSTEM, system::namespace::CODE_RECORDS, &code_hash.0);
        if known.is_some() {
            messages.clear();
        }
        let label = format!("{label}-{}", self.blocks.len());
        let payload = payload.to_vec();
        messages.push(("issuer", CALL_GAS, Message::Instantiate { code_hash, label, payload }));
        let transactions = messages
            .into_iter()
            .map(|(role, gas_limit, message)| self.transaction(role, gas_limit, vec![message]))
            .collect();
        let mut receipts = self.block(transactions);
        let last = receipts.pop().expect("at least one");
        assert!(receipts.iter().all(Receipt::is_success), "{receipts:?}");
        match last.is_success() {
            true => Ok(Address(last.outputs[0].clone().try_into().expect("an address"))),
            false => Err(last.into()),
        }
    }

    /// Executes a contract.
    pub fn execute(&mut self, contract: Address, payload: &[u8]) -> Receipt {
        self.send("participant", Message::Execute { contract, payload: payload.to_vec() })
    }

    /// Executes a contract and gives its output.
    ///
    /// # Panics
    /// If it does not return.
    pub fn output(&mut self, contract: Address, payload: &[u8]) -> Vec<u8> {
        let receipt = self.execute(contract, payload);
        assert!(receipt.is_success(), "{receipt:?}");
        receipt.outputs[0].clone()
    }

    /// Executes a contract that must be stopped or refuse; the gas is exact: with just as much it
    /// ends in the same way, with one less it runs out.
    pub fn stops(&mut self, contract: Address, payload: &[u8]) -> Receipt {
        self.stops_within(CALL_GAS, contract, payload)
    }

    /// As [`Twin::stops`], with at most so much gas.
    pub fn stops_within(&mut self, gas_limit: u64, contract: Address, payload: &[u8]) -> Receipt {
        let message = Message::Execute { contract, payload: payload.to_vec() };
        let first = self.fails("participant", gas_limit, message.clone());
        if End::of(&first) == End::Halted(HaltCode::OutOfGas) {
            assert_eq!(first.gas_used, gas_limit, "whoever runs out has used everything");
            return first;
        }
        let exact = self.fails("participant", first.gas_used, message.clone());
        assert_eq!((&exact.status, exact.gas_used), (&first.status, first.gas_used), "exact");
        let short = self.fails("participant", first.gas_used - 1, message);
        assert_eq!(End::of(&short), End::Halted(HaltCode::OutOfGas), "one short");
        assert_eq!(short.gas_used, first.gas_used - 1, "one short uses everything");
        first
    }

    /// A value of a contract's.
    pub fn value(&self, contract: Address, namespace: u16, key: &[u8]) -> Option<Vec<u8>> {
        let reader = self.database.reader();
        reader.get(&StorageKey::new(contract, namespace, key)).expect("readable")
    }

    /// Asks a contract on the engine of production.
    pub fn query(&self, contract: Address, payload: &[u8]) -> Result<QueryOutput, QueryError> {
        self.query_on(self.vm.clone(), contract, payload)
    }

    /// Asks a contract on an engine of the caller's.
    pub fn query_on(
        &self,
        vm: Arc<dyn Vm>,
        contract: Address,
        payload: &[u8],
    ) -> Result<QueryOutput, QueryError> {
        let head = self.production.head().get();
        let request = QueryRequest {
            chain_id: self.genesis.chain_id.clone(),
            height: head.header.height,
            time: head.header.time,
            reader: Address::SYSTEM,
            contract,
            payload: payload.to_vec(),
            gas_limit: u64::MAX,
        };
        query(head.state.clone(), vm, request)
    }

    /// Gas of a transaction before its message runs.
    pub fn intrinsic(&self, message: &Message) -> u64 {
        let gas = self.parameters().gas;
        let body = TransactionBody {
            version: TransactionBody::VERSION,
            chain_id: self.genesis.chain_id.clone(),
            sender: Address::SYSTEM,
            lane: 0,
            nonce: 0,
            valid_until: Timestamp::from_unix_ms(0),
            client_ref: None,
            gas_limit: 0,
            messages: vec![message.clone()],
        };
        let key = key("validator");
        let signature = key.sign(&Hash::ZERO);
        let signatures = vec![SignatureEntry { public_key: key.public_key(), signature }];
        let bytes = borsh::object_length(&Transaction { body, signatures }).expect("encodes");
        gas.transaction.of(bytes as u64) + gas.signature
    }

    /// Gas of entering a contract of `code`, which starts with two pages of memory.
    pub fn entering(&self, code: &[u8]) -> u64 {
        let gas = self.parameters().gas;
        gas.call.of(code.len() as u64) + 2 * gas.memory_page
    }

    /// All of it, to be run again.
    pub fn history(&self) -> History {
        History { genesis: self.genesis.clone(), blocks: self.blocks.clone() }
    }
}
