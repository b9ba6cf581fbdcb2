//! Runs of modules that import nothing, instrumented or as they were.

use super::interpreted as wasmi_engine;
use super::record::digest;
use crate::wasm::values::Value;
use tenor_primitives::HaltCode;
use tenor_vm::instrument::{Counters, GAS_EXPORT, GUEST_PREFIX, MEMORY_EXPORT, STACK_EXPORT};

/// Everything that can be seen of a run after its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bare {
    /// Why it ended before its end.
    pub halt: Option<HaltCode>,
    /// The result, if it returned one.
    pub result: Option<Value>,
    /// The counters; none if the module has none.
    pub left: Option<Counters>,
    /// The digest of the memory.
    pub memory: u64,
    /// The globals that the module exports, in the order of their names.
    pub globals: Vec<Value>,
}

/// The interpreter's engine, for modules that [`interpreted`] runs.
pub fn interpreter() -> wasmi::Engine {
    wasmi_engine::engine()
}

/// Runs the export `run` of an instrumented `module` on wasmtime.
///
/// # Panics
/// If it cannot be instantiated, has no memory, or ends in a way that no receipt can carry.
pub fn compiled(module: &wasmtime::Module, given: Counters, globals: &[&str]) -> Bare {
    use wasmtime::{Instance, Store, Val};
    let mut store = Store::new(module.engine(), ());
    let instance = Instance::new(&mut store, module, &[]).expect("imports nothing");
    let counters = [GAS_EXPORT, STACK_EXPORT]
        .map(|name| instance.get_global(&mut store, name).expect("instrumented"));
    counters[0].set(&mut store, Val::I64(given.gas)).expect("a mutable i64");
    counters[1].set(&mut store, Val::I32(given.stack)).expect("a mutable i32");
    let run = instance.get_func(&mut store, &format!("{GUEST_PREFIX}run")).expect("exported");
    let mut results = vec![Val::I32(0); run.ty(&store).results().len()];
    let called = run.call(&mut store, &[], &mut results);
    let left = Counters {
        gas: counters[0].get(&mut store).unwrap_i64(),
        stack: counters[1].get(&mut store).unwrap_i32(),
    };
    let halt = called.err().map(|error| {
        let trap = error.downcast::<wasmtime::Trap>().expect("a trap");
        tenor_vm::classify(trap, left.gas, left.stack).expect("a trap of the ledger's table")
    });
    let memory = instance.get_memory(&mut store, MEMORY_EXPORT).expect("a memory");
    let values = globals.iter().map(|name| {
        let global = instance.get_global(&mut store, &format!("{GUEST_PREFIX}{name}"));
        Value::of(&global.expect("exported").get(&mut store)).expect("an integer")
    });
    let globals = values.collect();
    Bare {
        result: results.first().and_then(Value::of).filter(|_| halt.is_none()),
        halt,
        left: Some(left),
        memory: digest(memory.data(&store)),
        globals,
    }
}

/// Runs the export `run` of `module` on the interpreter; `given` if it is instrumented.
///
/// # Panics
/// If it cannot be instantiated, has no memory, or ends in a way that no receipt can carry.
pub fn interpreted(module: &wasmi::Module, given: Option<Counters>, globals: &[&str]) -> Bare {
    use wasmi::{Instance, Store, Val};
    let mut store = Store::new(module.engine(), ());
    let instance = Instance::new(&mut store, module, &[]).expect("imports nothing");
    let prefix = if given.is_some() { GUEST_PREFIX } else { "" };
    if let Some(given) = given {
        let global = |name| instance.get_global(&store, name).expect("instrumented");
        let (gas, stack) = (global(GAS_EXPORT), global(STACK_EXPORT));
        gas.set(&mut store, Val::I64(given.gas)).expect("a mutable i64");
        stack.set(&mut store, Val::I32(given.stack)).expect("a mutable i32");
    }
    let run = instance.get_func(&store, &format!("{prefix}run")).expect("exported");
    let mut results = vec![Val::I32(0); run.ty(&store).results().len()];
    let called = run.call(&mut store, &[], &mut results);
    let value = |name: &str| {
        let global = instance.get_global(&store, name).expect("exported");
        wasmi_engine::value(&global.get(&store)).expect("an integer")
    };
    let left = given.map(|_| match (value(GAS_EXPORT), value(STACK_EXPORT)) {
        (Value::I64(gas), Value::I32(stack)) => Counters { gas, stack },
        other => panic!("counters of other types: {other:?}"),
    });
    let halt = called.err().map(|error| {
        let trap = error.as_trap_code().expect("a trap");
        wasmi_engine::halt(trap, left.unwrap_or_default()).expect("a trap of the ledger's table")
    });
    let memory = if given.is_some() { MEMORY_EXPORT } else { "m" };
    let memory = instance.get_memory(&store, memory).expect("a memory");
    Bare {
        result: results.first().and_then(wasmi_engine::value).filter(|_| halt.is_none()),
        halt,
        left,
        memory: digest(memory.data(&store)),
        globals: globals.iter().map(|name| value(&format!("{prefix}{name}"))).collect(),
    }
}
