//! Code on its way in: what a transaction uploads or approves is compiled first, under limits, so
//! that no block ever waits for a compiler that does not come to an end.

use super::Service;
use super::submission::failed;
use crate::Rejected;
use std::borrow::Cow;
use tenor_executor::system::{namespace, read_record};
use tenor_executor::{CodeRecord, VerifiedTransaction};
use tenor_ledger::Head;
use tenor_primitives::{Address, Hash, Message, StorageKey, keccak256};

impl Service {
    /// Whether `transaction` brings code or approves it.
    pub(super) fn concerns_code(transaction: &VerifiedTransaction) -> bool {
        let concerns = |message: &Message| {
            matches!(message, Message::UploadCode { .. } | Message::ApproveCode { .. })
        };
        transaction.transaction().body.messages.iter().any(concerns)
    }

    /// Compiles the code that `transaction` brings or approves; its sender may do either, which was
    /// checked before. Slow: runs on a worker of its own.
    pub(super) fn admit_code(&self, transaction: &VerifiedTransaction) -> Result<(), Rejected> {
        let head = self.head();
        for message in &transaction.transaction().body.messages {
            let code = match message {
                Message::UploadCode { code } => new_code(&head, code)?,
                // What is not there yet was compiled on its own way in.
                Message::ApproveCode { code_hash } => stored_code(&head, code_hash)?,
                _ => None,
            };
            if let Some(code) = code {
                self.parts.engines.admit_code(&code, &head.parameters.values)?;
            }
        }
        Ok(())
    }
}

/// Uploaded code, unless the ledger has it.
fn new_code<'a>(head: &Head, code: &'a [u8]) -> Result<Option<Cow<'a, [u8]>>, Rejected> {
    let known: Option<CodeRecord> =
        read_record(&*head.state, namespace::CODE_RECORDS, &keccak256(code).0, "code record")
            .map_err(|error| failed(&error))?;
    Ok(known.is_none().then_some(Cow::Borrowed(code)))
}

/// The bytes of uploaded code, if the ledger has it.
fn stored_code(head: &Head, code_hash: &Hash) -> Result<Option<Cow<'static, [u8]>>, Rejected> {
    let key = StorageKey::new(Address::SYSTEM, namespace::CODE, code_hash.0);
    let code = head.state.get(&key).map_err(|error| failed(&error))?;
    Ok(code.map(Cow::Owned))
}
