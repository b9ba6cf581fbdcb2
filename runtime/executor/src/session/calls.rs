//! Calls from contract to contract, each in a journal layer of its own.

use super::{Frame, Session};
use crate::system::EnteredCode;
use crate::{FatalError, GuestCall, HostError};
use tenor_abi::{CallStatus, EntryPoint};
use tenor_primitives::{Address, ContractFailure, HaltCode, Halted};

/// How a contract call ended.
#[derive(Debug)]
pub enum CallOutcome {
    /// It returned this output.
    Returned(Vec<u8>),
    /// It refused; nothing of it remains.
    Failed(ContractFailure),
    /// It was stopped; nothing of it remains.
    Halted(Halted),
}

/// Why a call gives no outcome and its caller cannot go on.
#[derive(Debug)]
pub(crate) enum CallStop {
    /// The gas of the whole transaction is used up.
    OutOfGas,
    /// The node must stop, or the request is over.
    Fatal(FatalError),
}

impl From<CallStop> for HostError {
    fn from(stop: CallStop) -> Self {
        match stop {
            CallStop::OutOfGas => Self::Halt(HaltCode::OutOfGas),
            CallStop::Fatal(error) => Self::Fatal(error),
        }
    }
}

/// Why a contract is not entered.
enum EnterError {
    Halt(HaltCode),
    Fatal(FatalError),
}

impl From<HaltCode> for EnterError {
    fn from(code: HaltCode) -> Self {
        Self::Halt(code)
    }
}

impl From<FatalError> for EnterError {
    fn from(error: FatalError) -> Self {
        Self::Fatal(error)
    }
}

/// What to call.
pub(crate) struct CallRequest {
    pub(crate) contract: Address,
    pub(crate) caller: Address,
    pub(crate) entry: EntryPoint,
    pub(crate) may_write: bool,
    pub(crate) payload: Vec<u8>,
    /// Gas the call may use, at most what is left.
    pub(crate) gas_limit: u64,
}

impl Session {
    pub(super) fn call_other(
        mut self: Box<Self>,
        entry: EntryPoint,
        contract: Address,
        payload: &[u8],
        gas_limit: u64,
    ) -> (Box<Self>, Result<CallStatus, HostError>) {
        if entry.writes() && !self.frame().may_write {
            return (self, Err(HostError::Halt(HaltCode::WriteInQuery)));
        }
        // Paid and bounded before the copy.
        if let Err(error) = self.pay_payload(payload.len()) {
            return (self, Err(error));
        }
        let request = CallRequest {
            contract,
            caller: self.frame().contract,
            entry,
            may_write: entry.writes() && self.frame().may_write,
            payload: payload.to_vec(),
            gas_limit,
        };
        let (mut session, outcome) = self.run_call(request);
        let status = outcome.map(|outcome| {
            let (status, register) = match outcome {
                CallOutcome::Returned(output) => (CallStatus::Returned, output),
                CallOutcome::Failed(failure) => (CallStatus::Failed, encode(&failure)),
                CallOutcome::Halted(halt) => (CallStatus::Halted, encode(&halt)),
            };
            session.frame_mut().register = register;
            status
        });
        (session, status.map_err(HostError::from))
    }

    /// Runs a call in a journal layer.
    pub(crate) fn run_call(
        mut self: Box<Self>,
        request: CallRequest,
    ) -> (Box<Self>, Result<CallOutcome, CallStop>) {
        if self.recorder.is_none() {
            return self.run_frame(request);
        }
        self.record_call_begin(&request);
        let (mut session, outcome) = self.run_frame(request);
        session.record_call_end(&outcome);
        (session, outcome)
    }

