//! The engine behind the executor's trait.

use crate::artifact::{self, ArtifactKey, ArtifactStore, Compatibility};
use crate::check::{CheckedCode, check};
use crate::compile::{CompileError, Unfinished};
use crate::config::{MEMORY_PAGES_MAX, Purpose, STACK_BYTES_MAX, TABLE_ELEMENTS_MAX, VmConfig};
use crate::contract::Contract;
use crate::deadline::{Deadline, Epochs, Timed};
use crate::host::{HostState, linker};
use crate::instrument::{INSTRUMENTATION_VERSION, Settings, instrument};
use crate::modules::{LoadedModules, ModuleKey};
use crate::permits::Permits;
use crate::refusal::{CodeRefusal, Rule};
use crate::run::run;
use crate::verdicts::Refusals;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tenor_executor::{
    CodeRefused, CodeReport, FatalError, GuestCall, GuestExit, HostError, Session, Vm,
};
use tenor_primitives::{HaltCode, Hash, Limits, Parameters, keccak256};
use thiserror::Error;
use wasmtime::{Engine, Linker, Module};

/// How often approved code is compiled before the node gives up.
const APPROVED_TRIES: u32 = 3;
/// More epochs than ever pass.
const EPOCHS_WITHOUT_END: u64 = u64::MAX / 2;

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
    Directory(std::io::Error),
    /// The system gives no thread to count time.
    #[error("the WebAssembly engine could not start: no thread: {0}")]
    Thread(std::io::Error),
    /// Nothing can be compiled.
    #[error("contracts cannot be compiled: {0}")]
    Compiler(CompileError),
}

/// Why code is not admitted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotAdmitted {
    /// It breaks a rule, and would again.
    #[error(transparent)]
    Refused(#[from] CodeRefusal),
    /// It could not be compiled this time.
    #[error(transparent)]
    Unfinished(#[from] Unfinished),
}

/// Runs contracts on wasmtime; threads share it. A node has one for blocks and one for requests.
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
    /// Held while a run loads code: one at a time is enough, and bounds the memory it takes.
    loading: Mutex<()>,
    /// The same for admission, which no run waits for.
    admitting: Mutex<()>,
    refused: Refusals,
    /// Only where requests have deadlines.
    epochs: Option<Epochs>,
}

impl WasmVm {
    /// Sets up an engine.
    ///
    /// # Errors
    /// When the machine cannot give the address space, the directory cannot be made, or the compiler
    /// cannot compile even an empty module.
    pub fn new(config: VmConfig) -> Result<Self, VmError> {
        let failed = |error: wasmtime::Error| VmError::Engine(format!("{error:#}"));
        let engine = crate::engine::build(&config).map_err(failed)?;
        config.compiler.check(&engine, config.purpose).map_err(VmError::Compiler)?;
        let directory = config.artifact_directory.as_deref();
        let artifacts = directory.map(ArtifactStore::open).transpose();
        let timed = config.purpose != Purpose::Blocks;
        let epochs = timed.then(|| Epochs::start(&engine)).transpose();
        Ok(Self {
            linker: linker(&engine).map_err(failed)?,
            compatibility: Compatibility::of(&engine),
            artifacts: artifacts.map_err(VmError::Directory)?,
            loaded: LoadedModules::new(config.loaded_modules_max, config.loaded_modules_bytes_max),
            permits: Permits::new(config.concurrent_runs_max),
            loading: Mutex::new(()),
            admitting: Mutex::new(()),
            refused: Refusals::default(),
            epochs: epochs.map_err(VmError::Thread)?,
            engine,
            config,
        })
    }

    /// This engine for one request that begins now and may take `limit`; afterwards every run of it
    /// ends with [`FatalError::Deadline`]. An engine for blocks knows no time and ignores it.
    pub fn within(self: &Arc<Self>, limit: Duration) -> Arc<dyn Vm> {
        match &self.epochs {
            Some(epochs) => {
                Arc::new(Timed { deadline: epochs.deadline(limit), vm: Arc::clone(self) })
            }
            None => Arc::clone(self) as Arc<dyn Vm>,
        }
    }

    /// Checks `code` as [`Vm::check_code`] does and then compiles it, so that its first call finds
    /// its artifact, where those are kept. For admission, before an operator approves: whether a
    /// compiler copes is not a static rule. Runs go on meanwhile, and what they have loaded stays:
    /// code that nobody has approved takes no room among it.
    ///
    /// # Errors
    /// The rule that is broken, with [`Rule::Compile`] if the compiler refuses the code; or that it
    /// was not compiled this time.
    pub fn admit(&self, code: &[u8], parameters: &Parameters) -> Result<CodeReport, NotAdmitted> {
        let key = (keccak256(code), parameters.hash());
        if let Some(refusal) = self.refused.get(&key) {
            return Err(refusal.into());
        }
        let admitted = check(code, parameters)
            .map_err(NotAdmitted::from)
            .and_then(|checked| self.make_ready(key, parameters, checked));
        if let Err(NotAdmitted::Refused(refusal)) = &admitted {
            self.refused.insert(key, refusal.clone());
        }
        admitted
    }

