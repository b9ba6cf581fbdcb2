//! Making a chain: genesis, accounts, contracts.

use super::Chain;
use crate::Outcome;
use crate::engine::Engine;
use crate::values::Values;
use borsh::BorshSerialize;
use std::collections::BTreeMap;
use tenor_executor::{Genesis, GenesisAccount};
use tenor_primitives::{
    Address, ChainId, KeyPolicy, Message, Parameters, Role, Roles, SigningKey, Timestamp,
    ValidatorSet, keccak256,
};

/// When test chains begin: 2026-01-02T08:00:00Z, a Friday morning in Frankfurt.
const START: Timestamp = Timestamp::from_unix_ms(1_767_340_800_000);

/// A test account's key: derived from its label, worth nothing anywhere.
fn key(label: &str) -> SigningKey {
    let secret = keccak256(format!("test key of {label}").as_bytes());
    SigningKey::from_bytes(&secret.0).expect("a digest is a valid secret")
}

impl Chain {
    /// A chain with the accounts `operator` and `developer`, and the engine's contracts uploaded and
    /// approved.
    pub fn new(engine: Engine) -> Self {
        Self::with_parameters(engine, Parameters::initial())
    }

    /// As [`Chain::new`], with other parameters.
    pub fn with_parameters(engine: Engine, parameters: Parameters) -> Self {
        Self::starting(engine, parameters, START)
    }

    /// As [`Chain::new`], beginning at `time`.
    pub fn starting_at(engine: Engine, time: Timestamp) -> Self {
        Self::starting(engine, Parameters::initial(), time)
    }

    fn starting(engine: Engine, parameters: Parameters, time: Timestamp) -> Self {
        let account = |label: &str, roles: &[Role]| GenesisAccount {
            label: label.into(),
            policy: KeyPolicy::single(key(label).public_key()),
            roles: Roles::of(roles),
        };
        let genesis = Genesis {
            chain_id: ChainId::new("tenor-testing").expect("valid"),
            time,
            parameters,
            validators: ValidatorSet::solo(key("validator").public_key()),
            accounts: vec![
                account("operator", &[Role::Operator, Role::Issuer]),
                account("developer", &[Role::Deployer]),
            ],
            manual_time: true,
        };
        let mut values = Values::default();
        values.apply(genesis.execute().expect("a valid genesis"));
        let mut chain = Self {
            engine,
            chain_id: genesis.chain_id.clone(),
            values,
            height: 0,
            time,
            keys: BTreeMap::new(),
            labels: BTreeMap::new(),
            nonces: BTreeMap::new(),
            sent: Vec::new(),
            receipts: Vec::new(),
            auditor: None,
            checks_refusals: false,
        };
        for account in &genesis.accounts {
            chain.know(&account.label, genesis.address_of(&account.label));
        }
        chain.upload_all();
        chain
    }

    fn know(&mut self, label: &str, address: Address) {
        self.keys.insert(address, key(label));
        self.labels.insert(label.into(), address);
    }

    fn upload_all(&mut self) {
        let (operator, developer) = (self.address("operator"), self.address("developer"));
        for code in self.engine.codes.clone().into_values() {
            let code_hash = keccak256(&code);
            self.send(developer, vec![Message::UploadCode { code }]).succeeded();
            self.send(operator, vec![Message::ApproveCode { code_hash }]).succeeded();
        }
    }

    /// Opens an account with `roles`, its key derived from its label.
    pub fn account(&mut self, label: &str, roles: &[Role]) -> Address {
        let policy = KeyPolicy::single(key(label).public_key());
        let message =
            Message::CreateAccount { label: label.into(), policy, roles: Roles::of(roles) };
        let output: [u8; 32] = self.send(self.address("operator"), vec![message]).output();
        self.know(label, Address(output));
        Address(output)
    }

    /// The address that [`Chain::instantiate`] will give.
    pub fn instance_address(&self, creator: Address, label: &str) -> Address {
        Address::of_instance(&self.chain_id, &creator, label)
    }

    /// Creates an instance of the engine's contract `name`; what became of it.
    ///
    /// # Panics
    /// If the engine has no such contract.
    pub fn try_instantiate<M: BorshSerialize>(
        &mut self,
        creator: Address,
        name: &str,
        label: &str,
        message: &M,
    ) -> Outcome {
        let code = self.engine.codes.get(name);
        let code = code.unwrap_or_else(|| panic!("the engine has no contract {name:?}"));
        let payload = borsh::to_vec(message).expect("a message encodes");
        let code_hash = keccak256(code);
        let message = Message::Instantiate { code_hash, label: label.into(), payload };
        let outcome = self.send(creator, vec![message]);
        if outcome.receipt.is_success() {
            self.labels.insert(label.into(), self.instance_address(creator, label));
        }
        outcome
    }

    /// As [`Chain::try_instantiate`]; the instance's address.
    ///
    /// # Panics
    /// If it is refused; says how.
    #[track_caller]
    pub fn instantiate<M: BorshSerialize>(
        &mut self,
        creator: Address,
        name: &str,
        label: &str,
        message: &M,
    ) -> Address {
        self.try_instantiate(creator, name, label, message).succeeded();
        self.instance_address(creator, label)
    }
}