    fn run_frame(
        mut self: Box<Self>,
        request: CallRequest,
    ) -> (Box<Self>, Result<CallOutcome, CallStop>) {
        let contract = request.contract;
        let had = self.gas_left;
        let instance = match self.enter(&request) {
            Ok(instance) => instance,
            Err(EnterError::Halt(HaltCode::OutOfGas)) => return (self, Err(CallStop::OutOfGas)),
            Err(EnterError::Halt(code)) => {
                return (self, Ok(CallOutcome::Halted(Halted { contract, code })));
            }
            Err(EnterError::Fatal(error)) => return (self, Err(CallStop::Fatal(error))),
        };
        let limited = request.gas_limit < self.gas_left;
        let gas_limit = request.gas_limit.min(self.gas_left);
        let kept = self.gas_left.saturating_sub(gas_limit);
        let checkpoint = self.journal.checkpoint();
        let run = GuestCall {
            code_hash: instance.code_hash,
            entry: request.entry,
            gas_limit,
            stack_limit: self.stack_left,
        };
        if let Some(recorder) = &mut self.recorder {
            recorder.entered(run.code_hash, gas_limit, self.gas_left);
        }
        self.push(request);
        self.gas_left = gas_limit;
        let vm = self.vm.clone();
        let stack_left = self.stack_left;
        let (mut session, exit) = vm.run(run, self);
        assert!(exit.gas_left <= gas_limit, "an engine never returns more gas than it was given");
        session.gas_left = kept.saturating_add(exit.gas_left);
        session.stack_left = stack_left;
        assert!(session.gas_left <= had, "gas never grows");
        let frame = session.frames.pop().expect("the frame pushed above");
        let outcome = match exit.result {
            Ok(()) => return (session, Ok(CallOutcome::Returned(frame.output))),
            Err(HostError::Failed) => match frame.failure {
                Some(failure) => CallOutcome::Failed(failure),
                None => {
                    let error = FatalError::Engine("a guest failed without a failure".into());
                    return (session, Err(CallStop::Fatal(error)));
                }
            },
            Err(HostError::Halt(HaltCode::OutOfGas)) if !limited => {
                session.gas_left = 0;
                return (session, Err(CallStop::OutOfGas));
            }
            Err(HostError::Halt(code)) => CallOutcome::Halted(Halted { contract, code }),
            Err(HostError::Fatal(error)) => return (session, Err(CallStop::Fatal(error))),
        };
        session.journal.rollback(checkpoint);
        (session, Ok(outcome))
    }

    /// Checks and pays for entering a contract.
    fn enter(&mut self, request: &CallRequest) -> Result<EnteredCode, EnterError> {
        let parameters = self.environment.parameters.clone();
        let (limits, gas) = (&parameters.values.limits, &parameters.values.gas);
        let pay = |session: &mut Self, gas| session.charge(gas).map_err(|_| HaltCode::OutOfGas);
        pay(self, gas.call.base)?;
        if self.frames.len() >= limits.call_depth_max as usize
            || self.calls_made >= limits.calls_max
        {
            return Err(HaltCode::CallLimit.into());
        }
        if self.frames.iter().any(|frame| frame.contract == request.contract) {
            return Err(HaltCode::Reentered.into());
        }
        let instance = self.entered_code(&request.contract)?.ok_or(HaltCode::NoSuchContract)?;
        pay(self, gas.call.per_byte.saturating_mul(u64::from(instance.code_bytes)))?;
        pay(self, gas.memory_page.saturating_mul(u64::from(instance.memory_pages)))?;
        self.calls_made = self.calls_made.saturating_add(1);
        Ok(instance)
    }

    /// Pays for handing over a payload of `bytes`, and bounds it.
    pub(crate) fn pay_payload(&mut self, bytes: usize) -> Result<(), HostError> {
        self.charge_host(self.parameters().gas.read_input, bytes)?;
        if bytes > self.parameters().limits.payload_bytes_max as usize {
            return Err(HostError::Halt(HaltCode::BadArgument));
        }
        Ok(())
    }

    fn push(&mut self, request: CallRequest) {
        self.frames.push(Frame {
            contract: request.contract,
            caller: request.caller,
            may_write: request.may_write,
            input: request.payload,
            output: Vec::new(),
            register: Vec::new(),
            failure: None,
        });
    }
}

fn encode<T: borsh::BorshSerialize>(value: &T) -> Vec<u8> {
    borsh::to_vec(value).expect("a failure encodes")
}
