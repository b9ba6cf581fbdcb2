//! What can be seen of the runs of an engine.

use std::hash::{DefaultHasher, Hasher};
use std::sync::{Mutex, PoisonError};
use tenor_abi::EntryPoint;
use tenor_executor::{CodeRefused, CodeReport, GuestCall, GuestExit, Session, Vm};
use tenor_primitives::{Hash, Parameters};

/// One run of guest code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Which code.
    pub code_hash: Hash,
    /// Where it was entered.
    pub entry: EntryPoint,
    /// Gas it was given.
    pub gas_limit: u64,
    /// Bytes of logical stack it was given.
    pub stack_limit: u32,
    /// Gas it left.
    pub gas_left: u64,
    /// How it ended.
    pub end: String,
}

impl Record {
    /// The record of `call` that ended in `exit`.
    pub fn new(call: &GuestCall, exit: &GuestExit) -> Self {
        let GuestCall { code_hash, entry, gas_limit, stack_limit } = *call;
        let (gas_left, end) = (exit.gas_left, format!("{:?}", exit.result));
        Self { code_hash, entry, gas_limit, stack_limit, gas_left, end }
    }
}

/// What only the engine itself can see of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// The stack counter at the end.
    pub stack_left: i32,
    /// The digest of the memory at the end.
    pub memory: u64,
    /// The hash over all host calls: function, arguments, gas before and after, answer.
    pub host_calls: Hash,
    /// How many there were.
    pub host_call_count: u32,
}

/// A digest of a guest's memory: its length, and every page of 4 KiB that is not all zeros.
pub(super) fn digest(memory: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_usize(memory.len());
    for (index, page) in memory.chunks(4 << 10).enumerate() {
        if page.iter().any(|byte| *byte != 0) {
            hasher.write_usize(index);
            hasher.write(page);
        }
    }
    hasher.finish()
}

/// An engine of production whose runs are written down.
pub struct Recorded<V> {
    vm: V,
    records: Mutex<Vec<Record>>,
}

impl<V> Recorded<V> {
    /// Writes down the runs of `vm`.
    pub fn new(vm: V) -> Self {
        Self { vm, records: Mutex::default() }
    }

    /// The runs so far, each at its end.
    pub fn records(&self) -> Vec<Record> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<V: std::ops::Deref<Target: Vm> + Send + Sync> Vm for Recorded<V> {
    fn check_code(&self, code: &[u8], parameters: &Parameters) -> Result<CodeReport, CodeRefused> {
        self.vm.check_code(code, parameters)
    }

    fn run(&self, call: GuestCall, session: Box<Session>) -> (Box<Session>, GuestExit) {
        let (session, exit) = self.vm.run(call, session);
        let record = Record::new(&call, &exit);
        self.records.lock().unwrap_or_else(PoisonError::into_inner).push(record);
        (session, exit)
    }
}
