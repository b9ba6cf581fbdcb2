//! The state that a ledger starts from.

use crate::system::{AccountRecord, namespace};
use crate::{ParameterOutOfBounds, check_parameters};
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeMap;
use tenor_primitives::{
    Address, ChainId, Domain, Hash, KeyPolicy, KeyPolicyError, Parameters, Role, Roles, StorageKey,
    Timestamp, ValidatorSet,
};
use tenor_state::WriteSet;
use thiserror::Error;

/// An account that exists from the start.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct GenesisAccount {
    /// Its label; its address derives from it, with [`Address::SYSTEM`] as creator.
    pub label: String,
    /// Its keys.
    pub policy: KeyPolicy,
    /// Its roles.
    pub roles: Roles,
}

/// What a ledger starts from.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Genesis {
    /// The ledger's name.
    pub chain_id: ChainId,
    /// The genesis block's time.
    pub time: Timestamp,
    /// Gas, limits, instrumentation.
    pub parameters: Parameters,
    /// Who commits the first block.
    pub validators: ValidatorSet,
    /// The first accounts.
    pub accounts: Vec<GenesisAccount>,
    /// Whether ledger time may be moved by hand: development ledgers only.
    pub manual_time: bool,
}

/// Why a genesis is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GenesisError {
    /// A label that is none, or that stands twice.
    #[error("account {label:?}: expected a distinct label of 1 to 64 of a-z, 0-9, '-', '.', '_'")]
    Label {
        /// The label.
        label: String,
    },
    /// A key policy that breaks its rules.
    #[error("account {label:?}: {error}")]
    Policy {
        /// Whose.
        label: String,
        /// The rule.
        error: KeyPolicyError,
    },
    /// Roles that do not exist.
    #[error("account {label:?}: expected known roles")]
    Roles {
        /// Whose.
        label: String,
    },
    /// Nobody could run the ledger.
    #[error("expected at least one account with the operator role")]
    NoOperator,
    /// The validator set breaks its rules.
    #[error("expected 1 to 256 validators in ascending order of keys, each with power")]
    Validators,
    /// A parameter is out of its bounds.
    #[error("parameter {0}")]
    Parameters(#[from] ParameterOutOfBounds),
}

impl Genesis {
    /// Checks the genesis and gives the writes that make its state.
    pub fn execute(&self) -> Result<WriteSet, GenesisError> {
        if !self.validators.is_valid() {
            return Err(GenesisError::Validators);
        }
        check_parameters(&self.parameters)?;
        if !self.accounts.iter().any(|account| account.roles.contains(Role::Operator)) {
            return Err(GenesisError::NoOperator);
        }
        let mut writes: WriteSet = BTreeMap::new();
        for account in &self.accounts {
            self.write_account(account, &mut writes)?;
        }
        put(&mut writes, namespace::GENESIS, &[], &self.hash());
        put(&mut writes, namespace::PARAMETERS, &[], &self.parameters);
        put(&mut writes, namespace::VALIDATORS, &[], &self.validators);
        Ok(writes)
    }

    /// The genesis's identity; its state carries it, so that two ledgers that differ in anything,
    /// were it only whether time may be moved by hand, differ from the first block.
    pub fn hash(&self) -> Hash {
        Domain::Genesis.hash(self)
    }

    /// The address of the genesis account `label`.
    pub fn address_of(&self, label: &str) -> Address {
        Address::of_account(&self.chain_id, &Address::SYSTEM, label)
    }

    fn write_account(
        &self,
        account: &GenesisAccount,
        writes: &mut WriteSet,
    ) -> Result<(), GenesisError> {
        let label = account.label.clone();
        if !account.roles.is_known() {
            return Err(GenesisError::Roles { label });
        }
        account
            .policy
            .check()
            .map_err(|error| GenesisError::Policy { label: label.clone(), error })?;
        let address = self.address_of(&label);
        let key = StorageKey::new(Address::SYSTEM, namespace::ACCOUNTS, address.0);
        if !Address::is_label(&label) || writes.contains_key(&key) {
            return Err(GenesisError::Label { label });
        }
        let record = AccountRecord {
            label,
            creator: Address::SYSTEM,
            created_height: 0,
            policy: account.policy.clone(),
            roles: account.roles,
        };
        put(writes, namespace::ACCOUNTS, &address.0, &record);
        Ok(())
    }
}

fn put<T: BorshSerialize>(writes: &mut WriteSet, namespace: u16, key: &[u8], value: &T) {
    let bytes = borsh::to_vec(value).expect("a record encodes");
    writes.insert(StorageKey::new(Address::SYSTEM, namespace, key), Some(bytes));
}
