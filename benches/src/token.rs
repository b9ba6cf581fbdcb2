//! Transfers of the example token on the production engine, state in memory.

use std::sync::Arc;
use tenor_example_token::{ExecuteMsg, InstantiateMsg};
use tenor_executor::{BlockExecution, Genesis, GenesisAccount, VerifiedTransaction, Vm};
use tenor_primitives::{
    Address, Amount, ChainId, KeyPolicy, Message, Parameters, Role, Roles, SignatureEntry,
    SigningKey, Timestamp, Transaction, TransactionBody, ValidatorSet, keccak256,
};
use tenor_state::{Database, MemoryDatabase, Overlay, StateReader};
use tenor_vm::{VmConfig, WasmVm};

/// Messages of one transaction, the most the limits allow: what a transaction costs around its
/// calls is spread thin.
pub const PER_TRANSACTION: u32 = 64;

const START: Timestamp = Timestamp::from_unix_ms(1_767_340_800_000);

/// A ledger with one token, all of it held by one account.
pub struct TokenLedger {
    state: Arc<dyn StateReader>,
    vm: Arc<dyn Vm>,
    chain_id: ChainId,
    key: SigningKey,
    holder: Address,
    token: Address,
    next_nonce: u64,
}

impl TokenLedger {
    /// Deploys the compiled token.
    ///
    /// # Panics
    /// If it is not compiled (`make contracts`) or the machine cannot give the address space.
    pub fn new() -> Self {
        let key = SigningKey::from_bytes(&[7; 32]).expect("a valid secret");
        let chain_id = ChainId::new("tenor-bench").expect("a valid name");
        let account = |label: &str, roles: &[Role]| GenesisAccount {
            label: label.into(),
            policy: KeyPolicy::single(key.public_key()),
            roles: Roles::of(roles),
        };
        let genesis = Genesis {
            chain_id: chain_id.clone(),
            time: START,
            parameters: Parameters::initial(),
            validators: ValidatorSet::solo(key.public_key()),
            accounts: vec![
                account("holder", &[Role::Operator, Role::Issuer, Role::Participant]),
                account("deployer", &[Role::Deployer]),
            ],
            manual_time: true,
        };
        let base = MemoryDatabase::new(chain_id.clone()).reader();
        let writes = genesis.execute().expect("a valid genesis");
        let vm = WasmVm::new(VmConfig::default()).expect("the engine starts");
        let holder = genesis.address_of("holder");
        let token = Address::of_instance(&chain_id, &holder, "token");
        let state = Arc::new(Overlay::with_writes(base, writes));
        let mut ledger =
            Self { state, vm: Arc::new(vm), chain_id, key, holder, token, next_nonce: 0 };
        ledger.deploy(genesis.address_of("deployer"));
        ledger
    }

    fn deploy(&mut self, deployer: Address) {
        let code = tenor_tests::engine::compiled().remove("token").expect("make contracts");
        let code_hash = keccak256(&code);
        let init = InstantiateMsg { owner: self.holder, supply: Amount(u128::MAX / 2) };
        let payload = borsh::to_vec(&init).expect("encodes");
        let label = "token".into();
        let upload = self.sign(deployer, 0, vec![Message::UploadCode { code }]);
        let messages = vec![
            Message::ApproveCode { code_hash },
            Message::Instantiate { code_hash, label, payload },
        ];
        let create = self.sign(self.holder, 0, messages);
        self.next_nonce = 1;
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

    /// Signed transactions of [`PER_TRANSACTION`] transfers each, `count` of them, to be given to
    /// [`TokenLedger::run`].
    ///
    /// # Panics
    /// Never: the messages encode.
    pub fn transfers(&self, count: u32) -> Vec<VerifiedTransaction> {
        let transfer = ExecuteMsg::Transfer { to: Address([9; 32]), amount: Amount(1) };
        let payload = borsh::to_vec(&transfer).expect("encodes");
        let message = Message::Execute { contract: self.token, payload };
        let messages = vec![message; PER_TRANSACTION as usize];
        let nonces = self.next_nonce..self.next_nonce + u64::from(count);
        nonces.map(|nonce| self.sign(self.holder, nonce, messages.clone())).collect()
    }

    /// Runs the transactions as one block and throws the block away.
    ///
    /// # Panics
    /// If a transfer fails.
    pub fn run(&self, transactions: &[VerifiedTransaction]) {
        let mut block = self.begin();
        for transaction in transactions {
            let receipt = block.apply(transaction).expect("valid");
            assert!(receipt.is_success(), "{:?}", receipt.status);
        }
    }
}

impl Default for TokenLedger {
    fn default() -> Self {
        Self::new()
    }
}
