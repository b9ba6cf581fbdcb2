//! wasmi, an interpreter by other authors.

use super::guest::{Carried, Guest};
use super::record::digest;
use super::side::{Finished, GuestEngine, Run};
use crate::wasm::values::Value;
use tenor_abi::host::{HostFunction, IMPORT_MODULE, ValueType};
use tenor_executor::{FatalError, HostError, Session};
use tenor_primitives::HaltCode;
use tenor_vm::instrument::{Counters, GAS_EXPORT, MEMORY_EXPORT, STACK_EXPORT};
use wasmi::{Caller, Config, Engine, FuncType, Linker, Module, Store, TrapCode, Val, ValType};

/// The interpreter.
pub struct Interpreted {
    linker: Linker<Guest>,
}

impl Default for Interpreted {
    fn default() -> Self {
        let mut linker = Linker::new(&engine());
        for function in HostFunction::ALL.iter().copied() {
            let run = move |caller: Caller<'_, Guest>, arguments: &[Val], results: &mut [Val]| {
                host_function(function, caller, arguments, results)
            };
            let name = function.name();
            linker.func_new(IMPORT_MODULE, name, signature(function), run).expect("defined once");
        }
        Self { linker }
    }
}

/// An interpreter whose own bounds are out of the way, so that the logical stack ends first.
pub(crate) fn engine() -> Engine {
    let mut config = Config::default();
    config.set_max_recursion_depth(1 << 20).set_max_stack_height(64 << 20);
    Engine::new(&config)
}

fn signature(function: HostFunction) -> FuncType {
    let ty = |ty: &ValueType| match ty {
        ValueType::I32 => ValType::I32,
        ValueType::I64 => ValType::I64,
    };
    FuncType::new(function.params().iter().map(ty), function.result().iter().map(ty))
}

fn host_function(
    function: HostFunction,
    mut caller: Caller<'_, Guest>,
    arguments: &[Val],
    results: &mut [Val],
) -> Result<(), wasmi::Error> {
    let arguments: Vec<u64> = arguments
        .iter()
        .map(|argument| match value(argument) {
            Some(Value::I32(value)) => u64::from(value.cast_unsigned()),
            Some(Value::I64(value)) => value.cast_unsigned(),
            other => unreachable!("host functions take integers, got {other:?}"),
        })
        .collect();
    let global = |name| {
        let export = caller.get_export(name);
        export.and_then(wasmi::Extern::into_global).expect("instrumented")
    };
    let (counter, stack) = (global(GAS_EXPORT), global(STACK_EXPORT));
    let left = match (value(&counter.get(&caller)), value(&stack.get(&caller))) {
        (Some(Value::I64(gas)), Some(Value::I32(stack))) => (gas, stack),
        other => unreachable!("counters of other types: {other:?}"),
    };
    let memory = caller.get_export(MEMORY_EXPORT).and_then(wasmi::Extern::into_memory);
    let (bytes, guest) = memory.expect("instrumented").data_and_store_mut(&mut caller);
    let (gas, answer) = guest.call(function, &arguments, bytes, left);
    counter.set(&mut caller, Val::I64(gas)).expect("a mutable i64");
    let answer = answer.map_err(|error| wasmi::Error::host(Carried(error)))?;
    if let (Some(result), Some(answer)) = (results.first_mut(), answer) {
        *result = match function.result() {
            Some(ValueType::I64) => Val::I64(answer.cast_signed()),
            _ => Val::I32(u32::try_from(answer).expect("a word").cast_signed()),
        };
    }
    Ok(())
}

/// An integer of the interpreter.
pub(super) fn value(value: &Val) -> Option<Value> {
    match value {
        Val::I32(value) => Some(Value::I32(*value)),
        Val::I64(value) => Some(Value::I64(*value)),
        _ => None,
    }
}

/// The halt that a trap of the interpreter is; none for one that no receipt can carry.
pub(super) fn halt(trap: TrapCode, left: Counters) -> Option<HaltCode> {
    let halt = match trap {
        TrapCode::UnreachableCodeReached if left.stack < 0 => HaltCode::StackExhausted,
        TrapCode::UnreachableCodeReached => HaltCode::Unreachable,
        TrapCode::MemoryOutOfBounds => HaltCode::MemoryOutOfBounds,
        TrapCode::TableOutOfBounds => HaltCode::TableOutOfBounds,
        TrapCode::IndirectCallToNull => HaltCode::IndirectCallToNull,
        TrapCode::BadSignature => HaltCode::BadSignature,
        TrapCode::IntegerDivisionByZero => HaltCode::DivisionByZero,
        TrapCode::IntegerOverflow => HaltCode::IntegerOverflow,
        _ => return None,
    };
    Some(if left.gas < 0 { HaltCode::OutOfGas } else { halt })
}

impl GuestEngine for Interpreted {
    type Module = Module;

    fn module(&self, wasm: &[u8]) -> Module {
        Module::new(self.linker.engine(), wasm).expect("accepted code is taken")
    }

    fn run(
        &self,
        module: &Module,
        run: Run<'_>,
        session: Box<Session>,
    ) -> Result<Finished, Box<Session>> {
        if module.get_export(run.export).is_none() {
            return Err(session);
        }
        let mut store = Store::new(self.linker.engine(), Guest::new(session));
        let made = self.linker.instantiate_and_start(&mut store, module);
        let instance = made.expect("accepted code is instantiated");
        let global = |name| instance.get_global(&store, name).expect("instrumented");
        let (gas, stack) = (global(GAS_EXPORT), global(STACK_EXPORT));
        gas.set(&mut store, Val::I64(run.given.gas)).expect("a mutable i64");
        stack.set(&mut store, Val::I32(run.given.stack)).expect("a mutable i32");
        let function = instance.get_func(&store, run.export).expect("looked for above");
        let called = function.call(&mut store, &[], &mut []);
        let left = match (value(&gas.get(&store)), value(&stack.get(&store))) {
            (Some(Value::I64(gas)), Some(Value::I32(stack))) => Counters { gas, stack },
            other => unreachable!("counters of other types: {other:?}"),
        };
        let end = called.map_err(|error| host_error(error, left));
        let memory = instance.get_memory(&store, MEMORY_EXPORT).expect("instrumented");
        let memory = digest(memory.data(&store));
        let (session, inside) = store.into_data().finish(left.stack, memory);
        Ok(Finished { session, end, gas: left.gas, inside })
    }
}

fn host_error(error: wasmi::Error, left: Counters) -> HostError {
    if let Some(code) = error.as_trap_code().and_then(|trap| halt(trap, left)) {
        return HostError::Halt(code);
    }
    let text = format!("{error}");
    match error.downcast::<Carried>() {
        Some(Carried(error)) => error,
        None => HostError::Fatal(FatalError::Engine(text)),
    }
}
