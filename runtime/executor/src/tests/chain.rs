//! A ledger in memory with an engine of closures.

use crate::{
    ApplyError, BlockExecution, CodeRefused, CodeReport, Genesis, GenesisAccount, GuestCall,
    GuestExit, HostError, Session, VerifiedTransaction, Vm,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tenor_abi::EntryPoint;
use tenor_primitives::{
    Address, ChainId, ClientRef, Hash, KeyPolicy, Message, Parameters, Receipt, Role, Roles,
    SignatureEntry, SigningKey, StorageKey, Timestamp, Transaction, TransactionBody, ValidatorSet,
    keccak256,
};
use tenor_state::{Entry, Scan, StateError, StateReader, WriteSet};

pub(super) type Result_ = Result<(), HostError>;
type Program = fn(Box<Session>, EntryPoint) -> (Box<Session>, Result_);

/// Programs by the hash of their "code", which is their name.
#[derive(Default)]
pub(super) struct ClosureVm(Mutex<BTreeMap<Hash, Program>>);

impl Vm for ClosureVm {
    fn check_code(&self, code: &[u8], _: &Parameters) -> Result<CodeReport, CodeRefused> {
        if code == b"refused" {
            let text = "refused by name".into();
            return Err(CodeRefused { rule: 7, function: None, offset: None, text });
        }
        Ok(CodeReport { migrates: true, spec_hash: Hash::ZERO, memory_pages: 1 })
    }

    fn run(&self, call: GuestCall, session: Box<Session>) -> (Box<Session>, GuestExit) {
        let program = self.0.lock().expect("not poisoned")[&call.code_hash];
        let (session, result) = program(session, call.entry);
        let gas_left = session.gas_left;
        (session, GuestExit { gas_left, result })
    }
}

#[derive(Clone, Default)]
pub(super) struct Values(pub(super) BTreeMap<StorageKey, Vec<u8>>);

impl StateReader for Values {
    fn get(&self, key: &StorageKey) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.0.get(key).cloned())
    }

    fn scan(&self, scan: &Scan<'_>) -> Result<Vec<Entry>, StateError> {
        let inside = |key: &StorageKey| {
            key.contract == scan.contract
                && key.namespace == scan.namespace
                && scan.start.is_none_or(|start| key.key.as_slice() >= start)
                && scan.end.is_none_or(|end| key.key.as_slice() < end)
        };
        let matching = self.0.iter().filter(|(key, _)| inside(key));
        let mut entries: Vec<Entry> =
            matching.map(|(key, value)| (key.key.clone(), value.clone())).collect();
        if scan.reverse {
            entries.reverse();
        }
        entries.truncate(scan.limit);
        Ok(entries)
    }
}

pub(super) struct Chain {
    pub(super) values: Values,
    pub(super) vm: Arc<ClosureVm>,
    pub(super) height: u64,
    pub(super) time: Timestamp,
    nonces: BTreeMap<Address, u64>,
}

pub(super) fn chain_id() -> ChainId {
    ChainId::new("tenor-test").expect("valid")
}

pub(super) fn key(label: &str) -> SigningKey {
    SigningKey::from_bytes(&keccak256(label.as_bytes()).0).expect("a digest is a valid secret")
}

pub(super) fn address(label: &str) -> Address {
    Address::of_account(&chain_id(), &Address::SYSTEM, label)
}

pub(super) const START: Timestamp = Timestamp::from_unix_ms(1_700_000_000_000);

impl Chain {
    pub(super) fn new() -> Self {
        Self::with_parameters(Parameters::initial())
    }

