//! What a transaction can do.

use crate::address::Label;
use crate::{Address, Hash, KeyPolicy, Parameters, Roles, ValidatorSet};
use alloc::{boxed::Box, vec::Vec};
use borsh::{BorshDeserialize, BorshSerialize};

/// One step of a transaction. The executor's role table says who may send which.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = false)]
pub enum Message {
    /// Stores contract code, unusable until approved. Output: its hash.
    UploadCode {
        /// The wasm module as compiled.
        code: Vec<u8>,
    },
    /// Lets uploaded code be instantiated; by another account than the uploader's.
    ApproveCode {
        /// Keccak-256 of the module.
        code_hash: Hash,
    },
    /// Creates an instance of approved code. Output: its address.
    Instantiate {
        /// The approved code.
        code_hash: Hash,
        /// Its name, unique per sender; the address derives from both.
        label: Label,
        /// Borsh input of the contract's `instantiate`.
        payload: Vec<u8>,
    },
    /// Calls an instance's `execute`. Output: what it returns.
    Execute {
        /// The instance.
        contract: Address,
        /// Borsh of the contract's execute message.
        payload: Vec<u8>,
    },
    /// Announces a migration; by the instance's creator.
    ProposeMigration {
        /// The instance.
        contract: Address,
        /// The approved code it shall run.
        code_hash: Hash,
        /// Borsh input of the new code's `migrate`.
        payload: Vec<u8>,
    },
    /// Carries out a proposed migration after its notice; by an operator that is not the creator.
    ApplyMigration {
        /// The instance.
        contract: Address,
        /// The code that was proposed.
        code_hash: Hash,
        /// Keccak-256 of the payload that was proposed: what was looked at is what is applied.
        payload_hash: Hash,
    },
    /// Opens an account. Output: its address.
    CreateAccount {
        /// Its name, unique per sender; the address derives from both.
        label: Label,
        /// Its keys.
        policy: KeyPolicy,
        /// Its network roles.
        roles: Roles,
    },
    /// Replaces an account's keys: by the account with its admin keys, or by an operator (recovery).
    UpdateKeyPolicy {
        /// The account.
        account: Address,
        /// Its new keys.
        policy: KeyPolicy,
    },
    /// Replaces an account's network roles.
    SetRoles {
        /// The account.
        account: Address,
        /// Its new roles.
        roles: Roles,
    },
    /// Puts new gas, limits and instrumentation in force from a height on.
    ScheduleParameters {
        /// The parameters, all of them.
        parameters: Box<Parameters>,
        /// The first height they hold for, above the current one.
        activation_height: u64,
    },
    /// Replaces the validators from the next block on.
    SetValidators {
        /// The new set.
        validators: ValidatorSet,
    },
}

impl Message {
    /// The message's name in lower case with dashes, as the role table and the CLI print it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::UploadCode { .. } => "upload-code",
            Self::ApproveCode { .. } => "approve-code",
            Self::Instantiate { .. } => "instantiate",
            Self::Execute { .. } => "execute",
            Self::ProposeMigration { .. } => "propose-migration",
            Self::ApplyMigration { .. } => "apply-migration",
            Self::CreateAccount { .. } => "create-account",
            Self::UpdateKeyPolicy { .. } => "update-key-policy",
            Self::SetRoles { .. } => "set-roles",
            Self::ScheduleParameters { .. } => "schedule-parameters",
            Self::SetValidators { .. } => "set-validators",
        }
    }
}
