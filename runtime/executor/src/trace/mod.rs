//! What a transaction did, step by step: recorded while it is executed again, for a person who wants
//! to know why. Nothing of it feeds a receipt or the state.

mod recorder;
mod replay;

pub(crate) use recorder::Recorder;
pub use replay::trace_transaction;

use tenor_abi::EntryPoint;
use tenor_abi::host::HostFunction;
use tenor_primitives::{Address, ContractFailure, HaltCode, Hash, Receipt, StorageKey};

/// A transaction's execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionTrace {
    /// The receipt that it led to.
    pub receipt: Receipt,
    /// Gas for its bytes and signatures.
    pub intrinsic_gas: u64,
    /// Its messages in order, up to the one that failed.
    pub messages: Vec<MessageTrace>,
    /// What it changed in the state, by key: nothing but its nonce when it failed.
    pub changes: Vec<StorageChange>,
    /// Steps that are not listed, because there were too many; their gas is counted.
    pub steps_omitted: u64,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageTrace {
    /// Gas it used.
    pub gas_used: u64,
    /// The call it made; `None` for a message that only the ledger reads.
    pub call: Option<CallTrace>,
}

/// One contract call: a frame of the call tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallTrace {
    /// The contract called.
    pub contract: Address,
    /// Who called it.
    pub caller: Address,
    /// Where it was entered.
    pub entry: EntryPoint,
    /// The code that ran; `None` if the contract could not be entered.
    pub code_hash: Option<Hash>,
    /// Its input.
    pub payload: Vec<u8>,
    /// Gas it was given.
    pub gas_limit: u64,
    /// Gas it used, with entering it and with what it called.
    pub gas_used: u64,
    /// Gas of its own, without what it called.
    pub own_gas: GasByClass,
    /// What it asked of the host, in order.
    pub steps: Vec<TraceStep>,
    /// How it ended.
    pub end: CallEnd,
    /// Where in its code it was stopped, innermost first; empty if it was not, or if the engine keeps
    /// no places.
    pub places: Vec<CodePlace>,
}

/// Gas by what it was paid for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GasByClass {
    /// Instructions of the guest; of a frame that ran out, also what was left when it did.
    pub instructions: u64,
    /// Reading, writing, removing, scanning.
    pub storage: u64,
    /// Events.
    pub events: u64,
    /// Hashes and signatures.
    pub hashing: u64,
    /// Entering the contract, and handing inputs to others.
    pub calls: u64,
    /// Input, output and the facts of the call.
    pub data: u64,
}

impl GasByClass {
    /// The sum.
    pub fn total(&self) -> u64 {
        let Self { instructions, storage, events, hashing, calls, data } = *self;
        let parts = [storage, events, hashing, calls, data];
        parts.into_iter().fold(instructions, u64::saturating_add)
    }

    /// The class that a host function's gas belongs to.
    pub(crate) fn class_of(&mut self, function: HostFunction) -> &mut u64 {
        match function {
            HostFunction::StorageGet
            | HostFunction::StorageSet
            | HostFunction::StorageRemove
            | HostFunction::StorageScan => &mut self.storage,
            HostFunction::EventEmit => &mut self.events,
            HostFunction::Keccak256 | HostFunction::VerifySignature | HostFunction::RecoverKey => {
                &mut self.hashing
            }
            HostFunction::Call | HostFunction::Query => &mut self.calls,
            HostFunction::InputRead
            | HostFunction::RegisterRead
            | HostFunction::OutputSet
            | HostFunction::Fail
            | HostFunction::Panic
            | HostFunction::ContextRead => &mut self.data,
        }
    }
}

/// One step of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceStep {
    /// A host function other than a call.
    Host(HostStep),
    /// Another contract's frame.
    Call(Box<CallTrace>),
}

/// One use of a host function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostStep {
    /// Which.
    pub function: HostFunction,
    /// The storage namespace, of storage functions.
    pub namespace: Option<u32>,
    /// The storage key, or the first key of a scan.
    pub key: Option<Vec<u8>>,
    /// The event's name, or the panic's text.
    pub text: Option<String>,
    /// Bytes the guest gave: value, event data, output, what is hashed.
    pub given_bytes: u64,
    /// Bytes the guest got; `None` for a key without value, and of functions that give none.
    pub got_bytes: Option<u64>,
    /// Gas it took.
    pub gas: u64,
    /// What stopped the guest here, if anything did.
    pub stopped: Option<Stop>,
}

/// What stops a guest in a host function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It refused.
    Failed,
    /// It was halted.
    Halted(HaltCode),
    /// The engine gave up; there is no receipt.
    Fatal,
}

/// How a frame ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// It returned this output.
    Returned(Vec<u8>),
    /// It refused; nothing of it remains.
    Failed(ContractFailure),
    /// It was stopped; nothing of it remains.
    Halted(HaltCode),
    /// The engine gave up.
    Fatal,
}

/// A place in the code that was uploaded, as an engine knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodePlace {
    /// The function, by index, imported ones counted.
    pub function: u32,
    /// Its name, if the module has one.
    pub name: Option<String>,
    /// The instruction's offset in the module, if known.
    pub offset: Option<u32>,
}

/// A value before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageChange {
    /// Where.
    pub key: StorageKey,
    /// Before the transaction.
    pub before: Option<Vec<u8>>,
    /// After it.
    pub after: Option<Vec<u8>>,
}
