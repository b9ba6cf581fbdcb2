//! wasmtime at an optimisation of the caller's choice.

use super::guest::{Carried, Guest};
use super::record::digest;
use super::side::{Finished, GuestEngine, Run};
use tenor_abi::host::{HostFunction, IMPORT_MODULE, ValueType};
use tenor_executor::{FatalError, HostError, Session};
use tenor_vm::instrument::{GAS_EXPORT, MEMORY_EXPORT, STACK_EXPORT, Target};
use wasmtime::{
    Caller, Config, Engine, FuncType, InstancePre, Linker, Module, OptLevel, Store, Trap, Val,
    ValType, WasmFeatures,
};

/// wasmtime with the contract target, and nothing of production's tuning.
pub struct Compiled {
    linker: Linker<Guest>,
}

impl Compiled {
    /// An engine that optimises as `level` says.
    ///
    /// # Panics
    /// If the settings do not fit together.
    pub fn new(level: OptLevel) -> Self {
        let native = tenor_vm::NATIVE_PER_LOGICAL * tenor_vm::STACK_BYTES_MAX as usize;
        let mut config = Config::new();
        config.wasm_features(WasmFeatures::all(), false);
        config.wasm_features(Target::Contract.features(), true);
        config.cranelift_opt_level(level).concurrency_support(false);
        config.max_wasm_stack(native).async_stack_size(2 * native);
        let engine = Engine::new(&config).expect("the settings fit together");
        let mut linker = Linker::new(&engine);
        for function in HostFunction::ALL.iter().copied() {
            let ty = signature(&engine, function);
            let run = move |caller: Caller<'_, Guest>, arguments: &[Val], results: &mut [Val]| {
                host_function(function, caller, arguments, results)
            };
            linker.func_new(IMPORT_MODULE, function.name(), ty, run).expect("defined once");
        }
        Self { linker }
    }
}

fn signature(engine: &Engine, function: HostFunction) -> FuncType {
    let ty = |ty: &ValueType| match ty {
        ValueType::I32 => ValType::I32,
        ValueType::I64 => ValType::I64,
    };
    FuncType::new(engine, function.params().iter().map(ty), function.result().iter().map(ty))
}

fn host_function(
    function: HostFunction,
    mut caller: Caller<'_, Guest>,
    arguments: &[Val],
    results: &mut [Val],
) -> wasmtime::Result<()> {
    let arguments = words(arguments);
    let mut global = |name| {
        let global = caller.get_export(name).and_then(wasmtime::Extern::into_global);
        let global = global.expect("instrumented");
        (global, global.get(&mut caller))
    };
    let ((counter, gas), (_, stack)) = (global(GAS_EXPORT), global(STACK_EXPORT));
    let memory = caller.get_export(MEMORY_EXPORT).and_then(wasmtime::Extern::into_memory);
    let (bytes, guest) = memory.expect("instrumented").data_and_store_mut(&mut caller);
    let left = (gas.unwrap_i64(), stack.unwrap_i32());
    let (gas, answer) = guest.call(function, &arguments, bytes, left);
    counter.set(&mut caller, Val::I64(gas))?;
    let answer = answer.map_err(Carried)?;
    if let Some(answer) = answer {
        set_result(function, results, answer);
    }
    Ok(())
}

/// A host function's arguments as words.
///
/// # Panics
/// If one is no integer: no host function takes any other.
pub fn words(arguments: &[Val]) -> Vec<u64> {
    let word = |value: &Val| match value {
        Val::I32(value) => u64::from(value.cast_unsigned()),
        Val::I64(value) => value.cast_unsigned(),
        other => unreachable!("host functions take integers, got {other:?}"),
    };
    arguments.iter().map(word).collect()
}

/// Puts a host function's answer where its result goes, if it has one.
///
/// # Panics
/// If the result has 32 bits and the answer more.
pub fn set_result(function: HostFunction, results: &mut [Val], answer: u64) {
    if let Some(result) = results.first_mut() {
        *result = match function.result() {
            Some(ValueType::I64) => Val::I64(answer.cast_signed()),
            _ => Val::I32(u32::try_from(answer).expect("a word").cast_signed()),
        };
    }
}

/// A module that has been compiled and linked.
pub struct CompiledModule(InstancePre<Guest>);

impl GuestEngine for Compiled {
    type Module = CompiledModule;

    fn module(&self, wasm: &[u8]) -> CompiledModule {
        let module = Module::new(self.linker.engine(), wasm).expect("accepted code compiles");
        CompiledModule(self.linker.instantiate_pre(&module).expect("accepted code links"))
    }

    fn run(
        &self,
        CompiledModule(module): &CompiledModule,
        run: Run<'_>,
        session: Box<Session>,
    ) -> Result<Finished, Box<Session>> {
        if module.module().get_export(run.export).is_none() {
            return Err(session);
        }
        let mut store = Store::new(self.linker.engine(), Guest::new(session));
        let instance = module.instantiate(&mut store).expect("accepted code is instantiated");
        let global = |store: &mut Store<Guest>, name| {
            instance.get_global(store, name).expect("instrumented")
        };
        let (gas, stack) = (global(&mut store, GAS_EXPORT), global(&mut store, STACK_EXPORT));
        gas.set(&mut store, Val::I64(run.given.gas)).expect("a mutable i64");
        stack.set(&mut store, Val::I32(run.given.stack)).expect("a mutable i32");
        let function = instance.get_func(&mut store, run.export).expect("looked for above");
        let called = function.call(&mut store, &[], &mut []);
        let (gas, stack) = (gas.get(&mut store).unwrap_i64(), stack.get(&mut store).unwrap_i32());
        let end = called.map_err(|error| host_error(error, gas, stack));
        let memory = instance.get_memory(&mut store, MEMORY_EXPORT).expect("instrumented");
        let memory = digest(memory.data(&store));
        let (session, inside) = store.into_data().finish(stack, memory);
        Ok(Finished { session, end, gas, inside })
    }
}

fn host_error(error: wasmtime::Error, gas: i64, stack: i32) -> HostError {
    let error = match error.downcast::<Carried>() {
        Ok(Carried(error)) => return error,
        Err(error) => error,
    };
    let trap = error.downcast_ref::<Trap>();
    match trap.and_then(|trap| tenor_vm::classify(*trap, gas, stack)) {
        Some(code) => HostError::Halt(code),
        None => HostError::Fatal(FatalError::Engine(format!("{error:#}"))),
    }
}
