//! Reading through a contract, and dry runs. Both work on a state of their own and write nothing.

use crate::block::current_parameters;
use crate::journal::Journal;
use crate::session::{CallRequest, CallStop};
use crate::trace::TransactionTrace;
use crate::{
    ApplyError, BlockEnvironment, BlockExecution, CallOutcome, FatalError, InvalidTransaction,
    ParametersInForce, Session, VerifiedTransaction, Vm,
};
use std::sync::Arc;
use tenor_abi::EntryPoint;
use tenor_primitives::{
    Address, ChainId, ContractFailure, HaltCode, Halted, Height, Message, PublicKey, Timestamp,
    Transaction,
};
use tenor_state::StateReader;
use thiserror::Error;

/// A question to a contract.
#[derive(Clone, Debug)]
pub struct QueryRequest {
    /// The ledger.
    pub chain_id: ChainId,
    /// The head's height.
    pub height: Height,
    /// The head's time.
    pub time: Timestamp,
    /// Who asks, as proved to the node; [`Address::SYSTEM`] when nobody did.
    pub reader: Address,
    /// The instance.
    pub contract: Address,
    /// Borsh of the contract's query message.
    pub payload: Vec<u8>,
    /// The most gas the answer may cost.
    pub gas_limit: u64,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryOutput {
    /// Borsh of the function's output type.
    pub output: Vec<u8>,
    /// Gas it cost.
    pub gas_used: u64,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum QueryError {
    /// The contract refused.
    #[error("the contract refused with code {}", .0.code)]
    Failed(ContractFailure),
    /// Execution was stopped.
    #[error("the query was stopped: {:?}", .0.code)]
    Halted(Halted),
    /// The node must stop, or the request's time is over.
    #[error(transparent)]
    Fatal(#[from] FatalError),
}

/// Asks a contract.
pub fn query(
    state: Arc<dyn StateReader>,
    vm: Arc<dyn Vm>,
    request: QueryRequest,
) -> Result<QueryOutput, QueryError> {
    let parameters = ParametersInForce::new(current_parameters(&*state)?);
    let environment = BlockEnvironment {
        chain_id: request.chain_id,
        height: request.height,
        time: request.time,
        parameters,
    };
    let mut session = Box::new(Session::new(environment, Journal::new(state), vm));
    session.gas_left = request.gas_limit;
    session.stack_left = session.parameters().limits.stack_bytes_max;
    let contract = request.contract;
    let (session, outcome) = session.run_call(CallRequest {
        contract,
        caller: request.reader,
        entry: EntryPoint::Query,
        may_write: false,
        payload: request.payload,
        gas_limit: u64::MAX,
    });
    let gas_used = request.gas_limit.checked_sub(session.gas_left).expect("gas never grows");
    match outcome {
        Ok(CallOutcome::Returned(output)) => Ok(QueryOutput { output, gas_used }),
        Ok(CallOutcome::Failed(failure)) => Err(QueryError::Failed(failure)),
        Ok(CallOutcome::Halted(halt)) => Err(QueryError::Halted(halt)),
        Err(CallStop::Fatal(error)) => Err(error.into()),
        Err(CallStop::OutOfGas) => {
            Err(QueryError::Halted(Halted { contract, code: HaltCode::OutOfGas }))
        }
    }
}

/// Runs a transaction on top of a state as the next block would, signatures aside: `signers` count
/// as if each had signed. Nothing is kept but what it did, step by step.
pub fn simulate(
    state: Arc<dyn StateReader>,
    vm: Arc<dyn Vm>,
    (chain_id, height, time): (ChainId, Height, Timestamp),
    transaction: Transaction,
    signers: Vec<PublicKey>,
) -> Result<TransactionTrace, ApplyError> {
    if approves_and_runs(&transaction.body.messages) {
        return Err(InvalidTransaction::UnapprovedDryRun.into());
    }
    let mut block = BlockExecution::begin(state, chain_id, height, time, vm)?;
    let transaction = VerifiedTransaction::assume_signed(transaction, signers);
    block.trace(&transaction)
}

/// Code that no operator has approved is never run, not even in a dry run: whether a compiler copes
/// with it is what approval is about.
fn approves_and_runs(messages: &[Message]) -> bool {
    let approves = messages.iter().any(|m| matches!(m, Message::ApproveCode { .. }));
    let runs = |message: &Message| {
        matches!(message, Message::Instantiate { .. } | Message::ApplyMigration { .. })
    };
    approves && messages.iter().any(runs)
}
