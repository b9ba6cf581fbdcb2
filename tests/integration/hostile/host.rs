//! Host functions given what they must not take.

use super::{alike, body_stopped, execute, halted, stopped};
use tenor_executor::QueryError;
use tenor_primitives::{Address, HaltCode, SigningKey, keccak256};
use tenor_tests::hostile::{End, PLENTY, Twin};
use tenor_tests::wasm::text::{both, escaped, guest};

/// Bytes of a guest's memory.
const MEMORY: u64 = 2 << 16;

/// Pairs of pointer and length that do not lie in memory.
const OUTSIDE: [(u64, u64); 8] = [
    (MEMORY, 1),
    (MEMORY - 1, 2),
    (0, MEMORY + 1),
    (0, u32::MAX as u64),
    (u32::MAX as u64, 1),
    (u32::MAX as u64, u32::MAX as u64),
    (1, u32::MAX as u64),
    (MEMORY + 1, 0),
];

/// Calls with `PTR LEN` where a slice of any length goes.
const SLICES: [&str; 18] = [
    "(drop (call $input_read PTR LEN))",
    "(drop (call $register_read PTR LEN))",
    "(drop (call $context_read PTR LEN))",
    "(call $output_set PTR LEN)",
    "(call $fail (i32.const 1) PTR LEN)",
    "(call $panic PTR LEN)",
    "(drop (call $storage_get (i32.const 7) PTR LEN (i32.const 0) (i32.const 0)))",
    "(drop (call $storage_get (i32.const 7) (i32.const 0) (i32.const 1) PTR LEN))",
    "(call $storage_set (i32.const 7) PTR LEN (i32.const 0) (i32.const 1))",
    "(call $storage_set (i32.const 7) (i32.const 0) (i32.const 1) PTR LEN)",
    "(drop (call $storage_remove (i32.const 7) PTR LEN))",
    "(drop (call $storage_scan (i32.const 7) PTR LEN (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1)))",
    "(drop (call $storage_scan (i32.const 7) (i32.const 0) (i32.const 0) PTR LEN (i32.const 0) (i32.const 1)))",
    "(call $event_emit PTR LEN (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))",
    "(call $event_emit (i32.const 0) (i32.const 0) PTR LEN (i32.const 0) (i32.const 0))",
    "(call $event_emit (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) PTR LEN)",
    "(drop (call $call (i32.const 0) PTR LEN (i64.const 0)))",
    "(call $keccak256 PTR LEN (i32.const 0))",
];

/// Calls with `PTR` where a value of fixed length goes, and that length.
const FIXED: [(&str, u64); 9] = [
    ("(call $keccak256 (i32.const 0) (i32.const 0) PTR)", 32),
    ("(drop (call $verify_signature PTR (i32.const 0) (i32.const 0)))", 32),
    ("(drop (call $verify_signature (i32.const 0) PTR (i32.const 0)))", 33),
    ("(drop (call $verify_signature (i32.const 0) (i32.const 0) PTR))", 64),
    ("(drop (call $recover_key PTR (i32.const 0) (i32.const 0) (i32.const 0)))", 32),
    ("(drop (call $recover_key (i32.const 0) PTR (i32.const 0) (i32.const 0)))", 64),
    ("(drop (call $recover_key (i32.const 0) (i32.const 0) (i32.const 0) PTR))", 33),
    ("(drop (call $call PTR (i32.const 0) (i32.const 0) (i64.const 0)))", 32),
    ("(drop (call $query PTR (i32.const 0) (i32.const 0) (i64.const 0)))", 32),
];

/// A guest that does what the number in its input says; each must be stopped alike.
fn numbered(twin: &mut Twin, calls: &[String]) -> End {
    let cases: String = (0..)
        .zip(calls)
        .map(|(case, call)| format!("(if (i32.eq (local.get 0) (i32.const {case})) (then {call}))"))
        .collect();
    let code = guest(&format!(
        r#"(func (export "execute") (local i32)
             (drop (call $input_read (i32.const 0) (i32.const 4)))
             (local.set 0 (i32.load (i32.const 0))) {cases})"#
    ));
    let contract = twin.deploy("numbered", &code);
    let ends = (0_u32..).zip(calls).map(|(case, call)| {
        let end = End::of(&twin.stops(contract, &case.to_le_bytes()));
        println!("{call}: {end}");
        end
    });
    alike(ends.collect::<Vec<_>>())
}

