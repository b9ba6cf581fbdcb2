//! May the transaction enter the block? Nothing is written here.

use crate::AccountRecord;
use crate::{ApplyError, InvalidTransaction, Session, VerifiedTransaction, roles};
use tenor_primitives::{LANES_MAX, Limits, Message, PublicKey, TransactionBody, VALID_FOR_MAX_MS};

impl Session {
    /// Checks everything that makes a transaction invalid.
    pub(crate) fn validate(&mut self, transaction: &VerifiedTransaction) -> Result<(), ApplyError> {
        let body = &transaction.transaction().body;
        self.validate_form(transaction)?;
        self.validate_time(body)?;
        let account = self.account(&body.sender)?;
        let account = account.ok_or(InvalidTransaction::UnknownSender { sender: body.sender })?;
        if !authorizes(&account, body, transaction) {
            let approvals_required = account.policy.approvals_required;
            let admins_required = account.policy.admins_required;
            let error = InvalidTransaction::NotAuthorized { approvals_required, admins_required };
            return Err(error.into());
        }
        check_strangers(&account, transaction)?;
        check_roles(&account, body)?;
        self.validate_reference(body)?;
        self.validate_nonce(body)
    }

    fn validate_form(&self, transaction: &VerifiedTransaction) -> Result<(), InvalidTransaction> {
        let body = &transaction.transaction().body;
        let limits = &self.parameters().limits;
        if body.version != TransactionBody::VERSION {
            let (expected, got) = (TransactionBody::VERSION, body.version);
            return Err(InvalidTransaction::Version { expected, got });
        }
        if body.chain_id != self.environment.chain_id {
            let (expected, got) = (self.environment.chain_id.clone(), body.chain_id.clone());
            return Err(InvalidTransaction::Chain { expected, got });
        }
        check_counts(transaction, limits)?;
        let (min, max) = (self.intrinsic_gas(transaction), limits.transaction_gas_max);
        if body.gas_limit < min || body.gas_limit > max {
            return Err(InvalidTransaction::GasLimit { min, max, got: body.gas_limit });
        }
        if body.lane >= LANES_MAX {
            return Err(InvalidTransaction::Lane { max: LANES_MAX, got: body.lane });
        }
        Ok(())
    }

    fn validate_time(&self, body: &TransactionBody) -> Result<(), InvalidTransaction> {
        let (valid_until, block_time) = (body.valid_until, self.environment.time);
        if valid_until < block_time {
            return Err(InvalidTransaction::Expired { valid_until, block_time });
        }
        if valid_until.saturating_ms_since(block_time) > VALID_FOR_MAX_MS {
            return Err(InvalidTransaction::ValidTooLong { valid_until, block_time });
        }
        Ok(())
    }

    /// The reference is looked at before the nonce: a retry of the same bytes is told which
    /// transaction had the effect.
    fn validate_reference(&mut self, body: &TransactionBody) -> Result<(), ApplyError> {
        let Some(reference) = &body.client_ref else { return Ok(()) };
        match self.reference(&body.sender, reference)? {
            Some(used) => {
                let transaction = used.transaction;
                Err(if used.messages == body.messages_hash() {
                    InvalidTransaction::DuplicateClientRef { transaction }.into()
                } else {
                    InvalidTransaction::ClientRefTaken { transaction }.into()
                })
            }
            None => Ok(()),
        }
    }

    fn validate_nonce(&mut self, body: &TransactionBody) -> Result<(), ApplyError> {
        let (lane, got) = (body.lane, body.nonce);
        let expected = self.next_nonce(&body.sender, lane)?;
        match got.cmp(&expected) {
            std::cmp::Ordering::Less => {
                Err(InvalidTransaction::StaleNonce { lane, expected, got }.into())
            }
            std::cmp::Ordering::Greater => {
                Err(InvalidTransaction::EarlyNonce { lane, expected, got }.into())
            }
            std::cmp::Ordering::Equal => Ok(()),
        }
    }

    /// What a transaction costs before it runs: its bytes and its signatures.
    pub(crate) fn intrinsic_gas(&self, transaction: &VerifiedTransaction) -> u64 {
        let gas = &self.parameters().gas;
        let signatures = transaction.signers().len() as u64;
        let bytes = gas.transaction.of(transaction.encoded_len());
        let kept = match &transaction.transaction().body.client_ref {
            // Two records to write, and two to remove one day.
            Some(_) => gas.storage_set.of(256).saturating_mul(2),
            None => 0,
        };
        bytes.saturating_add(gas.signature.saturating_mul(signatures)).saturating_add(kept)
    }
}

fn check_counts(
    transaction: &VerifiedTransaction,
    limits: &Limits,
) -> Result<(), InvalidTransaction> {
    let (max, got) = (limits.transaction_bytes_max, transaction.encoded_len());
    if got > u64::from(max) {
        return Err(InvalidTransaction::TooLarge { max, got });
    }
    let (max, got) = (limits.messages_max, transaction.transaction().body.messages.len());
    if got == 0 || got > max as usize {
        return Err(InvalidTransaction::MessageCount { max, got });
    }
    let (max, got) = (limits.signatures_max, transaction.signers().len());
    if got > max as usize {
        return Err(InvalidTransaction::SignatureCount { max, got });
    }
    Ok(())
}

/// A signature by a key outside the policy counts for nothing and costs gas: whoever adds one to
/// another's transaction could spoil it.
fn check_strangers(
    account: &AccountRecord,
    transaction: &VerifiedTransaction,
) -> Result<(), InvalidTransaction> {
    let known =
        |signer: &PublicKey| account.policy.keys.iter().any(|key| key.public_key == *signer);
    match transaction.signers().iter().position(|signer| !known(signer)) {
        Some(index) => Err(InvalidTransaction::StrangerSigner { index }),
        None => Ok(()),
    }
}

/// Every message must be one that the sender has a role for: whoever has none may not fill blocks
/// with what is refused anyway.
fn check_roles(account: &AccountRecord, body: &TransactionBody) -> Result<(), InvalidTransaction> {
    for (index, message) in body.messages.iter().enumerate() {
        if let Err(needed) = roles::check(account.roles, &body.sender, message) {
            return Err(InvalidTransaction::MissingRole { message: index, needed });
        }
    }
    Ok(())
}

/// A change of nothing but the account's own policy may be signed by its admin keys instead.
fn authorizes(
    account: &AccountRecord,
    body: &TransactionBody,
    transaction: &VerifiedTransaction,
) -> bool {
    let own = |message: &Message| matches!(message, Message::UpdateKeyPolicy { account, .. } if *account == body.sender);
    let signers = transaction.signers();
    if body.messages.iter().any(own) {
        body.messages.iter().all(own) && account.policy.authorizes_admin(signers)
    } else {
        account.policy.authorizes(signers)
    }
}
