//! Collecting a trace. A session has a recorder only while a transaction is traced; every hook asks
//! for it and does nothing without.

use super::{CallEnd, CallTrace, CodePlace, HostStep, MessageTrace, Stop, TraceStep};
use crate::session::{CallRequest, CallStop};
use crate::{CallOutcome, HostError, Session};
use tenor_abi::host::HostFunction;
use tenor_primitives::{HaltCode, Hash};

/// Steps of a transaction that are kept: what a person may read, and a bound on memory.
const STEPS_MAX: u64 = 20_000;
/// Bytes of a key or a text that are kept.
const KEPT_BYTES_MAX: usize = 512;

/// A trace in the making.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    /// Frames that have not ended, outermost first.
    open: Vec<Open>,
    /// The outermost frame that has ended last: the current message's.
    ended: Option<CallTrace>,
    messages: Vec<MessageTrace>,
    steps: u64,
    omitted: u64,
}

#[derive(Debug)]
struct Open {
    call: CallTrace,
    /// Gas of the caller when it called.
    had: u64,
    /// Gas of the frames below that have ended.
    below: u64,
    /// Gas of the call that was made last from this frame, until the host function that made it is
    /// over; `None` if it made none.
    last_call: Option<u64>,
}

impl Recorder {
    /// The messages, and how many steps are not among them.
    pub(crate) fn finish(self) -> (Vec<MessageTrace>, u64) {
        (self.messages, self.omitted)
    }

    /// The current message is over.
    pub(crate) fn message(&mut self, gas_used: u64) {
        let call = self.ended.take();
        self.messages.push(MessageTrace { gas_used, call });
    }

    /// A call begins, with `had` gas left to its caller.
    fn begin(&mut self, request: &CallRequest, had: u64) {
        let call = CallTrace {
            contract: request.contract,
            caller: request.caller,
            entry: request.entry,
            code_hash: None,
            payload: request.payload.clone(),
            gas_limit: request.gas_limit.min(had),
            gas_used: 0,
            own_gas: Default::default(),
            steps: Vec::new(),
            end: CallEnd::Fatal,
            places: Vec::new(),
        };
        self.open.push(Open { call, had, below: 0, last_call: None });
    }

    /// The call is paid for and about to run, with `left` gas in all and `gas_limit` of it to use.
    pub(crate) fn entered(&mut self, code_hash: Hash, gas_limit: u64, left: u64) {
        let Some(open) = self.open.last_mut() else { return };
        open.call.code_hash = Some(code_hash);
        open.call.gas_limit = gas_limit;
        open.call.own_gas.calls = open.had.saturating_sub(left);
    }

    /// The call is over, with `left` gas left to its caller.
    fn end(&mut self, end: CallEnd, left: u64) {
        let Some(Open { mut call, had, below, .. }) = self.open.pop() else { return };
        call.gas_used = had.saturating_sub(left);
        let own = call.gas_used.saturating_sub(below);
        match call.code_hash {
            Some(_) => {
                let hosts = call.own_gas.total();
                call.own_gas.instructions = own.saturating_sub(hosts);
            }
            None => call.own_gas.calls = own,
        }
        call.end = end;
        match self.open.last_mut() {
            None => self.ended = Some(call),
            Some(caller) => {
                caller.below = caller.below.saturating_add(call.gas_used);
                caller.last_call = Some(call.gas_used);
                self.step(TraceStep::Call(Box::new(call)));
            }
        }
    }

    /// A host function was used.
    fn host(&mut self, step: HostStep) {
        let Some(open) = self.open.last_mut() else { return };
        let class = open.call.own_gas.class_of(step.function);
        *class = class.saturating_add(step.gas);
        self.step(TraceStep::Host(step));
    }

    /// What handing over a call took beside the call itself.
    fn called(&mut self, function: HostFunction, gas: u64, stopped: Option<Stop>) {
        let Some(open) = self.open.last_mut() else { return };
        let made = open.last_call.take();
        let handing = gas.saturating_sub(made.unwrap_or(0));
        open.call.own_gas.calls = open.call.own_gas.calls.saturating_add(handing);
        if made.is_none() && stopped.is_some() {
            let mut step = HostStep::new(function);
            (step.gas, step.stopped) = (gas, stopped);
            self.step(TraceStep::Host(step));
        }
    }

    fn places(&mut self, places: Vec<CodePlace>) {
        if let Some(open) = self.open.last_mut() {
            open.call.places = places;
        }
    }

