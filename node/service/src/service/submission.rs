//! Taking transactions, and telling what became of them.

use super::shown::Shown;
use super::{Service, record};
use crate::Rejected;
use crate::access::{Reader, Reads};
use crate::pool::{Outcome, Waiting};
use crate::problems::ApiError;
use std::sync::Arc;
use std::time::Duration;
use tenor_client::api::{
    ErrorCode, Progress, ReceiptView, SubmitResponse, TransactionStatusView, TransactionView,
    WaitFor,
};
use tenor_executor::system::namespace;
use tenor_executor::{AccountRecord, ApplyError, InvalidTransaction, VerifiedTransaction};
use tenor_ledger::CommittedBlock;
use tenor_primitives::{
    Address, Hash, Message, Roles, SignatureEntry, Transaction, TransactionBody,
};
use tenor_state::{StateError, TransactionPosition};

/// Where a submitted transaction stands after admission.
enum Admitted {
    /// It waits, or another one does that has its effect.
    Waiting(Waiting),
    /// It is committed already, or another one that had its effect.
    Committed(Hash),
    /// It could wait, but for its code, which is to be compiled first.
    Uncompiled(Box<VerifiedTransaction>),
}

/// What waiting gave.
enum Waited {
    Committed(Found),
    TimedOut,
}

/// Where the transaction is that has the effect.
enum Found {
    /// In a block that was just made, at this place.
    InBlock(Arc<CommittedBlock>, usize),
    /// In the store.
    Stored(Hash),
}

impl Service {
    /// Takes a transaction. The same bytes again give the same answer, whatever has happened since.
    pub(crate) async fn submit(
        self: &Arc<Self>,
        bytes: Vec<u8>,
        until: WaitFor,
        timeout: Duration,
    ) -> Result<SubmitResponse, ApiError> {
        self.check_running()?;
        let service = Arc::clone(self);
        let admitted = self.checks.run(move || service.admit(&bytes)).await??;
        match admitted {
            Admitted::Uncompiled(transaction) => {
                let service = Arc::clone(self);
                let admitted = self.compiles.run(move || service.admit_compiled(*transaction));
                self.answer(admitted.await??, until, timeout).await
            }
            admitted => self.answer(admitted, until, timeout).await,
        }
    }

    /// What the sender of an admitted transaction is told.
    async fn answer(
        self: &Arc<Self>,
        admitted: Admitted,
        until: WaitFor,
        timeout: Duration,
    ) -> Result<SubmitResponse, ApiError> {
        let waiting = match admitted {
            Admitted::Committed(hash) => return self.committed_answer(Found::Stored(hash)).await,
            Admitted::Waiting(waiting) => waiting,
            Admitted::Uncompiled(_) => {
                return Err(ApiError::internal(&"code was not compiled at admission"));
            }
        };
        let hash = waiting.hash;
        if until == WaitFor::Accepted {
            return Ok(pending(hash));
        }
        match self.wait(waiting, timeout).await? {
            Waited::Committed(found) => self.committed_answer(found).await,
            Waited::TimedOut => Ok(pending(hash)),
        }
    }

    /// The answer to who sent a committed transaction, with the receipt as its sender may read it: who
    /// sends shows no session.
    async fn committed_answer(self: &Arc<Self>, found: Found) -> Result<SubmitResponse, ApiError> {
        if let (Reads::Open, Found::InBlock(block, index)) = (self.config().reads, &found) {
            return Ok(committed(receipt_in(block, *index)));
        }
        self.read(move |service| {
            let (receipt, body) = service.found(&found)?;
            let reader = service.as_sender(&body.sender)?;
            let mut shown = Shown::to(service, service.head(), reader);
            Ok(committed(shown.receipt(receipt, &body.messages)?))
        })
        .await
    }

