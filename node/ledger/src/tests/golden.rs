//! The bytes of every format, pinned: a change here changes signatures, roots or stored data.
//!
//! `TENOR_UPDATE_GOLDEN=1` writes the files anew; the difference is then for a person to judge.
//! `docs/formats.md` describes what they hold.

use super::support::key;
use crate::{genesis_block, sign_alone};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt::{Debug, Write};
use std::path::PathBuf;
use tenor_executor::AccountRecord;
use tenor_primitives::{
    Address, Block, ChainId, ClientRef, CommitCertificate, ContractFailure, Event, HaltCode,
    Halted, Hash, Header, KeyEntry, KeyPolicy, Message, Parameters, Receipt, Role, Roles, Scopes,
    SignatureEntry, Timestamp, Transaction, TransactionBody, TransactionStatus, Validator,
    ValidatorSet,
};

const PAGE: &str = include_str!("../../../../docs/formats.md");

fn path(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sdk/primitives/tests/golden");
    PathBuf::from(folder).join(format!("{name}.txt"))
}

/// Compares a value's encoding and hash with its golden file, and reads it back.
fn pin<T>(name: &str, value: &T, hash: Option<Hash>)
where
    T: BorshSerialize + BorshDeserialize + PartialEq + Debug,
{
    let bytes = borsh::to_vec(value).expect("encodes");
    assert_eq!(&borsh::from_slice::<T>(&bytes).expect("decodes"), value, "{name}");
    let mut text = format!("{} bytes\n", bytes.len());
    for line in bytes.chunks(32) {
        writeln!(text, "{}", hex::encode(line)).expect("writes to memory");
    }
    if let Some(hash) = hash {
        writeln!(text, "hash {hash}").expect("writes to memory");
    }
    let path = path(name);
    if std::env::var_os("TENOR_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).expect("writes the golden file");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, golden, "{name} is not as pinned; see the head of this test");
    assert!(PAGE.contains(&format!("`{name}.txt`")), "docs/formats.md does not name {name}.txt");
}

fn chain_id() -> ChainId {
    ChainId::new("tenor-golden").expect("valid")
}

fn alice() -> Address {
    Address::of_account(&chain_id(), &Address::SYSTEM, "alice")
}

fn policy() -> KeyPolicy {
    let entry = |byte, scopes| KeyEntry { public_key: key(byte).public_key(), scopes };
    let mut keys = vec![
        entry(1, Scopes::INITIATE),
        entry(2, Scopes::APPROVE),
        entry(3, Scopes::APPROVE.with(Scopes::ADMIN)),
    ];
    keys.sort_by_key(|entry| entry.public_key);
    KeyPolicy { keys, approvals_required: 2, admins_required: 1 }
}

fn roles() -> Roles {
    Roles::of(&[Role::Issuer, Role::Participant])
}

fn validators() -> ValidatorSet {
    ValidatorSet::solo(key(9).public_key())
}

fn messages() -> Vec<(&'static str, Message)> {
    let (contract, code_hash) = (Address([0xc0; 32]), Hash([0xcd; 32]));
    let (label, payload) = ("bond.one".to_owned(), vec![1, 2, 3]);
    let parameters = Box::new(Parameters::initial());
    vec![
        ("message_upload_code", Message::UploadCode { code: b"\0asm".to_vec() }),
        ("message_approve_code", Message::ApproveCode { code_hash }),
        (
            "message_instantiate",
            Message::Instantiate { code_hash, label: label.clone(), payload: payload.clone() },
        ),
        ("message_execute", Message::Execute { contract, payload: payload.clone() }),
        ("message_propose_migration", Message::ProposeMigration { contract, code_hash, payload }),
        (
            "message_apply_migration",
            Message::ApplyMigration { contract, code_hash, payload_hash: code_hash },
        ),
        (
            "message_create_account",
            Message::CreateAccount { label, policy: policy(), roles: roles() },
        ),
        (
            "message_update_key_policy",
            Message::UpdateKeyPolicy { account: alice(), policy: policy() },
        ),
        ("message_set_roles", Message::SetRoles { account: alice(), roles: roles() }),
        (
            "message_schedule_parameters",
            Message::ScheduleParameters { parameters, activation_height: 1_000 },
        ),
        ("message_set_validators", Message::SetValidators { validators: validators() }),
    ]
}

fn transaction() -> Transaction {
    let contract = Address([0xc0; 32]);
    let body = TransactionBody {
        version: TransactionBody::VERSION,
        chain_id: chain_id(),
        sender: alice(),
        lane: 3,
        nonce: 42,
        valid_until: Timestamp::from_unix_ms(1_769_860_800_000),
        client_ref: ClientRef::new("ORDER-2026-0001"),
        gas_limit: 5_000_000,
        messages: vec![
            Message::Execute { contract, payload: vec![1, 2, 3] },
            Message::SetRoles { account: alice(), roles: roles() },
        ],
    };
    let hash = body.hash();
    let sign = |byte: u8| SignatureEntry {
        public_key: key(byte).public_key(),
        signature: key(byte).sign(&hash),
    };
    Transaction { body, signatures: vec![sign(1), sign(2)] }
}

fn receipt(status: TransactionStatus) -> Receipt {
    let success = status == TransactionStatus::Success;
    let event = Event {
        emitter: Address([0xc0; 32]),
        name: "transferred".into(),
        topics: vec![vec![1], vec![2, 2]],
        data: vec![3, 3, 3],
    };
    Receipt {
        transaction_hash: transaction().hash(),
        status,
        gas_used: 123_456,
        events: if success { vec![event] } else { Vec::new() },
        outputs: if success { vec![vec![4], Vec::new()] } else { Vec::new() },
    }
}

fn header() -> Header {
    let hash = |byte| Hash([byte; 32]);
    Header {
        version: Header::VERSION,
        chain_id: chain_id(),
        height: 7,
        parent: hash(1),
        time: Timestamp::from_unix_ms(1_769_860_800_250),
        proposer: Validator { public_key: key(9).public_key(), power: 1 }.address(),
        parameters_hash: Parameters::initial().hash(),
        gas_used: 123_456,
        transactions_root: hash(2),
        receipts_root: hash(3),
        state_root: hash(4),
        validators_hash: validators().hash(),
        next_validators_hash: validators().hash(),
    }
}

#[test]
fn transactions_and_messages() {
    let transaction = transaction();
    pin("transaction", &transaction, Some(transaction.hash()));
    for (name, message) in messages() {
        pin(name, &message, None);
    }
}

#[test]
fn accounts() {
    let record = AccountRecord {
        label: "alice".into(),
        creator: Address::SYSTEM,
        created_height: 5,
        policy: policy(),
        roles: roles(),
    };
    pin("account", &record, None);
    pin("account_address", &alice(), None);
    let instance = Address::of_instance(&chain_id(), &alice(), "bond.one");
    pin("instance_address", &instance, None);
}

#[test]
fn receipts() {
    let contract = Address([0xc0; 32]);
    let failure = ContractFailure { contract, code: 7, details: vec![9, 9] };
    let halt = Halted { contract, code: HaltCode::Reentered };
    for (name, status) in [
        ("receipt_success", TransactionStatus::Success),
        ("receipt_reverted", TransactionStatus::Reverted { message: 1, failure }),
        ("receipt_halted", TransactionStatus::Halted { message: 0, halt }),
    ] {
        let receipt = receipt(status);
        pin(name, &receipt, Some(receipt.hash()));
    }
}

#[test]
fn blocks_certificates_validators_and_parameters() {
    let header = header();
    let block_id = header.id();
    pin("header", &header, Some(block_id));
    pin("block", &Block { header: header.clone(), transactions: vec![transaction()] }, None);
    let certificate = sign_alone(&key(9), &chain_id(), header.height, block_id);
    let signed = CommitCertificate::sign_hash(&chain_id(), header.height, 0, &block_id);
    pin("certificate", &certificate, Some(signed));
    pin("validators", &validators(), Some(validators().hash()));
    pin("parameters", &Parameters::initial(), Some(Parameters::initial().hash()));
}

#[test]
fn the_first_block() {
    let block = genesis_block(&super::support::genesis()).expect("valid");
    pin("genesis_block", &block, Some(block.header.id()));
}
