//! Storage, on a state that is too large to stay in a processor's caches. What RocksDB reads lies in
//! its own cache, as the state of a node's working day does: what a disk takes is no fact of the
//! ledger. Writes and removals include their share of trie, batch and log.

use super::guest::{Guest, INPUT};
use super::workshop::Repeat;
use super::{Class, Workshop};
use std::cell::Cell;
use std::rc::Rc;
use tenor_primitives::Address;

/// Entries of 64 bytes that are there from the start.
const ENTRIES: u32 = 200_000;
/// Entries of 64 KiB.
const LARGE: u32 = 32;
/// Entries of the first, per transaction that makes them.
const AT_ONCE: u32 = 10_000;

/// The guest's operations. Keys are 32 bytes, scattered; values of namespace 1 have 64 bytes, of
/// namespace 2 64 KiB.
const OPERATIONS: &[(&str, &str)] = &[
    (
        "set",
        "(i64.store (i32.const 1024) (i64.add (local.get $x) (i64.extend_i32_u (local.get $i)))) (call $storage_set (i32.const 1) (i32.const 128) (i32.const 32) (i32.const 1024) (i32.const 64))",
    ),
    (
        "get",
        "(drop (call $storage_get (i32.const 1) (i32.const 128) (i32.const 32) (i32.const 1024) (i32.const 512)))",
    ),
    ("remove", "(drop (call $storage_remove (i32.const 1) (i32.const 128) (i32.const 32)))"),
    (
        "set large",
        "(i64.store (i32.const 128) (i64.extend_i32_u (i32.and (local.get $i) (i32.const 31)))) (i64.store (i32.const 4096) (local.get $x)) (call $storage_set (i32.const 2) (i32.const 128) (i32.const 32) (i32.const 4096) (i32.const 65536))",
    ),
    (
        "get large",
        "(i64.store (i32.const 128) (i64.extend_i32_u (i32.and (local.get $i) (i32.const 31)))) (drop (call $storage_get (i32.const 2) (i32.const 128) (i32.const 32) (i32.const 4096) (i32.const 65536)))",
    ),
    (
        "scan",
        "(drop (call $storage_scan (i32.const 1) (i32.const 128) (i32.const 32) (i32.const 128) (i32.const 0) (i32.const 4) (local.get $q)))",
    ),
    (
        "scan large",
        "(drop (call $storage_scan (i32.const 2) (i32.const 128) (i32.const 0) (i32.const 128) (i32.const 0) (i32.const 4) (i32.const 15)))",
    ),
    (
        "set again",
        "(i64.store (i32.const 128) (i64.const -1)) (call $storage_set (i32.const 1) (i32.const 128) (i32.const 32) (i32.const 1024) (i32.const 64))",
    ),
    (
        "get again",
        "(i64.store (i32.const 128) (i64.const -2)) (drop (call $storage_get (i32.const 1) (i32.const 128) (i32.const 32) (i32.const 1024) (i32.const 512)))",
    ),
    (
        "scan nothing",
        "(drop (call $storage_scan (i32.const 3) (i32.const 128) (i32.const 32) (i32.const 128) (i32.const 0) (i32.const 4) (local.get $q)))",
    ),
];

fn operation(name: &str) -> u32 {
    let at = OPERATIONS.iter().position(|(operation, _)| *operation == name);
    u32::try_from(at.expect("an operation of the guest")).expect("few")
}

/// One guest for all: a contract sees its own keys only. The scan's limit follows the three words.
fn guest() -> String {
    let choose = |(index, (_, body)): (usize, &(&str, &str))| {
        format!("(if (i32.eq (local.get $p) (i32.const {index})) (then {body}))")
    };
    let body: Vec<String> = OPERATIONS.iter().enumerate().map(choose).collect();
    let key = "(i64.store (i32.const 128) (i64.mul (i64.extend_i32_u (local.get $i)) \
               (i64.const 0x9e3779b97f4a7c15)))";
    let setup = format!(
        "(local.set $p (i32.load offset=8 (i32.const {INPUT}))) \
         (local.set $q (i32.load offset=12 (i32.const {INPUT})))"
    );
    let body = format!("{key} {}", body.join(" "));
    Guest { pages: 2, definitions: "", setup: &setup, body: &body }.text()
}

/// Fills the state.
fn fill(workshop: &mut Workshop, guest: Address) {
    let repeat =
        |operation, first, count, transactions| Repeat { operation, first, count, transactions };
    for first in (0..ENTRIES).step_by(AT_ONCE as usize) {
        workshop.run(guest, repeat(operation("set"), first, AT_ONCE, 1), &[]);
    }
    workshop.run(guest, repeat(operation("set large"), 0, LARGE, 1), &[]);
}

/// The classes.
pub(super) fn classes(workshop: &mut Workshop) -> Vec<Class> {
    let guest = workshop.guest(&guest());
    fill(workshop, guest);
    let fresh = Rc::new(Cell::new(ENTRIES));
    let simple = |name, what, count, limit: u32| {
        // Every sample goes on where the last one ended.
        let next = Cell::new(1);
        Class::new(name, move |workshop| {
            let first = next.replace((next.get() + count + 1) % (ENTRIES / 2));
            let repeat = Repeat { operation: operation(what), first, count, transactions: 1 };
            workshop.repeat(guest, repeat, &limit.to_le_bytes())
        })
    };
    let on_new = |name, what, fresh: Rc<Cell<u32>>, missing: u32, moves: bool| {
        const COUNT: u32 = 4_000;
        Class::new(name, move |workshop| {
            let first = fresh.get() + missing;
            if moves {
                fresh.set(first + COUNT + 1);
            }
            let repeat =
                Repeat { operation: operation(what), first, count: COUNT, transactions: 1 };
            workshop.repeat(guest, repeat, &[])
        })
    };
    let removed = Cell::new(ENTRIES - 1);
    let remove = Class::new("storage_remove", move |workshop| {
        const COUNT: u32 = 2_000;
        let first = removed.get() - COUNT - 1;
        removed.set(first);
        let repeat =
            Repeat { operation: operation("remove"), first, count: COUNT, transactions: 1 };
        workshop.repeat(guest, repeat, &[])
    });
    vec![
        simple("storage_get", "get", 8_000, 0),
        on_new("storage_get, missing", "get", fresh.clone(), 1 << 30, false),
        simple("storage_get, again", "get again", 20_000, 0),
        simple("storage_get, per byte", "get large", 31, 0),
        on_new("storage_set, new", "set", fresh, 0, true),
        simple("storage_set, changed", "set", 4_000, 0),
        simple("storage_set, again", "set again", 10_000, 0),
        simple("storage_set, per byte", "set large", 30, 0),
        remove,
        simple("storage_scan", "scan nothing", 4_000, 1),
        simple("storage_scan, one entry", "scan", 1_000, 1),
        simple("storage_scan, per entry", "scan", 10, 1_000),
        simple("storage_scan, per byte", "scan large", 20, 0),
    ]
}
