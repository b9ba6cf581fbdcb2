//! Messages: the role table cell by cell, and each message's own refusals.

use super::Chain;
use super::chain::{address, key, sign};
use crate::{ApplyError, InvalidTransaction, ROLE_TABLE, SystemError};
use tenor_primitives::{
    Hash, KeyPolicy, Message, Parameters, Receipt, Role, Roles, TransactionStatus, ValidatorSet,
    keccak256,
};

fn samples() -> Vec<Message> {
    let policy = KeyPolicy::single(key("x").public_key());
    let (code_hash, contract) = (Hash([1; 32]), address("nowhere"));
    let parameters = Box::new(Parameters::initial());
    vec![
        Message::UploadCode { code: b"sample".to_vec() },
        Message::ApproveCode { code_hash },
        Message::Instantiate { code_hash, label: "x".into(), payload: vec![] },
        Message::Execute { contract, payload: vec![] },
        Message::ProposeMigration { contract, code_hash, payload: vec![] },
        Message::ApplyMigration { contract, code_hash, payload_hash: Hash::ZERO },
        Message::CreateAccount { label: "x".into(), policy: policy.clone(), roles: Roles::NONE },
        Message::UpdateKeyPolicy { account: contract, policy },
        Message::SetRoles { account: contract, roles: Roles::NONE },
        Message::ScheduleParameters { parameters, activation_height: 1_000 },
        Message::SetValidators { validators: ValidatorSet::solo(key("v").public_key()) },
    ]
}

fn refusal(receipt: &Receipt) -> Option<SystemError> {
    match &receipt.status {
        TransactionStatus::Reverted { failure, .. } => SystemError::from_failure(failure),
        _ => None,
    }
}

#[test]
fn the_role_table_holds_in_every_cell() {
    assert_eq!(samples().len(), ROLE_TABLE.len());
    for message in samples() {
        let rule = ROLE_TABLE.iter().find(|rule| rule.message == message.name());
        let any_of = rule.expect("every message has a row").any_of;
        for role in Role::ALL {
            let mut chain = Chain::new();
            let body = chain.body(role.name(), vec![message.clone()]);
            let outcome = chain.block(&sign(body, &[role.name()]));
            let missing = match &outcome {
                Err(ApplyError::Invalid(InvalidTransaction::MissingRole {
                    message: 0,
                    needed,
                })) => {
                    assert_eq!(*needed, any_of);
                    true
                }
                Err(other) => panic!("{} by {}: {other}", message.name(), role.name()),
                Ok(_) => false,
            };
            assert_eq!(!missing, any_of.contains(role), "{} by {}", message.name(), role.name());
        }
    }
}

#[test]
fn code_needs_two_parties() {
    let mut chain = Chain::new();
    let code = b"sample".to_vec();
    let code_hash = keccak256(&code);
    let upload = Message::UploadCode { code };
    let instantiate = Message::Instantiate { code_hash, label: "a".into(), payload: vec![] };
    let unknown = chain.send("issuer", instantiate.clone());
    assert_eq!(refusal(&unknown), Some(SystemError::UnknownCode { code_hash }));
    assert_eq!(chain.send("deployer", upload.clone()).outputs, [code_hash.0.to_vec()]);
    let again = chain.send("deployer", upload);
    assert_eq!(refusal(&again), Some(SystemError::CodeExists { code_hash }));
    let early = chain.send("issuer", instantiate);
    assert_eq!(refusal(&early), Some(SystemError::CodeNotApproved { code_hash }));
    let both = Roles::of(&[Role::Operator, Role::Deployer]);
    chain.send("operator", Message::SetRoles { account: address("deployer"), roles: both });
    let own = chain.send("deployer", Message::ApproveCode { code_hash });
    assert_eq!(refusal(&own), Some(SystemError::SameParty));
    assert!(chain.send("operator", Message::ApproveCode { code_hash }).is_success());
    let twice = chain.send("operator", Message::ApproveCode { code_hash });
    assert_eq!(refusal(&twice), Some(SystemError::CodeApproved { code_hash }));
    let refused = chain.send("deployer", Message::UploadCode { code: b"refused".to_vec() });
    assert_eq!(refusal(&refused), Some(SystemError::CodeRefused { rule: 7 }));
}

