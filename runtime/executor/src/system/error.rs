//! Why the ledger itself refuses a message. In a receipt: the code, and the fields as borsh.

use crate::ParameterOutOfBounds;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Address, ContractFailure, Hash, KeyPolicyError};
use thiserror::Error;

/// A refusal by the ledger; the code is [`SystemError::code`], the details are the variant's fields.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Error)]
#[borsh(use_discriminant = false)]
pub enum SystemError {
    /// No such account.
    #[error("no such account")]
    UnknownAccount {
        /// The address.
        account: Address,
    },
    /// The sender has an account or an instance of that label.
    #[error("the label is in use")]
    LabelTaken {
        /// What it names.
        address: Address,
    },
    /// A label that is none.
    #[error("expected a label of 1 to 64 characters out of a-z, 0-9, '-', '.', '_'")]
    InvalidLabel,
    /// A key policy that breaks its own rules.
    #[error("invalid key policy: {error}")]
    InvalidKeyPolicy {
        /// The rule.
        error: KeyPolicyError,
    },
    /// Roles that do not exist.
    #[error("expected known roles")]
    UnknownRoles,
    /// The code breaks a rule.
    #[error("the code is refused by rule {rule}; check it before upload")]
    CodeRefused {
        /// The rule's number.
        rule: u16,
    },
    /// The code is stored already.
    #[error("this code is uploaded already")]
    CodeExists {
        /// Its hash.
        code_hash: Hash,
    },
    /// No such code.
    #[error("no code of that hash is uploaded")]
    UnknownCode {
        /// The hash.
        code_hash: Hash,
    },
    /// Code that waits for approval.
    #[error("the code is not approved; an operator other than its uploader approves it")]
    CodeNotApproved {
        /// The hash.
        code_hash: Hash,
    },
    /// Approved already.
    #[error("the code is approved already")]
    CodeApproved {
        /// The hash.
        code_hash: Hash,
    },
    /// Two parties are needed and one acts twice.
    #[error("a second party must do this: the same account did the first step")]
    SameParty,
    /// No such instance.
    #[error("no such instance")]
    UnknownInstance {
        /// The address.
        contract: Address,
    },
    /// Only the instance's creator may do this.
    #[error("only the account that created the instance may do this")]
    NotCreator {
        /// The creator.
        creator: Address,
    },
    /// The new code cannot be migrated to.
    #[error("the code has no migrate entry point")]
    CannotMigrate {
        /// The hash.
        code_hash: Hash,
    },
    /// No migration to that code with that payload is proposed.
    #[error("no migration to that code with that payload is proposed")]
    NoMigration,
    /// The notice is not over.
    #[error("the migration's notice ends at block {ready_height}")]
    MigrationNotice {
        /// The first height at which it can be applied.
        ready_height: u64,
    },
    /// A parameter out of its bounds, which may depend on other parameters.
    #[error("parameter {name}: expected {min} to {max}, got {value}")]
    ParameterOutOfBounds {
        /// The parameter's name.
        name: String,
        /// What was asked for.
        value: u64,
        /// The least possible.
        min: u64,
        /// The most possible.
        max: u64,
    },
    /// An activation height that is not ahead.
    #[error("expected an activation height above {height}")]
    ActivationHeight {
        /// The current height.
        height: u64,
    },
    /// A validator set that breaks its rules.
    #[error("expected 1 to 256 validators in ascending order of keys, each with power")]
    InvalidValidators,
    /// The payload is too large.
    #[error("expected a payload of at most {max} bytes")]
    PayloadTooLarge {
        /// The bound.
        max: u32,
    },
    /// The change would leave the ledger without an operator.
    #[error("an operator cannot give up its own operator role")]
    OwnOperatorRole,
}

impl From<ParameterOutOfBounds> for SystemError {
    fn from(error: ParameterOutOfBounds) -> Self {
        let ParameterOutOfBounds { name, value, min, max } = error;
        Self::ParameterOutOfBounds { name: name.to_owned(), value, min, max }
    }
}

impl SystemError {
    /// The stable code: the variant's position, from 1.
    pub fn code(&self) -> u32 {
        u32::from(self.encoded()[0]) + 1
    }

    /// The refusal as receipts carry it.
    pub fn into_failure(self) -> ContractFailure {
        let encoded = self.encoded();
        let details = encoded[1..].to_vec();
        ContractFailure { contract: Address::SYSTEM, code: u32::from(encoded[0]) + 1, details }
    }

    /// The refusal in a receipt's failure; `None` when the failure is another contract's.
    pub fn from_failure(failure: &ContractFailure) -> Option<Self> {
        if failure.contract != Address::SYSTEM {
            return None;
        }
        let tag = u8::try_from(failure.code.checked_sub(1)?).ok()?;
        let mut bytes = vec![tag];
        bytes.extend_from_slice(&failure.details);
        borsh::from_slice(&bytes).ok()
    }

    fn encoded(&self) -> Vec<u8> {
        borsh::to_vec(self).expect("an error encodes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_come_back_from_receipts() {
        let errors = [
            SystemError::UnknownAccount { account: Address::SYSTEM },
            SystemError::SameParty,
            SystemError::MigrationNotice { ready_height: 7 },
            SystemError::OwnOperatorRole,
        ];
        for error in errors {
            let failure = error.clone().into_failure();
            assert_eq!(failure.code, error.code());
            assert_eq!(SystemError::from_failure(&failure), Some(error));
        }
        assert_eq!(SystemError::UnknownAccount { account: Address::SYSTEM }.code(), 1);
    }
}
