//! `docs/hostile.md` lists every case with its test and its end, and is made from the tests themselves.

use super::{calls, execution, host, node, numbers, settlement, upload};
use std::path::PathBuf;
use tenor_tests::hostile::{Row, render};
use tenor_tests::workspace;

/// What must be covered, by group: the words that each row of the page repeats.
const CASES: [(&str, &[&str]); 7] = [
    (
        "Upload",
        &[
            "empty",
            "truncated",
            "component binary",
            "sections duplicated",
            "sections out of order",
            "over-long LEB128",
            "10k functions × 64 params",
            "50k locals",
            "one 7 MB function",
            "nesting 100k deep",
            "br_table with 100k targets",
            "100k segments",
            "segments overlapping",
            "segments out of bounds",
            "table without maximum",
            "table of 10 M elements",
            "65k globals",
            "guest exporting the gas counter's name",
            "guest importing the gas counter's name",
            "duplicate export names",
            "100 KB export name",
            "non-UTF-8 export name",
            "unknown imports",
            "wrongly typed imports",
            "two memories, none",
            "memory shared, 64-bit",
            "memory with min > max",
            "start function that loops, traps, writes",
            "floats in dead code, types, locals, conversions",
            "every refused proposal",
            "10 MB name section",
            "corrupt spec section",
            "doubled spec section",
            "a spec that lies",
            "code that grows 40× under instrumentation",
            "compile bombs",
            "the same code uploaded twice at once",
            "upload and call in one block",
        ],
    ),
    (
        "Execution",
        &[
            "endless loop",
            "straight-line burn",
            "recursion direct",
            "recursion indirect",
            "recursion mutual with large frames",
            "gas 0",
            "gas exact, one short",
            "gas at every instruction",
            "out of gas inside a host function",
            "grow to the limit and touch every page",
            "bulk operations of maximal size",
            "bulk operations of zero size",
            "bulk operations of wrapping and out-of-range size",
            "division by zero",
            "INT_MIN/-1",
            "null call_indirect",
            "mistyped call_indirect",
            "gas counter overflow",
            "result of size 0",
            "result of size max",
            "result of size max+1",
        ],
    ),
    (
        "Host",
        &[
            "pointer 0, last byte",
            "pointer + length overflow, length u32::MAX",
            "input and output overlapping",
            "buffer one too small (no partial write)",
            "key lengths 0, max",
            "key lengths max+1",
            "keys carrying another contract's prefix",
            "`a\\|bc` against `ab\\|c`",
            "empty value against missing",
            "scan while modifying",
            "inverted ranges",
            "event floods",
            "reads without end",
            "input of size max, max+1",
            "2 MB panic message",
            "every writing call from a query",
            "bad signatures (r or s = 0, n, high s, every recovery id)",
        ],
    ),
    (
        "Calls",
        &[
            "A→B→A",
            "re-entry through a query of half-settled state",
            "callee traps",
            "callee errors",
            "callee runs out",
            "callee exceeds its sub-limit",
            "three nested tries failing alternately",
            "depth limit + 1 with the largest frames",
            "callee given all gas, more than there is",
            "callee given no gas",
            "call to a contract not yet there",
            "call to a contract upgraded",
            "call to a contract upgraded during a call in progress",
            "caller against origin",
            "width × depth amplification",
            "migration with the old layout",
            "migration interrupted",
            "migration downgraded",
        ],
    ),
    (
        "Settlement",
        &[
            "leg two fails after leg one",
            "a contract of one pair fails the queue",
            "a contract of one pair burns the gas of the queue",
            "both legs to one account",
            "zero, negative, dust",
            "paused asset mid-settlement",
            "replayed reference",
            "record date during settlement",
            "the same units in eight concurrent settlements",
        ],
    ),
    (
        "Numbers and bytes",
        &[
            "128-bit overflow",
            "mul-div rounding",
            "sum of rounded coupons ≠ total",
            "borsh trailing bytes",
            "4 GB length prefix",
            "unsorted map keys",
            "bad enum tag",
            "deep recursion",
        ],
    ),
    (
        "Node",
        &[
            "artifact truncated",
            "artifact from another CPU",
            "artifact swapped between hashes",
            "kill during compile",
            "kill during commit",
            "cold against warm cache",
            "one against many threads",
            "different locale, time zone, backtrace variables",
            "pool exhausted waits instead of failing",
            "no memory, table or global survives from the previous user of a slot",
            "gas and limits changed at a height",
        ],
    ),
];