    /// Compiles what is not compiled yet.
    fn make_ready(
        &self,
        key: ModuleKey,
        parameters: &Parameters,
        checked: CheckedCode,
    ) -> Result<CodeReport, NotAdmitted> {
        let _admitting = self.admitting.lock().unwrap_or_else(PoisonError::into_inner);
        let artifact = self.artifact_key(key, parameters);
        if self.loaded.get(&key).is_some() {
            return Ok(checked.report);
        }
        let kept = self.kept(artifact).map(Ok);
        let module = kept.unwrap_or_else(|| self.compile(artifact, &checked.instrumented.wasm));
        let module = module.map_err(|error| match error {
            CompileError::Unfinished(unfinished) => NotAdmitted::Unfinished(unfinished),
            CompileError::Refused(reason) => {
                CodeRefusal::new(Rule::Compile, "a module that compiles", reason).into()
            }
        })?;
        match self.linked(&module) {
            Ok(_) => Ok(checked.report),
            Err(error) => Err(Unfinished::Answer(error.to_string()).into()),
        }
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
        let _loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(contract) = self.loaded.get(&key) {
            return Ok(contract);
        }
        let artifact = self.artifact_key(key, session.parameters());
        if let Some(module) = self.kept(artifact) {
            return self.link(key, &module);
        }
        let code = session.load_code(&key.0)?;
        if keccak256(&code) != key.0 {
            return Err(FatalError::CorruptRecord { what: "contract code" });
        }
        // The rules of upload were kept when it was uploaded; later limits do not undo that.
        let instrumented = instrument(&code, Settings::new(session.parameters()))
            .map_err(|refusal| FatalError::Engine(format!("approved code: {refusal}")))?;
        let module = self.compile_approved(artifact, &instrumented.wasm);
        let module = module.map_err(|error| {
            let text = format!(
                "approved code {:?} does not compile here: {error}; raise the \
                 compiler's limits in the node's file and start again",
                key.0
            );
            FatalError::Engine(text)
        })?;
        self.link(key, &module)
    }

    /// The compiled module in the directory, if there is a good one.
    fn kept(&self, artifact: ArtifactKey) -> Option<Module> {
        self.artifacts.as_ref()?.load(&self.engine, artifact)
    }

    /// Compiles code that the ledger relies on: what may have been the machine's moment is tried
    /// again before it becomes the node's end.
    fn compile_approved(&self, artifact: ArtifactKey, wasm: &[u8]) -> Result<Module, CompileError> {
        for _ in 1..APPROVED_TRIES {
            match self.compile(artifact, wasm) {
                Err(CompileError::Unfinished(error)) => {
                    tracing::error!(%error, "approved code is not compiled yet; trying again");
                }
                compiled => return compiled,
            }
        }
        self.compile(artifact, wasm)
    }

    fn compile(&self, artifact: ArtifactKey, wasm: &[u8]) -> Result<Module, CompileError> {
        let bytes = self.config.compiler.compile(&self.engine, self.config.purpose, wasm)?;
        let module = artifact::load(&self.engine, &bytes)
            .map_err(|error| Unfinished::Answer(format!("{error:#}")))?;
        if let Some(store) = &self.artifacts {
            store.save(artifact, &bytes);
        }
        Ok(module)
    }

    /// Links `module` and keeps it loaded.
    fn link(&self, key: ModuleKey, module: &Module) -> Result<Arc<Contract>, FatalError> {
        let contract = Arc::new(self.linked(module)?);
        self.loaded.insert(key, contract.clone());
        Ok(contract)
    }

    fn linked(&self, module: &Module) -> Result<Contract, FatalError> {
        Contract::link(&self.linker, module)
            .map_err(|error| FatalError::Engine(format!("linking: {error:#}")))
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

    /// Runs one entry point; with a deadline, no longer than until then.
    pub(crate) fn run_until(
        &self,
        call: &GuestCall,
        mut session: Box<Session>,
        deadline: Option<Deadline>,
    ) -> (Box<Session>, GuestExit) {
        let _running = self.permits.enter();
        let refused = |error| GuestExit { gas_left: call.gas_limit, result: Err(error) };
        let contract = match self.contract(&call.code_hash, &mut session) {
            Ok(contract) => contract,
            Err(error) => return (session, refused(error.into())),
        };
        let epochs = match (&self.epochs, deadline) {
            (Some(epochs), Some(deadline)) => epochs.left(deadline),
            _ => Some(EPOCHS_WITHOUT_END),
        };
        let Some(epochs) = epochs else {
            return (session, refused(FatalError::Deadline.into()));
        };
        match contract.entry(call.entry) {
            Some(entry) => run(&self.engine, &contract, entry, call, epochs, session),
            None => (session, refused(HostError::Halt(HaltCode::NoEntryPoint))),
        }
    }

    /// Bytes of the contracts that are loaded.
    #[cfg(test)]
    pub(crate) fn loaded_bytes(&self) -> usize {
        self.loaded.bytes()
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

    fn run(&self, call: GuestCall, session: Box<Session>) -> (Box<Session>, GuestExit) {
        self.run_until(&call, session, None)
    }
}