    /// A committed transaction with its receipt.
    fn found(&self, found: &Found) -> Result<(ReceiptView, TransactionBody), ApiError> {
        match found {
            Found::InBlock(block, index) => {
                let body = block.block.transactions[*index].body.clone();
                Ok((receipt_in(block, *index), body))
            }
            Found::Stored(hash) => {
                let (receipt, transaction) = self.committed_transaction(hash)?;
                Ok((receipt, transaction.body))
            }
        }
    }

    /// What an account reads that has shown by its signatures who it is.
    fn as_sender(&self, sender: &Address) -> Result<Reader, ApiError> {
        if self.config().reads == Reads::Open {
            return Ok(Reader::Open);
        }
        let account: Option<AccountRecord> =
            record(&self.head(), namespace::ACCOUNTS, &sender.0, "account")?;
        let roles = account.map_or(Roles::NONE, |account| account.roles);
        Ok(Reader::Account { address: *sender, roles })
    }

    /// A committed transaction's receipt, waiting for it if it is on its way.
    pub(crate) async fn receipt(
        self: &Arc<Self>,
        reader: Reader,
        hash: Hash,
        timeout: Duration,
    ) -> Result<ReceiptView, ApiError> {
        if !reader.sees_all() {
            // Its sender is in the transaction.
            self.transaction(reader, hash).await?;
        }
        // First where it waits, then where it is committed: it is there before it is gone here.
        let found = match self.parts.pool.join(&hash) {
            None => Found::Stored(hash),
            Some(waiting) => match self.wait(waiting, timeout).await? {
                Waited::Committed(found) => found,
                Waited::TimedOut => {
                    let detail = format!("transaction {hash} waits for a block");
                    return Err(ApiError::new(ErrorCode::NotCommitted, detail));
                }
            },
        };
        self.read(move |service| {
            let (receipt, body) = service.found(&found)?;
            Shown::to(service, service.head(), reader).receipt(receipt, &body.messages)
        })
        .await
    }

    /// A transaction, waiting or committed.
    pub(crate) async fn transaction(
        self: &Arc<Self>,
        reader: Reader,
        hash: Hash,
    ) -> Result<(TransactionStatusView, Transaction), ApiError> {
        let waiting = self.parts.pool.get(&hash).map(|waiting| waiting.transaction().clone());
        self.read(move |service| {
            let (receipt, transaction) = match waiting {
                Some(transaction) => (None, transaction),
                None => {
                    let (receipt, transaction) = service.committed_transaction(&hash)?;
                    (Some(receipt), transaction)
                }
            };
            if !(reader.sees_all() || reader.is(&transaction.body.sender)) {
                return Err(reader.refused("the transaction's sender, or who sees all"));
            }
            let mut shown = Shown::to(service, service.head(), reader);
            let receipt = receipt.map(|one| shown.receipt(one, &transaction.body.messages));
            let receipt = receipt.transpose()?;
            let progress = receipt.as_ref().map_or(Progress::Pending, |_| Progress::Committed);
            let view = TransactionView::from(&transaction);
            Ok((TransactionStatusView { progress, transaction: view, receipt }, transaction))
        })
        .await
    }

    fn committed_transaction(&self, hash: &Hash) -> Result<(ReceiptView, Transaction), ApiError> {
        let position = self.position(hash)?.ok_or_else(|| unknown(hash))?;
        let receipts = self.parts.database.receipts(position.height)?.unwrap_or_default();
        let block = self.parts.database.block(position.height)?;
        let mut transactions = block.map(|block| block.transactions).unwrap_or_default();
        let index = position.index as usize;
        match receipts.get(index) {
            Some(receipt) if index < transactions.len() => {
                let receipt = ReceiptView::new(receipt, Some((position.height, position.index)));
                Ok((receipt, transactions.swap_remove(index)))
            }
            _ => Err(ApiError::internal(&"a transaction's block or receipt is missing")),
        }
    }

