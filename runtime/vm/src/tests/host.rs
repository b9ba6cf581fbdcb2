//! Host functions: what goes in comes out.

use super::Ledger;
use super::guests::{both, escaped, guest};
use tenor_abi::CallContext;
use tenor_abi::host::NO_VALUE;
use tenor_primitives::{Address, Hash, Message, Role, SigningKey, TransactionStatus, keccak256};

#[test]
fn storage_round_trip() {
    let mut ledger = Ledger::new();
    // execute: the input becomes the value of "key"; query: the value, or as much as is said of it.
    let contract = ledger.deploy(
        "store",
        &guest(
            r#"(data (i32.const 0) "key")
               (func (export "execute") (local i32)
                 (local.set 0 (call $input_read (i32.const 100) (i32.const 1000)))
                 (call $storage_set (i32.const 7) (i32.const 0) (i32.const 3)
                                    (i32.const 100) (local.get 0)))
               (func (export "query") (local i64)
                 (local.set 0 (call $storage_get (i32.const 7) (i32.const 0) (i32.const 3)
                                                 (i32.const 108) (i32.const 4)))
                 (i64.store (i32.const 100) (local.get 0))
                 (if (i64.eq (local.get 0) (i64.const 11)) (then
                   (drop (call $register_read (i32.const 108) (i32.const 11)))))
                 (call $output_set (i32.const 100) (i32.const 19)))"#,
        ),
    );
    let query = |ledger: &Ledger| {
        let output = ledger.query(contract, b"", 1_000_000).expect("answers").output;
        let (length, value) = output.split_first_chunk().expect("long enough");
        (u64::from_le_bytes(*length), value.to_vec())
    };
    assert_eq!(query(&ledger), (NO_VALUE, vec![0; 11]));
    ledger.output(contract, b"abcd");
    assert_eq!(ledger.value(contract, b"key"), Some(&b"abcd"[..]));
    assert_eq!(query(&ledger), (4, b"abcd\0\0\0\0\0\0\0".to_vec()));
    ledger.output(contract, b"");
    assert_eq!(query(&ledger), (0, vec![0; 11]), "an empty value is a value");
    // One that does not fit the buffer is left in the register, and nothing is written.
    ledger.output(contract, b"hello world");
    assert_eq!(query(&ledger), (11, b"hello world".to_vec()));
}

#[test]
fn removing_and_scanning() {
    let mut ledger = Ledger::new();
    let contract = ledger.deploy(
        "scan",
        &guest(
            r#"(data (i32.const 0) "abc") (data (i32.const 16) "123")
               (func $set (param i32) (call $storage_set (i32.const 7) (local.get 0) (i32.const 1)
                 (i32.add (local.get 0) (i32.const 16)) (i32.const 1)))
               (func (export "execute")
                 (call $set (i32.const 0)) (call $set (i32.const 1)) (call $set (i32.const 2))
                 (i32.store8 (i32.const 50)
                   (call $storage_remove (i32.const 7) (i32.const 1) (i32.const 1)))
                 (i32.store8 (i32.const 51)
                   (call $storage_remove (i32.const 7) (i32.const 1) (i32.const 1)))
                 (call $output_set (i32.const 50) (i32.const 2)))
               (func (export "query") (local i32)
                 (local.set 0 (call $storage_scan (i32.const 7) (i32.const 0) (i32.const 1)
                   (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 10)))
                 (call $output_set (i32.const 100)
                   (call $register_read (i32.const 100) (local.get 0))))"#,
        ),
    );
    assert_eq!(ledger.output(contract, b""), [1, 0]);
    let output = ledger.query(contract, b"", 1_000_000).expect("answers").output;
    let entries: Vec<(Vec<u8>, Vec<u8>)> = borsh::from_slice(&output).expect("a list");
    assert_eq!(entries, [(b"a".to_vec(), b"1".to_vec()), (b"c".to_vec(), b"3".to_vec())]);
}