fn constant(value: u64) -> String {
    format!("(i32.const {value})")
}

fn slices_outside(twin: &mut Twin) -> End {
    let calls = SLICES.iter().flat_map(|call| {
        OUTSIDE.map(|(pointer, length)| {
            call.replace("PTR", &constant(pointer)).replace("LEN", &constant(length))
        })
    });
    numbered(twin, &calls.collect::<Vec<_>>())
}

fn fixed_outside(twin: &mut Twin) -> End {
    let calls = FIXED.iter().flat_map(|(call, length)| {
        [MEMORY - length + 1, MEMORY, u64::from(u32::MAX)]
            .map(|pointer| call.replace("PTR", &constant(pointer)))
    });
    numbered(twin, &calls.collect::<Vec<_>>())
}

/// Executes `body` and gives its output.
fn output(twin: &mut Twin, body: &str, payload: &[u8]) -> Vec<u8> {
    let contract = twin.deploy("output", &guest(&format!(r#"(func (export "execute") {body})"#)));
    twin.output(contract, payload)
}

/// The first and the last byte of memory are inside.
fn edges(twin: &mut Twin) -> End {
    let empty = keccak256(b"").0;
    let body = "(call $keccak256 (i32.const 131072) (i32.const 0) (i32.const 131040))
                (call $output_set (i32.const 131071) (i32.const 1))";
    assert_eq!(output(twin, body, b""), [empty[31]]);
    let body = "(call $keccak256 (i32.const 0) (i32.const 0) (i32.const 0))
                (call $output_set (i32.const 0) (i32.const 32))";
    assert_eq!(output(twin, body, b""), empty);
    End::Harmless
}

/// What is hashed lies over where the digest goes.
fn overlap(twin: &mut Twin) -> End {
    let body = "(call $keccak256 (i32.const 0) (i32.const 40) (i32.const 4))
                (call $output_set (i32.const 4) (i32.const 32))";
    assert_eq!(output(twin, body, b""), keccak256(&[0; 40]).0);
    End::Harmless
}

/// Nothing is written into a buffer that is one byte too small; the length is told all the same.
fn one_too_small(twin: &mut Twin) -> End {
    let body = "(memory.fill (i32.const 0) (i32.const 170) (i32.const 64))
        (i32.store8 (i32.const 100) (call $input_read (i32.const 0) (i32.const 4)))
        (call $storage_set (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 6))
        (memory.fill (i32.const 0) (i32.const 170) (i32.const 64))
        (i64.store8 (i32.const 101) (call $storage_get (i32.const 1) (i32.const 0) (i32.const 1)
                                                       (i32.const 8) (i32.const 5)))
        (i32.store8 (i32.const 102) (call $register_read (i32.const 16) (i32.const 5)))
        (i32.store8 (i32.const 103) (call $context_read (i32.const 24) (i32.const 3)))
        (memory.copy (i32.const 60) (i32.const 100) (i32.const 4))
        (call $output_set (i32.const 0) (i32.const 64))";
    let output = output(twin, body, b"12345");
    assert_eq!(&output[..60], [170; 60]);
    assert_eq!(&output[60..63], [5, 6, 6]);
    assert!(output[63] > 3, "a context is longer than that");
    End::Harmless
}

/// Keys of no bytes and of the most are keys.
fn keys_within(twin: &mut Twin) -> End {
    let set = |length| {
        format!(
            "(call $storage_set (i32.const 1) (i32.const 0) (i32.const {length}) (i32.const 0) (i32.const 1))"
        )
    };
    let body = format!("{} {}", set(0), set(256));
    let contract = twin.deploy("keys", &guest(&format!(r#"(func (export "execute") {body})"#)));
    let receipt = twin.execute(contract, b"");
    for key in [&[][..], &[0; 256]] {
        assert_eq!(twin.value(contract, 1, key), Some(vec![0]));
    }
    End::of(&receipt)
}

fn keys_too_long(twin: &mut Twin) -> End {
    let calls = [
        "(call $storage_set (i32.const 1) (i32.const 0) (i32.const 257) (i32.const 0) (i32.const 1))",
        "(drop (call $storage_get (i32.const 1) (i32.const 0) (i32.const 257) (i32.const 0) (i32.const 1)))",
        "(drop (call $storage_remove (i32.const 1) (i32.const 0) (i32.const 257)))",
        // A bound may be one byte longer than a key: it stands right after one.
        "(drop (call $storage_scan (i32.const 1) (i32.const 0) (i32.const 258) (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 1)))",
        "(call $storage_set (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 65537))",
        "(call $storage_set (i32.const 65536) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 1))",
        "(drop (call $storage_get (i32.const -1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 1)))",
        "(drop (call $storage_scan (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 8) (i32.const 1)))",
    ];
    numbered(twin, &calls.map(String::from))
}

/// A key that looks like another contract's: address, namespace, key.
fn foreign_prefix(twin: &mut Twin) -> End {
    let set = r#"(func (export "execute") (local i32)
        (local.set 0 (call $input_read (i32.const 0) (i32.const 200)))
        (call $storage_set (i32.const 1) (i32.const 0) (local.get 0) (i32.const 300) (i32.const 3)))"#;
    let victim = twin.deploy("victim", &guest(set));
    let attacker =
        twin.deploy("attacker", &guest(&format!(r#"{set} (data (i32.const 300) "bad")"#)));
    assert!(twin.execute(victim, b"k").is_success());
    for namespace in [&[0, 1][..], &[1, 0], &[]] {
        let key = [&victim.0[..], namespace, b"k"].concat();
        assert!(twin.execute(attacker, &key).is_success());
        assert_eq!(twin.value(attacker, 1, &key), Some(b"bad".to_vec()));
    }
    assert_eq!(twin.value(victim, 1, b"k"), Some(vec![0; 3]));
    assert_eq!(twin.value(Address::SYSTEM, 1, b"k"), None);
    End::Harmless
}

/// Namespace and key never run into one another.
fn boundaries(twin: &mut Twin) -> End {
    let set = |namespace: u32, at: u32, length: u32, value: u32| {
        format!(
            "(call $storage_set (i32.const {namespace}) (i32.const {at}) (i32.const {length})
                                (i32.const {value}) (i32.const 1))"
        )
    };
    // Keys "c" in namespace 0x6162 and "bc" in 0x0061, and both the other way round.
    let body = [set(0x6162, 1, 1, 8), set(0x61, 0, 2, 9), set(0x6200, 0, 1, 8), set(0x62, 0, 0, 9)];
    let fields = format!(
        r#"(data (i32.const 0) "bc") (data (i32.const 8) "12") (func (export "execute") {})"#,
        body.concat()
    );
    let contract = twin.deploy("boundaries", &guest(&fields));
    let receipt = twin.execute(contract, b"");
    for (namespace, key, value) in
        [(0x6162, &b"c"[..], b'1'), (0x61, b"bc", b'2'), (0x6200, b"b", b'1'), (0x62, b"", b'2')]
    {
        assert_eq!(
            twin.value(contract, namespace, key),
            Some(vec![value]),
            "{namespace:x} {key:?}"
        );
    }
    End::of(&receipt)
}

/// An empty value is there; a missing one is not, and a removed one neither.
fn empty_and_missing(twin: &mut Twin) -> End {
    let get =
        "(call $storage_get (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 9))";
    let remove = "(call $storage_remove (i32.const 1) (i32.const 0) (i32.const 1))";
    let body = format!(
        "(i64.store (i32.const 16) {get}) (i32.store8 (i32.const 40) {remove})
         (call $storage_set (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0))
         (i64.store (i32.const 24) {get}) (i32.store8 (i32.const 41) {remove})
         (i64.store (i32.const 32) {get}) (i32.store8 (i32.const 42) {remove})
         (call $output_set (i32.const 16) (i32.const 27))"
    );
    let numbers = [u64::MAX, 0, u64::MAX].map(u64::to_le_bytes).concat();
    assert_eq!(output(twin, &body, b""), [&numbers[..], &[0, 1, 0]].concat());
    End::Harmless
}

/// What a scan has found does not change while its keys are written and removed.
fn scan_while_modifying(twin: &mut Twin) -> End {
    let set = |key: u8| {
        format!("(i32.store8 (i32.const 0) (i32.const {key}))
                 (call $storage_set (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 1))")
    };
    let scan = "(drop (call $storage_scan (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)
                                          (i32.const 0) (i32.const 4) (i32.const 9)))";
    let body = format!(
        "{} {} {scan} {} (i32.store8 (i32.const 0) (i32.const 1))
         (drop (call $storage_remove (i32.const 1) (i32.const 0) (i32.const 1)))
         (i32.store8 (i32.const 99) (call $register_read (i32.const 100) (i32.const 100)))
         {scan} (i32.store8 (i32.const 199) (call $register_read (i32.const 200) (i32.const 100)))
         (call $output_set (i32.const 99) (i32.const 201))",
        set(1),
        set(2),
        set(3)
    );
    let output = output(twin, &body, b"");
    let entries = |at: usize| -> Vec<(Vec<u8>, Vec<u8>)> {
        let length = usize::from(output[at]);
        borsh::from_slice(&output[at + 1..at + 1 + length]).expect("a list")
    };
    let expected = |keys: [u8; 2]| keys.map(|key| (vec![key], vec![key])).to_vec();
    assert_eq!(entries(0), expected([1, 2]));
    assert_eq!(entries(100), expected([2, 3]));
    End::Harmless
}

/// A range whose end lies before its start holds nothing, whichever way it is walked.
fn inverted_range(twin: &mut Twin) -> End {
    let scan = |flags: u32| {
        format!(
            "(call $storage_scan (i32.const 1) (i32.const 1) (i32.const 1) (i32.const 0)
                                     (i32.const 1) (i32.const {flags}) (i32.const 9))"
        )
    };
    let body = format!(
        "(call $storage_set (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 1))
         (call $storage_set (i32.const 1) (i32.const 1) (i32.const 1) (i32.const 0) (i32.const 1))
         (i32.store8 (i32.const 8) {}) (i32.store8 (i32.const 9) {})
         (i32.store8 (i32.const 10) (call $register_read (i32.const 16) (i32.const 9)))
         (i32.store8 (i32.const 11) (i32.load (i32.const 16)))
         (call $output_set (i32.const 8) (i32.const 4))",
        scan(0),
        scan(1)
    );
    let fields = format!(r#"(data (i32.const 0) "az") (func (export "execute") {body})"#);
    let contract = twin.deploy("inverted", &guest(&fields));
    // A list of no entries: four bytes, all zeros.
    assert_eq!(twin.output(contract, b""), [4, 4, 4, 0]);
    End::Harmless
}

/// Events without end, short ones and large ones.
fn event_floods(twin: &mut Twin) -> End {
    let flood = |bytes: u32| {
        format!(
            r#"(data (i32.const 0) "flood") (func (export "execute") (loop
                 (call $event_emit (i32.const 0) (i32.const 5) (i32.const 8) (i32.const 4)
                                   (i32.const 16) (i32.const {bytes})) (br 0)))"#
        )
    };
    alike([0, 4_000, 120_000].map(|bytes| {
        let contract = twin.deploy("flood", &guest(&flood(bytes)));
        End::of(&twin.stops_within(20_000_000, contract, b""))
    }))
}

fn bad_events(twin: &mut Twin) -> End {
    let emit = |name: (u32, u32), topics: (u32, u32)| {
        format!(
            "(memory.fill (i32.const 0) (i32.const 97) (i32.const 100))
             (i32.store (i32.const 200) (i32.const 5)) (i32.store (i32.const 240) (i32.const 1))
             (i32.store (i32.const 244) (i32.const 65)) (i32.store (i32.const 400) (i32.const -1))
             (call $event_emit (i32.const {}) (i32.const {}) (i32.const {}) (i32.const {})
                               (i32.const 0) (i32.const 0))",
            name.0, name.1, topics.0, topics.1
        )
    };
    let none = (120, 4);
    numbered(
        twin,
        &[
            emit((0, 0), none),
            emit((0, 65), none),
            emit((100, 1), none),
            // No list, trailing bytes, five topics, one of 65 bytes, 4 GiB of them.
            emit((0, 1), (0, 0)),
            emit((0, 1), (120, 5)),
            emit((0, 1), (200, 24)),
            emit((0, 1), (240, 73)),
            emit((0, 1), (400, 4)),
        ],
    )
}

fn writes_in_a_query(twin: &mut Twin) -> End {
    let zeros = |count| ["(i32.const 0)"].repeat(count).join(" ");
    let calls = [
        format!("(call $storage_set {})", zeros(5)),
        format!("(drop (call $storage_remove {}))", zeros(3)),
        format!("(call $event_emit {})", zeros(6)),
        format!("(drop (call $call {} (i64.const 0)))", zeros(3)),
    ];
    alike(calls.map(|call| {
        let contract = twin.deploy("writer", &both(&call));
        let outer = guest(&format!(
            r#"(data (i32.const 0) "{}") (func (export "execute")
                 (i32.store8 (i32.const 40)
                   (call $query (i32.const 0) (i32.const 0) (i32.const 0) (i64.const -1)))
                 (i32.store8 (i32.const 41) (call $register_read (i32.const 42) (i32.const 33)))
                 (call $output_set (i32.const 40) (i32.const 35)))"#,
            escaped(&contract.0)
        ));
        let outer = twin.deploy("asks", &outer);
        // Below a transaction: the question is stopped, whoever asked goes on.
        let output = twin.output(outer, b"");
        assert_eq!(output[..2], [2, 33]);
        assert_eq!(output[34], HaltCode::WriteInQuery as u8);
        match twin.query(contract, b"") {
            Err(QueryError::Halted(halt)) => End::Halted(halt.code),
            other => panic!("expected a halt, got {other:?}"),
        }
    }))
}

/// The order of the curve's group, and half of it rounded up, which no low `s` reaches.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
    0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
];

/// `ORDER - scalar`.
fn negated(scalar: &[u8]) -> [u8; 32] {
    let mut result = ORDER;
    let mut borrow = 0;
    for (byte, taken) in result.iter_mut().zip(scalar).rev() {
        let difference = i16::from(*byte) - i16::from(*taken) - borrow;
        borrow = i16::from(difference < 0);
        *byte = difference.rem_euclid(256).to_le_bytes()[0];
    }
    result
}

/// Signatures that are none: each is answered with no, and recovers nothing.
fn bad_signatures(twin: &mut Twin) -> End {
    let key = SigningKey::from_bytes(&keccak256(b"signer").0).expect("a valid secret");
    let digest = keccak256(b"message");
    let good = key.sign(&digest).0;
    let (r, s) = good.split_at(32);
    let pair = |r: &[u8], s: &[u8]| [r, s].concat();
    let (zero, ones) = ([0; 32], [0xff; 32]);
    let bad = [
        pair(&zero, s),
        pair(r, &zero),
        pair(&ORDER, s),
        pair(r, &ORDER),
        pair(&ones, s),
        pair(r, &ones),
        pair(&zero, &zero),
        pair(r, &negated(s)),
    ];
    // verify, then recover under an id from the input; which keys come out.
    let code = guest(
        r#"(func (export "execute")
             (drop (call $input_read (i32.const 0) (i32.const 133)))
             (i32.store8 (i32.const 200)
               (call $verify_signature (i32.const 0) (i32.const 32) (i32.const 65)))
             (i32.store8 (i32.const 201)
               (call $recover_key (i32.const 0) (i32.const 65) (i32.load (i32.const 129)) (i32.const 202)))
             (call $output_set (i32.const 200) (i32.const 35)))"#,
    );
    let contract = twin.deploy("signatures", &code);
    let public_key = key.public_key().0;
    let mut answer = |signature: &[u8], id: u32| {
        let input = [&digest.0[..], &public_key, signature, &id.to_le_bytes()].concat();
        twin.output(contract, &input)
    };
    for signature in &bad {
        for id in [0, 1, 2, 3, 4, 27, 255, 256, u32::MAX] {
            let output = answer(signature, id);
            assert_eq!(output[..2], [0, 0], "{} under {id}", hex::encode(signature));
            assert_eq!(output[2..], [0; 33], "nothing is written");
        }
    }
    let recovered = (0..=255).filter(|id| {
        let output = answer(&good, *id);
        assert_eq!(output[0], 1);
        output[2..] == public_key
    });
    assert_eq!(recovered.count(), 1, "one id leads back to the key");
    End::Harmless
}

/// A panic that says two megabytes.
fn long_panic(twin: &mut Twin) -> End {
    body_stopped(
        twin,
        "(drop (memory.grow (i32.const 40))) (memory.fill (i32.const 0) (i32.const 255) (i32.const 100))
         (call $panic (i32.const 0) (i32.const 2097152))",
    )
}

/// Reads of a register as large as they get, for the price of their bytes.
fn register_floods(twin: &mut Twin) -> End {
    let fields = r#"(func (export "execute")
        (call $storage_set (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 65536))
        (drop (call $storage_get (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0)))
        (loop (drop (call $register_read (i32.const 0) (i32.const 65536))) (br 0)))"#;
    stopped(twin, fields, b"")
}

