//! Calls from one contract to another.

use crate::host::CallOutcome;
use crate::{Context, QueryContext};
use alloc::vec::Vec;
use borsh::BorshDeserialize;
use tenor_abi::codec::decode;
use tenor_abi::{CallError, Caller, Querier};
use tenor_primitives::Address;

/// All the gas that is left.
const ALL_GAS: u64 = u64::MAX;

fn decoded<T: BorshDeserialize>(contract: Address, outcome: CallOutcome) -> Result<T, CallError> {
    match outcome {
        CallOutcome::Returned(bytes) => decode(&bytes).map_err(|_| CallError::Reply { contract }),
        CallOutcome::Failed(failure) => Err(CallError::Failed(failure)),
        CallOutcome::Halted(halted) => Err(CallError::Halted(halted)),
    }
}

/// A failed query leaves nothing behind; whether it matters is the caller's decision.
impl Querier for QueryContext<'_> {
    type Answer<T: BorshDeserialize> = Result<T, CallError>;

    fn query<T: BorshDeserialize>(
        &self,
        contract: Address,
        payload: Vec<u8>,
    ) -> Result<T, CallError> {
        decoded(contract, self.host().query(&contract, &payload, ALL_GAS))
    }
}

impl Querier for Context<'_> {
    type Answer<T: BorshDeserialize> = Result<T, CallError>;

    fn query<T: BorshDeserialize>(
        &self,
        contract: Address,
        payload: Vec<u8>,
    ) -> Result<T, CallError> {
        QueryContext::query(self, contract, payload)
    }
}

/// A failed call is undone as a whole, this contract's own writes stay; with `?` the failure becomes
/// this contract's own.
impl Caller for Context<'_> {
    type Reply<T: BorshDeserialize> = Result<T, CallError>;

    fn execute<T: BorshDeserialize>(
        &mut self,
        contract: Address,
        payload: Vec<u8>,
    ) -> Result<T, CallError> {
        decoded(contract, self.host().call(&contract, &payload, ALL_GAS))
    }
}

impl<'h> Context<'h> {
    /// This context with calls limited to `gas_limit` each, so that a callee's appetite can be
    /// survived: a call that runs out of its limit is a failed call.
    pub const fn limited(&mut self, gas_limit: u64) -> Limited<'_, 'h> {
        Limited { context: self, gas_limit }
    }
}

/// A caller whose calls have a gas limit of their own.
pub struct Limited<'c, 'h> {
    context: &'c mut Context<'h>,
    gas_limit: u64,
}

impl Caller for Limited<'_, '_> {
    type Reply<T: BorshDeserialize> = Result<T, CallError>;

    fn execute<T: BorshDeserialize>(
        &mut self,
        contract: Address,
        payload: Vec<u8>,
    ) -> Result<T, CallError> {
        decoded(contract, self.context.host().call(&contract, &payload, self.gas_limit))
    }
}

impl Querier for Limited<'_, '_> {
    type Answer<T: BorshDeserialize> = Result<T, CallError>;

    fn query<T: BorshDeserialize>(
        &self,
        contract: Address,
        payload: Vec<u8>,
    ) -> Result<T, CallError> {
        decoded(contract, self.context.host().query(&contract, &payload, self.gas_limit))
    }
}
