//! Bounds: the bound itself is taken, one more is refused.

use super::{check, module, refused};
use crate::refusal::Rule;
use crate::validate::validate;
use tenor_primitives::Limits;

/// The initial limits with one changed.
fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::initial();
    change(&mut limits);
    limits
}

/// Asserts that `code` is taken under `at` and refused by `rule` under `below`.
fn edge(code: &[u8], rule: Rule, at: Limits, below: Limits) {
    validate(code, &at).expect("a count equal to its bound is taken");
    assert_eq!(validate(code, &below).expect_err("one too many").rule, rule);
}

#[test]
fn code_size() {
    let code = module("");
    let size = u32::try_from(code.len()).expect("small");
    edge(
        &code,
        Rule::CodeSize,
        limits(|l| l.code_bytes_max = size),
        limits(|l| l.code_bytes_max = size - 1),
    );
}

#[test]
fn functions_imported_ones_included() {
    let code = module(r#"(import "env" "fail" (func (param i32 i32 i32))) (func) (func)"#);
    edge(
        &code,
        Rule::FunctionCount,
        limits(|l| l.functions_max = 3),
        limits(|l| l.functions_max = 2),
    );
}

#[test]
fn body_bytes() {
    // Count of local groups, a nop, the end.
    let code = module("(func nop)");
    edge(&code, Rule::BodySize, limits(|l| l.body_bytes_max = 3), limits(|l| l.body_bytes_max = 2));
}

#[test]
fn params_of_one_and_of_all() {
    let code = module("(func (param i32 i64)) (func (param i32 i64))");
    edge(&code, Rule::ParamCount, limits(|l| l.params_max = 2), limits(|l| l.params_max = 1));
    edge(
        &code,
        Rule::ParamTotal,
        limits(|l| l.params_total_max = 4),
        limits(|l| l.params_total_max = 3),
    );
}

#[test]
fn locals_of_one_and_of_all() {
    let code = module("(func (param i32) (local i64 i64)) (func (local i32))");
    edge(&code, Rule::LocalCount, limits(|l| l.locals_max = 3), limits(|l| l.locals_max = 2));
    edge(
        &code,
        Rule::LocalTotal,
        limits(|l| l.locals_total_max = 4),
        limits(|l| l.locals_total_max = 3),
    );
}

#[test]
fn locals_whose_sum_wraps_are_refused() {
    // Two groups of 2^32 - 1 locals each.
    let body = [2, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b];
    let mut code = vec![1, u8::try_from(body.len()).expect("short")];
    code.extend_from_slice(&body);
    let code = super::raw(&[(1, &[1, 0x60, 0, 0]), (3, &[1, 0]), (5, &[1, 0, 1]), (10, &code)]);
    assert!(matches!(refused(&code), Rule::Malformed | Rule::LocalCount));
}

#[test]
fn blocks_of_one_and_of_all() {
    let code = module("(func (block) (loop)) (func (i32.const 0) (if (then)))");
    edge(&code, Rule::BlockCount, limits(|l| l.blocks_max = 2), limits(|l| l.blocks_max = 1));
    edge(
        &code,
        Rule::BlockTotal,
        limits(|l| l.blocks_total_max = 3),
        limits(|l| l.blocks_total_max = 2),
    );
}

#[test]
fn nesting() {
    let code = module("(func (block (block (loop))) (block))");
    edge(&code, Rule::Nesting, limits(|l| l.nesting_max = 3), limits(|l| l.nesting_max = 2));
}

#[test]
fn nesting_of_a_hundred_thousand_levels_is_refused_without_recursion() {
    let mut body = vec![0];
    for _ in 0..100_000 {
        body.extend_from_slice(&[0x02, 0x40]);
    }
    body.extend(std::iter::repeat_n(0x0b, 100_001));
    let mut section = wasm_encoder::CodeSection::new();
    section.raw(&body);
    let mut module = wasm_encoder::Module::new();
    module.section(&wasm_encoder::RawSection { id: 1, data: &[1, 0x60, 0, 0] });
    module.section(&wasm_encoder::RawSection { id: 3, data: &[1, 0] });
    module.section(&section);
    let limits = limits(|l| l.body_bytes_max = 1 << 20);
    assert_eq!(validate(&module.finish(), &limits).expect_err("refused").rule, Rule::Nesting);
}

#[test]
fn loop_work_of_one_and_of_all() {
    // Three locals and the one that is added; back to the outer loop by a condition and by a table,
    // to the inner one by both ways, with two loops around each: 4 × 4 × 2. Branches out of blocks
    // count nothing.
    let function = "(func (param i32) (local i64 i64) (loop (loop (block (br_if 0 (local.get 0)))
        (br_if 0 (local.get 0)) (br_if 1 (local.get 0)) (br_table 0 1 2 (local.get 0)))))";
    let code =
        module(&format!("{function} (func (param i32) (loop (br_if 0 (local.get 0)))) {function}"));
    edge(&code, Rule::LoopWork, limits(|l| l.loop_work_max = 32), limits(|l| l.loop_work_max = 31));
    edge(
        &code,
        Rule::LoopWorkTotal,
        limits(|l| l.loop_work_total_max = 66),
        limits(|l| l.loop_work_total_max = 65),
    );
}

#[test]
fn branch_table() {
    let code = module("(func (block (i32.const 0) (br_table 0 0 0)))");
    edge(&code, Rule::BranchTable, limits(|l| l.br_table_max = 2), limits(|l| l.br_table_max = 1));
}

#[test]
fn types_globals_segments() {
    let code = module(
        r#"(type (func)) (type (func (param i32)))
           (global i32 (i32.const 0)) (global i64 (i64.const 0))
           (table 2 2 funcref) (func) (elem (i32.const 0) 0) (data (i32.const 0) "x")"#,
    );
    edge(&code, Rule::TypeCount, limits(|l| l.types_max = 2), limits(|l| l.types_max = 1));
    edge(&code, Rule::GlobalCount, limits(|l| l.globals_max = 2), limits(|l| l.globals_max = 1));
    edge(&code, Rule::SegmentCount, limits(|l| l.segments_max = 2), limits(|l| l.segments_max = 1));
}

#[test]
fn table_elements() {
    let code = module("(table 1 9 funcref)");
    edge(
        &code,
        Rule::TableSize,
        limits(|l| l.table_elements_max = 9),
        limits(|l| l.table_elements_max = 8),
    );
}

#[test]
fn imports_exports_names() {
    let code = module(
        r#"(import "env" "fail" (func (param i32 i32 i32)))
           (import "env" "keccak256" (func (param i32 i32 i32)))
           (func (export "a") (export "bcdefghijklmn"))"#,
    );
    edge(&code, Rule::ImportCount, limits(|l| l.imports_max = 2), limits(|l| l.imports_max = 1));
    edge(&code, Rule::ExportCount, limits(|l| l.exports_max = 2), limits(|l| l.exports_max = 1));
    edge(
        &code,
        Rule::NameLength,
        limits(|l| l.name_bytes_max = 13),
        limits(|l| l.name_bytes_max = 12),
    );
}

#[test]
fn initial_memory() {
    let code = wat::parse_str("(module (memory 3))").expect("parses");
    edge(
        &code,
        Rule::MemorySize,
        limits(|l| l.memory_pages_initial_max = 3),
        limits(|l| l.memory_pages_initial_max = 2),
    );
}

#[test]
fn memory_may_declare_any_maximum() {
    check(&wat::parse_str("(module (memory 1 65536))").expect("parses")).expect("taken");
}
