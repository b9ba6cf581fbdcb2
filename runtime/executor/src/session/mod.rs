//! A block in execution, as its guests see it: the host functions, the call stack, the gas.
//!
//! The session is owned and moved: into the engine for a run, out of it at the end or for a nested
//! call. There is one per block; transactions follow each other on it.

mod calls;
mod crypto;
mod events;
mod facts;
mod gas;
mod host;
mod storage;

use crate::journal::Journal;
use crate::trace::Recorder;
use crate::{BlockEnvironment, FatalError, HostError, Vm};
use std::sync::Arc;
use tenor_primitives::{Address, ContractFailure, HaltCode, Hash, Parameters};

pub use calls::CallOutcome;
pub(crate) use calls::{CallRequest, CallStop};
pub use storage::ScanArguments;

/// One contract call in progress.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) contract: Address,
    pub(crate) caller: Address,
    /// False below a query, whatever the entry point.
    pub(crate) may_write: bool,
    pub(crate) input: Vec<u8>,
    pub(crate) output: Vec<u8>,
    pub(crate) register: Vec<u8>,
    pub(crate) failure: Option<ContractFailure>,
}

/// A block in execution. Its public methods are the host functions; they act for the innermost
/// frame, charge before they work, and take slices that the engine has checked to lie in the
/// guest's memory.
pub struct Session {
    pub(crate) environment: BlockEnvironment,
    pub(crate) journal: Journal,
    pub(crate) vm: Arc<dyn Vm>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) transaction_hash: Hash,
    pub(crate) calls_made: u32,
    /// The last expiry of a client reference that this block has looked at.
    pub(crate) references_pruned: Option<Vec<u8>>,
    /// Gas left to the innermost frame. An engine with a counter of its own writes it here before
    /// each host function and takes it back after.
    pub gas_left: u64,
    /// Logical stack left to the call tree; an engine writes it before a nested call.
    pub stack_left: u32,
    /// Text of the last panic, for the local trace.
    panic_text: Option<String>,
    /// What the current transaction does, while it is traced; never while a block is made.
    pub(crate) recorder: Option<Box<Recorder>>,
}

impl Session {
    pub(crate) fn new(environment: BlockEnvironment, journal: Journal, vm: Arc<dyn Vm>) -> Self {
        Self {
            environment,
            journal,
            vm,
            frames: Vec::new(),
            transaction_hash: Hash::ZERO,
            calls_made: 0,
            references_pruned: None,
            gas_left: 0,
            stack_left: 0,
            panic_text: None,
            recorder: None,
        }
    }

    /// The parameters in force.
    pub fn parameters(&self) -> &Parameters {
        &self.environment.parameters.values
    }

    /// Their hash, part of an engine's cache keys.
    pub fn parameters_hash(&self) -> Hash {
        self.environment.parameters.hash
    }

    /// The original bytes of approved code, for an engine whose cache does not have it.
    pub fn load_code(&mut self, code_hash: &Hash) -> Result<Vec<u8>, FatalError> {
        let key = crate::system::code_key(code_hash);
        let code = self.journal.get((&key).into())?;
        code.map(<[u8]>::to_vec).ok_or(FatalError::CorruptRecord { what: "contract code" })
    }

    /// The last panic's text, if a guest panicked since the last call of this method.
    pub fn take_panic_text(&mut self) -> Option<String> {
        self.panic_text.take()
    }

    pub(crate) fn panic_text(&self) -> Option<&str> {
        self.panic_text.as_deref()
    }

    pub(crate) fn frame(&self) -> &Frame {
        self.frames.last().expect("host functions run inside a frame")
    }

    pub(crate) fn frame_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("host functions run inside a frame")
    }

    pub(crate) fn require_write(&self) -> Result<(), HostError> {
        if self.frame().may_write { Ok(()) } else { Err(HostError::Halt(HaltCode::WriteInQuery)) }
    }
}
