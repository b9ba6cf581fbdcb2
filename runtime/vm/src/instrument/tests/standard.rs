//! What only [`Target::Standard`] takes: several results, floats, references, passive segments, a
//! start function, imported memories.

use super::super::{Counters, Settings, Target, instrument};
use crate::refusal::Rule;
use tenor_primitives::Parameters;
use wasmtime::{Engine, Instance, Memory, MemoryType, Module, Store, Val};

const GIVEN: Counters = Counters { gas: 1_000_000, stack: 10_000 };

fn wasm(text: &str, target: Target) -> Result<Vec<u8>, Rule> {
    let code = wat::parse_str(text).expect("parses");
    let parameters = Parameters::initial();
    let settings = Settings { target, counters: GIVEN, ..Settings::new(&parameters) };
    instrument(&code, settings).map(|module| module.wasm).map_err(|refusal| refusal.rule)
}

fn run(text: &str, results: &mut [Val]) -> Counters {
    let engine = Engine::default();
    let module = wasm(text, Target::Standard).expect("instruments");
    let module = Module::new(&engine, module).expect("compiles");
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(2))).expect("a memory");
    let imports: Vec<wasmtime::Extern> = module.imports().map(|_| memory.into()).collect();
    let instance = Instance::new(&mut store, &module, &imports).expect("starts");
    let run = instance.get_func(&mut store, "guest:run").expect("exported");
    run.call(&mut store, &[], results).expect("returns");
    let mut counter =
        |name| instance.get_global(&mut store, name).expect("a counter").get(&mut store);
    Counters { gas: counter("gas").unwrap_i64(), stack: counter("stack").unwrap_i32() }
}

#[test]
fn several_results_leave_through_every_exit() {
    let text = r#"(module
        (func $pair (param i32) (result i32 f64)
          (if (local.get 0) (then (return (call $pair (i32.const 0)))))
          (i32.const 7) (f64.const 0.5))
        (func (export "run") (result i32 f64 i32 f64)
          (call $pair (i32.const 1)) (call $pair (i32.const 0))))"#;
    let mut results = vec![Val::I32(0); 4];
    let left = run(text, &mut results);
    assert_eq!((results[0].unwrap_i32(), results[3].unwrap_f64()), (7, 0.5));
    assert_eq!(left.stack, GIVEN.stack);
    assert!(left.gas < GIVEN.gas);
}

#[test]
fn a_start_function_pays_and_passive_segments_are_found() {
    let text = r#"(module (memory 1) (data "abc") (start $start)
        (func $start (memory.init 0 (i32.const 5) (i32.const 1) (i32.const 2)) (data.drop 0))
        (func (export "run") (result i32) (i32.load8_u (i32.const 6))))"#;
    let mut results = [Val::I32(0)];
    let left = run(text, &mut results);
    assert_eq!(results[0].unwrap_i32(), i32::from(b'c'));
    let gas = Parameters::initial().gas;
    let used = 6 * gas.op_simple + gas.op_memory;
    assert_eq!(GIVEN.gas.abs_diff(left.gas), used);
}

#[test]
fn an_imported_memory_grows_as_its_owner_lets_it() {
    let text = r#"(module (import "m" "m" (memory 1))
        (func (export "run") (result i32 i32)
          (memory.grow (i32.const 1)) (memory.grow (i32.const 1))))"#;
    let mut results = vec![Val::I32(0); 2];
    run(text, &mut results);
    assert_eq!((results[0].unwrap_i32(), results[1].unwrap_i32()), (1, -1));
}

#[test]
fn a_ledger_takes_none_of_it() {
    let rule = |text| wasm(text, Target::Contract).expect_err("refused");
    assert_eq!(rule("(module (func $f) (start $f))"), Rule::StartFunction);
    assert_eq!(rule("(module (func (result i32 i32) unreachable))"), Rule::MultiValue);
    assert_eq!(rule("(module (func (param f32)))"), Rule::Float);
    assert_eq!(rule("(module (func (param funcref)))"), Rule::Proposal);
}
