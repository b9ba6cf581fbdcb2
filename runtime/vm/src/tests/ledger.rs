//! A ledger in memory, one transaction per block, on the engine.

use crate::{VmConfig, WasmVm};
use std::collections::BTreeMap;
use std::sync::Arc;
use tenor_executor::trace::TransactionTrace;
use tenor_executor::{
    ApplyError, BlockExecution, Genesis, GenesisAccount, QueryError, QueryOutput, QueryRequest,
    VerifiedTransaction, Vm, query,
};
use tenor_primitives::{
    Address, ChainId, HaltCode, KeyPolicy, Message, Parameters, Receipt, Role, Roles,
    SignatureEntry, SigningKey, StorageKey, Timestamp, Transaction, TransactionBody,
    TransactionStatus, ValidatorSet, keccak256,
};
use tenor_state::{Entry, Scan, StateError, StateReader, WriteSet};

/// The state as a map.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Values(BTreeMap<StorageKey, Vec<u8>>);

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

/// A ledger whose blocks hold one transaction each.
pub(super) struct Ledger {
    pub(super) vm: Arc<WasmVm>,
    pub(super) values: Values,
    height: u64,
    nonces: BTreeMap<Address, u64>,
}

fn chain_id() -> ChainId {
    ChainId::new("tenor-test").expect("valid")
}

fn key(label: &str) -> SigningKey {
    SigningKey::from_bytes(&keccak256(label.as_bytes()).0).expect("a digest is a valid secret")
}

