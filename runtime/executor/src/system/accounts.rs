//! Accounts and their nonces.

use super::namespace;
use crate::{FatalError, Session, SystemError};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Address, Height, KeyPolicy, Roles};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct AccountRecord {
    /// Its label, unique per creator.
    pub label: String,
    /// Who opened it; [`Address::SYSTEM`] for genesis accounts.
    pub creator: Address,
    /// When.
    pub created_height: Height,
    /// Its keys.
    pub policy: KeyPolicy,
    /// Its network roles.
    pub roles: Roles,
}

pub(crate) fn nonce_key(account: &Address, lane: u8) -> [u8; 33] {
    let mut key = [lane; 33];
    key[..32].copy_from_slice(&account.0);
    key
}

impl Session {
    pub(crate) fn account(
        &mut self,
        account: &Address,
    ) -> Result<Option<AccountRecord>, FatalError> {
        self.record(namespace::ACCOUNTS, &account.0, "account")
    }

    pub(crate) fn put_account(&mut self, address: &Address, account: &AccountRecord) {
        self.put_record(namespace::ACCOUNTS, &address.0, account);
    }

    pub(crate) fn next_nonce(&mut self, account: &Address, lane: u8) -> Result<u64, FatalError> {
        let key = nonce_key(account, lane);
        Ok(self.record(namespace::NONCES, &key, "nonce")?.unwrap_or(0))
    }

    pub(crate) fn put_nonce(&mut self, account: &Address, lane: u8, next: u64) {
        self.put_record(namespace::NONCES, &nonce_key(account, lane), &next);
    }

    /// Checks a policy and roles before they are stored.
    pub(crate) fn check_policy(policy: &KeyPolicy) -> Result<(), SystemError> {
        policy.check().map_err(|error| SystemError::InvalidKeyPolicy { error })
    }
}
