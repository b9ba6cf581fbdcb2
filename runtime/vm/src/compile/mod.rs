//! Where code is compiled. Some modules keep every static rule and still cost the compiler minutes
//! or gigabytes, so a node compiles in a process of its own, which has limits and may die.

mod answer;
mod frame;
mod limits;
mod process;
mod worker;

pub use limits::CompileLimits;
pub use worker::{WorkerError, serve_compiler};

use crate::artifact::Compatibility;
use crate::config::Purpose;
use answer::{Answer, Request};
use process::ask;
use std::ffi::OsString;
use std::path::PathBuf;
use thiserror::Error;

/// A module without anything: what a worker is tried with.
const EMPTY_MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// Where code is compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiler {
    /// On the calling thread, without limits: for tests, benches and replays.
    InProcess,
    /// In a new process for each module.
    Worker(Worker),
}

/// How a worker process is started. Standard input and output carry one request and one answer;
/// [`serve_compiler`] is the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// The program.
    pub program: PathBuf,
    /// Its first arguments; the limits follow as [`CompileLimits::arguments`].
    pub arguments: Vec<OsString>,
    /// What it may use.
    pub limits: CompileLimits,
}

/// Why there is no compiled module.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CompileError {
    /// The compiler refuses it, and would again.
    #[error("the compiler refuses it: {0}")]
    Refused(String),
    /// It did not come to an end. Another try may succeed, so this is never remembered.
    #[error(transparent)]
    Unfinished(#[from] Unfinished),
}

/// Why a worker gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unfinished {
    /// The process could not be started.
    #[error("the compile worker {} did not start: {reason}; expected this node's own program", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// It took longer than it may.
    #[error("compiling took more than {wall_ms_max} ms")]
    TooLong {
        /// The bound, in milliseconds.
        wall_ms_max: u64,
    },
    /// It ended without an answer; more memory or processor time than it may use ends it so.
    #[error("the compile worker ended early: {how}")]
    Ended {
        /// Its exit status or signal.
        how: String,
    },
    /// It answered something else.
    #[error(
        "the compile worker's answer is unusable: {0}; restart the node if its program was replaced"
    )]
    Answer(String),
}

impl Compiler {
    /// Compiles `wasm`, an instrumented module, for engines like `engine`, which is of `purpose`.
    pub(crate) fn compile(
        &self,
        engine: &wasmtime::Engine,
        purpose: Purpose,
        wasm: &[u8],
    ) -> Result<Vec<u8>, CompileError> {
        match self {
            Self::InProcess => engine
                .precompile_module(wasm)
                .map_err(|error| CompileError::Refused(format!("{error:#}"))),
            Self::Worker(worker) => worker.compile(Compatibility::of(engine), purpose, wasm),
        }
    }

    /// Tries whether modules can be compiled for `engine`.
    pub(crate) fn check(
        &self,
        engine: &wasmtime::Engine,
        purpose: Purpose,
    ) -> Result<(), CompileError> {
        self.compile(engine, purpose, EMPTY_MODULE).map(drop)
    }
}

impl Worker {
    fn compile(
        &self,
        expected: Compatibility,
        purpose: Purpose,
        wasm: &[u8],
    ) -> Result<Vec<u8>, CompileError> {
        let request = Request { purpose, wasm: wasm.to_vec() };
        match ask(self, &request)? {
            Answer::Compiled { compatibility, .. } if compatibility != expected => {
                let text = "expected code for this node's engine, got code for another";
                Err(Unfinished::Answer(text.into()).into())
            }
            Answer::Compiled { checksum, module, .. } => {
                if tenor_primitives::keccak256(&module) != checksum {
                    return Err(Unfinished::Answer("its checksum does not match".into()).into());
                }
                Ok(module)
            }
            Answer::Refused { reason } => Err(CompileError::Refused(reason)),
        }
    }
}