/// What stands above the tables.
const HEAD: &str = "# Hostile cases

What somebody might send or upload to do harm, the test that does it, and how it must end. Each test
checks the code of the end, the exact gas, that of the whole state nothing but the sender's nonce has
changed, and that the ledger goes on: a transaction and a question after it succeed. Every block of
these tests is built on the engine of production and checked by a second node that runs an interpreter
by other authors; both must come to the same receipts and roots. Settlement runs scenarios of the
reference contracts instead, on native functions and on the engine of production; the same is checked of
each refusal in them, and both must come to the same outputs, events and storage.

*Exact gas* means: with just the gas that the receipt names it ends in the same way, with one less it
runs out; where the price is simple it is also computed by hand. An end is a rule of upload (the same
at admission and in a block), a reason never to enter a block, a halt code, the ledger's own error, or
a contract's code. *Harmless* is what is taken and does no harm.

Tests without a file name lie in `tests/integration`. This page is written by
`TENOR_UPDATE_GOLDEN=1 cargo test hostile::page` and held against the tests on every run.
";

/// A row of a test that is not made by the group's table; it must exist.
pub(super) fn elsewhere(case: &'static str, test: &'static str, end: &'static str) -> Row {
    let (path, name) = test.rsplit_once("::").expect("a path and a name");
    let file = match path.strip_prefix("contracts::") {
        // Scenarios of the contracts: the test of the same name runs one.
        Some(module) => format!("tests/src/scenarios/{module}.rs"),
        None if path.ends_with(".rs") => path.to_owned(),
        None => format!("tests/integration/{}.rs", path.replace("::", "/")),
    };
    let text = std::fs::read_to_string(workspace::root().join(&file));
    let text = text.unwrap_or_else(|error| panic!("{file}: {error}"));
    assert!(text.contains(&format!("fn {name}(")), "{test} is not in {file}");
    Row::elsewhere(case, test, end)
}

fn groups() -> [Vec<Row>; 7] {
    let numbers = [numbers::rows(), numbers::rows_elsewhere()].concat();
    [
        [upload::rows(), upload::rows_elsewhere()].concat(),
        execution::rows(),
        host::rows(),
        calls::rows(),
        settlement::rows(),
        numbers,
        node::rows(),
    ]
}

#[test]
fn every_case_has_a_test() {
    for ((group, cases), rows) in CASES.iter().zip(groups()) {
        for case in *cases {
            assert!(rows.iter().any(|row| row.case == *case), "{group}: no test of {case:?}");
        }
        for row in rows {
            assert!(
                cases.contains(&row.case),
                "{group}: {:?} of {} is no case",
                row.case,
                row.test
            );
        }
    }
}

#[test]
fn the_page_lists_every_case() {
    let mut page = HEAD.to_owned();
    for ((group, cases), rows) in CASES.iter().zip(groups()) {
        let mut rows: Vec<Row> = rows;
        rows.sort_by_key(|row| cases.iter().position(|case| *case == row.case));
        for row in &mut rows {
            row.test = row.test.trim_start_matches("integration::");
        }
        page += &render(group, &rows);
    }
    let path: PathBuf = workspace::root().join("docs/hostile.md");
    if std::env::var_os("TENOR_UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, &page).expect("writable");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/hostile.md is not what the tests are; see its head");
}
