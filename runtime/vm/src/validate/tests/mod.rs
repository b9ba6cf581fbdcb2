//! One test or more per rule.

mod counts;
mod shapes;

use super::validate;
use crate::refusal::{CodeRefusal, Rule};
use tenor_primitives::Limits;

/// The smallest module that is taken, with `fields` in it.
fn module(fields: &str) -> Vec<u8> {
    wat::parse_str(format!("(module {fields} (memory 1))")).expect("the test's module parses")
}

fn check(code: &[u8]) -> Result<(), CodeRefusal> {
    validate(code, &Limits::initial())
}

/// The rule that refuses `code`.
fn refused(code: &[u8]) -> Rule {
    check(code).expect_err("the module breaks a rule").rule
}

/// A module of raw sections: id and contents.
fn raw(sections: &[(u8, &[u8])]) -> Vec<u8> {
    let mut module = wasm_encoder::Module::new();
    for (id, data) in sections {
        module.section(&wasm_encoder::RawSection { id: *id, data });
    }
    module.finish()
}

#[test]
fn a_module_of_the_contract_target_is_taken() {
    let code = module(
        r#"(import "env" "storage_get" (func (param i32 i32 i32 i32 i32) (result i64)))
           (global (mut i32) (i32.const 0))
           (table 1 1 funcref) (elem (i32.const 0) 1)
           (data (i32.const 65533) "end")
           (func (export "execute")
             (drop (i32.extend8_s (i32.const 1)))
             (memory.copy (i32.const 0) (i32.const 0) (i32.const 0))
             (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))
           (@custom "anything" "goes")"#,
    );
    check(&code).expect("taken");
}

#[test]
fn a_refusal_names_rule_place_and_both_sides() {
    let code = module("(func) (func (param i32) (local f64))");
    let refusal = check(&code).expect_err("refused");
    assert_eq!(refusal.rule, Rule::Float);
    assert_eq!(refusal.function, Some(1));
    assert!(refusal.offset.is_some());
    let text = refusal.to_string();
    assert!(text.contains("rule 50"), "{text}");
    assert!(text.contains("expected i32 or i64, got f64"), "{text}");
}

#[test]
fn rules_have_distinct_stable_numbers() {
    assert_eq!(Rule::CodeSize.code(), 1);
    assert_eq!(Rule::FunctionCount.code(), 20);
    assert_eq!(Rule::Float.code(), 50);
    assert_eq!(Rule::ImportModule.code(), 70);
    assert_eq!(Rule::InstrumentedSize.code(), 90);
}
