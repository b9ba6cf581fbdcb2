//! What happens before a transaction's messages: the nonce is used, size and signatures are paid.
//! Both stay whatever the messages do.

use crate::{FatalError, Session, VerifiedTransaction};

impl Session {
    /// Uses the nonce and sets the gas that the messages may use.
    pub(crate) fn pre_execution(
        &mut self,
        transaction: &VerifiedTransaction,
    ) -> Result<(), FatalError> {
        let body = &transaction.transaction().body;
        let next = body.nonce.checked_add(1);
        let next = next.ok_or(FatalError::CorruptRecord { what: "exhausted nonce lane" })?;
        self.put_nonce(&body.sender, body.lane, next);
        let intrinsic = self.intrinsic_gas(transaction);
        let left = body.gas_limit.checked_sub(intrinsic);
        self.gas_left = left.expect("validation compared them");
        self.stack_left = self.parameters().limits.stack_bytes_max;
        self.transaction_hash = transaction.hash();
        self.calls_made = 0;
        Ok(())
    }
}
