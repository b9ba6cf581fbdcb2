//! Forms, types and proposals that are refused.

use super::{check, module, raw, refused};
use crate::refusal::Rule;

#[test]
fn what_is_not_a_module() {
    assert_eq!(refused(b""), Rule::Malformed);
    assert_eq!(refused(b"\0asm"), Rule::Malformed);
    assert_eq!(refused(b"\0asm\x02\0\0\0"), Rule::Malformed);
    assert_eq!(refused(b"\0asm\x0d\0\x01\0"), Rule::NotAModule);
    let code = module("(func)");
    assert_eq!(refused(&code[..code.len() - 1]), Rule::Malformed);
}

#[test]
fn sections_out_of_order_or_doubled() {
    let types: &[u8] = &[1, 0x60, 0, 0];
    let memory: &[u8] = &[1, 0, 1];
    assert!(matches!(refused(&raw(&[(5, memory), (1, types)])), Rule::Malformed | Rule::Invalid));
    assert!(matches!(
        refused(&raw(&[(1, types), (1, types), (5, memory)])),
        Rule::Malformed | Rule::Invalid
    ));
    assert!(matches!(refused(&raw(&[(5, memory), (99, b"x")])), Rule::Malformed | Rule::Invalid));
}

#[test]
fn numbers_encoded_too_long() {
    // A count of one in six bytes.
    let code = raw(&[(1, &[0x81, 0x80, 0x80, 0x80, 0x80, 0x00, 0x60, 0, 0]), (5, &[1, 0, 1])]);
    assert_eq!(refused(&code), Rule::Malformed);
}

#[test]
fn ill_typed_bodies() {
    assert_eq!(refused(&module("(func (drop))")), Rule::Invalid);
    assert_eq!(refused(&module("(func (call 7))")), Rule::Invalid);
    assert_eq!(refused(&module("(func (br 1))")), Rule::Invalid);
}

#[test]
fn floats_everywhere() {
    for fields in [
        "(func (param f32))",
        "(func (result f64) unreachable)",
        "(func (local f32))",
        "(global f64 (f64.const 0))",
        "(func (drop (f64.const 1)))",
        "(func unreachable (drop (f32.const 1)))",
        "(func unreachable (drop (i32.trunc_f32_s)))",
        "(func unreachable (drop (i32.reinterpret_f32)))",
        "(func unreachable (block (result f32) unreachable) unreachable)",
        "(func (drop (f64.load (i32.const 0))))",
        "(type (func (param f64)))",
    ] {
        assert_eq!(refused(&module(fields)), Rule::Float, "{fields}");
    }
}

#[test]
fn more_than_one_result() {
    for fields in [
        "(func (result i32 i32) unreachable)",
        "(type (func (result i32 i32)))",
        "(func (block (param i32) (drop)))",
    ] {
        assert_eq!(refused(&module(fields)), Rule::MultiValue, "{fields}");
    }
}

#[test]
fn other_value_types() {
    for fields in
        ["(func (param v128))", "(func (local externref))", "(global funcref (ref.null func))"]
    {
        assert_eq!(refused(&module(fields)), Rule::ValueType, "{fields}");
    }
}

#[test]
fn start_function() {
    assert_eq!(refused(&module("(func $f (loop (br 0))) (start $f)")), Rule::StartFunction);
}

#[test]
fn instructions_of_other_proposals() {
    for fields in [
        "(func (return_call 0))",
        "(func (drop (i32.trunc_sat_f32_s (f32.const 0))))",
        "(func (drop (ref.null func)))",
        "(func (drop (select (result i32) (i32.const 0) (i32.const 0) (i32.const 0))))",
        "(func (drop (i32.atomic.load (i32.const 0))))",
        "(func (drop (v128.const i64x2 0 0)))",
        "(table 1 1 funcref) (func (table.copy (i32.const 0) (i32.const 0) (i32.const 0)))",
        "(table 1 1 funcref) (func (drop (table.size)))",
        "(func (try_table))",
        "(tag)",
        "(global i32 (i32.add (i32.const 1) (i32.const 1)))",
        "(global i32 (i32.const 1)) (global i32 (global.get 0))",
        "(func unreachable (drop (i64.add128)))",
    ] {
        let rule = refused(&module(fields));
        let expected = [Rule::Proposal, Rule::Float, Rule::Invalid];
        assert!(expected.contains(&rule), "{fields}: {rule:?}");
    }
}

#[test]
fn types_other_than_functions() {
    for fields in ["(type (struct))", "(type (array i32))", "(rec (type (func)) (type (func)))"] {
        assert_eq!(refused(&module(fields)), Rule::Proposal, "{fields}");
    }
}

