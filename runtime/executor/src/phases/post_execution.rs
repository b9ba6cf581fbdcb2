//! What happens after the messages: the reference is kept if they took effect, and the receipt is
//! written.

use super::Executed;
use crate::{FatalError, Session, VerifiedTransaction};
use tenor_primitives::{Receipt, TransactionStatus};

impl Session {
    /// Closes the transaction.
    pub(crate) fn post_execution(
        &mut self,
        transaction: &VerifiedTransaction,
        executed: Executed,
    ) -> Result<Receipt, FatalError> {
        let body = &transaction.transaction().body;
        let success = executed.status == TransactionStatus::Success;
        if let (true, Some(reference)) = (success, &body.client_ref) {
            self.put_reference(reference, transaction.hash(), body)?;
        }
        let gas_used = body.gas_limit.checked_sub(self.gas_left).expect("gas never grows");
        let events = self.journal.keep();
        assert!(success || events.is_empty(), "a failed transaction leaves no event");
        Ok(Receipt {
            transaction_hash: transaction.hash(),
            status: executed.status,
            gas_used,
            events,
            outputs: executed.outputs,
        })
    }
}
