//! The engine behind the executor's trait.

use crate::artifact::{ArtifactKey, ArtifactStore, Compatibility};
use crate::check::check;
use crate::config::{MEMORY_PAGES_MAX, STACK_BYTES_MAX, TABLE_ELEMENTS_MAX, VmConfig};
use crate::contract::Contract;
use crate::host::{HostState, linker};
use crate::instrument::{INSTRUMENTATION_VERSION, Settings, instrument};
use crate::modules::{LoadedModules, ModuleKey};
use crate::permits::Permits;
use crate::refusal::{CodeRefusal, Rule};
use crate::run::run;
use std::sync::{Arc, Mutex, PoisonError};
use tenor_executor::{
    CodeRefused, CodeReport, FatalError, GuestCall, GuestExit, HostError, Session, Vm,
};
use tenor_primitives::{HaltCode, Hash, Limits, Parameters, keccak256};
use thiserror::Error;
use wasmtime::{Engine, Linker, Module};

/// Why the engine could not be set up.
#[derive(Debug, Error)]
pub enum VmError {
    /// wasmtime refuses the settings or the machine cannot give what they ask for.
    #[error(
        "the WebAssembly engine could not start: {0}; lower concurrent_runs_max or free address space"
    )]
    Engine(String),
    /// The directory for compiled modules.
    #[error("the directory for compiled modules is unusable: {0}")]
    Directory(#[from] std::io::Error),
}

/// Runs contracts on wasmtime. One per node; threads share it.
///
/// A thread that calls it needs a stack of [`THREAD_STACK_BYTES`](crate::THREAD_STACK_BYTES).
pub struct WasmVm {
    config: VmConfig,
    engine: Engine,
    linker: Linker<HostState>,
    compatibility: Compatibility,
    artifacts: Option<ArtifactStore>,
    loaded: LoadedModules,
    permits: Permits,
    /// Held while something is compiled: one at a time is enough, and bounds the memory it takes.
    compiling: Mutex<()>,
}

impl WasmVm {
    /// Sets up an engine.
    ///
    /// # Errors
    /// When the machine cannot give the address space, or the directory cannot be made.
    pub fn new(config: VmConfig) -> Result<Self, VmError> {
        let failed = |error: wasmtime::Error| VmError::Engine(format!("{error:#}"));
        let engine = crate::engine::build(&config).map_err(failed)?;
        let artifacts =
            config.artifact_directory.as_deref().map(ArtifactStore::open).transpose()?;
        Ok(Self {
            linker: linker(&engine).map_err(failed)?,
            compatibility: Compatibility::of(&engine),
            artifacts,
            loaded: LoadedModules::new(config.loaded_modules_max),
            permits: Permits::new(config.concurrent_runs_max),
            compiling: Mutex::new(()),
            engine,
            config,
        })
    }

    /// Checks `code` as [`Vm::check_code`] does and then compiles it, so that its first call finds
    /// it ready. For admission, before an operator approves: whether a compiler copes is not a
    /// static rule.
    ///
    /// # Errors
    /// The rule that is broken; [`Rule::Compile`] if the compiler does not cope.
    pub fn admit(&self, code: &[u8], parameters: &Parameters) -> Result<CodeReport, CodeRefusal> {
        let checked = check(code, parameters)?;
        let key = (keccak256(code), parameters.hash());
        let _compiling = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        if self.loaded.get(&key).is_none() {
            self.compile(key, parameters, &checked.instrumented.wasm).map_err(|error| {
                CodeRefusal::new(Rule::Compile, "a module that compiles", error.to_string())
            })?;
        }
        Ok(checked.report)
    }

    /// The contract with that code under the session's parameters.
    fn contract(
        &self,
        code_hash: &Hash,
        session: &mut Session,
    ) -> Result<Arc<Contract>, FatalError> {
        let key = (*code_hash, session.parameters_hash());
        match self.loaded.get(&key) {
            Some(contract) => Ok(contract),
            None => self.load(key, session),
        }
    }

