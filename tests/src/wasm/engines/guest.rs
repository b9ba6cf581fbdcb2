//! What a store of a side engine holds, whichever engine it is.

use super::host;
use super::record::Inside;
use tenor_abi::host::HostFunction;
use tenor_executor::{HostError, Session};
use tenor_primitives::{Hash, keccak256};

/// The state of a store.
pub(super) struct Guest {
    /// Absent while a host function has it.
    session: Option<Box<Session>>,
    host_calls: Hash,
    host_call_count: u32,
}

impl Guest {
    pub(super) fn new(session: Box<Session>) -> Self {
        Self { session: Some(session), host_calls: Hash::ZERO, host_call_count: 0 }
    }

    /// Calls a host function with what is left on both counters; the gas left after it, and its
    /// answer.
    pub(super) fn call(
        &mut self,
        function: HostFunction,
        arguments: &[u64],
        memory: &mut [u8],
        (gas, stack): (i64, i32),
    ) -> (i64, host::Answer) {
        let mut session = self.session.take().expect("present while the guest runs");
        session.gas_left = u64::try_from(gas).expect("a counter below zero has stopped the guest");
        session.stack_left = u32::try_from(stack).expect("the same");
        let (session, answer) = host::call(function, arguments, memory, session);
        let left = i64::try_from(session.gas_left).expect("no more than before");
        self.session = Some(session);
        self.note(&(function.name(), arguments, gas, stack, left, &answer));
        (left, answer)
    }

    fn note(&mut self, call: &impl std::fmt::Debug) {
        let so_far = self.host_calls;
        self.host_calls = keccak256(format!("{so_far:?} {call:?}").as_bytes());
        self.host_call_count += 1;
    }

    /// At the end of a run.
    pub(super) fn finish(self, stack_left: i32, memory: u64) -> (Box<Session>, Inside) {
        let Self { session, host_calls, host_call_count } = self;
        let inside = Inside { stack_left, memory, host_calls, host_call_count };
        (session.expect("every host function puts it back"), inside)
    }
}

/// A host error on its way through an engine.
#[derive(Debug)]
pub(super) struct Carried(pub(super) HostError);

impl std::fmt::Display for Carried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Carried {}

impl wasmi::errors::HostError for Carried {}