#[test]
fn accounts_are_opened_once_and_operators_stay() {
    let mut chain = Chain::new();
    let create = |label: &str| Message::CreateAccount {
        label: label.into(),
        policy: KeyPolicy::single(key("x").public_key()),
        roles: Roles::of(&[Role::Participant]),
    };
    assert!(chain.send("operator", create("bank")).is_success());
    let taken = refusal(&chain.send("operator", create("bank")));
    assert!(matches!(taken, Some(SystemError::LabelTaken { .. })));
    let label = refusal(&chain.send("operator", create("Bank AG")));
    assert_eq!(label, Some(SystemError::InvalidLabel));
    let own = Message::SetRoles { account: address("operator"), roles: Roles::NONE };
    assert_eq!(refusal(&chain.send("operator", own)), Some(SystemError::OwnOperatorRole));
    let nobody = Message::SetRoles { account: address("nobody"), roles: Roles::NONE };
    let unknown = SystemError::UnknownAccount { account: address("nobody") };
    assert_eq!(refusal(&chain.send("operator", nobody)), Some(unknown));
}

#[test]
fn parameters_come_into_force_at_their_height() {
    let mut chain = Chain::new();
    let mut parameters = Parameters::initial();
    parameters.gas.transaction.base += 5_000;
    let schedule = |height, parameters: &Parameters| Message::ScheduleParameters {
        parameters: Box::new(parameters.clone()),
        activation_height: height,
    };
    let past = refusal(&chain.send("operator", schedule(1, &parameters)));
    assert_eq!(past, Some(SystemError::ActivationHeight { height: 1 }));
    let mut broken = parameters.clone();
    broken.limits.transaction_gas_max = 1;
    let insane = refusal(&chain.send("operator", schedule(9, &broken)));
    // What it takes to schedule others, at the prices that are asked for.
    let (name, min) = ("transaction_gas_max".to_owned(), 720_960 + 5_000);
    let bounds = SystemError::ParameterOutOfBounds { name, value: 1, min, max: 20_000_000_000 };
    assert_eq!(insane, Some(bounds));
    assert!(chain.send("operator", schedule(5, &parameters)).is_success());
    let role = Message::SetRoles { account: address("observer"), roles: Roles::NONE };
    let before = chain.send("operator", role.clone());
    assert_eq!(chain.height, 4);
    let after = chain.send("operator", role);
    assert_eq!(after.gas_used, before.gas_used + 5_000);
    let output = chain.begin().finish().expect("finishes");
    assert_eq!(output.parameters.hash, parameters.hash());
}

#[test]
fn a_migration_needs_its_creator_an_operator_and_notice() {
    let mut chain = Chain::new();
    let old = chain.deploy("old", |session, _| (session, Ok(())));
    chain.deploy("new", |mut session, entry| {
        let result = session.storage_set(0, b"entry", entry.export().as_bytes());
        (session, result)
    });
    let code_hash = keccak256(b"new");
    let propose = Message::ProposeMigration { contract: old, code_hash, payload: vec![] };
    let payload_hash = keccak256(&[]);
    let apply = Message::ApplyMigration { contract: old, code_hash, payload_hash };
    let other = Message::ApplyMigration { contract: old, code_hash, payload_hash: code_hash };
    let early = refusal(&chain.send("operator", apply.clone()));
    assert_eq!(early, Some(SystemError::NoMigration));
    let foreign = refusal(&chain.send("operator", propose.clone()));
    assert_eq!(foreign, Some(SystemError::NotCreator { creator: address("issuer") }));
    assert!(chain.send("issuer", propose).is_success());
    let notice = refusal(&chain.send("operator", apply.clone()));
    let ready_height = chain.height + 9;
    assert_eq!(notice, Some(SystemError::MigrationNotice { ready_height }));
    chain.height = ready_height - 1;
    assert_eq!(refusal(&chain.send("operator", other)), Some(SystemError::NoMigration));
    chain.height -= 1;
    assert!(chain.send("operator", apply.clone()).is_success());
    assert_eq!(chain.value(old, b"entry"), Some(b"migrate".to_vec()));
    assert_eq!(refusal(&chain.send("operator", apply)), Some(SystemError::NoMigration));
}
