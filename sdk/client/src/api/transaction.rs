//! Transactions: sending them, trying them, reading them back.

use super::{
    ChangeView, DecimalText, EventTraceView, GasView, HexBytes, ReceiptView, RefusalView, decimal,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tenor_primitives::{
    Address, ClientRef, Hash, Height, KeyEntry, KeyPolicy, Message, PublicKey, Roles, Scopes,
    Signature, SignatureEntry, Timestamp, Transaction, keccak256,
};
use utoipa::{IntoParams, ToSchema};

/// What an answer to a submission waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitFor {
    /// The transaction is in the mempool. It can still be lost until it is committed.
    Accepted,
    /// The transaction's block is durable.
    #[default]
    Committed,
}

/// How long to wait, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// For what.
    pub until: WaitFor,
    /// How long; then the answer says `pending`.
    pub timeout: Duration,
}

impl Wait {
    /// Until the block is durable, at most `timeout`.
    pub const fn committed(timeout: Duration) -> Self {
        Self { until: WaitFor::Committed, timeout }
    }

    /// Not at all.
    pub const fn accepted() -> Self {
        Self { until: WaitFor::Accepted, timeout: Duration::ZERO }
    }
}

impl Default for Wait {
    fn default() -> Self {
        Self::committed(Duration::from_secs(10))
    }
}

/// The parameters of a submission, in the query string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SubmitParameters {
    /// `committed` when absent.
    #[serde(default)]
    #[param(inline)]
    pub wait: WaitFor,
    /// Milliseconds; the node's own default when absent, and never above its maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
}

/// A transaction in JSON, for those who cannot send raw bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitRequest {
    /// The borsh bytes of the signed transaction.
    pub transaction: HexBytes,
}

/// Where a transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// In the mempool.
    Pending,
    /// In a durable block.
    Committed,
}

/// The answer to a submission. Sending the same bytes again gives the same answer; so does another
/// transaction with the same sender and client reference, and then `transaction_hash` is the
/// first's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmitResponse {
    /// The transaction that has, or will have, the effect.
    pub transaction_hash: Hash,
    /// Where it stands.
    pub progress: Progress,
    /// The receipt, once committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptView>,
}

/// A dry run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulateRequest {
    /// The borsh bytes of the transaction's body, unsigned.
    pub body: HexBytes,
    /// The keys that would sign it.
    pub signers: Vec<PublicKey>,
}

/// What a dry run gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SimulateResponse {
    /// The block on top of which it ran.
    pub height: Height,
    /// The ledger time it ran at.
    pub time: Timestamp,
    /// The receipt it would have.
    pub receipt: ReceiptView,
    /// The refusal in words, if it would be refused.
    pub refusal: Option<RefusalView>,
    /// Gas for its bytes and signatures.
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub intrinsic_gas: u64,
    /// Gas of all its calls, by what it is for.
    pub call_gas: GasView,
    /// For each message, the roles of which any one is enough to send it; none are needed for a change
    /// of the sender's own keys.
    pub roles_needed: Vec<Roles>,
    /// Its events, in order, decoded by the contracts' specs.
    pub events: Vec<EventTraceView>,
    /// What it would change, by key, as far as the one who asks may read it.
    pub changes: Vec<ChangeView>,
    /// Changes that others may read.
    pub changes_withheld: u32,
}

/// A transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransactionView {
    /// Its identity.
    pub transaction_hash: Hash,
    /// The account that acts.
    pub sender: Address,
    /// The nonce lane.
    pub lane: u8,
    /// The lane's number.
    pub nonce: u64,
    /// The last block time at which it may be included.
    pub valid_until: Timestamp,
    /// The sender's own reference.
    pub client_ref: Option<ClientRef>,
    /// The most gas it may use.
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub gas_limit: u64,
    /// What it does.
    pub messages: Vec<MessageView>,
    /// Who signed it.
    pub signatures: Vec<SignatureView>,
}

/// A signature of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignatureView {
    /// The key that signed.
    pub public_key: PublicKey,
    /// Its signature.
    pub signature: Signature,
}

/// A transaction and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransactionStatusView {
    /// Where it stands.
    pub progress: Progress,
    /// The transaction.
    pub transaction: TransactionView,
    /// The receipt, once committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptView>,
}

