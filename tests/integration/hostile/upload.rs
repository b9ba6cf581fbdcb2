//! Code that nobody should take: at admission and in a block.

use super::page::elsewhere;
use super::{alike, halted, rule, upload};
use tenor_primitives::{HaltCode, Message, keccak256};
use tenor_tests::engine;
use tenor_tests::hostile::{End, PLENTY, Row, Twin};
use tenor_tests::process::{compile_bomb, divided_bomb, memory_bomb};
use tenor_tests::wasm::text::{self, guest, module};
use tenor_vm::{NotAdmitted, Rule};
use wasm_encoder::{Encode, Module, RawSection};

/// Rows of tests that lie elsewhere.
pub(super) fn rows_elsewhere() -> Vec<Row> {
    vec![elsewhere(
        "compile bombs",
        "process::compile::code_that_takes_too_long_is_not_let_in_and_the_node_goes_on_meanwhile",
        "retryable `code_not_compiled`",
    )]
}

/// A module of raw sections: number and contents.
fn raw(sections: &[(u8, &[u8])]) -> Vec<u8> {
    let mut module = Module::new();
    for (id, data) in sections {
        module.section(&RawSection { id: *id, data });
    }
    module.finish()
}

/// One type without parameters and results.
const TYPES: &[u8] = &[1, 0x60, 0, 0];
/// One function of that type.
const FUNCTIONS: &[u8] = &[1, 0];
/// A memory of one page.
const MEMORY: &[u8] = &[1, 0, 1];

/// A vector of `count` times the same bytes.
fn vector(count: usize, item: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    count.encode(&mut bytes);
    (0..count).for_each(|_| bytes.extend_from_slice(item));
    bytes
}

/// A module whose one function has the locals and instructions of `body`, its `end` included.
fn with_body(body: &[u8]) -> Vec<u8> {
    let mut code = vec![1];
    body.len().encode(&mut code);
    code.extend_from_slice(body);
    raw(&[(1, TYPES), (3, FUNCTIONS), (5, MEMORY), (10, &code)])
}

/// A body of so many nested blocks.
fn nested(levels: usize) -> Vec<u8> {
    let mut body = vec![0];
    (0..levels).for_each(|_| body.extend([0x02, 0x40]));
    body.extend(std::iter::repeat_n(0x0b, levels + 1));
    with_body(&body)
}

/// `(block (br_table 0 0 … 0))` with so many targets.
fn branch_table(targets: usize) -> Vec<u8> {
    let mut body = vec![0, 0x02, 0x40, 0x41, 0, 0x0e];
    body.extend(vector(targets, &[0]));
    body.extend([0, 0x0b, 0x0b]);
    with_body(&body)
}

/// Uploads modules of these fields beside a memory; they end alike.
fn each(twin: &mut Twin, fields: &[&str]) -> End {
    alike(
        fields.iter().map(|fields| upload(twin, module(&format!("(module {fields} (memory 1))")))),
    )
}

/// As [`each`], for fields without a memory of the test's.
fn whole(twin: &mut Twin, modules: &[&str]) -> End {
    alike(modules.iter().map(|text| upload(twin, module(text))))
}

/// Code larger than any: refused at admission, and no block takes its transaction.
fn too_large(twin: &mut Twin, code: Vec<u8>) -> End {
    let refused = engine::vm().admit(&code, &twin.parameters()).expect_err("too large");
    let NotAdmitted::Refused(refusal) = refused else { panic!("expected a rule, got {refused}") };
    assert_eq!(refusal.rule, Rule::CodeSize);
    let invalid = twin.refused("deployer", PLENTY, vec![Message::UploadCode { code }]);
    End::invalid(&invalid)
}

/// A custom section.
fn custom(name: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    name.encode(&mut bytes);
    bytes.extend_from_slice(data);
    raw(&[(0, &bytes), (5, MEMORY)])
}

