//! Validity: each rule with its error, and what a transaction leaves whatever happens.

use super::Chain;
use super::chain::{address, key, reference, sign, signed};
use crate::{ApplyError, InvalidTransaction, VerifiedTransaction};
use tenor_primitives::{
    Address, ChainId, Hash, KeyPolicy, Message, Roles, TransactionBody, VALID_FOR_MAX_MS,
    VerifyError,
};

fn any_message() -> Message {
    Message::SetRoles { account: address("observer"), roles: Roles::NONE }
}

fn refused(change: fn(&mut TransactionBody)) -> InvalidTransaction {
    let mut chain = Chain::new();
    let mut body = chain.body("operator", vec![any_message()]);
    change(&mut body);
    match chain.block(&sign(body, &["operator"])) {
        Err(ApplyError::Invalid(error)) => error,
        other => panic!("expected an invalid transaction, got {other:?}"),
    }
}

#[test]
fn each_rule_refuses_by_name() {
    use InvalidTransaction as Invalid;
    let version = refused(|body| body.version = 9);
    assert_eq!(version, Invalid::Version { expected: 1, got: 9 });
    let chain = refused(|body| body.chain_id = ChainId::new("other").expect("valid"));
    assert!(matches!(chain, Invalid::Chain { .. }));
    let none = refused(|body| body.messages.clear());
    assert_eq!(none, Invalid::MessageCount { max: 64, got: 0 });
    let lane = refused(|body| body.lane = 64);
    assert_eq!(lane, Invalid::Lane { max: 64, got: 64 });
    let early = refused(|body| body.nonce = 3);
    assert_eq!(early, Invalid::EarlyNonce { lane: 0, expected: 0, got: 3 });
    let expired = refused(|body| body.valid_until.unix_ms = 1);
    assert!(matches!(expired, Invalid::Expired { .. }));
    let long = refused(|body| body.valid_until.unix_ms += VALID_FOR_MAX_MS);
    assert!(matches!(long, Invalid::ValidTooLong { .. }));
    let poor = refused(|body| body.gas_limit = 1);
    assert!(matches!(poor, Invalid::GasLimit { got: 1, .. }));
    let greedy = refused(|body| body.gas_limit = u64::MAX);
    assert!(matches!(greedy, Invalid::GasLimit { got: u64::MAX, .. } | Invalid::BlockFull));
    let nobody = refused(|body| body.sender = Address([9; 32]));
    assert_eq!(nobody, Invalid::UnknownSender { sender: Address([9; 32]) });
    let large = refused(|body| body.messages[0] = Message::UploadCode { code: vec![0; 700_000] });
    assert!(matches!(large, Invalid::TooLarge { .. }));
}

#[test]
fn signatures_must_be_valid_distinct_and_enough() {
    let mut chain = Chain::new();
    let body = chain.body("operator", vec![any_message()]);
    let twice = signed(body.clone(), &["operator", "operator"]);
    let error = VerifiedTransaction::verify(twice).expect_err("refused");
    assert_eq!(error, InvalidTransaction::DuplicateSigner { index: 1 });
    let mut forged = signed(body.clone(), &["operator"]);
    forged.body.nonce = 1;
    let error = VerifiedTransaction::verify(forged).expect_err("refused");
    let mismatch = InvalidTransaction::Signature { index: 0, error: VerifyError::Mismatch };
    assert_eq!(error, mismatch);
    let unsigned = VerifiedTransaction::verify(signed(body.clone(), &[])).expect_err("refused");
    assert!(matches!(unsigned, InvalidTransaction::SignatureCount { got: 0, .. }));
    let other = chain.block(&sign(body, &["issuer"])).expect_err("refused");
    let ApplyError::Invalid(InvalidTransaction::NotAuthorized { .. }) = other else {
        panic!("expected not authorized, got {other:?}")
    };
    assert!(VerifiedTransaction::decode(b"nonsense").is_err());
    let body = chain.body("operator", vec![any_message()]);
    let spoiled = chain.block(&sign(body, &["operator", "issuer"])).expect_err("refused");
    let ApplyError::Invalid(error) = spoiled else { panic!("expected invalid") };
    assert_eq!(error, InvalidTransaction::StrangerSigner { index: 1 });
}

/// A message that an issuer may send and that is refused: code that nobody uploaded.
fn refused_message() -> Message {
    Message::Instantiate { code_hash: Hash([9; 32]), label: "x".into(), payload: vec![] }
}

#[test]
fn a_nonce_is_used_once_even_by_a_failure() {
    let mut chain = Chain::new();
    let body = chain.body("issuer", vec![refused_message()]);
    let signed = sign(body, &["issuer"]);
    let receipt = chain.block(&signed).expect("valid");
    assert!(!receipt.is_success() && receipt.events.is_empty() && receipt.gas_used > 0);
    let again = chain.block(&signed).expect_err("stale");
    let ApplyError::Invalid(error) = again else { panic!("expected invalid") };
    assert_eq!(error, InvalidTransaction::StaleNonce { lane: 0, expected: 1, got: 0 });
}

#[test]
fn a_client_reference_has_one_effect_until_it_is_forgotten() {
    let mut chain = Chain::new();
    let mut body = chain.body("operator", vec![any_message()]);
    body.client_ref = reference("order-1");
    let first = sign(body.clone(), &["operator"]);
    assert!(chain.block(&first).expect("valid").is_success());
    body.nonce = 1;
    let second = chain.block(&sign(body.clone(), &["operator"])).expect_err("refused");
    let ApplyError::Invalid(InvalidTransaction::DuplicateClientRef { transaction }) = second else {
        panic!("expected a duplicate")
    };
    assert_eq!(transaction, first.hash());
    chain.time = chain.time.checked_add_ms(4 * 24 * 3_600_000).expect("in range");
    body.valid_until = chain.time.checked_add_ms(60_000).expect("in range");
    assert!(chain.block(&sign(body, &["operator"])).expect("forgotten").is_success());
}

#[test]
fn a_reverted_transaction_does_not_use_its_reference() {
    let mut chain = Chain::new();
    let mut body = chain.body("issuer", vec![refused_message()]);
    body.client_ref = reference("order-1");
    assert!(!chain.block(&sign(body.clone(), &["issuer"])).expect("valid").is_success());
    body.nonce = 1;
    assert!(chain.block(&sign(body, &["issuer"])).is_ok());
}

#[test]
fn admin_keys_change_their_own_policy_and_nothing_else() {
    let mut chain = Chain::new();
    let policy = KeyPolicy::single(key("new").public_key());
    let own = Message::UpdateKeyPolicy { account: address("issuer"), policy: policy.clone() };
    let mixed = chain.body("issuer", vec![own.clone(), any_message()]);
    assert!(chain.block(&sign(mixed, &["issuer"])).is_err());
    assert!(chain.send("issuer", own).is_success());
    let body = chain.body("issuer", vec![refused_message()]);
    assert!(chain.block(&sign(body.clone(), &["issuer"])).is_err());
    assert!(chain.block(&sign(body, &["new"])).is_ok());
    let others = Message::UpdateKeyPolicy { account: address("observer"), policy };
    let strange = chain.body("participant", vec![others.clone()]);
    assert!(chain.block(&sign(strange, &["participant"])).is_err());
    assert!(chain.send("operator", others).is_success());
}
