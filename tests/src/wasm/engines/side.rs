//! Any engine behind the executor's trait.

use super::record::{Inside, Record};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tenor_executor::{
    CodeRefused, CodeReport, FatalError, GuestCall, GuestExit, HostError, Session, Vm,
};
use tenor_primitives::{HaltCode, Hash, Parameters};
use tenor_vm::instrument::{Counters, GUEST_PREFIX, Settings, instrument};

/// An engine that runs instrumented modules.
pub trait GuestEngine: Send + Sync {
    /// A module, ready to be instantiated.
    type Module: Send + Sync;

    /// Prepares an instrumented module.
    ///
    /// # Panics
    /// If the engine does not take it.
    fn module(&self, wasm: &[u8]) -> Self::Module;

    /// Runs `run` in a new instance; nothing if the module has no such entry point.
    ///
    /// # Errors
    /// The session, if there is no such entry point.
    fn run(
        &self,
        module: &Self::Module,
        run: Run<'_>,
        session: Box<Session>,
    ) -> Result<Finished, Box<Session>>;
}

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The instrumented module's export.
    pub export: &'a str,
    /// What the counters start with.
    pub given: Counters,
}

/// A run at its end.
pub struct Finished {
    /// The session that was moved in.
    pub session: Box<Session>,
    /// How it ended.
    pub end: Result<(), HostError>,
    /// The gas counter.
    pub gas: i64,
    /// What else there was to see.
    pub inside: Inside,
}

/// Modules by their code's hash and the parameters', prepared once for all chains.
pub struct Modules<E: GuestEngine> {
    engine: E,
    prepared: Mutex<BTreeMap<(Hash, Hash), Arc<E::Module>>>,
}

impl<E: GuestEngine> Modules<E> {
    /// No modules yet.
    pub fn new(engine: E) -> Self {
        Self { engine, prepared: Mutex::default() }
    }

    fn get(&self, code_hash: Hash, session: &mut Session) -> Result<Arc<E::Module>, FatalError> {
        let key = (code_hash, session.parameters_hash());
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = prepared.get(&key) {
            return Ok(module.clone());
        }
        let code = session.load_code(&code_hash)?;
        let instrumented = instrument(&code, Settings::new(session.parameters()));
        let wasm = instrumented.expect("accepted code is instrumented").wasm;
        let module = Arc::new(self.engine.module(&wasm));
        prepared.insert(key, module.clone());
        Ok(module)
    }
}

/// A side engine for one chain, with what could be seen of its runs.
pub struct SideVm<E: GuestEngine + 'static> {
    modules: &'static Modules<E>,
    records: Mutex<Vec<(Record, Option<Inside>)>>,
}

impl<E: GuestEngine> SideVm<E> {
    /// An engine whose modules are shared.
    pub fn new(modules: &'static Modules<E>) -> Self {
        Self { modules, records: Mutex::default() }
    }

    /// The runs so far, each at its end.
    pub fn records(&self) -> Vec<(Record, Option<Inside>)> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn exit(
        &self,
        call: &GuestCall,
        mut session: Box<Session>,
    ) -> (Box<Session>, GuestExit, Option<Inside>) {
        let nothing = |error| GuestExit { gas_left: call.gas_limit, result: Err(error) };
        let module = match self.modules.get(call.code_hash, &mut session) {
            Ok(module) => module,
            Err(error) => return (session, nothing(error.into()), None),
        };
        let export = format!("{GUEST_PREFIX}{}", call.entry.export());
        let gas = i64::try_from(call.gas_limit).expect("the ledger's gas limits fit the counter");
        let stack = i32::try_from(call.stack_limit).expect("the ledger's stack fits the counter");
        let run = Run { export: &export, given: Counters { gas, stack } };
        match self.modules.engine.run(&module, run, session) {
            Err(session) => (session, nothing(HostError::Halt(HaltCode::NoEntryPoint)), None),
            Ok(Finished { session, end, gas, inside }) => {
                let out = matches!(end, Err(HostError::Halt(HaltCode::OutOfGas)));
                let gas_left = if out { 0 } else { u64::try_from(gas).unwrap_or(0) };
                (session, GuestExit { gas_left, result: end }, Some(inside))
            }
        }
    }
}

impl<E: GuestEngine> Vm for SideVm<E> {
    fn check_code(&self, code: &[u8], parameters: &Parameters) -> Result<CodeReport, CodeRefused> {
        Ok(tenor_vm::check(code, parameters)?.report)
    }

    fn run(&self, call: GuestCall, session: Box<Session>) -> (Box<Session>, GuestExit) {
        let (session, exit, inside) = self.exit(&call, session);
        let record = (Record::new(&call, &exit), inside);
        self.records.lock().unwrap_or_else(PoisonError::into_inner).push(record);
        (session, exit)
    }
}
