//! The form of the result: valid, deterministic, with nothing of the guest in its way.

use super::{Settings, instrument, instrumented};
use crate::validate::FEATURES;
use tenor_primitives::Parameters;
use wasmparser::{Parser, Payload, Validator};

/// A bit of everything.
const EVERYTHING: &str = r#"(module
    (import "env" "fail" (func $fail (param i32 i32 i32)))
    (table 2 4 funcref) (memory 1) (global $g (mut i64) (i64.const 5))
    (export "gas" (global $g)) (export "memory" (memory 0)) (export "stack" (func $run))
    (elem (i32.const 0) $run $other) (data (i32.const 8) "data")
    (func $run (param i32) (result i32)
      (block (br_if 0 (local.get 0)) (return (i32.const 1)))
      (drop (memory.grow (i32.const 1)))
      (memory.copy (i32.const 0) (i32.const 8) (i32.const 4))
      (memory.fill (i32.const 0) (i32.const 8) (i32.const 4))
      (call $other) (i32.const 2))
    (func $other (call $fail (i32.const 0) (i32.const 0) (i32.const 0)))
    (@custom "name" "not a name section"))"#;

#[test]
fn the_result_is_valid_and_always_the_same() {
    let first = instrumented(EVERYTHING);
    Validator::new_with_features(FEATURES).validate_all(&first.wasm).expect("valid");
    assert_eq!(first, instrumented(EVERYTHING));
}

#[test]
fn exports_of_the_guest_cannot_collide() {
    let wasm = instrumented(EVERYTHING).wasm;
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(&wasm) {
        match payload.expect("parses") {
            Payload::ExportSection(reader) => {
                names.extend(reader.into_iter().map(|export| export.expect("parses").name));
            }
            Payload::CustomSection(section) => panic!("custom section {}", section.name()),
            _ => {}
        }
    }
    assert_eq!(names, ["gas", "stack", "memory", "guest:gas", "guest:memory", "guest:stack"]);
}

#[test]
fn memory_is_bounded_by_the_host() {
    let pages = |text: &str, pages_max| {
        let code = wat::parse_str(text).expect("parses");
        let parameters = Parameters::initial();
        let settings = Settings { memory_pages_max: pages_max, ..Settings::new(&parameters) };
        let wasm = instrument(&code, settings).expect("instruments").wasm;
        Parser::new(0)
            .parse_all(&wasm)
            .find_map(|payload| match payload.expect("parses") {
                Payload::MemorySection(reader) => reader.into_iter().next(),
                _ => None,
            })
            .map(|memory| memory.expect("parses"))
            .map(|memory| (memory.initial, memory.maximum))
            .expect("a memory")
    };
    assert_eq!(pages("(module (memory 2))", 256), (2, Some(256)));
    assert_eq!(pages("(module (memory 2 5))", 256), (2, Some(5)));
    assert_eq!(pages("(module (memory 2 65536))", 256), (2, Some(256)));
    assert_eq!(pages("(module (memory 9 9))", 4), (9, Some(9)));
}

#[test]
fn every_original_instruction_is_found_through_the_map() {
    let code = wat::parse_str(EVERYTHING).expect("parses");
    let instrumented = instrumented(EVERYTHING);
    // Opcodes by offset, in both modules; those that are replaced differ.
    let original = operators(&code);
    let replaced = ["Return", "MemoryGrow", "MemoryCopy", "MemoryFill"];
    let mut found = std::collections::BTreeSet::new();
    for (offset, name) in operators(&instrumented.wasm) {
        let Some(place) = instrumented.offsets.original(offset) else { continue };
        let at_place = &original[&place];
        if *at_place == name || replaced.iter().any(|start| at_place.starts_with(start)) {
            found.insert(place);
        }
    }
    assert_eq!(found.into_iter().collect::<Vec<_>>(), original.into_keys().collect::<Vec<_>>());
}

fn operators(wasm: &[u8]) -> std::collections::BTreeMap<u32, String> {
    let mut operators = std::collections::BTreeMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionEntry(body) = payload.expect("parses") {
            for item in body.get_operators_reader().expect("parses").into_iter_with_offsets() {
                let (operator, offset) = item.expect("parses");
                operators.insert(u32::try_from(offset).expect("small"), format!("{operator:?}"));
            }
        }
    }
    operators
}

#[test]
fn code_outside_the_target_is_refused_here_too() {
    let code = wat::parse_str("(module (memory 1) (func (drop (f32.const 0))))").expect("parses");
    let parameters = Parameters::initial();
    instrument(&code, Settings::new(&parameters)).expect_err("floats");
    instrument(b"\0asm", Settings::new(&parameters)).expect_err("truncated");
}
