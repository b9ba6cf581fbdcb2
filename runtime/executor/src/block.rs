//! One block, transaction by transaction: the same steps for building and for checking.

use crate::journal::Journal;
use crate::system::namespace;
use crate::{
    ApplyError, BlockEnvironment, FatalError, InvalidTransaction, ParametersInForce, Session,
    VerifiedTransaction, Vm, system,
};
use std::sync::Arc;
use tenor_primitives::{ChainId, Height, Parameters, Receipt, Timestamp, ValidatorSet};
use tenor_state::{StateReader, WriteSet};

/// What a block did.
#[derive(Debug)]
pub struct BlockOutput {
    /// Values that differ from the parent's state.
    pub writes: WriteSet,
    /// One receipt per transaction, in order.
    pub receipts: Vec<Receipt>,
    /// Gas used by all.
    pub gas_used: u64,
    /// The parameters the block ran under.
    pub parameters: ParametersInForce,
    /// The validators of the next block.
    pub next_validators: ValidatorSet,
}

/// A block in progress.
pub struct BlockExecution {
    session: Option<Box<Session>>,
    receipts: Vec<Receipt>,
    gas_used: u64,
    /// Bytes of the transactions and receipts so far.
    bytes: u64,
}

impl BlockExecution {
    /// Starts a block on its parent's state: parameters that are due come into force, references
    /// whose time is over are forgotten.
    pub fn begin(
        state: Arc<dyn StateReader>,
        chain_id: ChainId,
        height: Height,
        time: Timestamp,
        vm: Arc<dyn Vm>,
    ) -> Result<Self, FatalError> {
        let current = current_parameters(&*state)?;
        let parameters = ParametersInForce::new(current);
        let environment = BlockEnvironment { chain_id, height, time, parameters };
        let mut session = Box::new(Session::new(environment, Journal::new(state), vm));
        session.activate_parameters()?;
        session.prune_at_start()?;
        session.journal.keep();
        Ok(Self { session: Some(session), receipts: Vec::new(), gas_used: 0, bytes: 0 })
    }

    /// Runs one transaction. An invalid one leaves nothing; a fatal error ends the block.
    pub fn apply(&mut self, transaction: &VerifiedTransaction) -> Result<&Receipt, ApplyError> {
        let Some(mut session) = self.session.take() else {
            return Err(FatalError::Engine("the block ended with a fatal error".into()).into());
        };
        let checked = self
            .check_room(&session, transaction)
            .map_err(ApplyError::from)
            .and_then(|()| session.validate(transaction));
        match checked {
            Ok(()) => {}
            Err(ApplyError::Invalid(error)) => {
                self.session = Some(session);
                return Err(error.into());
            }
            Err(fatal) => return Err(fatal),
        }
        session.pre_execution(transaction)?;
        let (mut session, executed) = session.execution(transaction);
        let receipt = session.post_execution(transaction, executed?)?;
        self.gas_used = self.gas_used.saturating_add(receipt.gas_used);
        let receipt_bytes = borsh::object_length(&receipt).unwrap_or(usize::MAX) as u64;
        let bytes = transaction.encoded_len().saturating_add(receipt_bytes);
        self.bytes = self.bytes.saturating_add(bytes);
        self.receipts.push(receipt);
        self.session = Some(session);
        Ok(self.receipts.last().expect("pushed above"))
    }

    /// The block's session, unless a fatal error has ended it.
    pub(crate) fn session_mut(&mut self) -> Option<&mut Session> {
        self.session.as_deref_mut()
    }

    /// Gas used so far.
    pub fn gas_used(&self) -> u64 {
        self.gas_used
    }

    /// Receipts so far.
    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }

    /// The panic text of the last transaction, for a local trace.
    pub fn take_panic_text(&mut self) -> Option<String> {
        self.session.as_mut().and_then(|session| session.take_panic_text())
    }

    /// Ends the block.
    pub fn finish(self) -> Result<BlockOutput, FatalError> {
        let Some(mut session) = self.session else {
            return Err(FatalError::Engine("the block ended with a fatal error".into()));
        };
        let parameters = session.environment.parameters.clone();
        let next_validators = session.validators()?;
        let writes = session.journal.into_writes()?;
        let (receipts, gas_used) = (self.receipts, self.gas_used);
        Ok(BlockOutput { writes, receipts, gas_used, parameters, next_validators })
    }

    /// The transaction's whole limit must fit, so that the block's bound holds whatever it uses.
    fn check_room(
        &self,
        session: &Session,
        transaction: &VerifiedTransaction,
    ) -> Result<(), InvalidTransaction> {
        let limits = &session.parameters().limits;
        let wanted = transaction.transaction().body.gas_limit.min(limits.transaction_gas_max);
        let bytes = self.bytes.saturating_add(session.journal.written_bytes());
        let full = self.receipts.len() >= limits.block_transactions_max as usize
            || self.gas_used.saturating_add(wanted) > limits.block_gas_max
            || bytes > limits.block_bytes_max;
        if full { Err(InvalidTransaction::BlockFull) } else { Ok(()) }
    }
}

/// The parameters in force in a state.
pub(crate) fn current_parameters(state: &dyn StateReader) -> Result<Parameters, FatalError> {
    let record = system::read_record(state, namespace::PARAMETERS, &[], "parameters")?;
    record.ok_or(FatalError::CorruptRecord { what: "parameters" })
}

impl Session {
    /// Brings due parameters into force, the latest last.
    fn activate_parameters(&mut self) -> Result<(), FatalError> {
        for due in self.due_parameters(self.environment.height)? {
            self.put_parameters(&due.parameters);
            self.remove_scheduled(due.activation_height);
            self.environment.parameters = ParametersInForce::new(due.parameters);
        }
        Ok(())
    }
}