/// Input of the largest size, and one byte more of it.
fn inputs(twin: &mut Twin) -> End {
    let code = guest(
        r#"(func (export "execute") (i32.store (i32.const 0)
             (call $input_read (i32.const 8) (i32.const 65536)))
             (call $output_set (i32.const 0) (i32.const 4)))"#,
    );
    let contract = twin.deploy("input", &code);
    assert_eq!(twin.output(contract, &vec![7; 65_536]), 65_536_u32.to_le_bytes());
    End::of(&twin.fails("participant", PLENTY, execute(contract, &vec![7; 65_537])))
}

cases! {
    edges_of_memory: "pointer 0, last byte" => End::Harmless, edges;
    slices_outside_of_memory: "pointer + length overflow, length u32::MAX" =>
        halted(HaltCode::BadPointer), slices_outside;
    values_outside_of_memory: "pointer + length overflow, length u32::MAX" =>
        halted(HaltCode::BadPointer), fixed_outside;
    overlapping_slices: "input and output overlapping" => End::Harmless, overlap;
    small_buffers: "buffer one too small (no partial write)" => End::Harmless, one_too_small;
    shortest_and_longest_keys: "key lengths 0, max" => End::Harmless, keys_within;
    keys_and_values_too_long: "key lengths max+1" => halted(HaltCode::BadArgument), keys_too_long;
    a_key_of_another: "keys carrying another contract's prefix" => End::Harmless, foreign_prefix;
    key_boundaries: "`a\\|bc` against `ab\\|c`" => End::Harmless, boundaries;
    empty_values: "empty value against missing" => End::Harmless, empty_and_missing;
    scanning_what_changes: "scan while modifying" => End::Harmless, scan_while_modifying;
    inverted_ranges: "inverted ranges" => End::Harmless, inverted_range;
    floods_of_events: "event floods" => halted(HaltCode::EventLimit), event_floods;
    events_of_other_forms: "event floods" => halted(HaltCode::BadArgument), bad_events;
    panics_that_say_much: "2 MB panic message" => halted(HaltCode::Panicked), long_panic;
    writing_from_a_query: "every writing call from a query" => halted(HaltCode::WriteInQuery),
        writes_in_a_query;
    signatures_that_are_none: "bad signatures (r or s = 0, n, high s, every recovery id)" =>
        End::Harmless, bad_signatures;
    reading_the_register_for_ever: "reads without end" => halted(HaltCode::OutOfGas), register_floods;
    inputs_too_large: "input of size max, max+1" => End::System("PayloadTooLarge".into()), inputs;
}
