//! Instrumentation seen from outside: what an engine does with the result.

mod gas;
mod shape;
mod stack;
mod standard;

use super::{Instrumented, Settings, instrument};
use tenor_primitives::Parameters;
use wasmtime::{Engine, Instance, Module, Store, Trap, Val};

/// A run of the export `run` of an instrumented module.
#[derive(Debug)]
struct Outcome {
    gas: i64,
    stack: i32,
    result: Result<Option<Val>, Trap>,
    /// The first byte of memory.
    first: u8,
}

/// An instrumented module, compiled.
struct Guest {
    engine: Engine,
    module: Module,
}

fn instrumented(text: &str) -> Instrumented {
    let code = wat::parse_str(text).expect("the test's module parses");
    instrument(&code, Settings::new(&Parameters::initial())).expect("instruments")
}

impl Guest {
    fn new(text: &str) -> Self {
        Self::with(&Parameters::initial(), text)
    }

    fn with(parameters: &Parameters, text: &str) -> Self {
        let code = wat::parse_str(text).expect("the test's module parses");
        let wasm = instrument(&code, Settings::new(parameters)).expect("instruments").wasm;
        let engine = Engine::default();
        let module = Module::new(&engine, wasm).expect("compiles");
        Self { engine, module }
    }

    fn run(&self, gas: i64, stack: i32, arguments: &[Val]) -> Outcome {
        let mut store = Store::new(&self.engine, ());
        let instance = Instance::new(&mut store, &self.module, &[]).expect("instantiates");
        let global = |store: &mut Store<()>, name| {
            instance.get_global(store, name).expect("a counter is exported")
        };
        let (gas_left, stack_left) = (global(&mut store, "gas"), global(&mut store, "stack"));
        gas_left.set(&mut store, Val::I64(gas)).expect("a mutable i64");
        stack_left.set(&mut store, Val::I32(stack)).expect("a mutable i32");
        let run = instance.get_func(&mut store, "guest:run").expect("exported with its prefix");
        let mut results = vec![Val::I32(0); run.ty(&store).results().len()];
        let called = run.call(&mut store, arguments, &mut results);
        let memory = instance.get_memory(&mut store, "memory").expect("exported");
        Outcome {
            gas: gas_left.get(&mut store).unwrap_i64(),
            stack: stack_left.get(&mut store).unwrap_i32(),
            result: called
                .map(|()| results.pop())
                .map_err(|error| error.downcast::<Trap>().expect("a trap")),
            first: memory.data(&store)[0],
        }
    }
}

/// More gas and stack than any test uses.
const PLENTY: i64 = 1 << 50;
const PLENTY_OF_STACK: i32 = 1 << 18;