/// The spec section of a real contract, as a custom section of the text format.
fn real_spec() -> String {
    let counter = engine::compiled().remove("counter").expect("compiled");
    let sections = wasmparser::Parser::new(0).parse_all(&counter);
    let spec = sections.flatten().find_map(|payload| match payload {
        wasmparser::Payload::CustomSection(section) if section.name() == "tenor.spec" => {
            Some(section.data().to_vec())
        }
        _ => None,
    });
    format!(r#"(@custom "tenor.spec" "{}")"#, text::escaped(&spec.expect("a contract has a spec")))
}

/// A spec of a contract with an `execute` that its code does not have.
fn lying_spec(twin: &mut Twin) -> End {
    let text = format!(r#"(module {} (memory 2) (func (export "instantiate")))"#, real_spec());
    let contract = twin.deploy("liar", &module(&text));
    End::of(&twin.stops(contract, b""))
}

/// A module that exports and imports what instrumentation adds, and yet counts.
fn own_counters(twin: &mut Twin) -> End {
    let code = guest(
        r#"(global $g (export "gas") (mut i64) (i64.const 1000000000))
           (global (export "stack") (mut i32) (i32.const 7))
           (func (export "execute") (loop (global.set $g (i64.const 1000000000)) (br 0)))"#,
    );
    let contract = twin.deploy("counters", &code);
    End::of(&twin.stops(contract, b""))
}

/// Two uploads of the same code in one block: one has the effect.
fn twice(twin: &mut Twin) -> End {
    let code = module("(module (memory 1))");
    let message = Message::UploadCode { code };
    let transactions =
        [(); 2].map(|()| twin.transaction("deployer", PLENTY, vec![message.clone()]));
    let receipts = twin.block(transactions.into());
    assert!(receipts[0].is_success());
    End::of(&receipts[1])
}

/// Uploaded, approved, made an instance of and called, all in one block.
fn at_once(twin: &mut Twin) -> End {
    let code = guest(
        r#"(func (export "execute") (call $output_set (i32.const 0)
             (call $input_read (i32.const 0) (i32.const 9))))"#,
    );
    let code_hash = keccak256(&code);
    let issuer = twin.account("issuer");
    let chain_id = tenor_primitives::ChainId::new("tenor-hostile").expect("valid");
    let contract = tenor_primitives::Address::of_instance(&chain_id, &issuer, "at-once");
    let steps = [
        ("deployer", Message::UploadCode { code }),
        ("operator", Message::ApproveCode { code_hash }),
        ("issuer", Message::Instantiate { code_hash, label: "at-once".into(), payload: vec![] }),
        ("participant", super::execute(contract, b"abc")),
    ];
    let transactions =
        steps.map(|(role, message)| twin.transaction(role, PLENTY, vec![message])).into();
    let receipts = twin.block(transactions);
    assert_eq!(receipts[3].outputs, [b"abc".to_vec()]);
    alike(receipts.iter().map(End::of))
}

/// Later segments lie over earlier ones, in order.
fn overlapping(twin: &mut Twin) -> End {
    let code = guest(
        r#"(data (i32.const 0) "aaaa") (data (i32.const 2) "bbbb") (data (i32.const 1) "c")
           (func (export "execute") (call $output_set (i32.const 0) (i32.const 6)))"#,
    );
    let contract = twin.deploy("overlapping", &code);
    assert_eq!(twin.output(contract, b""), b"acbbbb");
    End::Harmless
}

