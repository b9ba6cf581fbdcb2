//! Taking transactions, and telling what became of them.

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
use tenor_primitives::{Hash, Message, Roles, Transaction};
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
    Receipt(ReceiptView),
    TimedOut,
}

impl Service {
    /// Takes a transaction. The same bytes again give the same answer, whatever has happened since.
    pub(crate) async fn submit(
        self: &Arc<Self>,
        bytes: Vec<u8>,
        until: WaitFor,
        timeout: Duration,
    ) -> Result<SubmitResponse, ApiError> {
        if !self.is_ready() {
            return Err(Rejected::ShuttingDown.into());
        }
        self.space.check()?;
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
            Admitted::Committed(hash) => {
                let receipt = self.read(move |service| service.receipt_of(&hash)).await?;
                return Ok(committed(self.for_sender(receipt).await?));
            }
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
            Waited::Receipt(receipt) => Ok(committed(self.for_sender(receipt).await?)),
            Waited::TimedOut => Ok(pending(hash)),
        }
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
        if let Some(waiting) = self.parts.pool.join(&hash) {
            return match self.wait(waiting, timeout).await? {
                Waited::Receipt(receipt) => {
                    self.read(move |service| service.shown_receipt(reader, receipt)).await
                }
                Waited::TimedOut => {
                    let detail = format!("transaction {hash} waits for a block");
                    Err(ApiError::new(ErrorCode::NotCommitted, detail))
                }
            };
        }
        self.read(move |service| service.shown_receipt(reader, service.receipt_of(&hash)?)).await
    }

    /// A receipt as its transaction's sender may read it: who sends shows no session.
    async fn for_sender(self: &Arc<Self>, receipt: ReceiptView) -> Result<ReceiptView, ApiError> {
        if self.config().reads == Reads::Open {
            return Ok(receipt);
        }
        self.read(move |service| {
            let (_, transaction) = service.committed_transaction(&receipt.transaction_hash)?;
            let address = transaction.body.sender;
            let account: Option<AccountRecord> =
                record(&service.head(), namespace::ACCOUNTS, &address.0, "account")?;
            let roles = account.map_or(Roles::NONE, |account| account.roles);
            service.shown_receipt(Reader::Account { address, roles }, receipt)
        })
        .await
    }

    /// A transaction, waiting or committed.
    pub(crate) async fn transaction(
        self: &Arc<Self>,
        reader: Reader,
        hash: Hash,
    ) -> Result<(TransactionStatusView, Transaction), ApiError> {
        let (mut view, transaction) = self.any_transaction(hash).await?;
        if !(reader.sees_all() || reader.is(&transaction.body.sender)) {
            return Err(reader.refused("the transaction's sender, or who sees all"));
        }
        if let Some(receipt) = view.receipt.take() {
            let shown = self.read(move |service| service.shown_receipt(reader, receipt)).await?;
            view.receipt = Some(shown);
        }
        Ok((view, transaction))
    }

    async fn any_transaction(
        self: &Arc<Self>,
        hash: Hash,
    ) -> Result<(TransactionStatusView, Transaction), ApiError> {
        if let Some(waiting) = self.parts.pool.get(&hash) {
            let transaction = waiting.transaction().clone();
            let view = TransactionView::from(&transaction);
            let progress = Progress::Pending;
            let status = TransactionStatusView { progress, transaction: view, receipt: None };
            return Ok((status, transaction));
        }
        self.read(move |service| service.committed_transaction(&hash)).await
    }

    fn committed_transaction(
        &self,
        hash: &Hash,
    ) -> Result<(TransactionStatusView, Transaction), ApiError> {
        let position = self.position(hash)?.ok_or_else(|| unknown(hash))?;
        let receipt = self.receipt_at(position)?;
        let block = self.parts.database.block(position.height)?;
        let mut transactions = block.map(|block| block.transactions).unwrap_or_default();
        let index = position.index as usize;
        if index >= transactions.len() {
            return Err(ApiError::internal(&"a transaction's block is missing"));
        }
        let transaction = transactions.swap_remove(index);
        let view = TransactionView::from(&transaction);
        let progress = Progress::Committed;
        let receipt = Some(receipt);
        Ok((TransactionStatusView { progress, transaction: view, receipt }, transaction))
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
        let hash = transaction.hash();
        if let Some(waiting) = self.parts.pool.join(&hash) {
            return Ok(Admitted::Waiting(waiting));
        }
        if self.is_committed(&hash)? {
            return Ok(Admitted::Committed(hash));
        }
        let verified = VerifiedTransaction::verify(transaction)?;
        self.check_hand_over(&verified.transaction().body.messages)?;
        if Self::concerns_code(&verified) {
            let checked =
                self.validate(&verified).map(|()| Admitted::Uncompiled(Box::new(verified)));
            return self.or_committed(&hash, checked);
        }
        self.or_committed(&hash, self.enter(verified))
    }

    /// The rest of the way for a transaction with code. Slow: runs on a worker that only does this.
    fn admit_compiled(&self, transaction: VerifiedTransaction) -> Result<Admitted, Rejected> {
        self.admit_code(&transaction)?;
        let hash = transaction.hash();
        // Blocks may have been made meanwhile.
        self.or_committed(&hash, self.enter(transaction))
    }

    /// What was admitted, unless a refusal only says that the transaction has had its effect.
    fn or_committed(
        &self,
        hash: &Hash,
        admitted: Result<Admitted, Rejected>,
    ) -> Result<Admitted, Rejected> {
        match admitted {
            Err(Rejected::Invalid(InvalidTransaction::DuplicateClientRef { transaction })) => {
                Ok(Admitted::Committed(transaction))
            }
            // It may have been committed since it was looked for.
            Err(error) if self.is_committed(hash)? => {
                tracing::debug!(transaction = %hash, %error, "committed meanwhile");
                Ok(Admitted::Committed(*hash))
            }
            admitted => admitted,
        }
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
        self.validate(&transaction)?;
        let hash = transaction.hash();
        let waiting = self.parts.pool.insert(Arc::new(transaction))?;
        tracing::debug!(transaction = %hash, "transaction accepted");
        Ok(Admitted::Waiting(waiting))
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
                let index_u32 = u32::try_from(index).unwrap_or(u32::MAX);
                let position = Some((block.block.header.height, index_u32));
                Ok(Waited::Receipt(ReceiptView::new(&block.receipts[index], position)))
            }
            Outcome::Refused(why) => {
                let first = match &why {
                    Rejected::Invalid(InvalidTransaction::DuplicateClientRef { transaction }) => {
                        *transaction
                    }
                    _ => hash,
                };
                let committed = self.read(move |service| service.receipt_of(&first)).await;
                committed.map(Waited::Receipt).map_err(|_| why.into())
            }
        }
    }

    fn receipt_of(&self, hash: &Hash) -> Result<ReceiptView, ApiError> {
        let position = self.position(hash)?.ok_or_else(|| unknown(hash))?;
        self.receipt_at(position)
    }

    fn receipt_at(&self, position: TransactionPosition) -> Result<ReceiptView, ApiError> {
        let receipts = self.parts.database.receipts(position.height)?.unwrap_or_default();
        let receipt = receipts.get(position.index as usize);
        let receipt = receipt.ok_or_else(|| ApiError::internal(&"a receipt is missing"))?;
        Ok(ReceiptView::new(receipt, Some((position.height, position.index))))
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
    SubmitResponse {
        transaction_hash: receipt.transaction_hash,
        progress: Progress::Committed,
        receipt: Some(receipt),
    }
}