/// A message. Large parts that only the ledger reads (code, parameters) are shown by hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "message", rename_all = "kebab-case")]
#[allow(missing_docs)] // the fields are those of `tenor_primitives::Message`
pub enum MessageView {
    UploadCode {
        code_hash: Hash,
        code_bytes: u64,
    },
    ApproveCode {
        code_hash: Hash,
    },
    Instantiate {
        code_hash: Hash,
        label: String,
        payload: HexBytes,
    },
    Execute {
        contract: Address,
        payload: HexBytes,
    },
    ProposeMigration {
        contract: Address,
        code_hash: Hash,
        payload: HexBytes,
    },
    ApplyMigration {
        contract: Address,
        code_hash: Hash,
        payload_hash: Hash,
    },
    CreateAccount {
        label: String,
        policy: KeyPolicyView,
        roles: Roles,
    },
    UpdateKeyPolicy {
        account: Address,
        policy: KeyPolicyView,
    },
    SetRoles {
        account: Address,
        roles: Roles,
    },
    ScheduleParameters {
        parameters_hash: Hash,
        #[serde(with = "decimal")]
        #[schema(value_type = DecimalText)]
        activation_height: u64,
    },
    SetValidators {
        validators: Vec<super::ValidatorView>,
    },
}

/// A key policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyPolicyView {
    /// The keys, in ascending order.
    pub keys: Vec<KeyView>,
    /// Distinct approving keys that a transaction needs.
    pub approvals_required: u8,
    /// Distinct admin keys that a change of policy needs.
    pub admins_required: u8,
}

/// A key of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyView {
    /// The key.
    pub public_key: PublicKey,
    /// What it may do.
    pub scopes: Scopes,
}

impl From<&KeyPolicy> for KeyPolicyView {
    fn from(policy: &KeyPolicy) -> Self {
        let key = |key: &KeyEntry| KeyView { public_key: key.public_key, scopes: key.scopes };
        Self {
            keys: policy.keys.iter().map(key).collect(),
            approvals_required: policy.approvals_required,
            admins_required: policy.admins_required,
        }
    }
}

impl From<&KeyPolicyView> for KeyPolicy {
    fn from(view: &KeyPolicyView) -> Self {
        let key = |key: &KeyView| KeyEntry { public_key: key.public_key, scopes: key.scopes };
        Self {
            keys: view.keys.iter().map(key).collect(),
            approvals_required: view.approvals_required,
            admins_required: view.admins_required,
        }
    }
}

impl From<&Transaction> for TransactionView {
    fn from(transaction: &Transaction) -> Self {
        let signature = |entry: &SignatureEntry| SignatureView {
            public_key: entry.public_key,
            signature: entry.signature,
        };
        let body = &transaction.body;
        Self {
            transaction_hash: body.hash(),
            sender: body.sender,
            lane: body.lane,
            nonce: body.nonce,
            valid_until: body.valid_until,
            client_ref: body.client_ref.clone(),
            gas_limit: body.gas_limit,
            messages: body.messages.iter().map(MessageView::from).collect(),
            signatures: transaction.signatures.iter().map(signature).collect(),
        }
    }
}

impl From<&Message> for MessageView {
    fn from(message: &Message) -> Self {
        match message.clone() {
            Message::UploadCode { code } => {
                Self::UploadCode { code_hash: keccak256(&code), code_bytes: code.len() as u64 }
            }
            Message::ApproveCode { code_hash } => Self::ApproveCode { code_hash },
            Message::Instantiate { code_hash, label, payload } => {
                Self::Instantiate { code_hash, label, payload: HexBytes(payload) }
            }
            Message::Execute { contract, payload } => {
                Self::Execute { contract, payload: HexBytes(payload) }
            }
            Message::ProposeMigration { contract, code_hash, payload } => {
                Self::ProposeMigration { contract, code_hash, payload: HexBytes(payload) }
            }
            Message::ApplyMigration { contract, code_hash, payload_hash } => {
                Self::ApplyMigration { contract, code_hash, payload_hash }
            }
            Message::CreateAccount { label, policy, roles } => {
                Self::CreateAccount { label, policy: KeyPolicyView::from(&policy), roles }
            }
            Message::UpdateKeyPolicy { account, policy } => {
                Self::UpdateKeyPolicy { account, policy: KeyPolicyView::from(&policy) }
            }
            Message::SetRoles { account, roles } => Self::SetRoles { account, roles },
            Message::ScheduleParameters { parameters, activation_height } => {
                Self::ScheduleParameters { parameters_hash: parameters.hash(), activation_height }
            }
            Message::SetValidators { validators } => {
                Self::SetValidators { validators: super::ValidatorView::of_set(&validators) }
            }
        }
    }
}
