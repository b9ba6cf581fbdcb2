//! Accounts: opening, keys, roles.

use super::Output;
use crate::error::MessageError;
use crate::{AccountRecord, Session, SystemError};
use tenor_primitives::{Address, KeyPolicy, Role, Roles};

impl Session {
    pub(super) fn create_account(
        &mut self,
        creator: &Address,
        label: &str,
        policy: &KeyPolicy,
        roles: Roles,
    ) -> Output {
        if !Address::is_label(label) {
            return Err(SystemError::InvalidLabel.into());
        }
        Self::check_policy(policy)?;
        if !roles.is_known() {
            return Err(SystemError::UnknownRoles.into());
        }
        let address = Address::of_account(&self.environment.chain_id, creator, label);
        if self.account(&address)?.is_some() {
            return Err(SystemError::LabelTaken { address }.into());
        }
        let account = AccountRecord {
            label: label.into(),
            creator: *creator,
            created_height: self.environment.height,
            policy: policy.clone(),
            roles,
        };
        self.charge_policy(policy)?;
        self.put_account(&address, &account);
        self.emit_system("account_created", &address, &(label, roles));
        Ok(address.0.to_vec())
    }

    /// By the account itself (its admin keys signed) or by an operator (recovery of lost keys).
    pub(super) fn update_key_policy(
        &mut self,
        address: &Address,
        target: &Address,
        policy: &KeyPolicy,
    ) -> Output {
        Self::check_policy(policy)?;
        let account = self.account(target)?;
        let mut account = account.ok_or(SystemError::UnknownAccount { account: *target })?;
        self.charge_policy(policy)?;
        account.policy = policy.clone();
        self.put_account(target, &account);
        self.emit_system("key_policy_updated", target, address);
        Ok(Vec::new())
    }

    fn charge_policy(&mut self, policy: &KeyPolicy) -> Result<(), MessageError> {
        self.charge_record(policy.keys.len().saturating_mul(34).saturating_add(256))
    }

    pub(super) fn set_roles(&mut self, sender: &Address, target: &Address, roles: Roles) -> Output {
        if !roles.is_known() {
            return Err(SystemError::UnknownRoles.into());
        }
        if target == sender && !roles.contains(Role::Operator) {
            return Err(SystemError::OwnOperatorRole.into());
        }
        let account = self.account(target)?;
        let mut account = account.ok_or(SystemError::UnknownAccount { account: *target })?;
        self.charge_record(256)?;
        account.roles = roles;
        self.put_account(target, &account);
        self.emit_system("roles_set", target, &roles);
        Ok(Vec::new())
    }
}