    /// Everything between bytes and the mempool. Slow: runs on a worker.
    fn admit(&self, bytes: &[u8]) -> Result<Admitted, Rejected> {
        let limits = &self.head().parameters.values.limits;
        let (max, got) = (limits.transaction_bytes_max, bytes.len() as u64);
        if got > u64::from(max) {
            return Err(InvalidTransaction::TooLarge { max, got }.into());
        }
        let transaction = Transaction::decode(bytes)
            .map_err(|error| InvalidTransaction::Malformed(error.to_string()))?;
        // The same bytes again: their signatures were checked then.
        if let Some(known) = self.known(&transaction, |old, new| old == new)? {
            return Ok(known);
        }
        let verified = VerifiedTransaction::verify(transaction)?;
        if let Some(known) = self.known(verified.transaction(), is_by_its_signers)? {
            return Ok(known);
        }
        // Only now: what this node has already takes no room.
        self.space.check()?;
        self.check_hand_over(&verified.transaction().body.messages)?;
        if Self::concerns_code(&verified) {
            return match self.validate(&verified) {
                Ok(()) => Ok(Admitted::Uncompiled(Box::new(verified))),
                Err(error) => self.known_or(verified.transaction(), error),
            };
        }
        self.enter(verified)
    }

    /// Where a transaction stands that this node has already, for who shows that it is theirs: the
    /// bytes of a body are known to more people than those who signed it.
    fn known(
        &self,
        transaction: &Transaction,
        is_theirs: impl Fn(&[SignatureEntry], &[SignatureEntry]) -> bool,
    ) -> Result<Option<Admitted>, Rejected> {
        let hash = transaction.hash();
        if let Some(waiting) = self.parts.pool.get(&hash) {
            if !is_theirs(&waiting.transaction().signatures, &transaction.signatures) {
                return Ok(None);
            }
            if let Some(waiting) = self.parts.pool.join(&hash) {
                return Ok(Some(Admitted::Waiting(waiting)));
            }
            // It was committed since.
        }
        if !self.is_committed(&hash)? {
            return Ok(None);
        }
        // It is in the index: what hides it is the node's own failure.
        let found = self.committed_transaction(&hash);
        let (_, committed) = found.map_err(|error| failed(&error.0))?;
        let is_theirs = is_theirs(&committed.signatures, &transaction.signatures);
        Ok(is_theirs.then_some(Admitted::Committed(hash)))
    }

    /// The rest of the way for a transaction with code. Slow: runs on a worker that only does this.
    fn admit_compiled(&self, transaction: VerifiedTransaction) -> Result<Admitted, Rejected> {
        self.admit_code(&transaction)?;
        self.enter(transaction)
    }

    /// What has had the effect of a checked transaction, if its refusal says no more than that.
    fn known_or(&self, transaction: &Transaction, error: Rejected) -> Result<Admitted, Rejected> {
        if let Rejected::Invalid(InvalidTransaction::DuplicateClientRef { transaction }) = error {
            // One before the snapshot that this node began with had its effect and is not kept.
            let is_kept = self.is_committed(&transaction)?;
            return if is_kept { Ok(Admitted::Committed(transaction)) } else { Err(error) };
        }
        // It may have been committed since it was looked for.
        self.known(transaction, is_by_its_signers)?.ok_or(error)
    }

    /// Refuses what would leave the ledger without a node that makes blocks: this one does alone.
    pub(super) fn check_hand_over(&self, messages: &[Message]) -> Result<(), Rejected> {
        let key = self.parts.validator;
        let keeps = |message: &Message| match message {
            Message::SetValidators { validators } => {
                matches!(validators.validators.as_slice(), [only] if only.public_key == key)
            }
            _ => true,
        };
        if messages.iter().all(keeps) { Ok(()) } else { Err(Rejected::HandOver { key }) }
    }

