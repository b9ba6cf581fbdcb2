//! The messages of a transaction: all of them or nothing.

use crate::error::MessageError;
use crate::{FatalError, Session, VerifiedTransaction};
use tenor_primitives::TransactionStatus;

/// What the messages did.
pub(crate) struct Executed {
    pub(crate) status: TransactionStatus,
    pub(crate) outputs: Vec<Vec<u8>>,
}

impl Session {
    /// Runs the messages in order; the first that fails undoes them all.
    pub(crate) fn execution(
        self: Box<Self>,
        transaction: &VerifiedTransaction,
    ) -> (Box<Self>, Result<Executed, FatalError>) {
        let body = &transaction.transaction().body;
        let mut session = self;
        let mut outputs = Vec::with_capacity(body.messages.len());
        let checkpoint = session.journal.checkpoint();
        for (index, message) in body.messages.iter().enumerate() {
            let had = session.gas_left;
            let (returned, result) = session.message(&body.sender, message);
            session = returned;
            session.record_message(had);
            assert!(session.frames.is_empty(), "a message leaves no frame behind");
            let index = u16::try_from(index).unwrap_or(u16::MAX);
            let status = match result {
                Ok(output) => {
                    outputs.push(output);
                    continue;
                }
                Err(MessageError::System(error)) => {
                    TransactionStatus::Reverted { message: index, failure: error.into_failure() }
                }
                Err(MessageError::Contract(failure)) => {
                    TransactionStatus::Reverted { message: index, failure }
                }
                Err(MessageError::Halted(halt)) => {
                    TransactionStatus::Halted { message: index, halt }
                }
                Err(MessageError::Fatal(error)) => return (session, Err(error)),
            };
            session.journal.rollback(checkpoint);
            return (session, Ok(Executed { status, outputs: Vec::new() }));
        }
        (session, Ok(Executed { status: TransactionStatus::Success, outputs }))
    }
}
