//! The guest's memory: loads and stores near and far, pages, bytes in bulk.

use super::guest::Guest;
use super::workshop::Repeat;
use super::{Class, Workshop};

/// A pseudo-random address below 16 MiB, a multiple of 8, from the value just loaded.
const NEXT_ADDRESS: &str = "(local.set $p (i32.and (i32.add (i32.mul (local.get $p) \
    (i32.const 1664525)) (i32.const 1013904223)) (i32.const 0xfffff8)))";
/// Makes all of 16 MiB there, every page written.
const ALL_PAGES: &str = "(drop (memory.grow (i32.const 254))) \
    (loop $touch (i32.store (local.get $q) (local.get $q)) \
      (br_if $touch (i32.lt_u (local.tee $q (i32.add (local.get $q) (i32.const 4096))) \
        (i32.const 0xfff000))))";

struct Kind {
    name: &'static str,
    setup: String,
    body: String,
    count: u32,
}

fn kinds() -> Vec<Kind> {
    let kind =
        |name, setup: &str, body: String, count| Kind { name, setup: setup.into(), body, count };
    let many = |text: &str, times: usize| vec![text; times].join(" ");
    vec![
        kind(
            "load, near",
            "",
            many("(local.set $p (i32.load offset=1024 (local.get $p)))", 32),
            50_000,
        ),
        kind(
            "store, near",
            "",
            many(
                "(i64.store offset=1024 (i32.and (local.get $i) (i32.const 0xff8)) (local.get $x))",
                32,
            ),
            50_000,
        ),
        // The address needs what was loaded: nothing can be fetched ahead.
        kind(
            "load, anywhere",
            ALL_PAGES,
            many(
                &format!(
                    "{NEXT_ADDRESS} (local.set $p (i32.add (i32.load (local.get $p)) (local.get $p)))"
                ),
                8,
            ),
            40_000,
        ),
        kind(
            "store, anywhere",
            ALL_PAGES,
            many(&format!("{NEXT_ADDRESS} (i32.store (local.get $p) (local.get $p))"), 8),
            40_000,
        ),
        kind(
            "memory.copy, short",
            "",
            many("(memory.copy (i32.const 512) (i32.const 256) (i32.const 16))", 16),
            10_000,
        ),
        kind(
            "memory.copy, per byte",
            ALL_PAGES,
            "(memory.copy (i32.const 0x800000) (i32.const 64) (i32.const 0x7f0000))".into(),
            8,
        ),
        kind(
            "memory.fill, short",
            "",
            many("(memory.fill (i32.const 512) (i32.const 1) (i32.const 16))", 16),
            10_000,
        ),
        kind(
            "memory.fill, per byte",
            ALL_PAGES,
            "(memory.fill (i32.const 64) (i32.const 1) (i32.const 0xff0000))".into(),
            8,
        ),
    ]
}

/// The classes, each with a guest of its own.
pub(super) fn classes(workshop: &mut Workshop) -> Vec<Class> {
    kinds().into_iter().map(|kind| class(workshop, kind)).collect()
}

fn class(workshop: &mut Workshop, kind: Kind) -> Class {
    let Kind { name, setup, body, count } = kind;
    let guest = Guest { pages: 2, definitions: "", setup: &setup, body: &body };
    let guest = workshop.guest(&guest.text());
    let repeat = Repeat { operation: 0, first: 1, count, transactions: 1 };
    Class::new(name, move |workshop| workshop.repeat(guest, repeat, &[]))
}