    /// Checks what a block would check before it runs the transaction.
    fn validate(&self, transaction: &VerifiedTransaction) -> Result<(), Rejected> {
        let head = self.head();
        let mut environment = head.environment();
        environment.time = self.next_block_time(&head);
        environment.height = environment.height.saturating_add(1);
        let (state, vm) = (Arc::clone(&head.state), self.parts.engines.for_blocks());
        match tenor_executor::validate(state, vm, environment, transaction) {
            // How far ahead is too far is the mempool's to say.
            Ok(()) | Err(ApplyError::Invalid(InvalidTransaction::EarlyNonce { .. })) => Ok(()),
            Err(ApplyError::Invalid(error)) => Err(error.into()),
            Err(ApplyError::Fatal(error)) => Err(failed(&error)),
        }
    }

    /// Lets a transaction wait for a block.
    fn enter(&self, transaction: VerifiedTransaction) -> Result<Admitted, Rejected> {
        let transaction = Arc::new(transaction);
        let entered = self
            .validate(&transaction)
            .and_then(|()| self.parts.pool.insert(Arc::clone(&transaction)));
        match entered {
            Ok(waiting) => {
                tracing::debug!(transaction = %transaction.hash(), "transaction accepted");
                Ok(Admitted::Waiting(waiting))
            }
            Err(error) => self.known_or(transaction.transaction(), error),
        }
    }

    async fn wait(
        self: &Arc<Self>,
        waiting: Waiting,
        timeout: Duration,
    ) -> Result<Waited, ApiError> {
        let Waiting { hash, outcome } = waiting;
        let Ok(outcome) = tokio::time::timeout(timeout, outcome).await else {
            return Ok(Waited::TimedOut);
        };
        match outcome.map_err(|_| Rejected::ShuttingDown)? {
            Outcome::Committed { block, index } => {
                Ok(Waited::Committed(Found::InBlock(block, index)))
            }
            Outcome::Refused(why) => {
                let first = match &why {
                    Rejected::Invalid(InvalidTransaction::DuplicateClientRef { transaction }) => {
                        *transaction
                    }
                    _ => hash,
                };
                let is_committed = self.read(move |service| Ok(service.is_committed(&first)?));
                if is_committed.await? {
                    Ok(Waited::Committed(Found::Stored(first)))
                } else {
                    Err(why.into())
                }
            }
        }
    }

    pub(super) fn position(&self, hash: &Hash) -> Result<Option<TransactionPosition>, StateError> {
        self.parts.database.transaction(hash)
    }

    fn is_committed(&self, hash: &Hash) -> Result<bool, Rejected> {
        let position = self.position(hash).map_err(|error| failed(&error))?;
        Ok(position.is_some())
    }
}

pub(super) fn failed(error: &dyn std::fmt::Display) -> Rejected {
    tracing::error!(%error, "admission failed");
    Rejected::Failed
}

pub(super) fn unknown(hash: &Hash) -> ApiError {
    ApiError::new(ErrorCode::UnknownTransaction, format!("transaction {hash} is not known here"))
}

fn pending(transaction_hash: Hash) -> SubmitResponse {
    SubmitResponse { transaction_hash, progress: Progress::Pending, receipt: None }
}

fn committed(receipt: ReceiptView) -> SubmitResponse {
    let (transaction_hash, progress) = (receipt.transaction_hash, Progress::Committed);
    SubmitResponse { transaction_hash, progress, receipt: Some(receipt) }
}

/// The receipt of a transaction in a block that was just made.
fn receipt_in(block: &CommittedBlock, index: usize) -> ReceiptView {
    let place = u32::try_from(index).unwrap_or(u32::MAX);
    ReceiptView::new(&block.receipts[index], Some((block.block.header.height, place)))
}

/// Whether checked signatures are by keys that signed the transaction that is known: those who sign
/// anew may have another signature of the same key.
fn is_by_its_signers(known: &[SignatureEntry], checked: &[SignatureEntry]) -> bool {
    let signed = |key| known.iter().any(|entry| entry.public_key == key);
    checked.iter().all(|entry| signed(entry.public_key))
}
