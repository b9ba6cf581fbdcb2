//! Instructions: chains in which each needs the one before, since a guest chooses what is slowest.

use super::guest::Guest;
use super::workshop::Repeat;
use super::{Class, Workshop};

/// How often an instruction stands in the body.
const UNROLLED: usize = 64;
/// Repetitions of the body in a sample: some milliseconds.
const COUNT: u32 = 100_000;

/// A class: its name, definitions, what comes before the chain, one link of the chain, what comes
/// after.
type Chain = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// One from `$x`, pseudo-random, in seven instructions and a multiplication.
const RANDOM: &str = "(local.set $x (i64.add (i64.mul (local.get $x) \
    (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))";

const CHAINS: &[Chain] = &[
    ("addition", "", "local.get $x", "local.get $y i64.add", "local.set $x"),
    ("shift, rotation", "", "local.get $x", "local.get $x i64.rotl", "local.set $x"),
    ("comparison", "", "local.get $x", "local.get $y i64.lt_u i64.extend_i32_u", "local.set $x"),
    ("bit count", "", "local.get $x", "i64.popcnt", "local.set $x"),
    ("multiplication", "", "local.get $x", "local.get $x i64.mul", "local.set $x"),
    (
        "division",
        "",
        "i64.const -1",
        "local.get $y i64.div_u i64.const -9223372036854775808 i64.or",
        "local.set $x",
    ),
    (
        "division of 32 bits",
        "",
        "i32.const -1",
        "local.get $q i32.rem_s i32.const -2147483648 i32.or",
        "local.set $p",
    ),
    (
        "global",
        "(global $g (mut i64) (i64.const 1))",
        "",
        "(global.set $g (i64.add (global.get $g) (local.get $x)))",
        "",
    ),
    (
        "call",
        "(func $f (param i64) (result i64) local.get 0)",
        "local.get $x",
        "call $f",
        "local.set $x",
    ),
    (
        "call with a frame",
        "(func $g (param i64) (result i64) local.get 0)
         (func $f (param i64) (result i64) local.get 0 call $g)",
        "local.get $x",
        "call $f",
        "local.set $x",
    ),
    (
        "indirect call",
        "(table 2 2 funcref) (elem (i32.const 0) $a $b)
         (type $t (func (param i64) (result i64)))
         (func $a (param i64) (result i64) (i64.add (local.get 0) (i64.const 1)))
         (func $b (param i64) (result i64) (i64.add (local.get 0) (i64.const 3)))",
        "local.get $x",
        "local.get $i i32.const 1 i32.and call_indirect (type $t)",
        "local.set $x",
    ),
    ("branch, foreseeable", "", "", "(block (br_if 0 (local.get $i)) nop)", ""),
];

/// Classes whose link is more than a chain: what no branch predictor foresees.
fn unforeseeable() -> Vec<(&'static str, String, String)> {
    let branch = format!(
        "{RANDOM} (if (i64.lt_s (local.get $x) (i64.const 0)) \
         (then (local.set $y (i64.add (local.get $y) (i64.const 1)))) \
         (else (local.set $z (i64.add (local.get $z) (local.get $y)))))"
    );
    let table = format!(
        "{RANDOM} (block $d (block $c (block $b (block $a \
         (br_table $a $b $c $d (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 62))))) \
         (local.set $y (i64.add (local.get $y) (i64.const 1)))) \
         (local.set $z (i64.add (local.get $z) (local.get $y)))) \
         (local.set $y (i64.xor (local.get $z) (local.get $y))))"
    );
    let indirect = format!(
        "{RANDOM} (local.set $y (call_indirect (type $t) (local.get $y) \
         (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 63)))))"
    );
    let functions = CHAINS.iter().find(|chain| chain.0 == "indirect call").map(|chain| chain.1);
    vec![
        ("branch, unforeseeable", String::new(), branch),
        ("branch table, unforeseeable", String::new(), table),
        ("indirect call, unforeseeable", functions.unwrap_or_default().to_owned(), indirect),
    ]
}

/// The classes, each with a guest of its own.
pub(super) fn classes(workshop: &mut Workshop) -> Vec<Class> {
    let chains = CHAINS.iter().map(|(name, definitions, before, link, after)| {
        let links = [*link; UNROLLED].join(" ");
        (*name, (*definitions).to_owned(), format!("{before} {links} {after}"), COUNT)
    });
    let others = unforeseeable().into_iter().map(|(name, definitions, link)| {
        let links = vec![link; UNROLLED / 8].join(" ");
        (name, definitions, links, COUNT)
    });
    let all: Vec<_> = chains.chain(others).collect();
    let class = |(name, definitions, body, count): (_, String, String, u32)| {
        // From memory, so that the compiler cannot compute anything beforehand.
        let setup = "(local.set $x (i64.or (i64.load (i32.const 128)) (i64.const 88172645463325252))) \
                     (local.set $y (i64.or (i64.load (i32.const 128)) (i64.const 7))) \
                     (local.set $q (i32.or (i32.load (i32.const 128)) (i32.const 7)))";
        let guest = Guest { pages: 1, definitions: &definitions, setup, body: &body };
        let guest = workshop.guest(&guest.text());
        let repeat = Repeat { operation: 0, first: 1, count, transactions: 1 };
        Class::new(name, move |workshop| workshop.repeat(guest, repeat, &[]))
    };
    all.into_iter().map(class).collect()
}