    fn step(&mut self, step: TraceStep) {
        // A frame is kept whatever it is: the tree stays whole.
        if self.steps >= STEPS_MAX && matches!(step, TraceStep::Host(_)) {
            self.omitted = self.omitted.saturating_add(1);
            return;
        }
        self.steps = self.steps.saturating_add(1);
        if let Some(open) = self.open.last_mut() {
            open.call.steps.push(step);
        }
    }
}

impl HostStep {
    /// A use of `function` about which nothing else is known.
    pub(crate) fn new(function: HostFunction) -> Self {
        Self {
            function,
            namespace: None,
            key: None,
            text: None,
            given_bytes: 0,
            got_bytes: None,
            gas: 0,
            stopped: None,
        }
    }

    /// With the storage place it is about.
    pub(crate) fn at(mut self, namespace: u32, key: &[u8]) -> Self {
        (self.namespace, self.key) = (Some(namespace), Some(kept(key).to_vec()));
        self
    }

    /// With a text.
    pub(crate) fn named(mut self, text: &[u8]) -> Self {
        self.text = Some(String::from_utf8_lossy(kept(text)).into_owned());
        self
    }

    /// With bytes that the guest gave.
    pub(crate) fn given(mut self, bytes: usize) -> Self {
        self.given_bytes = bytes as u64;
        self
    }

    /// With bytes that the guest got.
    pub(crate) fn got(mut self, bytes: Option<usize>) -> Self {
        self.got_bytes = bytes.map(|bytes| bytes as u64);
        self
    }
}

impl Session {
    /// Whether this transaction is being traced. An engine asks before it looks for places.
    pub fn is_traced(&self) -> bool {
        self.recorder.is_some()
    }

    /// Where the running guest was stopped, innermost first; kept while the transaction is traced.
    pub fn record_places(&mut self, places: Vec<CodePlace>) {
        if let Some(recorder) = &mut self.recorder {
            recorder.places(places);
        }
    }

    /// Keeps a use of a host function that began with `had` gas.
    pub(crate) fn record_step<T>(
        &mut self,
        had: u64,
        result: &Result<T, HostError>,
        step: HostStep,
    ) {
        let gas = had.saturating_sub(self.gas_left);
        if let Some(recorder) = &mut self.recorder {
            recorder.host(HostStep { gas, stopped: stop(result), ..step });
        }
    }

    /// Keeps that a message is over which began with `had` gas.
    pub(crate) fn record_message(&mut self, had: u64) {
        let gas = had.saturating_sub(self.gas_left);
        if let Some(recorder) = &mut self.recorder {
            recorder.message(gas);
        }
    }

    pub(crate) fn record_call_begin(&mut self, request: &CallRequest) {
        if let Some(recorder) = &mut self.recorder {
            recorder.begin(request, self.gas_left);
        }
    }

    pub(crate) fn record_call_end(&mut self, outcome: &Result<CallOutcome, CallStop>) {
        let Some(recorder) = &mut self.recorder else { return };
        let end = match outcome {
            Ok(CallOutcome::Returned(output)) => CallEnd::Returned(output.clone()),
            Ok(CallOutcome::Failed(failure)) => CallEnd::Failed(failure.clone()),
            Ok(CallOutcome::Halted(halt)) => CallEnd::Halted(halt.code),
            Err(CallStop::OutOfGas) => CallEnd::Halted(HaltCode::OutOfGas),
            Err(CallStop::Fatal(_)) => CallEnd::Fatal,
        };
        recorder.end(end, self.gas_left);
    }

    pub(crate) fn record_called<T>(
        &mut self,
        function: HostFunction,
        had: u64,
        result: &Result<T, HostError>,
    ) {
        let gas = had.saturating_sub(self.gas_left);
        if let Some(recorder) = &mut self.recorder {
            recorder.called(function, gas, stop(result));
        }
    }
}

/// What is kept of bytes that a guest chose; more of them is never a valid key or name.
fn kept(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(KEPT_BYTES_MAX)]
}

fn stop<T>(result: &Result<T, HostError>) -> Option<Stop> {
    match result {
        Ok(_) => None,
        Err(HostError::Failed) => Some(Stop::Failed),
        Err(HostError::Halt(code)) => Some(Stop::Halted(*code)),
        Err(HostError::Fatal(_)) => Some(Stop::Fatal),
    }
}
