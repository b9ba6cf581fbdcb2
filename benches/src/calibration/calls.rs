//! Calls from contract to contract, and what entering one takes: an instance, its memory, its code.

use super::guest::{Guest, MORE};
use super::workshop::Repeat;
use super::{Class, Workshop};

/// Calls of one transaction, below what it may make.
const CALLS: u32 = 400;

/// Calls the address that follows the three words, with so much gas at most and no payload.
fn caller(gas_limit: &str) -> String {
    let body = format!(
        "(drop (call $call (i32.const {MORE}) (i32.const 0) (i32.const 0) (i64.const {gas_limit})))"
    );
    Guest { pages: 1, definitions: "", setup: "", body: &body }.text()
}

/// A contract with so many pages whose `execute` is these instructions.
fn callee(pages: u32, execute: &str, definitions: &str) -> String {
    format!(
        r#"(module
  (import "env" "storage_set" (func $set (param i32 i32 i32 i32 i32)))
  (import "env" "fail" (func $fail (param i32 i32 i32)))
  (memory (export "memory") {pages})
  {definitions}
  (func (export "instantiate"))
  (func (export "execute") (local $q i32) {execute}))"#
    )
}

/// Writes a byte to every page of 4 KiB below `end`.
fn touch(end: u32) -> String {
    format!(
        "(loop $touch (i32.store8 (local.get $q) (i32.const 1)) (br_if $touch (i32.lt_u \
         (local.tee $q (i32.add (local.get $q) (i32.const 4096))) (i32.const {end}))))"
    )
}

/// Functions that nobody calls, about so many bytes of them, in which a compiler finds work.
fn ballast(bytes: u32) -> String {
    let step = "(local.set $q (i32.add (i32.load (local.get $q)) (i32.rotl (local.get $q) (i32.const 3)))) \
                (if (i32.lt_s (local.get $q) (i32.const 9)) (then (i32.store (local.get $q) (local.get $q))))";
    // One step is 27 bytes.
    let function = format!("(func (param $q i32) {})", vec![step; 40].join(" "));
    vec![function; bytes as usize / (40 * 27)].join("\n")
}

/// The classes.
pub(super) fn classes(workshop: &mut Workshop) -> Vec<Class> {
    let all_gas = workshop.guest(&caller("-1"));
    let some_gas = workshop.guest(&caller("300"));
    let write =
        "(call $set (i32.const 1) (i32.const 0) (i32.const 8) (i32.const 0) (i32.const 64))";
    let grow = format!("(drop (memory.grow (i32.const 15))) {}", touch(0xf_f000));
    let cases = [
        ("call of a contract", all_gas, callee(1, "", ""), CALLS),
        ("call of a contract, 17 pages", all_gas, callee(17, "", ""), CALLS),
        ("call, pages written", all_gas, callee(16, &touch(0xf_f000), ""), 100),
        ("memory.grow, pages written", all_gas, callee(1, &grow, ""), 100),
        ("call, 100 KiB of code", all_gas, callee(1, "", &ballast(100 << 10)), CALLS),
        ("call, trapping", all_gas, callee(1, "unreachable", ""), CALLS),
        ("call, out of gas", some_gas, callee(1, "(loop $l (br $l))", ""), CALLS),
        (
            "call, undone",
            all_gas,
            callee(
                1,
                &format!("{} (call $fail (i32.const 1) (i32.const 0) (i32.const 0))", write),
                "",
            ),
            CALLS,
        ),
    ];
    let mut classes = Vec::new();
    for (name, caller, callee, count) in cases {
        let callee = workshop.guest(&callee);
        let repeat = Repeat { operation: 0, first: 1, count, transactions: 1 };
        classes.push(Class::new(name, move |workshop| workshop.repeat(caller, repeat, &callee.0)));
    }
    classes
}
