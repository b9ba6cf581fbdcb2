//! An engine that keeps what its guests are answered.

use super::{HostAnswer, Run, output_of};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tenor_abi::host::{HostFunction, IMPORT_MODULE, ValueType};
use tenor_executor::{CodeRefused, CodeReport, GuestCall, GuestExit, HostError, Session, Vm};
use tenor_primitives::{HaltCode, Hash, Parameters};
use tenor_tests::wasm::engines::{host_call, set_result, words};
use tenor_vm::instrument::{
    GAS_EXPORT, GUEST_PREFIX, MEMORY_EXPORT, STACK_EXPORT, Settings, instrument,
};
use wasmtime::{Caller, Extern, FuncType, InstancePre, Linker, Module, Store, Val, ValType};

/// Runs contracts and keeps, of every run, what its host answered. Whatever a guest did that a
/// receipt cannot carry is a defect of the measurement.
pub struct Recorder {
    linker: Linker<Guest>,
    modules: Mutex<BTreeMap<Hash, (Vec<u8>, InstancePre<Guest>)>>,
    runs: Arc<Mutex<Vec<Run>>>,
}

struct Guest {
    session: Option<Box<Session>>,
    runs: Arc<Mutex<Vec<Run>>>,
    run: usize,
}

impl Recorder {
    /// Nothing recorded.
    ///
    /// # Panics
    /// If the engine does not start.
    pub fn new() -> Self {
        let engine = tenor_vm::engine::build(&tenor_vm::VmConfig::default()).expect("starts");
        let mut linker = Linker::new(&engine);
        for function in HostFunction::ALL.iter().copied() {
            let ty = |ty: &ValueType| match ty {
                ValueType::I32 => ValType::I32,
                ValueType::I64 => ValType::I64,
            };
            let params = function.params().iter().map(ty);
            let ty = FuncType::new(&engine, params, function.result().iter().map(ty));
            let run = move |caller: Caller<'_, Guest>, arguments: &[Val], results: &mut [Val]| {
                record(function, caller, arguments, results)
            };
            linker.func_new(IMPORT_MODULE, function.name(), ty, run).expect("defined once");
        }
        Self { linker, modules: Mutex::default(), runs: Arc::default() }
    }

    /// What was recorded since the last time, in the order in which runs began.
    pub fn take(&self) -> Vec<Run> {
        std::mem::take(&mut *self.runs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The instrumented form of code that has run.
    ///
    /// # Panics
    /// If it has not.
    pub fn instrumented(&self, code_hash: &Hash) -> Vec<u8> {
        let modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        modules.get(code_hash).expect("code that has run").0.clone()
    }

    fn module(&self, code_hash: Hash, session: &mut Session) -> InstancePre<Guest> {
        let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        let prepare = || {
            let code = session.load_code(&code_hash).expect("approved code");
            let instrumented = instrument(&code, Settings::new(session.parameters()));
            let wasm = instrumented.expect("approved code is instrumented").wasm;
            let module = Module::new(self.linker.engine(), &wasm).expect("compiles");
            (wasm, self.linker.instantiate_pre(&module).expect("links"))
        };
        modules.entry(code_hash).or_insert_with(prepare).1.clone()
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

fn record(
    function: HostFunction,
    mut caller: Caller<'_, Guest>,
    arguments: &[Val],
    results: &mut [Val],
) -> wasmtime::Result<()> {
    let arguments = words(arguments);
    let mut global = |name| {
        let global = caller.get_export(name).and_then(Extern::into_global).expect("instrumented");
        (global, global.get(&mut caller))
    };
    let ((counter, gas), (_, stack)) = (global(GAS_EXPORT), global(STACK_EXPORT));
    let memory = caller.get_export(MEMORY_EXPORT).and_then(Extern::into_memory);
    let (memory, guest) = memory.expect("instrumented").data_and_store_mut(&mut caller);
    let mut session = guest.session.take().expect("present while the guest runs");
    session.gas_left = gas.unwrap_i64().unsigned_abs();
    session.stack_left = stack.unwrap_i32().unsigned_abs();
    let (session, answer) = host_call(function, &arguments, memory, session);
    let left = i64::try_from(session.gas_left).expect("no more than before");
    guest.session = Some(session);
    let result = answer.expect("no host function of a measurement fails").unwrap_or(0);
    let written = output_of(function, &arguments, result);
    let written = written.map(|range| (range.start, memory[range].to_vec()));
    let mut runs = guest.runs.lock().unwrap_or_else(PoisonError::into_inner);
    runs[guest.run].answers.push(HostAnswer { written, result });
    drop(runs);
    counter.set(&mut caller, Val::I64(left))?;
    set_result(function, results, result);
    Ok(())
}

impl Vm for Recorder {
    fn check_code(&self, code: &[u8], parameters: &Parameters) -> Result<CodeReport, CodeRefused> {
        Ok(tenor_vm::check(code, parameters)?.report)
    }

    fn run(&self, call: GuestCall, mut session: Box<Session>) -> (Box<Session>, GuestExit) {
        let module = self.module(call.code_hash, &mut session);
        let run = {
            let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
            let answers = Vec::new();
            runs.push(Run { code_hash: call.code_hash, entry: call.entry, answers });
            runs.len() - 1
        };
        let guest = Guest { session: Some(session), runs: self.runs.clone(), run };
        let mut store = Store::new(self.linker.engine(), guest);
        let instance = module.instantiate(&mut store).expect("approved code is instantiated");
        let global = |store: &mut Store<Guest>, name| {
            instance.get_global(store, name).expect("instrumented")
        };
        let (gas, stack) = (global(&mut store, GAS_EXPORT), global(&mut store, STACK_EXPORT));
        let given = i64::try_from(call.gas_limit).expect("fits the counter");
        let room = i32::try_from(call.stack_limit).expect("fits the counter");
        gas.set(&mut store, Val::I64(given)).expect("a mutable i64");
        stack.set(&mut store, Val::I32(room)).expect("a mutable i32");
        let export = format!("{GUEST_PREFIX}{}", call.entry.export());
        let result = match instance.get_func(&mut store, &export) {
            Some(function) => {
                function.call(&mut store, &[], &mut []).expect("no run of a measurement traps");
                Ok(())
            }
            None => Err(HostError::Halt(HaltCode::NoEntryPoint)),
        };
        let gas_left = gas.get(&mut store).unwrap_i64().unsigned_abs();
        let session = store.into_data().session.expect("every host function puts it back");
        (session, GuestExit { gas_left, result })
    }
}
