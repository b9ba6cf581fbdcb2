//! What the executor asks of an engine. It knows nothing of wasm: the engine may be wasmtime or a
//! table of native functions.

use crate::{FatalError, Session};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_abi::EntryPoint;
use tenor_primitives::{HaltCode, Hash, Parameters};
use thiserror::Error;

/// An engine that checks and runs guest code.
pub trait Vm: Send + Sync {
    /// Decides whether `code` may be stored. The answer depends on the arguments alone, so that
    /// every node gives the same.
    fn check_code(&self, code: &[u8], parameters: &Parameters) -> Result<CodeReport, CodeRefused>;

    /// Runs one entry point to its end. The session is moved in and comes back whatever happens;
    /// its innermost frame is the call's. On a cold cache the engine takes the code's bytes from
    /// [`Session::load_code`].
    fn run(&self, call: GuestCall, session: Box<Session>) -> (Box<Session>, GuestExit);
}

/// One run of guest code.
#[derive(Clone, Copy, Debug)]
pub struct GuestCall {
    /// Which code.
    pub code_hash: Hash,
    /// Where to enter it.
    pub entry: EntryPoint,
    /// Gas it may use.
    pub gas_limit: u64,
    /// Bytes of logical stack it may use.
    pub stack_limit: u32,
}

/// How a run ended.
#[derive(Debug)]
pub struct GuestExit {
    /// Gas left of [`GuestCall::gas_limit`]; exact whatever the end was, zero when out of gas.
    pub gas_left: u64,
    /// `Ok` when the entry point returned.
    pub result: Result<(), HostError>,
}

/// Why a guest does not go on. An engine turns a host function's error into a trap and the trap
/// back into the same error.
#[derive(Debug, Error)]
pub enum HostError {
    /// The guest called `fail`; its failure is in the frame.
    #[error("the contract refused")]
    Failed,
    /// Execution is stopped, with a receipt.
    #[error("execution stopped: {0:?}")]
    Halt(HaltCode),
    /// The node must stop; there is no receipt.
    #[error(transparent)]
    Fatal(#[from] FatalError),
}

/// What is known of accepted code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeReport {
    /// Whether the code can be migrated to (exports `migrate`).
    pub migrates: bool,
    /// Keccak-256 of the spec section; of no bytes when there is none.
    pub spec_hash: Hash,
    /// Pages of 64 KiB that its memory starts with.
    pub memory_pages: u32,
}

/// Why code is refused: a rule with a stable number, and where it was broken.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Error)]
#[error("code refused by rule {rule}: {text}")]
pub struct CodeRefused {
    /// The rule's stable number.
    pub rule: u16,
    /// The function, by index, if the rule is about one.
    pub function: Option<u32>,
    /// The offset in the module, if known.
    pub offset: Option<u64>,
    /// The rule in words, with what was expected and got. Never part of a receipt.
    pub text: String,
}