#[test]
fn events_carry_name_topics_and_data() {
    let mut ledger = Ledger::new();
    let topics = borsh::to_vec(&[b"one".to_vec(), b"two".to_vec()][..].to_vec()).expect("encodes");
    let with_data = guest(&format!(
        r#"(data (i32.const 0) "paid{}") (data (i32.const 64) "\01\02\03")
           (func (export "execute")
             (call $event_emit (i32.const 0) (i32.const 4) (i32.const 4) (i32.const {})
                               (i32.const 64) (i32.const 3)))"#,
        escaped(&topics),
        topics.len()
    ));
    let contract = ledger.deploy("events", &with_data);
    let receipt = ledger.execute(contract, b"");
    let [event] = receipt.events.as_slice() else { panic!("expected one event: {receipt:?}") };
    assert_eq!(event.emitter, contract);
    assert_eq!(event.name, "paid");
    assert_eq!(event.topics, [b"one".to_vec(), b"two".to_vec()]);
    assert_eq!(event.data, [1, 2, 3]);
}

#[test]
fn context_names_caller_and_contract() {
    let mut ledger = Ledger::new();
    let contract = ledger.deploy(
        "context",
        &both(
            "(call $output_set (i32.const 0)
               (call $context_read (i32.const 0) (i32.const 500)))",
        ),
    );
    let output = ledger.query(contract, b"", 1_000_000).expect("answers").output;
    let context: CallContext = borsh::from_slice(&output).expect("a context");
    assert_eq!((context.contract, context.caller), (contract, Address::SYSTEM));
    assert_eq!(context.transaction_hash, Hash::ZERO);
    let output = ledger.output(contract, b"");
    let context: CallContext = borsh::from_slice(&output).expect("a context");
    assert_ne!(context.transaction_hash, Hash::ZERO);
}

#[test]
fn hashing_and_signatures() {
    let mut ledger = Ledger::new();
    let key = SigningKey::from_bytes(&keccak256(b"signer").0).expect("a valid secret");
    let digest = keccak256(b"message");
    let data = [&digest.0[..], &key.public_key().0, &key.sign(&digest).0].concat();
    let contract = ledger.deploy(
        "crypto",
        &guest(&format!(
            r#"(data (i32.const 0) "{}") (data (i32.const 200) "message")
               (func (export "query") (local i32)
                 (i32.store8 (i32.const 300)
                   (call $verify_signature (i32.const 0) (i32.const 32) (i32.const 65)))
                 (loop
                   (if (i32.eqz (call $recover_key (i32.const 0) (i32.const 65) (local.get 0)
                                                   (i32.const 301)))
                     (then (i32.store8 (i32.const 301) (i32.const 0))))
                   (local.set 0 (i32.add (local.get 0) (i32.const 1)))
                   (br_if 0 (i32.and
                     (i32.lt_u (local.get 0) (i32.const 2))
                     (i32.ne (i64.ne (i64.load (i32.const 302)) (i64.load (i32.const 33)))
                             (i32.const 0)))))
                 (call $keccak256 (i32.const 200) (i32.const 7) (i32.const 334))
                 (call $output_set (i32.const 300) (i32.const 66)))"#,
            escaped(&data)
        )),
    );
    let output = ledger.query(contract, b"", 10_000_000).expect("answers").output;
    assert_eq!(output[0], 1);
    assert_eq!(output[1..34], key.public_key().0);
    assert_eq!(output[34..66], digest.0);
}

#[test]
fn failing_ends_the_call_with_code_and_details() {
    let mut ledger = Ledger::new();
    let contract = ledger.deploy(
        "fails",
        &guest(
            r#"(data (i32.const 0) "why") (func (export "execute")
                 (call $storage_set (i32.const 7) (i32.const 0) (i32.const 1)
                                    (i32.const 0) (i32.const 1))
                 (call $fail (i32.const 42) (i32.const 0) (i32.const 3)) (unreachable))"#,
        ),
    );
    let before = ledger.value(contract, b"w").map(<[u8]>::to_vec);
    let receipt = ledger.execute(contract, b"");
    let TransactionStatus::Reverted { failure, .. } = &receipt.status else {
        panic!("expected a revert: {receipt:?}")
    };
    assert_eq!((failure.contract, failure.code), (contract, 42));
    assert_eq!(failure.details, b"why");
    assert_eq!(ledger.value(contract, b"w").map(<[u8]>::to_vec), before);
}

#[test]
fn code_is_refused_by_the_ledger_with_its_rule() {
    let mut ledger = Ledger::new();
    let code = wat::parse_str("(module (memory 1) (func (local f32)))").expect("parses");
    let receipt = ledger.send(Role::Deployer.name(), Message::UploadCode { code });
    assert!(matches!(receipt.status, TransactionStatus::Reverted { .. }), "{receipt:?}");
}