fn address(label: &str) -> Address {
    Address::of_account(&chain_id(), &Address::SYSTEM, label)
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self::with(VmConfig::default(), Parameters::initial())
    }

    pub(super) fn with(config: VmConfig, parameters: Parameters) -> Self {
        let account = |role: Role| GenesisAccount {
            label: role.name().into(),
            policy: KeyPolicy::single(key(role.name()).public_key()),
            roles: Roles::of(&[role]),
        };
        let genesis = Genesis {
            chain_id: chain_id(),
            time: Timestamp::from_unix_ms(0),
            parameters,
            validators: ValidatorSet::solo(key("validator").public_key()),
            accounts: Role::ALL.map(account).into(),
            manual_time: true,
        };
        let vm = Arc::new(WasmVm::new(config).expect("an engine"));
        let (values, nonces) = (Values::default(), BTreeMap::new());
        let mut ledger = Self { vm, values, height: 0, nonces };
        ledger.write(genesis.execute().expect("a valid genesis"));
        ledger
    }

    /// The ledger as it is now, for a reader of its own.
    pub(super) fn snapshot(&self) -> Self {
        let (vm, values) = (self.vm.clone(), self.values.clone());
        Self { vm, values, height: self.height, nonces: self.nonces.clone() }
    }

    fn write(&mut self, writes: WriteSet) {
        for (key, value) in writes {
            match value {
                Some(value) => self.values.0.insert(key, value),
                None => self.values.0.remove(&key),
            };
        }
    }

    fn time(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.height * 1_000)
    }

    fn begin(&self) -> BlockExecution {
        let state = Arc::new(self.values.clone());
        let (height, time) = (self.height + 1, self.time());
        BlockExecution::begin(state, chain_id(), height, time, self.vm.clone()).expect("begins")
    }

    /// A transaction of one message.
    fn signed(&mut self, sender: &str, gas_limit: u64, message: Message) -> VerifiedTransaction {
        let sender_address = address(sender);
        let nonce = self.nonces.entry(sender_address).or_default();
        let body = TransactionBody {
            version: TransactionBody::VERSION,
            chain_id: chain_id(),
            sender: sender_address,
            lane: 0,
            nonce: *nonce,
            valid_until: Timestamp::from_unix_ms(60_000 * 60),
            client_ref: None,
            gas_limit,
            messages: vec![message],
        };
        *nonce += 1;
        let (public_key, signature) = (key(sender).public_key(), key(sender).sign(&body.hash()));
        let signatures = vec![SignatureEntry { public_key, signature }];
        VerifiedTransaction::verify(Transaction { body, signatures }).expect("signed")
    }

    /// One message in a block of its own.
    pub(super) fn try_send(
        &mut self,
        sender: &str,
        gas_limit: u64,
        message: Message,
    ) -> Result<Receipt, ApplyError> {
        let signed = self.signed(sender, gas_limit, message);
        let mut block = self.begin();
        let receipt = block.apply(&signed)?.clone();
        self.write(block.finish()?.writes);
        self.height += 1;
        Ok(receipt)
    }

    pub(super) fn send(&mut self, sender: &str, message: Message) -> Receipt {
        self.try_send(sender, 1_000_000_000, message).expect("a valid transaction")
    }

    /// Uploads, approves and instantiates `code` under `label`; its address.
    pub(super) fn deploy(&mut self, label: &str, code: &[u8]) -> Address {
        let code_hash = keccak256(code);
        let uploaded = self.send("deployer", Message::UploadCode { code: code.to_vec() });
        assert!(uploaded.is_success(), "{uploaded:?}");
        self.send("operator", Message::ApproveCode { code_hash });
        let label = label.to_owned();
        let receipt =
            self.send("issuer", Message::Instantiate { code_hash, label, payload: vec![] });
        assert!(receipt.is_success(), "{receipt:?}");
        Address(receipt.outputs[0].clone().try_into().expect("an address"))
    }

    pub(super) fn execute(&mut self, contract: Address, payload: &[u8]) -> Receipt {
        self.send("participant", Message::Execute { contract, payload: payload.to_vec() })
    }

    /// Executes and tells what happened.
    pub(super) fn trace(&mut self, contract: Address) -> TransactionTrace {
        let message = Message::Execute { contract, payload: Vec::new() };
        let signed = self.signed("participant", 1_000_000_000, message);
        let mut block = self.begin();
        let trace = block.trace(&signed).expect("a valid transaction");
        self.write(block.finish().expect("finishes").writes);
        self.height += 1;
        trace
    }

    /// Executes and gives the output.
    pub(super) fn output(&mut self, contract: Address, payload: &[u8]) -> Vec<u8> {
        let receipt = self.execute(contract, payload);
        assert!(receipt.is_success(), "{receipt:?}");
        receipt.outputs[0].clone()
    }

    /// Executes and gives the code it is stopped with.
    pub(super) fn halt(&mut self, contract: Address) -> HaltCode {
        match self.execute(contract, b"").status {
            TransactionStatus::Halted { halt, .. } => halt.code,
            other => panic!("expected a halt, got {other:?}"),
        }
    }

    pub(super) fn query(
        &self,
        contract: Address,
        payload: &[u8],
        gas_limit: u64,
    ) -> Result<QueryOutput, QueryError> {
        self.query_on(self.vm.clone(), contract, payload, gas_limit)
    }

    /// A query on an engine of the caller's.
    pub(super) fn query_on(
        &self,
        vm: Arc<dyn Vm>,
        contract: Address,
        payload: &[u8],
        gas_limit: u64,
    ) -> Result<QueryOutput, QueryError> {
        let request = QueryRequest {
            chain_id: chain_id(),
            height: self.height,
            time: self.time(),
            reader: Address::SYSTEM,
            contract,
            payload: payload.to_vec(),
            gas_limit,
        };
        query(Arc::new(self.values.clone()), vm, request)
    }

    /// The code a query is stopped with.
    pub(super) fn query_halt(&self, contract: Address, gas_limit: u64) -> HaltCode {
        match self.query(contract, b"", gas_limit) {
            Err(QueryError::Halted(halt)) => halt.code,
            other => panic!("expected a halt, got {other:?}"),
        }
    }

    /// A value in namespace 7 of `contract`.
    pub(super) fn value(&self, contract: Address, key: &[u8]) -> Option<&[u8]> {
        self.values.0.get(&StorageKey::new(contract, 7, key)).map(Vec::as_slice)
    }
}