#[test]
fn bulk_memory_is_copy_and_fill_only() {
    for fields in
        [r#"(data "passive")"#, "(func $f) (elem func $f)", "(func $f) (elem declare func $f)"]
    {
        assert_eq!(refused(&module(fields)), Rule::SegmentForm, "{fields}");
    }
    assert_eq!(
        refused(&module(r#"(data (i32.const 0) "x") (func (data.drop 0))"#)),
        Rule::Proposal
    );
    let init = r#"(data "x") (func (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0)))"#;
    assert_eq!(refused(&module(init)), Rule::Proposal);
    let elements = "(table 1 1 funcref) (elem (i32.const 0) funcref (ref.null func))";
    assert_eq!(refused(&module(elements)), Rule::SegmentForm);
}

#[test]
fn imports() {
    for (fields, rule) in [
        (r#"(import "wasi" "fail" (func (param i32 i32 i32)))"#, Rule::ImportModule),
        (r#"(import "env" "gas" (global (mut i64)))"#, Rule::ImportKind),
        (r#"(import "env" "m" (memory 1))"#, Rule::ImportKind),
        (r#"(import "env" "t" (table 1 1 funcref))"#, Rule::ImportKind),
        (r#"(import "env" "fopen" (func))"#, Rule::ImportUnknown),
        (r#"(import "env" "gas" (func))"#, Rule::ImportUnknown),
        (r#"(import "env" "fail" (func (param i32 i32)))"#, Rule::ImportSignature),
        (r#"(import "env" "fail" (func (param i32 i32 i64)))"#, Rule::ImportSignature),
        (r#"(import "env" "fail" (func (param i32 i32 i32) (result i32)))"#, Rule::ImportSignature),
    ] {
        assert_eq!(refused(&module(fields)), rule, "{fields}");
    }
}

#[test]
fn memories() {
    let refused = |text: &str| refused(&wat::parse_str(text).expect("parses"));
    assert_eq!(refused("(module)"), Rule::MemoryCount);
    assert_eq!(refused("(module (memory 1) (memory 1))"), Rule::MemoryCount);
    assert_eq!(refused("(module (memory 1 1 shared))"), Rule::MemoryKind);
    assert_eq!(refused("(module (memory i64 1))"), Rule::MemoryKind);
    assert_eq!(refused("(module (memory 2 1))"), Rule::Invalid);
}

#[test]
fn tables() {
    assert_eq!(refused(&module("(table 1 funcref)")), Rule::TableMaximum);
    assert_eq!(refused(&module("(table 1 10000000 funcref)")), Rule::TableSize);
    assert_eq!(refused(&module("(table 1 1 funcref) (table 1 1 funcref)")), Rule::TableCount);
    assert_eq!(refused(&module("(table 1 1 externref)")), Rule::TableKind);
    assert_eq!(refused(&module("(table 1 1 funcref (ref.null func))")), Rule::TableKind);
}

#[test]
fn segments_outside_of_what_they_fill() {
    for fields in [
        r#"(data (i32.const 65536) "x")"#,
        r#"(data (i32.const 65535) "xy")"#,
        r#"(data (i32.const -1) "x")"#,
        "(table 1 1 funcref) (func) (elem (i32.const 1) 0)",
        "(table 1 1 funcref) (func) (elem (i32.const 0) 0 0)",
    ] {
        assert_eq!(refused(&module(fields)), Rule::SegmentBounds, "{fields}");
    }
    check(&module(r#"(data (i32.const 65536) "")"#)).expect("an empty segment at the end");
}

#[test]
fn export_names() {
    assert_eq!(refused(&module(r#"(func (export "a b"))"#)), Rule::NameText);
    assert_eq!(refused(&module(r#"(func (export "zürich"))"#)), Rule::NameText);
    assert_eq!(refused(&module(r#"(func (export "a\00b"))"#)), Rule::NameText);
    let twice = raw(&[
        (1, &[1, 0x60, 0, 0]),
        (3, &[1, 0]),
        (5, &[1, 0, 1]),
        (7, &[2, 1, b'a', 0, 0, 1, b'a', 0, 0]),
        (10, &[1, 2, 0, 0x0b]),
    ]);
    assert_eq!(refused(&twice), Rule::Invalid);
    let not_utf8 = raw(&[(5, &[1, 0, 1]), (7, &[1, 1, 0xff, 2, 0])]);
    assert_eq!(refused(&not_utf8), Rule::Malformed);
}

#[test]
fn entry_points() {
    for fields in [
        r#"(func (export "execute") (param i32))"#,
        r#"(func (export "query") (result i32) (i32.const 0))"#,
        r#"(global (export "migrate") i32 (i32.const 0))"#,
    ] {
        assert_eq!(refused(&module(fields)), Rule::EntryPointType, "{fields}");
    }
    check(&module(r#"(func (export "anything") (param i32))"#)).expect("no entry point");
}
