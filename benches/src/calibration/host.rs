//! Host functions that touch no storage.

use super::guest::{Guest, MORE};
use super::workshop::Repeat;
use super::{Class, Workshop};
use tenor_primitives::{SigningKey, keccak256};

/// A key's digest, signature and the key itself, for a guest to check: 129 bytes of data, escaped.
fn signed() -> String {
    let key = SigningKey::from_bytes(&[9; 32]).expect("a valid secret");
    let digest = keccak256(b"calibration");
    let signature = key.sign(&digest);
    let bytes = [&digest.0[..], &signature.0[..], &key.public_key().0[..]].concat();
    bytes.iter().map(|byte| format!("\\{byte:02x}")).collect()
}

struct Kind {
    name: &'static str,
    setup: &'static str,
    body: &'static str,
    count: u32,
    transactions: u32,
    input_bytes: usize,
}

const fn kind(name: &'static str, body: &'static str, count: u32) -> Kind {
    Kind { name, setup: "", body, count, transactions: 1, input_bytes: 0 }
}

/// From 4096 on there are 64 KiB of whatever; the signed digest is at 1024, a borsh list of four
/// topics of 64 bytes at 2048.
const KINDS: &[Kind] = &[
    kind("input_read", "(drop (call $input_read (i32.const 128) (i32.const 76)))", 20_000),
    Kind {
        input_bytes: 65_000,
        // All guests read the short inputs of all other classes; this one does not fit there.
        setup: "(drop (call $input_read (i32.const 4096) (i32.const 65536))) \
            (local.set $i (i32.load (i32.const 4096))) (local.set $n (i32.load (i32.const 4100)))",
        ..kind(
            "input_read, per byte",
            "(drop (call $input_read (i32.const 4096) (i32.const 65536)))",
            500,
        )
    },
    kind("context_read", "(drop (call $context_read (i32.const 128) (i32.const 512)))", 20_000),
    kind("output_set", "(call $output_set (i32.const 128) (i32.const 8))", 20_000),
    kind("output_set, per byte", "(call $output_set (i32.const 4096) (i32.const 65536))", 500),
    Kind {
        transactions: 4,
        ..kind(
            "event",
            "(call $event_emit (i32.const 4096) (i32.const 1) (i32.const 3072) (i32.const 4) (i32.const 128) (i32.const 8))",
            4_000,
        )
    },
    Kind {
        transactions: 4,
        ..kind(
            "event with four topics",
            "(call $event_emit (i32.const 4096) (i32.const 8) (i32.const 2048) (i32.const 276) (i32.const 128) (i32.const 64))",
            2_900,
        )
    },
    Kind {
        transactions: 4,
        ..kind(
            "event, per byte",
            "(call $event_emit (i32.const 4096) (i32.const 1) (i32.const 3072) (i32.const 4) (i32.const 4096) (i32.const 65536))",
            14,
        )
    },
    kind("keccak256", "(call $keccak256 (i32.const 128) (i32.const 32) (i32.const 128))", 10_000),
    kind(
        "keccak256, per byte",
        "(call $keccak256 (i32.const 4096) (i32.const 65536) (i32.const 128))",
        60,
    ),
    kind(
        "verify_signature",
        "(drop (call $verify_signature (i32.const 1024) (i32.const 1120) (i32.const 1056)))",
        60,
    ),
    kind(
        "recover_key",
        "(drop (call $recover_key (i32.const 1024) (i32.const 1056) (i32.const 0) (i32.const 128)))",
        60,
    ),
];

/// The classes, each with a guest of its own.
pub(super) fn classes(workshop: &mut Workshop) -> Vec<Class> {
    KINDS.iter().map(|kind| class(workshop, kind)).collect()
}

fn class(workshop: &mut Workshop, kind: &Kind) -> Class {
    let Kind { name, setup, body, count, transactions, input_bytes } = *kind;
    let topic = ["\\40\\00\\00\\00", &"t".repeat(64)].concat();
    let definitions = format!(
        r#"(data (i32.const 1024) "{}") (data (i32.const 2048) "\04\00\00\00{}") (data (i32.const 4096) "{}")"#,
        signed(),
        topic.repeat(4),
        "printable".repeat(16),
    );
    let guest = Guest { pages: 2, definitions: &definitions, setup, body };
    let guest = workshop.guest(&guest.text());
    let repeat = Repeat { operation: 0, first: 1, count, transactions };
    let more = vec![1; input_bytes.saturating_sub(MORE as usize)];
    Class::new(name, move |workshop| workshop.repeat(guest, repeat, &more))
}
