//! Client references: one reference of one account has one effect while it is kept.

use super::namespace;
use crate::{FatalError, Session};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Address, ClientRef, Hash, Timestamp, TransactionBody};
use tenor_state::Scan;

/// How long a reference is kept after its transaction's validity: 48 hours.
const KEPT_MS: u64 = 48 * 60 * 60 * 1000;
/// References pruned at a block's start, so that pruning is bounded work.
const PRUNED_PER_BLOCK: usize = 64;
/// References pruned for each new one: more than come, so that pruning keeps up.
const PRUNED_PER_NEW: usize = 2;

/// What a reference did.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct ReferenceRecord {
    /// The transaction that used it.
    pub(crate) transaction: Hash,
    /// What it did: [`TransactionBody::messages_hash`].
    pub(crate) messages: Hash,
    /// When it is forgotten.
    pub(crate) expires: Timestamp,
}

fn reference_key(account: &Address, reference: &ClientRef) -> Vec<u8> {
    [account.as_ref(), reference.as_str().as_bytes()].concat()
}

impl Session {
    pub(crate) fn reference(
        &mut self,
        account: &Address,
        reference: &ClientRef,
    ) -> Result<Option<ReferenceRecord>, FatalError> {
        let key = reference_key(account, reference);
        self.record(namespace::CLIENT_REFS, &key, "client reference")
    }

    pub(crate) fn put_reference(
        &mut self,
        reference: &ClientRef,
        transaction: Hash,
        body: &TransactionBody,
    ) -> Result<(), FatalError> {
        self.prune_references(PRUNED_PER_NEW)?;
        let expires =
            body.valid_until.checked_add_ms(KEPT_MS).unwrap_or(Timestamp { unix_ms: u64::MAX });
        let key = reference_key(&body.sender, reference);
        let record = ReferenceRecord { transaction, messages: body.messages_hash(), expires };
        self.put_record(namespace::CLIENT_REFS, &key, &record);
        let by_expiry = [&expires.unix_ms.to_be_bytes()[..], &key].concat();
        self.put_bytes(namespace::CLIENT_REF_EXPIRIES, &by_expiry, Some(Vec::new()));
        Ok(())
    }

    /// Forgets references whose time is over, at a block's start.
    pub(crate) fn prune_at_start(&mut self) -> Result<(), FatalError> {
        self.prune_references(PRUNED_PER_BLOCK)
    }

    /// Forgets references whose time is over, at most `limit`.
    fn prune_references(&mut self, limit: usize) -> Result<(), FatalError> {
        let now = self.environment.time.unix_ms.to_be_bytes();
        let start = self.references_pruned.clone();
        let expired = self.own_records(&Scan {
            contract: Address::SYSTEM,
            namespace: namespace::CLIENT_REF_EXPIRIES,
            start: start.as_deref(),
            end: Some(&now),
            reverse: false,
            limit,
        })?;
        if let Some((last, _)) = expired.last() {
            // New ones expire later than now: no block finds anything before here again.
            self.references_pruned = Some(last.clone());
        }
        for (by_expiry, _) in expired {
            let Some(key) = by_expiry.get(8..) else {
                return Err(FatalError::CorruptRecord { what: "client reference expiry" });
            };
            self.put_bytes(namespace::CLIENT_REFS, key, None);
            self.put_bytes(namespace::CLIENT_REF_EXPIRIES, &by_expiry, None);
        }
        Ok(())
    }
}