    #[cold]
    fn load(&self, key: ModuleKey, session: &mut Session) -> Result<Arc<Contract>, FatalError> {
        self.check_room(session.parameters())?;
        let _compiling = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(contract) = self.loaded.get(&key) {
            return Ok(contract);
        }
        let artifact = self.artifact_key(key, session.parameters());
        let kept = self.artifacts.as_ref().and_then(|store| store.load(&self.engine, artifact));
        if let Some(module) = kept {
            return self.link(key, &module);
        }
        let code = session.load_code(&key.0)?;
        if keccak256(&code) != key.0 {
            return Err(FatalError::CorruptRecord { what: "contract code" });
        }
        // The rules of upload were kept when it was uploaded; later limits do not undo that.
        let instrumented = instrument(&code, Settings::new(session.parameters()))
            .map_err(|refusal| FatalError::Engine(format!("approved code: {refusal}")))?;
        self.compile(key, session.parameters(), &instrumented.wasm)
    }

    fn compile(
        &self,
        key: ModuleKey,
        parameters: &Parameters,
        wasm: &[u8],
    ) -> Result<Arc<Contract>, FatalError> {
        let module = Module::from_binary(&self.engine, wasm)
            .map_err(|error| FatalError::Engine(format!("compiling: {error:#}")))?;
        if let Some(store) = &self.artifacts {
            store.save(self.artifact_key(key, parameters), &module);
        }
        self.link(key, &module)
    }

    fn link(&self, key: ModuleKey, module: &Module) -> Result<Arc<Contract>, FatalError> {
        let contract = Contract::link(&self.linker, module)
            .map_err(|error| FatalError::Engine(format!("linking: {error:#}")))?;
        let contract = Arc::new(contract);
        self.loaded.insert(key, contract.clone());
        Ok(contract)
    }

    fn artifact_key(&self, key: ModuleKey, parameters: &Parameters) -> ArtifactKey {
        ArtifactKey::new(key.0, parameters, self.compatibility)
    }

    /// Refuses parameters that this engine was not built for, before they can matter in the middle
    /// of a block.
    fn check_room(&self, parameters: &Parameters) -> Result<(), FatalError> {
        let Limits {
            call_depth_max, stack_bytes_max, memory_pages_max, table_elements_max, ..
        } = parameters.limits;
        let version = u32::from(parameters.instrumentation_version);
        for (what, asked, room) in [
            ("instrumentation_version", version, u32::from(INSTRUMENTATION_VERSION)),
            ("call_depth_max", call_depth_max, self.config.call_depth_max),
            ("stack_bytes_max", stack_bytes_max, STACK_BYTES_MAX),
            ("memory_pages_max", memory_pages_max, MEMORY_PAGES_MAX),
            ("table_elements_max", table_elements_max, TABLE_ELEMENTS_MAX),
        ] {
            if asked > room {
                let text = format!(
                    "the ledger's {what} is {asked}, this node has room for {room}; reconfigure or update it"
                );
                return Err(FatalError::Engine(text));
            }
        }
        Ok(())
    }

    /// Contracts that are loaded.
    #[cfg(test)]
    pub(crate) fn loaded_count(&self) -> usize {
        self.loaded.len()
    }
}

impl Vm for WasmVm {
    fn check_code(&self, code: &[u8], parameters: &Parameters) -> Result<CodeReport, CodeRefused> {
        Ok(check(code, parameters)?.report)
    }

    fn run(&self, call: GuestCall, mut session: Box<Session>) -> (Box<Session>, GuestExit) {
        let _running = self.permits.enter();
        let refused = |error| GuestExit { gas_left: call.gas_limit, result: Err(error) };
        let contract = match self.contract(&call.code_hash, &mut session) {
            Ok(contract) => contract,
            Err(error) => return (session, refused(error.into())),
        };
        match contract.entry(call.entry) {
            Some(entry) => run(&self.engine, &contract, entry, &call, session),
            None => (session, refused(HostError::Halt(HaltCode::NoEntryPoint))),
        }
    }
}
