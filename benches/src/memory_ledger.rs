//! A ledger of one contract, state in memory: its transactions run as one block that is thrown away.

use crate::genesis::{START, genesis};
use std::sync::Arc;
use tenor_example_token::{ExecuteMsg, InstantiateMsg};
use tenor_executor::{BlockExecution, VerifiedTransaction, Vm};
use tenor_primitives::{
    Address, Amount, ChainId, Message, Parameters, SignatureEntry, SigningKey, Transaction,
    TransactionBody, keccak256,
};
use tenor_state::{Database, MemoryDatabase, Overlay, StateReader};

/// Messages of one transaction, the most the limits allow: what a transaction costs around its
/// calls is spread thin.
pub const PER_TRANSACTION: u32 = 64;

/// A ledger with one contract and one account that created it.
pub struct MemoryLedger {
    state: Arc<dyn StateReader>,
    vm: Arc<dyn Vm>,
    chain_id: ChainId,
    key: SigningKey,
    /// The account.
    pub holder: Address,
    contract: Address,
}

impl MemoryLedger {
    /// Makes an instance of `code` with the input `init`, which is given the account.
    ///
    /// # Panics
    /// If the code is refused or its `instantiate` fails.
    pub fn new(vm: Arc<dyn Vm>, code: Vec<u8>, init: impl FnOnce(Address) -> Vec<u8>) -> Self {
        let key = SigningKey::from_bytes(&[7; 32]).expect("a valid secret");
        let genesis = genesis(&key);
        let chain_id = genesis.chain_id.clone();
        let base = MemoryDatabase::new(chain_id.clone()).reader();
        let writes = genesis.execute().expect("a valid genesis");
        let holder = genesis.address_of("owner");
        let contract = Address::of_instance(&chain_id, &holder, "contract");
        let state = Arc::new(Overlay::with_writes(base, writes));
        let mut ledger = Self { state, vm, chain_id, key, holder, contract };
        ledger.deploy(genesis.address_of("deployer"), code, init(holder));
        ledger
    }

    /// A ledger with the compiled example token, all of it held by the account.
    ///
    /// # Panics
    /// If it is not compiled: `make examples` does.
    pub fn of_token(vm: Arc<dyn Vm>) -> Self {
        let code = tenor_tests::engine::compiled().remove("token").expect("make examples");
        let init = |owner| InstantiateMsg { owner, supply: Amount(u128::MAX / 2) };
        Self::new(vm, code, |owner| borsh::to_vec(&init(owner)).expect("encodes"))
    }

    /// The input of a transfer of the example token.
    ///
    /// # Panics
    /// Never: it encodes.
    pub fn transfer() -> Vec<u8> {
        let transfer = ExecuteMsg::Transfer { to: Address([9; 32]), amount: Amount(1) };
        borsh::to_vec(&transfer).expect("encodes")
    }

    /// The same ledger with its contract on another engine.
    #[must_use]
    pub fn on(&self, vm: Arc<dyn Vm>) -> Self {
        let (state, chain_id) = (self.state.clone(), self.chain_id.clone());
        Self { state, vm, chain_id, key: self.key.clone(), ..*self }
    }

    fn deploy(&mut self, deployer: Address, code: Vec<u8>, payload: Vec<u8>) {
        let code_hash = keccak256(&code);
        let label = "contract".into();
        let upload = self.sign(deployer, 0, vec![Message::UploadCode { code }]);
        let messages = vec![
            Message::ApproveCode { code_hash },
            Message::Instantiate { code_hash, label, payload },
        ];
        let create = self.sign(self.holder, 0, messages);
        let mut block = self.begin();
        for transaction in [upload, create] {
            assert!(block.apply(&transaction).expect("valid").is_success());
        }
        let writes = block.finish().expect("finishes").writes;
        self.state = Arc::new(Overlay::with_writes(self.state.clone(), writes));
    }

    fn begin(&self) -> BlockExecution {
        let (state, vm) = (self.state.clone(), self.vm.clone());
        BlockExecution::begin(state, self.chain_id.clone(), 1, START, vm).expect("begins")
    }

    fn sign(&self, sender: Address, nonce: u64, messages: Vec<Message>) -> VerifiedTransaction {
        let body = TransactionBody {
            version: TransactionBody::VERSION,
            chain_id: self.chain_id.clone(),
            sender,
            lane: 0,
            nonce,
            valid_until: START,
            client_ref: None,
            gas_limit: Parameters::initial().limits.transaction_gas_max,
            messages,
        };
        let signature = self.key.sign(&body.hash());
        let entry = SignatureEntry { public_key: self.key.public_key(), signature };
        VerifiedTransaction::verify(Transaction { body, signatures: vec![entry] }).expect("signed")
    }

    /// Signed transactions, `count` of them, of so many calls with that input each, to be given to
    /// [`MemoryLedger::run`].
    pub fn executions(&self, count: u32, calls: u32, payload: &[u8]) -> Vec<VerifiedTransaction> {
        let message = Message::Execute { contract: self.contract, payload: payload.to_vec() };
        let messages = vec![message; calls as usize];
        // The first one made the instance.
        let nonces = 1..=u64::from(count);
        nonces.map(|nonce| self.sign(self.holder, nonce, messages.clone())).collect()
    }

    /// Runs the transactions as one block and throws the block away.
    ///
    /// # Panics
    /// If a call fails.
    pub fn run(&self, transactions: &[VerifiedTransaction]) {
        let mut block = self.begin();
        for transaction in transactions {
            let receipt = block.apply(transaction).expect("valid");
            assert!(receipt.is_success(), "{:?}", receipt.status);
        }
    }
}
