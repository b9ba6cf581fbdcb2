//! The ledger's formats: what is hashed, signed, stored and sent.
//!
//! Everything here is `no_std`, encoded with borsh, and fixed from the first block: a change of a
//! type in this crate changes roots, signatures or stored bytes, and the golden files say so.
//!
//! Feature `text` adds the human forms (bech32m, hex, decimal strings, RFC 3339) and serde through
//! them; feature `verify` adds signature checks with k256; feature `openapi` describes the human forms.
//! Contracts link none of them.
#![no_std]

extern crate alloc;

mod account;
mod address;
mod amount;
mod block;
mod certificate;
mod chain_id;
mod event;
mod hash;
mod key;
mod message;
#[cfg(feature = "openapi")]
mod openapi;
mod parameters;
mod receipt;
mod role;
pub mod schema;
mod signing;
mod storage_key;
mod storage_key_part;
#[cfg(feature = "text")]
mod text;
mod timestamp;
mod transaction;
#[cfg(feature = "verify")]
mod verify;

pub use account::{KeyEntry, KeyPolicy, KeyPolicyError, Scopes};
pub use address::Address;
pub use amount::Amount;
pub use block::{Block, BlockId, Header, Height};
pub use certificate::{CommitCertificate, CommitSignature, Validator, ValidatorSet};
pub use chain_id::{ChainId, ChainIdError};
pub use event::Event;
pub use hash::{Hash, Hasher, keccak256};
pub use key::{PublicKey, Signature, SignatureEntry};
pub use message::Message;
pub use parameters::{GasSchedule, HostCost, Limits, Parameters};
pub use receipt::{ContractFailure, HaltCode, Halted, Receipt, TransactionStatus};
pub use role::{Role, Roles};
pub use signing::Domain;
pub use storage_key::StorageKey;
pub use storage_key_part::{KeyBytes, StorageKeyPart};
#[cfg(feature = "text")]
pub use text::TextError;
pub use timestamp::Timestamp;
pub use transaction::{ClientRef, LANES_MAX, Transaction, TransactionBody, VALID_FOR_MAX_MS};
#[cfg(feature = "verify")]
pub use verify::{SigningKey, VerifyError, recover, verify};