    pub(super) fn with_parameters(parameters: Parameters) -> Self {
        let account = |(label, role): (&str, Role)| GenesisAccount {
            label: label.into(),
            policy: KeyPolicy::single(key(label).public_key()),
            roles: Roles::of(&[role]),
        };
        let accounts = Role::ALL.map(|role| (role.name(), role)).map(account);
        let genesis = Genesis {
            chain_id: chain_id(),
            time: START,
            parameters,
            validators: ValidatorSet::solo(key("validator").public_key()),
            accounts: accounts.into(),
            manual_time: true,
        };
        let mut chain = Self {
            values: Values::default(),
            vm: Arc::default(),
            height: 0,
            time: START,
            nonces: BTreeMap::new(),
        };
        chain.write(genesis.execute().expect("a valid genesis"));
        chain
    }

    fn write(&mut self, writes: WriteSet) {
        for (key, value) in writes {
            match value {
                Some(value) => self.values.0.insert(key, value),
                None => self.values.0.remove(&key),
            };
        }
    }

    pub(super) fn begin(&self) -> BlockExecution {
        let state = Arc::new(self.values.clone());
        let (height, time) = (self.height + 1, self.time.checked_add_ms(1000).expect("in range"));
        BlockExecution::begin(state, chain_id(), height, time, self.vm.clone()).expect("begins")
    }

    /// A block of one transaction.
    pub(super) fn block(&mut self, signed: &VerifiedTransaction) -> Result<Receipt, ApplyError> {
        let mut block = self.begin();
        let receipt = block.apply(signed).cloned();
        self.write(block.finish()?.writes);
        self.height += 1;
        self.time = self.time.checked_add_ms(1000).expect("in range");
        receipt
    }

    pub(super) fn body(&self, sender: &str, messages: Vec<Message>) -> TransactionBody {
        let sender = address(sender);
        TransactionBody {
            version: TransactionBody::VERSION,
            chain_id: chain_id(),
            sender,
            lane: 0,
            nonce: self.nonces.get(&sender).copied().unwrap_or(0),
            valid_until: self.time.checked_add_ms(60_000).expect("in range"),
            client_ref: None,
            gas_limit: 400_000_000,
            messages,
        }
    }

    /// One message in a block of its own; the nonce is counted here.
    pub(super) fn send(&mut self, sender: &str, message: Message) -> Receipt {
        let body = self.body(sender, vec![message]);
        *self.nonces.entry(body.sender).or_default() += 1;
        self.block(&sign(body, &[sender])).expect("a valid transaction")
    }

    /// Uploads, approves and instantiates a program under its name; its address.
    pub(super) fn deploy(&mut self, name: &str, program: Program) -> Address {
        let code = name.as_bytes().to_vec();
        let code_hash = keccak256(&code);
        self.vm.0.lock().expect("not poisoned").insert(code_hash, program);
        self.send("deployer", Message::UploadCode { code });
        self.send("operator", Message::ApproveCode { code_hash });
        let message = Message::Instantiate { code_hash, label: name.into(), payload: vec![] };
        let receipt = self.send("issuer", message);
        assert!(receipt.is_success(), "{receipt:?}");
        Address(receipt.outputs[0].clone().try_into().expect("an address"))
    }

    pub(super) fn execute(&mut self, contract: Address, payload: &[u8]) -> Receipt {
        self.send("participant", Message::Execute { contract, payload: payload.into() })
    }

    pub(super) fn value(&self, contract: Address, key: &[u8]) -> Option<Vec<u8>> {
        self.values.0.get(&StorageKey::new(contract, 0, key)).cloned()
    }
}

pub(super) fn sign(body: TransactionBody, signers: &[&str]) -> VerifiedTransaction {
    VerifiedTransaction::verify(signed(body, signers)).expect("valid signatures")
}

pub(super) fn signed(body: TransactionBody, signers: &[&str]) -> Transaction {
    let hash = body.hash();
    let entry = |label: &&str| {
        let key = key(label);
        SignatureEntry { public_key: key.public_key(), signature: key.sign(&hash) }
    };
    Transaction { signatures: signers.iter().map(entry).collect(), body }
}

pub(super) fn reference(text: &str) -> Option<ClientRef> {
    ClientRef::new(text)
}
