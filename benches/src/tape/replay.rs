//! The host's work without the guest.

use super::{HostCall, Run};
use std::sync::Mutex;
use std::sync::PoisonError;
use tenor_abi::host::HostFunction;
use tenor_executor::{
    CodeRefused, CodeReport, GuestCall, GuestExit, HostError, ScanArguments, Session, Vm,
};
use tenor_primitives::{Address, Parameters};

/// What host functions do, in groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Calls of other contracts.
    Calls,
    /// Input, register, facts, output.
    Messages,
    /// Values read.
    Reads,
    /// Values written and removed.
    Writes,
    /// Ranges read.
    Scans,
    /// Events.
    Events,
    /// Digests and signatures.
    Crypto,
}

impl Kind {
    /// All of them: calls first, since all others happen inside.
    pub const ALL: [Self; 7] = [
        Self::Calls,
        Self::Messages,
        Self::Reads,
        Self::Writes,
        Self::Scans,
        Self::Events,
        Self::Crypto,
    ];

    /// The group of a host function.
    pub const fn of(function: HostFunction) -> Self {
        use HostFunction as F;
        match function {
            F::Call | F::Query => Self::Calls,
            F::InputRead | F::RegisterRead | F::OutputSet | F::ContextRead => Self::Messages,
            F::Fail | F::Panic => Self::Messages,
            F::StorageGet => Self::Reads,
            F::StorageSet | F::StorageRemove => Self::Writes,
            F::StorageScan => Self::Scans,
            F::EventEmit => Self::Events,
            F::Keccak256 | F::VerifySignature | F::RecoverKey => Self::Crypto,
        }
    }
}

/// An engine without guests: it asks the host what recorded runs have asked, in their order, as far
/// as it is of some kinds, and begins anew after the last.
pub struct Replay {
    runs: Vec<Run>,
    kinds: Vec<Kind>,
    next: Mutex<usize>,
}

impl Replay {
    /// Repeats `runs`.
    pub fn new(runs: Vec<Run>, kinds: &[Kind]) -> Self {
        Self { runs, kinds: kinds.to_vec(), next: Mutex::new(0) }
    }

    fn next(&self) -> &Run {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let run = &self.runs[*next];
        *next = (*next + 1) % self.runs.len();
        run
    }
}

impl Vm for Replay {
    fn check_code(&self, code: &[u8], parameters: &Parameters) -> Result<CodeReport, CodeRefused> {
        Ok(tenor_vm::check(code, parameters)?.report)
    }

    fn run(&self, _: GuestCall, mut session: Box<Session>) -> (Box<Session>, GuestExit) {
        for call in &self.next().calls {
            if self.kinds.contains(&Kind::of(call.function)) {
                let (returned, result) = ask(call, session);
                session = returned;
                result.expect("what was recorded succeeds again");
            }
        }
        let gas_left = session.gas_left;
        (session, GuestExit { gas_left, result: Ok(()) })
    }
}

fn ask(call: &HostCall, mut session: Box<Session>) -> (Box<Session>, Result<(), HostError>) {
    use HostFunction as F;
    let HostCall { function, arguments, inputs, .. } = call;
    let word = |index: usize| u32::try_from(arguments[index]).expect("a word");
    if let F::Call | F::Query = function {
        let entry = match function {
            F::Call => tenor_abi::EntryPoint::Execute,
            _ => tenor_abi::EntryPoint::Query,
        };
        let contract = Address(inputs[0].as_slice().try_into().expect("32 bytes"));
        let (session, status) = session.call(entry, contract, &inputs[1], arguments[3]);
        return (session, status.map(drop));
    }
    let s = &mut *session;
    let array = "as long as recorded";
    let result = match function {
        F::InputRead => s.input().map(drop),
        F::RegisterRead => s.register().map(drop),
        F::ContextRead => s.context().map(drop),
        F::OutputSet => s.set_output(&inputs[0]),
        F::StorageGet => s.storage_get(word(0), &inputs[0]).map(drop),
        F::StorageSet => s.storage_set(word(0), &inputs[0], &inputs[1]),
        F::StorageRemove => s.storage_remove(word(0), &inputs[0]).map(drop),
        F::StorageScan => {
            let (start, end) = (&inputs[0], &inputs[1]);
            let (namespace, flags, limit) = (word(0), word(5), word(6));
            s.storage_scan(ScanArguments { namespace, start, end, flags, limit }).map(drop)
        }
        F::EventEmit => s.emit(&inputs[0], &inputs[1], &inputs[2]),
        F::Keccak256 => s.keccak256(&inputs[0]).map(drop),
        F::VerifySignature => {
            let [digest, key, signature] = [&inputs[0], &inputs[1], &inputs[2]].map(Vec::as_slice);
            let digest = digest.try_into().expect(array);
            let (key, signature) = (key.try_into().expect(array), signature.try_into());
            s.verify_signature(digest, key, signature.expect(array)).map(drop)
        }
        F::RecoverKey => {
            let digest = inputs[0].as_slice().try_into().expect(array);
            let signature = inputs[1].as_slice().try_into().expect(array);
            s.recover_key(digest, signature, word(2)).map(drop)
        }
        F::Fail | F::Panic | F::Call | F::Query => unreachable!("no failures are recorded"),
    };
    (session, result)
}