cases! {
    empty: "empty" => rule(Rule::Malformed), |t| upload(t, &b""[..]);
    truncated: "truncated" => rule(Rule::Malformed), |t| {
        let code = module("(module (memory 1) (func (export \"execute\") (drop (i32.const 1))))");
        alike((0..code.len()).filter(|cut| *cut != 8).map(|cut| match upload(t, &code[..cut]) {
            // Cut between two sections, what is left is a module without what came after.
            End::Refused(Rule::MemoryCount | Rule::Invalid) => rule(Rule::Malformed),
            end => end,
        }))
    };
    component: "component binary" => rule(Rule::NotAModule),
        |t| upload(t, &b"\0asm\x0d\0\x01\0"[..]);
    sections_doubled: "sections duplicated" => rule(Rule::Malformed),
        |t| upload(t, raw(&[(1, TYPES), (1, TYPES), (5, MEMORY)]));
    sections_out_of_order: "sections out of order" => rule(Rule::Malformed),
        |t| upload(t, raw(&[(5, MEMORY), (1, TYPES)]));
    long_leb: "over-long LEB128" => rule(Rule::Malformed), |t| upload(
        t,
        raw(&[(1, &[0x81, 0x80, 0x80, 0x80, 0x80, 0x00, 0x60, 0, 0]), (5, MEMORY)]),
    );
    many_params: "10k functions × 64 params" => rule(Rule::ParamCount), |t| {
        let ty = [&[1, 0x60, 64][..], &[0x7e; 64], &[0]].concat();
        upload(t, raw(&[(1, &ty), (3, &vector(10_000, &[0])), (5, MEMORY)]))
    };
    many_functions: "10k functions × 64 params" => rule(Rule::FunctionCount), |t| {
        upload(t, raw(&[(1, TYPES), (3, &vector(10_000, &[0])), (5, MEMORY)]))
    };
    many_locals: "50k locals" => rule(Rule::LocalCount), |t| {
        let mut body = vec![1];
        50_000_u32.encode(&mut body);
        body.extend([0x7e, 0x0b]);
        upload(t, with_body(&body))
    };
    huge_function: "one 7 MB function" => End::Invalid("TooLarge".into()), |t| {
        let body = [&[0][..], &vec![0x01; 7_000_000], &[0x0b]].concat();
        too_large(t, with_body(&body))
    };
    large_function: "one 7 MB function" => rule(Rule::BodySize), |t| {
        let body = [&[0][..], &vec![0x01; 200_000], &[0x0b]].concat();
        upload(t, with_body(&body))
    };
    deep_nesting: "nesting 100k deep" => rule(Rule::BodySize), |t| upload(t, nested(100_000));
    nesting: "nesting 100k deep" => rule(Rule::Nesting), |t| upload(t, nested(43_000));
    huge_branch_table: "br_table with 100k targets" => rule(Rule::BranchTable),
        |t| upload(t, branch_table(100_000));
    many_segments: "100k segments" => rule(Rule::SegmentCount), |t| {
        upload(t, raw(&[(5, MEMORY), (11, &vector(100_000, &[0, 0x41, 0, 0x0b, 0]))]))
    };
    overlapping_segments: "segments overlapping" => End::Harmless, overlapping;
    segments_outside: "segments out of bounds" => rule(Rule::SegmentBounds), |t| each(t, &[
        r#"(data (i32.const 65535) "xy")"#,
        r#"(data (i32.const -1) "x")"#,
        "(table 1 1 funcref) (func) (elem (i32.const 0) 0 0)",
        "(table 1 1 funcref) (func) (elem (i32.const -1) 0)",
    ]);
    table_without_maximum: "table without maximum" => rule(Rule::TableMaximum),
        |t| each(t, &["(table 1 funcref)"]);
    huge_table: "table of 10 M elements" => rule(Rule::TableSize),
        |t| each(t, &["(table 1 10000000 funcref)", "(table 10000000 10000000 funcref)"]);
    many_globals: "65k globals" => rule(Rule::GlobalCount), |t| {
        upload(t, raw(&[(5, MEMORY), (6, &vector(65_000, &[0x7f, 0, 0x41, 0, 0x0b]))]))
    };
    exports_the_gas_counter: "guest exporting the gas counter's name" =>
        halted(HaltCode::OutOfGas), own_counters;
    imports_the_gas_counter: "guest importing the gas counter's name" => rule(Rule::ImportKind),
        |t| each(t, &[r#"(import "env" "gas" (global (mut i64)))"#,
                      r#"(import "env" "stack" (global (mut i32)))"#]);
    duplicate_exports: "duplicate export names" => rule(Rule::Invalid), |t| upload(t, raw(&[
        (1, TYPES), (3, FUNCTIONS), (5, MEMORY),
        (7, &[2, 1, b'a', 0, 0, 1, b'a', 0, 0]), (10, &[1, 2, 0, 0x0b]),
    ]));
    long_export: "100 KB export name" => rule(Rule::NameLength), |t| {
        let name = "x".repeat(100_000);
        each(t, &[&format!(r#"(func (export "{name}"))"#)])
    };
    export_not_utf8: "non-UTF-8 export name" => rule(Rule::Malformed),
        |t| upload(t, raw(&[(5, MEMORY), (7, &[1, 1, 0xff, 2, 0])]));
    unknown_import: "unknown imports" => rule(Rule::ImportUnknown), |t| each(t, &[
        r#"(import "env" "fopen" (func))"#,
        r#"(import "env" "" (func))"#,
        r#"(import "env" "storage_get2" (func (param i32 i32 i32 i32 i32) (result i64)))"#,
    ]);
    import_of_another_module: "unknown imports" => rule(Rule::ImportModule), |t| each(t, &[
        r#"(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))"#,
        r#"(import "" "fail" (func (param i32 i32 i32)))"#,
    ]);
    mistyped_import: "wrongly typed imports" => rule(Rule::ImportSignature), |t| each(t, &[
        r#"(import "env" "fail" (func (param i32 i32)))"#,
        r#"(import "env" "fail" (func (param i32 i32 i64)))"#,
        r#"(import "env" "fail" (func (param i32 i32 i32) (result i32)))"#,
        r#"(import "env" "storage_get" (func (param i32 i32 i32 i32 i32) (result i32)))"#,
    ]);
    memories: "two memories, none" => rule(Rule::MemoryCount),
        |t| whole(t, &["(module)", "(module (memory 1) (memory 1))"]);
    kinds_of_memory: "memory shared, 64-bit" => rule(Rule::MemoryKind), |t| whole(t, &[
        "(module (memory 1 1 shared))", "(module (memory i64 1))",
    ]);
    memory_minimum: "memory with min > max" => rule(Rule::Invalid),
        |t| whole(t, &["(module (memory 2 1))"]);
    huge_memory: "memory with min > max" => rule(Rule::MemorySize),
        |t| whole(t, &["(module (memory 65))", "(module (memory 65536))"]);
    start_function: "start function that loops, traps, writes" => rule(Rule::StartFunction),
        |t| each(t, &[
            "(func $f (loop (br 0))) (start $f)",
            "(func $f unreachable) (start $f)",
            r#"(import "env" "storage_set" (func $set (param i32 i32 i32 i32 i32)))
               (func $f (call $set (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
               (start $f)"#,
        ]);
    floats: "floats in dead code, types, locals, conversions" => rule(Rule::Float), |t| each(t, &[
        "(func unreachable (drop (f32.const 1)))",
        "(func (return) (drop (f64.add)))",
        "(type (func (param f64)))",
        "(func (param f32))",
        "(func (result f64) unreachable)",
        "(func (local f32))",
        "(global f64 (f64.const 0))",
        "(func unreachable (drop (i32.trunc_f32_s)))",
        "(func unreachable (drop (i64.reinterpret_f64)))",
        "(func unreachable (drop (i32.trunc_sat_f64_u)))",
        "(func unreachable (block (result f32) unreachable) unreachable)",
        "(func (drop (f64.load (i32.const 0))))",
    ]);
    proposals: "every refused proposal" => rule(Rule::Proposal), |t| each(t, &[
        // Tail calls, exceptions, reference types, bulk tables, vectors, threads.
        "(func (return_call 0))",
        "(tag)",
        "(func (drop (ref.null func)))",
        "(func (drop (ref.func 0)))",
        "(func (drop (select (result i32) (i32.const 0) (i32.const 0) (i32.const 0))))",
        "(table 1 1 funcref) (func (drop (table.get (i32.const 0))))",
        "(table 1 1 funcref) (func (drop (table.size)))",
        "(table 1 1 funcref) (func (table.copy (i32.const 0) (i32.const 0) (i32.const 0)))",
        "(func (drop (v128.const i64x2 0 0)))",
        "(func unreachable (drop (i8x16.relaxed_swizzle)))",
        "(func (drop (i32.atomic.load (i32.const 0))))",
        "(func (atomic.fence))",
        // Wide arithmetic, garbage collection, data segments by instruction.
        "(func unreachable (drop (i64.add128)) (drop))",
        "(type (struct)) (func (drop (struct.new 0)))",
        r#"(data (i32.const 0) "x") (func (data.drop 0))"#,
    ]);
    several_results: "every refused proposal" => rule(Rule::MultiValue), |t| each(t, &[
        "(func (result i32 i32) unreachable)",
        "(type (func (result i32 i32)))",
        "(func (block (param i32) (drop)))",
        "(func (drop (block (result i32) (loop (param) (result i32) (i32.const 0)))))
         (func (block (result i32 i32) unreachable) (drop) (drop))",
    ]);
    value_types: "every refused proposal" => rule(Rule::ValueType), |t| each(t, &[
        "(func (param v128))", "(func (local externref))", "(global funcref (ref.null func))",
    ]);
    passive_segments: "every refused proposal" => rule(Rule::SegmentForm), |t| each(t, &[
        r#"(data "passive")"#,
        "(func $f) (elem func $f)",
        "(func $f) (elem declare func $f)",
        "(table 1 1 funcref) (elem (i32.const 0) funcref (ref.null func))",
    ]);
    huge_name_section: "10 MB name section" => End::Invalid("TooLarge".into()),
        |t| too_large(t, custom("name", &vec![0; 10 << 20]));
    corrupt_name_section: "10 MB name section" => End::Harmless,
        |t| upload(t, custom("name", &[0xff; 300_000]));
    corrupt_spec: "corrupt spec section" => rule(Rule::SpecSection),
        |t| alike([&b""[..], b"x", &[0xff; 1_000]].map(|spec| upload(t, custom("tenor.spec", spec))));
    doubled_spec: "doubled spec section" => rule(Rule::SpecSection),
        |t| each(t, &[&real_spec().repeat(2)]);
    lying_specs: "a spec that lies" => halted(HaltCode::NoEntryPoint), lying_spec;
    growing_code: "code that grows 40× under instrumentation" => rule(Rule::InstrumentedSize), |t| {
        // A branch every four bytes, each with a charge of its own.
        let body = "(br_if 0 (local.get 0))".repeat(25_000);
        each(t, &[&format!("(func (param i32) {body})").repeat(5)])
    };
    compile_bombs: "compile bombs" => rule(Rule::LoopWork),
        |t| alike([compile_bomb(), memory_bomb()].map(|code| upload(t, code)));
    compile_bombs_in_parts: "compile bombs" => rule(Rule::LoopWorkTotal),
        |t| upload(t, divided_bomb());
    the_same_twice: "the same code uploaded twice at once" => End::System("CodeExists".into()), twice;
    upload_and_call: "upload and call in one block" => End::Harmless, at_once;
}
